//! The engine for many nodes: sessions on threads of their own, an ordinary transaction per caller.
//!
//! The synchronous client costs nothing against an asynchronous one here (measured, `docs/decisions`), and a closure
//! that cannot wait cannot hold a transaction open over a network call. Work that loses a race (deadlock) is run again
//! up to [`RACES`] times; a lost connection is replaced, and the work that met it is answered [`DbError::Busy`] unless it
//! had not begun.

use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use postgres::{Client, Config, NoTls};
use tokio::sync::mpsc;

use crate::call::Call;
use crate::error::DbError;
use crate::tx::{Engine, Prepared, Tx};

const QUEUE: usize = 4096;
const RACES: usize = 8;
const RECONNECT_AFTER: Duration = Duration::from_millis(200);

/// Work for a session, with or without a transaction around it.
pub(crate) enum Errand {
    Write(Box<dyn Call>),
    Read(Box<dyn Call>),
}

/// Connects once and starts `sessions` threads; they end when the sender is dropped.
pub(crate) fn open(
    url: &str,
    schema: &str,
    sessions: usize,
) -> Result<(mpsc::Sender<Errand>, Vec<JoinHandle<()>>), DbError> {
    let config = configure(url, schema)?;
    let first = connect(&config)?;
    let (sender, errands) = mpsc::channel(QUEUE);
    let errands = Arc::new(Mutex::new(errands));
    let mut clients = vec![Some(first)];
    clients.resize_with(sessions, || None);
    let losers = Arc::new(Mutex::new(()));
    let mut threads = Vec::with_capacity(sessions);
    for (lane, client) in (0_i64..).zip(clients) {
        let (config, errands, losers) = (config.clone(), Arc::clone(&errands), Arc::clone(&losers));
        let run =
            move || Session { config, client, prepared: Prepared::default(), lane, losers }.run(&errands);
        let thread = std::thread::Builder::new().name("store-session".to_owned()).spawn(run);
        threads.push(thread.map_err(|e| DbError::Failed(e.to_string()))?);
    }
    Ok((sender, threads))
}

/// The URL's settings with ours: the schema searched first, and a name that an administrator recognises.
pub(crate) fn configure(url: &str, schema: &str) -> Result<Config, DbError> {
    let mut config: Config = url.parse().map_err(|e| {
        DbError::Failed(format!(
            "the database URL cannot be read: {e}; expected postgres://user:password@host:port/name"
        ))
    })?;
    config.application_name("leadhold");
    config.connect_timeout(Duration::from_secs(5));
    config.options(&format!("-c search_path={schema} -c timezone=UTC -c lock_timeout=10s"));
    Ok(config)
}

/// Makes `schema` where it is missing: the log tables live in one of their own.
pub(crate) fn ensure_schema(url: &str, schema: &str) -> Result<(), DbError> {
    let config = configure(url, "public")?;
    on_a_thread(|| {
        let mut client = config.connect(NoTls)?;
        Ok(client.batch_execute(&format!("create schema if not exists {schema}"))?)
    })
}

fn connect(config: &Config) -> Result<Client, DbError> {
    on_a_thread(|| Ok(config.connect(NoTls)?))
}

/// The synchronous client must not be used on a thread of an asynchronous runtime, where openers often are.
fn on_a_thread<T: Send>(work: impl FnOnce() -> Result<T, DbError> + Send) -> Result<T, DbError> {
    std::thread::scope(|scope| {
        let joined = scope.spawn(work).join();
        joined.unwrap_or_else(|_| Err(DbError::Failed("the PostgreSQL client panicked".to_owned())))
    })
}

struct Session {
    config: Config,
    client: Option<Client>,
    prepared: Prepared,
    /// Its number: where it adds to counters, so that sessions do not meet there.
    lane: i64,
    losers: Arc<Mutex<()>>,
}

impl Session {
    fn run(mut self, errands: &Mutex<mpsc::Receiver<Errand>>) {
        loop {
            let next = errands.lock().unwrap_or_else(PoisonError::into_inner).blocking_recv();
            match next {
                None => return,
                Some(Errand::Read(call)) => self.read(call),
                Some(Errand::Write(call)) => self.write(call),
            }
        }
    }

    fn read(&mut self, mut call: Box<dyn Call>) {
        let lane = self.lane;
        let ran = self.connected().map(|(client, prepared)| {
            call.run(&mut Tx::new(Engine::Postgres { client, prepared, lane }));
        });
        call.answer(ran);
    }

    fn write(&mut self, mut call: Box<dyn Call>) {
        let mut done = self.transaction(call.as_mut());
        // Those that lost go one at a time: losers that race each other again would lose again.
        let in_turn = Arc::clone(&self.losers);
        let mut turn = None;
        for _ in 1..RACES {
            let again = call.lost_a_race() || matches!(done, Err(DbError::Busy(_)));
            if !again || self.client.as_ref().is_none_or(Client::is_closed) {
                break;
            }
            turn.get_or_insert_with(|| in_turn.lock().unwrap_or_else(PoisonError::into_inner));
            done = self.transaction(call.as_mut());
        }
        drop(turn);
        call.answer(done);
    }

    fn transaction(&mut self, call: &mut dyn Call) -> Result<(), DbError> {
        let lane = self.lane;
        let (client, prepared) = self.connected()?;
        client.batch_execute("begin")?;
        let keep = call.run(&mut Tx::new(Engine::Postgres { client, prepared, lane }));
        if !keep {
            // A refused caller reads its own answer; a rollback that fails loses the connection, and with it the work.
            drop(client.batch_execute("rollback"));
            return Ok(());
        }
        client.batch_execute("commit").map_err(DbError::from)
    }

    fn connected(&mut self) -> Result<(&mut Client, &mut Prepared), DbError> {
        if self.client.as_ref().is_none_or(Client::is_closed) {
            self.prepared = Prepared::default();
            self.client = None;
            let client = self.config.connect(NoTls).map_err(|error| {
                tracing::warn!(%error, "cannot reach PostgreSQL");
                std::thread::sleep(RECONNECT_AFTER);
                DbError::Busy("the database cannot be reached".to_owned())
            })?;
            self.client = Some(client);
        }
        match self.client.as_mut() {
            Some(client) => Ok((client, &mut self.prepared)),
            None => Err(DbError::Busy("the database cannot be reached".to_owned())),
        }
    }
}
