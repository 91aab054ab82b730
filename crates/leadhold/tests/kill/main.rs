//! Kills the server with SIGKILL at random moments under load, starts it again on the same data, and holds what it finds
//! against what was acknowledged.
//!
//! Cast:
//! - The **server** is the real binary ([`server`]), on SQLite, or on the PostgreSQL of `LEADHOLD_TEST_DATABASE_URL`.
//! - **Clients** ([`client`]) create, change, tag and delete contacts and call an inbound hook, side by side; two workflows
//!   ([`automation`]) follow. Each client writes down what was promised to it, and the one request that a kill left open ([`ledger`]).
//! - The **receiver** keeps every webhook of all rounds, byte for byte; now and then it answers 503.
//! - The **judge** reads the database past the server ([`database`], [`evidence`]) and says what is wrong ([`verdict`]).
//!
//! What must hold after every kill, and is judged several times on the way:
//! - An acknowledged write is there, with its event, its delivery, its workflow run and what that did.
//! - An open request happened or did not; it is never half done.
//! - Nothing happens twice. A webhook may arrive twice, with the same bytes and so with the same `webhookId`.
//!
//! `LEADHOLD_KILLS` sets the number of kills, `LEADHOLD_KILL_SEED` the seed, which is printed.

mod automation;
mod client;
mod connection;
mod database;
mod evidence;
mod ledger;
mod server;
mod verdict;

use std::hash::{BuildHasher, Hasher, RandomState};
use std::sync::Arc;
use std::time::Duration;

use http::Method;
use leadhold_kernel::Random;
use leadhold_kernel::random::SeededRandom;
use leadhold_store::Backend;
use leadhold_testkit::Receiver;
use serde_json::json;
use tokio::runtime::Runtime;
use tokio::sync::Notify;
use tokio::task::JoinSet;
use tokio::time::Instant;

use crate::client::{Client, Target};
use crate::connection::Connection;
use crate::database::Database;
use crate::evidence::Evidence;
use crate::server::{Installation, Server};

const KILLS_ON_SQLITE: usize = 200;
const KILLS_ON_POSTGRES: usize = 60;
const CLIENTS: usize = 6;
/// How long after a round's first answer the kill comes at most.
const LATEST_KILL: u64 = 150_000; // µs
/// After so many kills everything is judged, not only what clients happen to read.
const JUDGED_EVERY: usize = 50;
/// Longer than a worker's lease and than most pauses between two attempts.
const TURN_OF_CLOCK: &str = "10m";
/// A queue that is not idle by then never will be.
const IDLE_BY: Duration = Duration::from_secs(180);

struct Trial {
    runtime: Runtime,
    random: SeededRandom,
    installation: Installation,
    database: Database,
    receiver: Receiver,
    clients: Vec<Client>,
    starts: Vec<Duration>,
}

#[test]
fn what_was_acknowledged_survives_every_kill() {
    let seed = setting("LEADHOLD_KILL_SEED").unwrap_or_else(|| RandomState::new().build_hasher().finish());
    println!("LEADHOLD_KILL_SEED={seed} makes the same choices again");
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .expect("a runtime");
    let random = SeededRandom::new(seed);
    let engine = runtime.block_on(leadhold_testkit::Database::fresh(&random));
    let kills = setting("LEADHOLD_KILLS").map(|kills| usize::try_from(kills).expect("a number of kills"));
    let kills = kills.unwrap_or(if engine.is_postgres() { KILLS_ON_POSTGRES } else { KILLS_ON_SQLITE });
    let began = Instant::now();
    let mut trial = Trial::begin(runtime, random, &engine, seed);
    for round in 1..=kills {
        trial.round(round);
        if round % JUDGED_EVERY == 0 {
            trial.judge(round);
        }
    }
    trial.end(kills, began);
}

impl Trial {
    fn begin(runtime: Runtime, random: SeededRandom, engine: &leadhold_testkit::Database, seed: u64) -> Self {
        let url = match engine.backend() {
            Backend::Embedded(_) => None,
            Backend::Postgres(url) => Some(url.as_str()),
        };
        let receiver = runtime.block_on(Receiver::start());
        let hook = format!("{}/app", receiver.url);
        let installation = runtime.block_on(Installation::make(engine.dir.path(), url, &hook));
        let database = url.map_or_else(|| Database::sqlite(&installation.data), Database::postgres);
        let token = installation.demo("/locationToken").to_owned();
        let hooks = runtime.block_on(async {
            let server = installation.start().await;
            let mut connection = connect(&server).await;
            let hooks =
                automation::publish(&mut connection, &token, &format!("{}/workflow", receiver.url)).await;
            server.kill().await;
            hooks
        });
        let target = Target { location: installation.demo("/locationId").to_owned(), token, hooks };
        let clients = (0..CLIENTS).map(|name| Client::new(name, target.clone(), seed)).collect();
        Self { runtime, random, installation, database, receiver, clients, starts: Vec::new() }
    }

    /// One life of a server: start, load, kill.
    fn round(&mut self, round: usize) {
        if self.random.below(8) == 0 {
            self.kill_while_it_starts();
        }
        let before = self.database.sessions();
        let server = self.runtime.block_on(self.installation.start());
        self.starts.push(server.start_took);
        // The killed server's sessions may still be at work; what they commit is to be seen by the first reads.
        wait_until("the sessions of the killed server end", || {
            self.database.sessions().iter().all(|session| !before.contains(session))
        });
        if self.random.below(4) == 0 {
            self.receiver.answer_next(503);
        }
        let turned = self.random.below(2) == 0;
        let delay = Duration::from_micros(self.random.below(LATEST_KILL));
        let clients = std::mem::take(&mut self.clients);
        self.clients = self.runtime.block_on(async {
            if turned {
                turn_clock(&server).await; // what was leased to the killed server is due now
            }
            load_and_kill(server, clients, round, delay).await
        });
    }

    /// Lets the work that waits be done, ends the server in peace, and judges all there is.
    fn judge(&mut self, round: usize) {
        let server = self.runtime.block_on(self.installation.start());
        let clients = &mut self.clients;
        let ended = self.runtime.block_on(async {
            let mut connection = connect(&server).await;
            for client in clients {
                client
                    .close_open_writes(round, &mut connection)
                    .await
                    .unwrap_or_else(|fault| panic!("{fault}"));
            }
            until_idle(&server).await;
            drop(connection);
            server.stop().await
        });
        let received = self.receiver.requests();
        let mut faults = verdict::forged(&received, self.installation.demo("/webhookPublicKey"));
        let evidence = Evidence::gather(&mut self.database, received);
        let people: Vec<_> = self.clients.iter().flat_map(|client| &client.people).collect();
        let hooks: Vec<_> = self.clients.iter().flat_map(|client| &client.hooks).collect();
        faults.extend(verdict::faults(&people, &hooks, &evidence));
        if !ended.success() {
            faults.push(format!("SIGTERM ended the server with {ended}"));
        }
        let log = self.installation.log();
        faults
            .extend(log.lines().filter(|line| is_bad(line)).map(|line| format!("the server logged {line}")));
        let shown = faults.iter().take(20).map(|fault| format!("- {fault}\n")).collect::<String>();
        assert!(faults.is_empty(), "after {round} kills there are {} faults:\n{shown}", faults.len());
    }

    /// A server that is killed before it could say a word; it does not count as one of the kills.
    fn kill_while_it_starts(&mut self) {
        let usual = self.starts.iter().min().map_or(0, |took| took.as_micros());
        let delay = Duration::from_micros(self.random.below(u64::try_from(usual).unwrap_or(u64::MAX)));
        let installation = &self.installation;
        self.runtime.block_on(async {
            let mut child = installation.spawn();
            tokio::time::sleep(delay).await; // the seeded kill delay
            child.kill().await.expect("the server can be killed");
        });
    }

    fn end(mut self, kills: usize, began: Instant) {
        self.judge(kills);
        let sum = |of: fn(&Client) -> usize| self.clients.iter().map(of).sum::<usize>();
        let (acknowledged, cut_off) = (sum(|client| client.acknowledged), sum(|client| client.cut_off));
        assert!(
            acknowledged > kills && cut_off > kills / 4,
            "{acknowledged} writes, {cut_off} cut off: no load"
        );
        self.starts.sort();
        let (median, longest) = (self.starts[self.starts.len() / 2], self.starts[self.starts.len() - 1]);
        println!(
            "{kills} kills in {:.0?}: {acknowledged} writes acknowledged and found, {cut_off} cut off and found whole or not at \
             all, {} webhooks received; a start took {median:.0?}, at most {longest:.0?}",
            began.elapsed(),
            self.receiver.requests().len(),
        );
    }
}

/// Lets the clients work on `server` and kills it `delay` after the first answer.
async fn load_and_kill(server: Server, clients: Vec<Client>, round: usize, delay: Duration) -> Vec<Client> {
    let answered = Arc::new(Notify::new());
    let mut working = JoinSet::new();
    for mut client in clients {
        let (connection, answered) = (connect(&server).await, Arc::clone(&answered));
        working.spawn(async move {
            let worked = client.work(round, connection, answered).await;
            (client, worked)
        });
    }
    answered.notified().await;
    tokio::time::sleep(delay).await; // the seeded kill delay
    server.kill().await;
    let mut clients = Vec::with_capacity(CLIENTS);
    while let Some(ended) = working.join_next().await {
        let (client, worked) = ended.expect("a client ends");
        worked.unwrap_or_else(|fault| panic!("round {round}: {fault}"));
        clients.push(client);
    }
    clients.sort_by_key(Client::name);
    clients
}

async fn connect(server: &Server) -> Connection {
    Connection::open(server.address).await.expect("a server that says that it listens does")
}

async fn turn_clock(server: &Server) {
    let turn = json!({ "advance": TURN_OF_CLOCK });
    let answer =
        connect(server).await.send(Method::POST, "/leadhold/v1/sandbox/clock", "", Some(&turn)).await;
    assert!(answer.as_ref().is_some_and(|answer| answer.status.is_success()), "the clock: {answer:?}");
}

/// Waits until no event and no job waits. When a look finds no less than the one before, what waits is waiting for its
/// hour, and the clock is turned.
async fn until_idle(server: &Server) {
    let mut connection = connect(server).await;
    let (deadline, mut before) = (Instant::now() + IDLE_BY, u64::MAX);
    loop {
        let answer =
            connection.send(Method::GET, "/leadhold/v1/health", "", None).await.expect("the server lives");
        let waiting = |what: &str| answer.body["waiting"][what].as_u64().expect("health says what waits");
        let now = waiting("events") + waiting("jobs");
        if now == 0 {
            return;
        }
        assert!(Instant::now() < deadline, "the queue is not idle after {IDLE_BY:?}: {}", answer.body);
        if now >= before {
            turn_clock(server).await;
        }
        before = now;
        tokio::time::sleep(Duration::from_millis(100)).await; // between two looks at a state
    }
}

fn wait_until(state: &str, mut reached: impl FnMut() -> bool) {
    let deadline = Instant::now() + IDLE_BY;
    while !reached() {
        assert!(Instant::now() < deadline, "not reached in {IDLE_BY:?}: {state}");
        std::thread::sleep(Duration::from_millis(2)); // between two looks at a state
    }
}

/// What no server may say, however often it is killed.
fn is_bad(line: &str) -> bool {
    line.contains(" ERROR ") || line.contains("panicked")
}

#[expect(
    clippy::disallowed_methods,
    reason = "a test has no configuration; the environment is its only argument"
)]
fn setting(name: &str) -> Option<u64> {
    let text = std::env::var(name).ok()?;
    Some(text.parse().unwrap_or_else(|why| panic!("{name}={text}: {why}")))
}
