//! Rounds of start, load and kill, with a judgement now and then.

use std::sync::Arc;
use std::time::Duration;

use leadhold_kernel::Random;
use leadhold_kernel::random::SeededRandom;
use leadhold_store::Backend;
use leadhold_testkit::Receiver;
use tokio::runtime::Runtime;
use tokio::sync::Notify;
use tokio::task::JoinSet;
use tokio::time::Instant;

use crate::client::{Client, Target};
use crate::database::Database;
use crate::evidence::Evidence;
use crate::server::{Installation, Server};
use crate::{automation, endpoints, verdict, waiting};

const CLIENTS: usize = 6;
/// How long after a round's first acknowledged write the kill comes at most, in microseconds.
const LATEST_KILL: u64 = 150_000;

/// Everything that lasts from the first kill to the last.
pub struct Trial {
    began: Instant,
    random: SeededRandom,
    installation: Installation,
    database: Database,
    receiver: Receiver,
    clients: Vec<Client>,
    starts: Vec<Duration>,
    /// Servers that were killed before they said that they listen.
    stillborn: usize,
    /// Webhooks that arrived and whose attempt was not written down: a kill or a turn of the clock came first.
    repeated: usize,
    runtime: Runtime,
    /// Dropped last: the database itself.
    engine: leadhold_testkit::Database,
}

impl Trial {
    /// Sets a server up, publishes the workflows, and kills it for the first time.
    pub fn begin(seed: u64) -> Self {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
        let runtime = runtime.expect("a runtime");
        let random = SeededRandom::new(seed);
        let engine = runtime.block_on(leadhold_testkit::Database::fresh(&random));
        let url = match engine.backend() {
            Backend::Embedded(_) => None,
            Backend::Postgres(url) => Some(url.as_str()),
        };
        let receiver = runtime.block_on(Receiver::start());
        let hook = format!("{}{}", receiver.url, endpoints::PATHS[0]);
        let installation = runtime.block_on(Installation::make(engine.dir.path(), url, &hook));
        let database = url.map_or_else(|| Database::sqlite(&installation.data), Database::postgres);
        let token = installation.demo("/locationToken").to_owned();
        let hooks = runtime.block_on(async {
            let server = installation.start().await;
            let mut connection = waiting::connect(&server).await;
            let webhook = format!("{}/workflow", receiver.url);
            let hooks = automation::publish(&mut connection, &token, &webhook).await;
            let (agency, app) = (installation.demo("/agencyToken"), installation.demo("/app/appId"));
            endpoints::subscribe(&mut connection, agency, app, &receiver.url).await;
            server.kill().await;
            hooks
        });
        let target = Target { location: installation.demo("/locationId").to_owned(), token, hooks };
        let clients = (0..CLIENTS).map(|name| Client::new(name, target.clone(), seed)).collect();
        Self {
            began: Instant::now(),
            random,
            installation,
            database,
            receiver,
            clients,
            starts: Vec::new(),
            stillborn: 0,
            repeated: 0,
            runtime,
            engine,
        }
    }

    /// Whether the data lie in PostgreSQL.
    pub fn is_on_postgres(&self) -> bool {
        self.engine.is_postgres()
    }

    /// One life of a server: start, load, kill.
    pub fn round(&mut self, round: usize) {
        if self.random.below(8) == 0 {
            self.kill_while_it_starts();
        }
        let killed = self.database.sessions();
        let server = self.start();
        // The killed server's sessions may still be at work; what they commit is to be seen by the first reads.
        waiting::until("the sessions of the killed server end", || {
            self.database.sessions().iter().all(|session| !killed.contains(session))
        });
        if self.random.below(4) == 0 {
            self.receiver.answer_next(503);
        }
        let turned = self.random.below(2) == 0;
        let delay = Duration::from_micros(self.random.below(LATEST_KILL));
        let clients = std::mem::take(&mut self.clients);
        self.clients = self.runtime.block_on(async {
            if turned {
                waiting::turn_clock(&server).await;
            }
            load_and_kill(server, clients, round, delay).await
        });
    }

    /// Lets the work that waits be done, ends the server in peace, and judges all there is.
    pub fn judge(&mut self, round: usize) {
        let server = self.start();
        let clients = &mut self.clients;
        let ended = self.runtime.block_on(async {
            let mut connection = waiting::connect(&server).await;
            for client in clients {
                client.close_open_write(&mut connection).await.unwrap_or_else(|fault| panic!("{fault}"));
            }
            waiting::until_idle(&server).await;
            drop(connection);
            server.stop().await
        });
        let received = self.receiver.requests();
        let mut faults = verdict::forged(&received, self.installation.demo("/webhookPublicKey"));
        faults.extend(verdict::out_of_order(&received));
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
        let shown: String = faults.iter().take(20).map(|fault| format!("- {fault}\n")).collect();
        assert!(faults.is_empty(), "after {round} kills there are {} faults:\n{shown}", faults.len());
        self.repeated = evidence.deliveries.iter().map(|delivery| delivery.copies - delivery.attempts).sum();
    }

    /// What the trial came to, in a sentence.
    pub fn summary(mut self, kills: usize) -> String {
        let sum = |of: fn(&Client) -> usize| self.clients.iter().map(of).sum::<usize>();
        let (acknowledged, cut_off) = (sum(|client| client.acknowledged), sum(|client| client.cut_off));
        assert!(
            acknowledged >= kills && cut_off > kills / 4,
            "{acknowledged} writes, {cut_off} cut off: no load"
        );
        self.starts.sort();
        let (median, longest) = (self.starts[self.starts.len() / 2], self.starts[self.starts.len() - 1]);
        format!(
            "{kills} kills under load and {} while starting, in {:.0?}: {acknowledged} writes acknowledged and found, \
             {cut_off} cut off and found whole or not at all, {} of them answered again under their key, {} webhooks arrived, {} of them repeats that nobody had written down; \
             a start took {median:.0?}, at most {longest:.0?}",
            self.stillborn,
            self.began.elapsed(),
            sum(|client| client.replayed),
            self.receiver.requests().len(),
            self.repeated,
        )
    }

    fn start(&mut self) -> Server {
        let server = self.runtime.block_on(self.installation.start());
        self.starts.push(server.start_took);
        server
    }

    /// A server that is killed before it could say a word; it does not count as one of the kills.
    fn kill_while_it_starts(&mut self) {
        let usual = self.starts.iter().min().map_or(0, Duration::as_micros);
        let delay = Duration::from_micros(self.random.below(u64::try_from(usual).unwrap_or(u64::MAX)));
        let installation = &self.installation;
        self.runtime.block_on(async {
            let mut child = installation.spawn();
            tokio::time::sleep(delay).await; // the seeded kill delay
            child.kill().await.expect("the server can be killed");
        });
        self.stillborn += 1;
    }
}

/// Lets the clients work on `server` and kills it `delay` after the first acknowledged write.
async fn load_and_kill(server: Server, clients: Vec<Client>, round: usize, delay: Duration) -> Vec<Client> {
    let answered = Arc::new(Notify::new());
    let mut working = JoinSet::new();
    for mut client in clients {
        let (connection, answered) = (waiting::connect(&server).await, Arc::clone(&answered));
        working.spawn(async move {
            match client.work(round, connection, answered).await {
                Ok(()) => client,
                Err(fault) => panic!("round {round}: {fault}"),
            }
        });
    }
    let mut ended = Vec::with_capacity(CLIENTS);
    tokio::select! {
        () = waiting::for_it("the first acknowledged write", answered.notified()) => {
            tokio::time::sleep(delay).await; // the seeded kill delay
        }
        early = working.join_next() => ended.extend(early), // it has something to say
    }
    server.kill().await;
    while let Some(end) = working.join_next().await {
        ended.push(end);
    }
    let clients = ended
        .into_iter()
        .map(|end| end.unwrap_or_else(|fault| std::panic::resume_unwind(fault.into_panic())));
    let mut clients: Vec<Client> = clients.collect();
    clients.sort_by_key(|client| client.name);
    clients
}

/// What no server may say, however often it is killed.
fn is_bad(line: &str) -> bool {
    line.contains(" ERROR ") || line.contains("panicked")
}
