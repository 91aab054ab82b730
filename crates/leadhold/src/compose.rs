//! The one place where real things are built and handed down.

use std::net::SocketAddr;
use std::sync::Arc;

use leadhold_app::file_store::FileStore;
use leadhold_app::http::request_log::{Lines, RequestLog};
use leadhold_app::sandbox::SandboxClock;
use leadhold_app::{App, World};
use leadhold_kernel::{Clock, Cx, Random};
use leadhold_outbound::{Client, Limits, Policy, SystemResolver};
use leadhold_queue::wake::Wake;
use leadhold_store::{Backend, LOGS, MAIN, Store, migrate, status};

use crate::config::{Config, Switch};
use crate::fault::Fault;
use crate::keys::{self, Secret};
use crate::machine::{SystemClock, SystemRandom};
use crate::place::Place;

/// Time and chance, as every command needs them.
#[derive(Clone)]
pub struct Machine {
    pub clock: Arc<dyn Clock>,
    pub random: Arc<dyn Random>,
}

impl Machine {
    pub fn real() -> Self {
        Self { clock: Arc::new(SystemClock::new()), random: Arc::new(SystemRandom) }
    }

    /// What surrounds a change that the operator makes.
    pub fn cx(&self) -> Cx {
        Cx::system(self.clock.now(), Arc::clone(&self.random))
    }
}

/// Opens the store that `leadhold init` made. To be called outside the runtime: PostgreSQL's client has one of its own.
pub fn open(place: &Place, backend: &Backend) -> Result<Store, Fault> {
    if *backend == Backend::Embedded(place.data.clone()) && !place.database_file().is_file() {
        let dir = place.data.display();
        return Err(Fault::failed(format!(
            "there is no store in {dir}; make one with `leadhold init --data {dir}`"
        )));
    }
    Store::open(backend)
        .map_err(|error| Fault::failed(format!("cannot open {}: {error}", place.describe(backend))))
}

/// Opens the request log for writing, and makes its tables where they are missing.
pub async fn begin_logs(backend: &Backend) -> Result<Store, Fault> {
    let logs = Store::open_logs(backend)?;
    migrate(&logs, LOGS).await?;
    Ok(logs)
}

/// Opens the request log beside the store that [`open`] has opened; `None` when no server has written one yet.
pub fn open_logs(place: &Place, backend: &Backend) -> Result<Option<Store>, Fault> {
    if *backend == Backend::Embedded(place.data.clone()) && !place.data.join("logs.db").is_file() {
        return Ok(None);
    }
    Store::open_logs(backend).map(Some).map_err(|error| {
        Fault::failed(format!("cannot open the request log in {}: {error}", place.describe(backend)))
    })
}

/// Refuses a database in which `leadhold init` has not been.
pub async fn expect_initialised(store: &Store) -> Result<(), Fault> {
    if status(store, MAIN).await?.applied == 0 {
        return Err(Fault::failed("the database holds nothing of Leadhold; fill it with `leadhold init`"));
    }
    Ok(())
}

/// An application and the log lines that it will write.
pub struct Composed {
    pub app: Arc<App>,
    pub lines: Lines,
}

/// Builds the application that will answer on `address`.
pub async fn application(
    config: &Config,
    machine: &Machine,
    store: Store,
    logs: Store,
    files: FileStore,
    secret: &Secret,
    address: SocketAddr,
) -> Result<Composed, Fault> {
    let sandbox_clock = match config.server.sandbox {
        true => Some(Arc::new(SandboxClock::load(Arc::clone(&machine.clock), &store).await?)),
        false => None,
    };
    let clock =
        sandbox_clock.clone().map_or_else(|| Arc::clone(&machine.clock), |clock| clock as Arc<dyn Clock>);
    let policy = if config.server.sandbox { Policy::allow_loopback() } else { Policy::strict() };
    let (seal, rsa) = (Arc::new(secret.sealer()?), config.webhooks.rsa_signature);
    let keys = keys::ring(&store, &seal, Arc::clone(&machine.clock), rsa, &machine.cx()).await?;
    let token_keys = keys::load_or_make_token_keys(&store, secret, machine.random.as_ref()).await?;
    let world = World {
        store,
        logs,
        clock,
        random: Arc::clone(&machine.random),
        outbound: Arc::new(Client::new(policy, Arc::new(SystemResolver), Limits::default())),
        keys,
        token_keys: Arc::new(token_keys),
        seal,
        mailer: if config.server.sandbox { None } else { config.mail.mailer()? },
        files,
        wake: Wake::default(),
    };
    let behaviour = leadhold_app::Config {
        sandbox: config.server.sandbox,
        rate_limit: config.server.rate_limit == Switch::On,
        strict_version: config.server.strict_version,
        log_bodies: config.server.log_bodies,
        base_url: config.server.base_url(address),
        trusted_proxies: config.server.trusted_proxies()?,
    };
    let (request_log, lines) = RequestLog::channel();
    Ok(Composed { app: App::new(world, behaviour, request_log, sandbox_clock), lines })
}
