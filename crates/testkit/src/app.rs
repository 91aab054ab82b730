//! An application over a fresh database, with two agencies to keep apart.

use std::sync::Arc;

use axum::Router;
use http::Method;
use leadhold_app::companies::{self, NewCompany};
use leadhold_app::file_store::FileStore;
use leadhold_app::http::request_log::{Lines, RequestLog};
use leadhold_app::locations::{self, NewLocation, Settings};
use leadhold_app::sandbox::SandboxClock;
use leadhold_app::seal::Seal;
use leadhold_app::token_keys::TokenKeys;
use leadhold_app::tokens::{self, Kind, Owner};
use leadhold_app::webhook_keys::{self, KeyRing, Sealed};
use leadhold_app::{App, CompanyScope, Config, LocationScope, World};
use leadhold_kernel::random::SeededRandom;
use leadhold_kernel::time::ManualClock;
use leadhold_kernel::{Clock, Cx, Error, Random, ScopeSet, Timestamp};
use leadhold_outbound::{Client, Limits, Policy, SigningKeys, SystemResolver};
use leadhold_queue::Claim;
use leadhold_store::outage::Outage;
use leadhold_store::{Json, LOGS, MAIN, Row, Store, Tx, migrate, params};

use crate::call::Call;
use crate::conscience::{Conscience, Seen};
use crate::database::Database;

leadhold_store::statements! {
    EVENTS across tenants "the harness sees everything" = "select kind, record_id, payload from events where seq > $1 order by seq";
    JOBS across tenants "the harness sees everything" =
        "select id, queue, kind, payload, attempts, made_at from jobs order by made_at, id";
    LAST_EVENT across tenants "the harness sees everything" = "select coalesce(max(seq), 0) from events";
}

/// The first moment of every test: 2026-01-15T10:00:00Z.
const BEGIN: Timestamp = Timestamp(1_768_471_200_000);

/// An agency, its locations and their credentials, all with every scope.
#[derive(Clone, Debug)]
pub struct Agency {
    /// Proof of access to the agency.
    pub company: CompanyScope,
    /// Its private integration token.
    pub token: String,
    /// Its agency key.
    pub key: String,
    /// Its first location.
    pub location: LocationScope,
    /// The first location's private integration token.
    pub location_token: String,
    /// Its second location.
    pub second: LocationScope,
    /// The second location's private integration token.
    pub second_token: String,
}

/// The application under test.
pub struct TestApp {
    /// Looks at the database when the test is over, and so stands before it.
    conscience: Conscience,
    /// The application.
    pub app: Arc<App>,
    /// Its time, which stands still until moved.
    pub clock: Arc<ManualClock>,
    /// Its database.
    pub database: Database,
    /// The agency that a test works with.
    pub agency: Agency,
    /// Another agency, whose data nobody else may see.
    pub other: Agency,
    router: Router,
    log_lines: tokio::sync::Mutex<Lines>,
    seen_events: std::sync::atomic::AtomicI64,
}

impl TestApp {
    /// The usual application: sandbox on (hooks may go to loopback), rate limit on.
    pub async fn start() -> Self {
        Self::with(Config { sandbox: true, ..Config::default() }).await
    }

    /// An application that behaves as `config` says.
    ///
    /// # Panics
    /// When the database cannot be made.
    pub async fn with(config: Config) -> Self {
        let random: Arc<dyn Random> = Arc::new(SeededRandom::new(seed()));
        let database = Database::fresh(random.as_ref()).await;
        let store = Store::open(database.backend()).expect("the database opens");
        migrate(&store, MAIN).await.expect("the database migrates");
        let logs = Store::open_logs(database.backend()).expect("the request log opens");
        migrate(&logs, LOGS).await.expect("the request log migrates");
        let clock = Arc::new(ManualClock::new(BEGIN));
        let (told, sandbox_clock) = time(&clock, &config, &store).await;
        let world = world(store, logs, told, random, &config).await;
        let agency = found(&world, "Test Agency").await;
        let other = found(&world, "Other Agency").await;
        let (app, log_lines) = compose(world, config, sandbox_clock);
        let router = app.router();
        let conscience = Conscience { seen: Seen::default(), backend: database.backend().clone() };
        Self { conscience, app, clock, database, agency, other, router, log_lines, seen_events: 0.into() }
    }

    /// The application after its process has ended and begun again, on the same data.
    ///
    /// # Panics
    /// When the database cannot be opened again.
    pub async fn restart(self) -> Self {
        self.restart_over(|store| store).await
    }

    /// As [`TestApp::restart`], for a process that ends when the power fails.
    pub async fn restart_until(self, outage: Arc<Outage>) -> Self {
        self.restart_over(|store| store.until(outage)).await
    }

    async fn restart_over(self, store: impl FnOnce(Store) -> Store) -> Self {
        let Self { conscience, app, clock, database, agency, other, seen_events, .. } = self;
        let store = store(Store::open(database.backend()).expect("the database opens again"));
        let logs = Store::open_logs(database.backend()).expect("the request log opens again");
        let (told, sandbox_clock) = time(&clock, &app.config, &store).await;
        let wake = leadhold_queue::wake::Wake::default();
        let world = World { store, logs, clock: told, wake, ..app.world.clone() };
        let (app, log_lines) = compose(world, app.config.clone(), sandbox_clock);
        let router = app.router();
        Self { conscience, app, clock, database, agency, other, router, log_lines, seen_events }
    }

    /// A request with the first location's token.
    pub fn call(&self, method: Method, path: &str) -> Call {
        Call::new(
            self.router.clone(),
            self.conscience.seen.clone(),
            method,
            path,
            &self.agency.location_token,
        )
    }

    /// `GET path` with the first location's token.
    pub fn get(&self, path: &str) -> Call {
        self.call(Method::GET, path)
    }

    /// `POST path` with the first location's token.
    pub fn post(&self, path: &str) -> Call {
        self.call(Method::POST, path)
    }

    /// `PUT path` with the first location's token.
    pub fn put(&self, path: &str) -> Call {
        self.call(Method::PUT, path)
    }

    /// `DELETE path` with the first location's token.
    pub fn delete(&self, path: &str) -> Call {
        self.call(Method::DELETE, path)
    }

    /// Listens on loopback, for requests that need a socket: `http://127.0.0.1:port`, until what comes with it is dropped.
    ///
    /// # Panics
    /// When loopback has no free port.
    pub async fn serve(&self) -> (String, tokio::task::JoinSet<()>) {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let url = format!("http://{}", listener.local_addr().expect("an address"));
        let (router, mut serving) = (self.router.clone(), tokio::task::JoinSet::new());
        serving.spawn(async move { axum::serve(listener, router).await.expect("the application serves") });
        (url, serving)
    }

    /// Stores the request log's lines so far.
    ///
    /// # Panics
    /// When the store fails.
    pub async fn write_log(&self) {
        let mut lines = self.log_lines.lock().await;
        lines.store_waiting(&self.app.world.logs).await.expect("the request log is written");
    }

    /// Relays and works until nothing is due.
    ///
    /// # Panics
    /// When the store fails.
    pub async fn run_until_idle(&self) {
        self.app.queue.run_until_idle().await.expect("the queue runs");
    }

    /// The events since the last call, as `Kind record-id` and payload: all of them, so that a test sees what it did not
    /// expect.
    ///
    /// # Panics
    /// When the store fails.
    pub async fn new_events(&self) -> Vec<(String, String, serde_json::Value)> {
        use std::sync::atomic::Ordering::SeqCst;
        let after = self.seen_events.load(SeqCst);
        let (events, last) = self
            .app
            .world
            .store
            .read(move |tx| {
                let events = tx.query(EVENTS, params![after], |row| {
                    let Json(payload) = row.get(2)?;
                    Ok((row.get(0)?, row.get(1)?, payload))
                })?;
                Ok::<_, Error>((events, tx.query_one(LAST_EVENT, &[], |row| row.get(0))?))
            })
            .await
            .expect("events can be read");
        self.seen_events.store(last, SeqCst);
        events
    }

    /// The kinds of the events since the last call, in order.
    pub async fn new_event_kinds(&self) -> Vec<String> {
        self.new_events().await.into_iter().map(|(kind, _, _)| kind).collect()
    }

    /// The jobs that wait or sleep, as the workers that had them last were given them.
    ///
    /// # Panics
    /// When the store fails.
    pub async fn jobs(&self) -> Vec<Claim> {
        let read = |row: &Row<'_>| {
            let Json(payload) = row.get(3)?;
            let (id, queue, kind) = (row.get(0)?, row.get(1)?, row.get(2)?);
            Ok(Claim { id, queue, kind, payload, attempts: row.get(4)?, made_at: row.get(5)? })
        };
        let jobs = self.app.world.store.read(move |tx| tx.query(JOBS, params![], read)).await;
        jobs.expect("jobs can be read")
    }

    /// Changes the store as a service would.
    ///
    /// # Panics
    /// When the work fails.
    pub async fn write<T: Send + 'static>(
        &self,
        work: impl Fn(&mut Tx<'_>, &Cx) -> Result<T, Error> + Send + 'static,
    ) -> T {
        let cx = self.app.world.cx();
        self.app.world.write(move |tx| work(tx, &cx)).await.expect("the work is done")
    }
}

/// The clock that everything is told the time by: in the sandbox one that can be turned, over the test's own.
async fn time(
    clock: &Arc<ManualClock>,
    config: &Config,
    store: &Store,
) -> (Arc<dyn Clock>, Option<Arc<SandboxClock>>) {
    if !config.sandbox {
        return (clock.clone(), None);
    }
    let turned = Arc::new(SandboxClock::load(clock.clone(), store).await.expect("the clock loads"));
    (turned.clone(), Some(turned))
}

fn compose(
    world: World,
    config: Config,
    sandbox_clock: Option<Arc<SandboxClock>>,
) -> (Arc<App>, tokio::sync::Mutex<Lines>) {
    let (request_log, lines) = RequestLog::channel();
    (App::new(world, config, request_log, sandbox_clock), tokio::sync::Mutex::new(lines))
}

async fn world(
    store: Store,
    logs: Store,
    clock: Arc<dyn Clock>,
    random: Arc<dyn Random>,
    config: &Config,
) -> World {
    let policy = if config.sandbox { Policy::allow_loopback() } else { Policy::strict() };
    let mut seed = [0; 32];
    random.fill(&mut seed);
    let seal = Arc::new(Seal::new(&seed).expect("a seal from a seed"));
    let keys = ring(&store, &seal, &clock, &random, &seed).await;
    World {
        store,
        logs,
        clock,
        random,
        outbound: Arc::new(Client::new(policy, Arc::new(SystemResolver), Limits::default())),
        keys,
        // Making a pair takes longer than most tests do.
        token_keys: Arc::new(TokenKeys::from_pkcs8(include_bytes!("token_key.der")).expect("the test's key")),
        seal,
        mailer: None,
        files: FileStore::in_memory(),
        wake: leadhold_queue::wake::Wake::default(),
    }
}

/// The installation's keys: a pair without RSA, which would take longer to make than most tests do.
async fn ring(
    store: &Store,
    seal: &Arc<Seal>,
    clock: &Arc<dyn Clock>,
    random: &Arc<dyn Random>,
    seed: &[u8; 32],
) -> KeyRing {
    let pair = SigningKeys::from_seed(seed).expect("a key from a seed");
    let sealed = Sealed::new(&pair, seal, random.as_ref()).expect("the pair is sealed");
    let cx = Cx::system(clock.now(), Arc::clone(random));
    store.write(move |tx| webhook_keys::found(tx, &cx, &sealed)).await.expect("the pair is stored");
    let ring = KeyRing::load(store.clone(), Arc::clone(seal), Arc::clone(clock), true).await;
    ring.expect("the pair is read").expect("the pair opens")
}

async fn found(world: &World, name: &'static str) -> Agency {
    let cx = world.cx();
    world.write(move |tx| found_in(tx, &cx, name)).await.expect("the agency is founded")
}

fn found_in(tx: &mut Tx<'_>, cx: &Cx, name: &str) -> Result<Agency, Error> {
    let company = NewCompany {
        name: name.into(),
        email: None,
        country: "US".into(),
        timezone: "America/Chicago".into(),
    };
    let company = companies::create(tx, cx, &company)?;
    let location = |tx: &mut Tx<'_>, name: &str| {
        let new = NewLocation {
            name: name.into(),
            email: None,
            phone: None,
            country: "US".into(),
            timezone: "America/Chicago".into(),
            settings: Settings::default(),
        };
        locations::create(tx, cx, &company, &new)
    };
    let (first, second) = (location(tx, "First Location")?, location(tx, "Second Location")?);
    let token = |tx: &mut Tx<'_>, owner: &Owner, kind| {
        tokens::create(tx, cx, owner, kind, "test", ScopeSet::all()).map(|issued| issued.secret)
    };
    let agency = Owner::Company(company.clone());
    Ok(Agency {
        token: token(tx, &agency, Kind::Private)?,
        key: token(tx, &agency, Kind::AgencyKey)?,
        location_token: token(tx, &Owner::Location(first.clone()), Kind::Private)?,
        second_token: token(tx, &Owner::Location(second.clone()), Kind::Private)?,
        company,
        location: first,
        second,
    })
}

/// The process and a counter: tests run side by side, and their databases must not share a name.
fn seed() -> u64 {
    use std::sync::atomic::{AtomicU64, Ordering};
    static COUNT: AtomicU64 = AtomicU64::new(0);
    (u64::from(std::process::id()) << 32) + COUNT.fetch_add(1, Ordering::Relaxed)
}
