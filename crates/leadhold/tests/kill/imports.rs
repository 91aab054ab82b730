//! An import whose server is killed again and again: it goes on where it was, each row is done once, and its list of
//! results says what is true. So does taking it back.

use std::collections::HashMap;
use std::time::Duration;

use http::Method;
use leadhold_kernel::Random;
use leadhold_kernel::random::SeededRandom;
use leadhold_store::Backend;
use serde_json::{Value, json};
use tokio::runtime::Runtime;
use tokio::time::Instant;

use crate::connection::Connection;
use crate::database::Database;
use crate::server::{Installation, Server};
use crate::waiting;

const PATH: &str = "/leadhold/v1/contacts/imports";
/// Rows of the file: thirty steps.
const ROWS: usize = 3_000;
/// The longest a server works before a kill at random, in microseconds.
const LATEST_KILL: u64 = 250_000;
/// After so many kills it may come to its end.
const MOST_KILLS: usize = 25;
/// An import that takes longer hangs.
const DEADLINE: Duration = Duration::from_secs(300);

/// What a row has to become.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    New,
    /// The person of the row before, with another name.
    Again,
    Faulty,
}

fn kind(row: usize) -> Kind {
    match row {
        _ if row.is_multiple_of(17) => Kind::Faulty,
        _ if row.is_multiple_of(10) && !(row - 1).is_multiple_of(17) => Kind::Again,
        _ => Kind::New,
    }
}

fn email(row: usize) -> String {
    match kind(row) {
        Kind::Faulty => "nobody".to_owned(),
        Kind::Again => email(row - 1),
        Kind::New => format!("r{row}@import.example"),
    }
}

fn outcome(row: usize) -> &'static str {
    match kind(row) {
        Kind::New => "created",
        Kind::Again => "updated",
        Kind::Faulty => "failed",
    }
}

fn rows_of(wanted: Kind) -> usize {
    (1..=ROWS).filter(|row| kind(*row) == wanted).count()
}

struct Trial {
    installation: Installation,
    database: Database,
    random: SeededRandom,
    token: String,
    id: String,
    kills: usize,
    runtime: Runtime,
    /// Dropped last: the database itself.
    _engine: leadhold_testkit::Database,
}

/// Imports and takes back under kills; a sentence on what it came to.
pub fn trial(seed: u64) -> String {
    let mut trial = Trial::begin(seed);
    trial.under_kills("done");
    trial.judge_import();
    let of_import = trial.kills;
    trial.begin_undo();
    trial.under_kills("undone");
    trial.judge_undo();
    let of_undo = trial.kills - of_import;
    format!("{of_import} kills of an import of {ROWS} rows, and {of_undo} while it was taken back")
}

impl Trial {
    fn begin(seed: u64) -> Self {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
        let runtime = runtime.expect("a runtime");
        let random = SeededRandom::new(seed);
        let engine = runtime.block_on(leadhold_testkit::Database::fresh(&random));
        let url = match engine.backend() {
            Backend::Embedded(_) => None,
            Backend::Postgres(url) => Some(url.as_str()),
        };
        // Nobody listens there: events have their deliveries, and those wait.
        let hook = "http://127.0.0.1:9/app";
        let installation = runtime.block_on(Installation::make(engine.dir.path(), url, hook));
        let database = url.map_or_else(|| Database::sqlite(&installation.data), Database::postgres);
        let token = installation.demo("/locationToken").to_owned();
        let (id, kills) = (String::new(), 0);
        let mut trial = Self { installation, database, random, token, id, kills, runtime, _engine: engine };
        let lines: String = (1..=ROWS).map(|row| format!("R{row},{}\n", email(row))).collect();
        let body = json!({ "csv": format!("firstName,email\n{lines}") });
        let answer = trial.ask_and_kill(PATH, Some(&body));
        trial.id =
            answer["import"]["id"].as_str().unwrap_or_else(|| panic!("no import: {answer}")).to_owned();
        trial
    }

    fn begin_undo(&self) {
        self.ask_and_kill(&format!("{PATH}/{}/undo", self.id), None);
    }

    /// Sends what begins work, and kills the server once it is acknowledged.
    fn ask_and_kill(&self, path: &str, body: Option<&Value>) -> Value {
        self.runtime.block_on(async {
            let server = self.installation.start().await;
            let answer = self.send(&server, Method::POST, path, body).await;
            server.kill().await;
            answer
        })
    }

    /// Starts and kills servers until one comes to the end: at random, and right behind a step that was seen.
    fn under_kills(&mut self, end: &str) {
        let began = Instant::now();
        for round in 1.. {
            assert!(began.elapsed() < DEADLINE, "not {end} in {DEADLINE:?}");
            let ended = self.runtime.block_on(self.life(round, end));
            // The killed server's sessions may still be at work.
            waiting::until("the sessions of the killed server end", || self.database.sessions().is_empty());
            if ended["state"] == end {
                assert!(round > 4, "{end} after {round} starts: nothing was killed at work");
                return;
            }
            self.kills += 1;
            self.holds_together();
        }
    }

    /// One life of a server; the import as it was seen last.
    async fn life(&self, round: usize, end: &str) -> Value {
        let server = self.installation.start().await;
        waiting::begin_to_turn_clock(&server).await; // what a killed server had claimed is due
        let before = self.look(&server).await;
        let ended = match self.random.below(2) {
            _ if round > MOST_KILLS => self.until_a_step(&server, |now| now["state"] == end).await,
            0 => {
                let seen = |now: &Value| progress(now) != progress(&before) || now["state"] == end;
                self.until_a_step(&server, seen).await
            }
            _ => {
                let delay = Duration::from_micros(self.random.below(LATEST_KILL));
                tokio::time::sleep(delay).await; // the seeded kill delay
                before
            }
        };
        server.kill().await;
        ended
    }

    async fn until_a_step(&self, server: &Server, seen: impl Fn(&Value) -> bool) -> Value {
        let deadline = Instant::now() + DEADLINE;
        loop {
            let now = self.look(server).await;
            if seen(&now) {
                return now;
            }
            assert!(Instant::now() < deadline, "no step in {DEADLINE:?}: {now}");
            tokio::time::sleep(Duration::from_millis(2)).await; // between two looks at a state
        }
    }

    /// What the disk says right after a kill: counts, rows and waiting chunks are of one moment.
    fn holds_together(&mut self) {
        let counted = self
            .database
            .number("select created + updated + unchanged + skipped + failed from contact_imports");
        let rows = self.database.number("select count(*) from contact_import_rows");
        let last = self.database.number("select coalesce(max(no), 0) from contact_import_rows");
        assert_eq!((counted, last), (rows, rows), "counted and last row against rows");
        let next = self.database.rows::<1>("select min(first_row) from contact_import_chunks");
        if let [[next]] = &next[..]
            && !next.is_empty()
        {
            assert_eq!(next, &(rows + 1).to_string(), "the first waiting row");
        }
        let taken_back = self.database.number("select undone + kept from contact_imports");
        let marked = self.database.number("select count(*) from contact_import_rows where undo <> ''");
        assert_eq!(taken_back, marked, "rows taken back");
    }

    /// The import and its rows, as a server answers them.
    fn read(&self) -> (Value, Vec<Value>) {
        self.runtime.block_on(async {
            let server = self.installation.start().await;
            let read = (self.look(&server).await, self.rows(&server).await);
            server.kill().await;
            read
        })
    }

    fn judge_import(&mut self) {
        let (import, rows) = self.read();
        let told = ["created", "updated", "failed", "unchanged", "skipped"].map(|name| import[name].as_u64());
        let expected = [rows_of(Kind::New), rows_of(Kind::Again), rows_of(Kind::Faulty), 0, 0];
        assert_eq!(told, expected.map(|count| Some(count as u64)), "{import}");
        let outcomes: Vec<_> =
            rows.iter().map(|row| (row["row"].as_u64(), row["outcome"].as_str())).collect();
        let expected: Vec<_> = (1..=ROWS).map(|row| (Some(row as u64), Some(outcome(row)))).collect();
        assert_eq!(outcomes, expected, "each row once, in order");
        let people = self
            .database
            .rows::<3>("select id, email, first_name from contacts where email like '%@import.example'");
        let by_email: HashMap<&str, (&str, &str)> =
            people.iter().map(|[id, email, name]| (email.as_str(), (id.as_str(), name.as_str()))).collect();
        assert_eq!(
            (people.len(), by_email.len()),
            (rows_of(Kind::New), rows_of(Kind::New)),
            "one contact each"
        );
        for (row, shown) in (1..=ROWS).zip(&rows) {
            let Some((id, name)) = by_email.get(email(row).as_str()) else {
                assert_eq!(kind(row), Kind::Faulty, "row {row} has no contact");
                continue;
            };
            assert_eq!(shown["contactId"], *id, "row {row}");
            let changed_by_next = row < ROWS && kind(row + 1) == Kind::Again;
            let expected = if changed_by_next { row + 1 } else { row };
            assert_eq!(*name, format!("R{expected}"), "row {row}");
        }
        for (event, kind) in [("ContactCreate", Kind::New), ("ContactUpdate", Kind::Again)] {
            assert_eq!(self.events(event), rows_of(kind), "{event}");
        }
        assert_eq!(self.database.damage(), Vec::<String>::new());
    }

    fn judge_undo(&mut self) {
        let (import, rows) = self.read();
        let changed = rows_of(Kind::New) + rows_of(Kind::Again);
        assert_eq!((&import["undone"], &import["kept"]), (&json!(changed), &json!(0)), "{import}");
        for (row, shown) in (1..=ROWS).zip(rows) {
            let expected = if kind(row) == Kind::Faulty { Value::Null } else { json!("undone") };
            assert_eq!(shown["undo"], expected, "row {row}: {shown}");
        }
        let left = self.database.number("select count(*) from contacts where email like '%@import.example'");
        assert_eq!((left, self.events("ContactDelete")), (0, rows_of(Kind::New)));
        assert_eq!(self.database.damage(), Vec::<String>::new());
    }

    fn events(&mut self, kind: &str) -> usize {
        self.database.number(&format!(
            "select count(*) from events where kind = '{kind}' and payload like '%@import.example%'"
        ))
    }

    async fn rows(&self, server: &Server) -> Vec<Value> {
        let (mut all, mut after) = (Vec::new(), json!(0));
        while !after.is_null() {
            let path = format!("{PATH}/{}/rows?limit=500&after={after}", self.id);
            let mut page = self.send(server, Method::GET, &path, None).await;
            all.extend(page["rows"].as_array().expect("rows").clone());
            after = page["nextAfter"].take();
        }
        all
    }

    async fn look(&self, server: &Server) -> Value {
        self.send(server, Method::GET, &format!("{PATH}/{}", self.id), None).await["import"].take()
    }

    async fn send(&self, server: &Server, method: Method, path: &str, body: Option<&Value>) -> Value {
        let mut connection: Connection = waiting::connect(server).await;
        let answer = connection.send(method, path, &self.token, body).await.expect("the server lives");
        assert!(answer.status.is_success(), "{path}: {answer:?}");
        answer.body
    }
}

fn progress(import: &Value) -> (Option<i64>, Option<i64>) {
    (import["processed"].as_i64(), import["undone"].as_i64())
}
