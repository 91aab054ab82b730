//! The groups of rows, each in a file of its own, and how contenders take turns.

mod create;
mod fan_out;
mod growth;
mod hook;
mod read;
mod receiver;
mod runs;
mod sleep;
mod start;
mod week;

use std::sync::Arc;
use std::sync::atomic::AtomicU64;
use std::time::Duration;

use leadhold_store::{DbError, Store, params};

use crate::bare::Script;
use crate::exchange::Target;
use crate::figures::{Sample, number};
use crate::load::{Load, Requests};
use crate::outcome::{During, Outcome};
use crate::place::{Lab, Place};
use crate::plan::Group;
use crate::process::Server;
use crate::table::Row;
use crate::{record, seed, sql};

/// How long the work behind a round's answers may take.
const PATIENCE: Duration = Duration::from_secs(60);

/// Every group that the plan wants, on the lab's engine.
pub fn all(lab: &Lab) -> Outcome<Vec<Row>> {
    let plan = &lab.plan;
    let engine = lab.engine();
    let says = |what: &str| eprintln!("{engine}: {what}");
    let mut rows = Vec::new();
    if [Group::Read, Group::Create, Group::Growth].into_iter().any(|group| plan.wants(group)) {
        says(&format!("an address book of {}", number(plan.contacts as f64)));
        let book = AddressBook::open(lab, "book", plan.contacts)?;
        let bare = book.bare()?;
        if plan.wants(Group::Read) {
            says("get, list and search against a bare server");
            rows.append(&mut read::run(&book, &bare)?);
        }
        if plan.wants(Group::Create) {
            says("create against a bare server and the raw store");
            rows.append(&mut create::run(lab, &bare)?);
        }
        drop(bare);
        if plan.wants(Group::Growth) {
            says("growth");
            rows.append(&mut growth::run(lab, &book)?);
        }
    }
    if plan.wants(Group::Hook) {
        says("inbound hook to finished run");
        rows.append(&mut hook::run(lab)?);
    }
    if plan.wants(Group::Runs) {
        says("inbound hook to a finished run of four steps");
        rows.append(&mut runs::run(lab)?);
    }
    if plan.wants(Group::Sleep) {
        says("sleeping waits");
        rows.append(&mut sleep::run(lab)?);
    }
    if plan.wants(Group::Week) {
        says("a week of the sandbox");
        rows.append(&mut week::run(lab)?);
    }
    if plan.wants(Group::FanOut) {
        says("webhook fan-out");
        rows.append(&mut fan_out::run(lab)?);
    }
    if plan.wants(Group::Start) {
        says("start and memory");
        rows.append(&mut start::run(lab)?);
    }
    Ok(rows)
}

/// A served location with many contacts.
struct AddressBook<'a> {
    place: Place<'a>,
    server: Server,
    /// The seeded contacts' ids.
    ids: Arc<Vec<String>>,
}

impl<'a> AddressBook<'a> {
    fn open(lab: &'a Lab, name: &str, contacts: u64) -> Outcome<Self> {
        let place = lab.place(name, None)?;
        let ids = Arc::new(seed::fill(&place, contacts)?);
        let server = place.serve()?;
        Ok(Self { place, server, ids })
    }

    fn target(&self) -> Target {
        self.place.target(&self.server)
    }

    /// What each reading operation sends: its name in the bare server's script, and the requests.
    fn requests(&self) -> [(&'static str, Requests); 3] {
        let location = &self.place.demo.location_id;
        let (target, ids) = (self.target(), Arc::clone(&self.ids));
        let get: Requests = Arc::new(move |n| {
            let id = &ids[scattered(n, ids.len())];
            target.request("GET", &format!("/contacts/{id}"), "")
        });
        let page = self.target().request("GET", &format!("/contacts/?locationId={location}&limit=20"), "");
        let list: Requests = Arc::new(move |_| page.clone());
        let (target, location, count) = (self.target(), location.clone(), self.ids.len());
        let search: Requests = Arc::new(move |n| {
            let email = record::email(scattered(n, count) as u64);
            let body = format!(
                r#"{{"locationId":"{location}","page":1,"pageLimit":20,"filters":[{{"field":"email","operator":"eq","value":"{email}"}}]}}"#
            );
            target.request("POST", "/contacts/search", &body)
        });
        [("get", get), ("list", list), ("search", search)]
    }

    /// A bare server that answers what this one answers.
    fn bare(&self) -> Outcome<Server> {
        let mut script = Script::default();
        for (operation, requests) in self.requests() {
            let answer = crate::client::send(self.server.address, &requests(0))?;
            if answer.status != 200 {
                return Err(format!("{operation}: got {}: {}", answer.status, answer.body));
            }
            script.record(operation, &answer);
        }
        let body = record::json(&self.place.demo.location_id, self.ids.len() as u64);
        let created = self.target().call("POST", "/contacts/", &body)?;
        let _contact = created.json(201)?;
        script.record("create", &created);
        let file = self.place.lab.file("answers.json");
        script.save(&file)?;
        let mut command = std::process::Command::new(std::env::current_exe().during("this program")?);
        command.arg("bare").arg(file);
        Server::start(command, &self.place.lab.file("bare.log"))
    }
}

/// The numbers 0 to `count` in an order that jumps about: neighbours in time are no neighbours on disk.
fn scattered(n: u64, count: usize) -> usize {
    (n.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 16) as usize % count.max(1)
}

/// `requests` to `server`, as the plan says.
fn load(lab: &Lab, server: &Server, requests: Requests, status: u16) -> Load {
    Load {
        address: server.address,
        pid: server.pid(),
        connections: lab.plan.connections,
        warm_up: lab.plan.warm_up,
        measured: lab.plan.measured,
        requests,
        status,
        counter: Arc::new(AtomicU64::new(0)),
    }
}

/// One contender's turn.
type Turn<'a> = Box<dyn FnMut() -> Outcome<Sample> + 'a>;

/// Lets the contenders take turns, A B A B, and gives back each one's rounds.
fn take_turns<const N: usize>(rounds: usize, mut turns: [Turn<'_>; N]) -> Outcome<[Vec<Sample>; N]> {
    let mut samples = [const { Vec::new() }; N];
    for _ in 0..rounds {
        for (turn, samples) in turns.iter_mut().zip(&mut samples) {
            samples.push(turn()?);
        }
    }
    Ok(samples)
}

/// Waits until the server has done all that follows from what it has answered.
fn settled(lab: &Lab, store: &Store) -> Outcome<()> {
    let patience = crate::clock::now();
    loop {
        let undone = lab.runtime.block_on(
            store.read(|tx| tx.query_one(sql::UNDONE, params![], |row| Ok((row.get(0)?, row.get(1)?)))),
        );
        let (events, jobs): (i64, i64) = undone.map_err(|error: DbError| error.to_string())?;
        if events + jobs == 0 {
            return Ok(());
        }
        if patience.elapsed() > PATIENCE {
            return Err(format!(
                "after {PATIENCE:?} the server still has {events} events and {jobs} jobs to do"
            ));
        }
        std::thread::sleep(Duration::from_millis(5));
    }
}
