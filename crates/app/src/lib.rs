//! The product: one folder per area of the API, named as its first URL segment.
//!
//! Data flows one way: a request goes down to a transaction; what happened leaves as an event in that transaction;
//! automation reads events and calls down into records. `slices.rs` is the one list of what there is.

pub mod closing;
pub mod credentials;
pub mod demo;
pub mod file_store;
pub mod founding;
pub mod http;
pub mod mail;
pub mod patience;
pub mod seal;
pub mod search;
pub mod secret;
pub mod slices;
pub mod steps;
pub mod tenant;
pub mod token_keys;
pub mod webhook_keys;
pub mod world;

pub mod audit;
pub mod companies;
pub mod contacts;
pub mod custom_fields;
pub mod custom_menus;
pub mod files;
pub mod installation;
pub mod locations;
pub mod marketplace;
pub mod notices;
pub mod oauth;
pub mod portal;
pub mod requests;
pub mod sessions;
pub mod tokens;
pub mod users;

pub mod associations;
pub mod batch;
pub mod businesses;
pub mod calendars;
pub mod campaigns;
pub mod conversations;
pub mod forms;
pub mod imports;
pub mod inbound_hooks;
pub mod inspect;
pub mod links;
pub mod medias;
pub mod merging;
pub mod notes;
pub mod objects;
pub mod opportunities;
pub mod records;
pub mod tasks;
pub mod webhooks;
pub mod workflows;

pub mod sandbox;

use std::sync::Arc;
use std::time::Duration;

use ipnet::IpNet;
use leadhold_kernel::Error;
use leadhold_queue::Queue;
use tokio::sync::RwLockWriteGuard;

use crate::http::fault::FaultLookup;
use crate::http::metrics::{Metrics, OperationCounters};
use crate::http::rate_limit::Limiter;
use crate::http::request_log::RequestLog;
use crate::http::standstill::Standstill;
use crate::http::uploads::Uploads;
use crate::http::{LocationLookup, SessionLookup, TokenLookup};
use crate::sandbox::{Faults, Sandbox, SandboxClock};
pub use crate::tenant::{CompanyScope, LocationScope};
pub use crate::world::World;

/// How this server behaves, as its flags and file say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Config {
    /// A developer's server: the clock can be turned, hooks may go to loopback addresses.
    pub sandbox: bool,
    /// Whether requests are counted and refused; can be off only in the sandbox.
    pub rate_limit: bool,
    /// Whether a missing `Version` header is refused, as the real service does.
    pub strict_version: bool,
    /// Whether the request log keeps bodies; can be on only in the sandbox.
    pub log_bodies: bool,
    /// How clients reach this server, without a trailing slash: for links in answers.
    pub base_url: String,
    /// Whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Vec<IpNet>,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            sandbox: false,
            rate_limit: true,
            strict_version: false,
            log_bodies: false,
            base_url: "http://127.0.0.1:8080".to_owned(),
            trusted_proxies: Vec::new(),
        }
    }
}

/// The application: what every request can reach.
pub struct App {
    /// Store, time, chance, the way out.
    pub world: World,
    /// Events and jobs.
    pub queue: Queue,
    /// How this server behaves.
    pub config: Config,
    /// When tokens were used last.
    pub token_uses: tokens::Uses,
    /// The counters of what visitors without a credential send.
    pub visitor_pace: http::pace::Pace,
    /// The counters of requests to inbound hooks.
    pub hook_pace: inbound_hooks::Pace,
    /// Who owns a credential.
    pub tokens: Arc<dyn TokenLookup>,
    /// Which locations are whose.
    pub locations: Arc<dyn LocationLookup>,
    /// Who is behind a cookie.
    pub sessions: Arc<dyn SessionLookup>,
    /// The request counters.
    pub limiter: Limiter,
    /// Who may send files now.
    pub uploads: Uploads,
    /// Where request lines go.
    pub request_log: RequestLog,
    /// The figures.
    pub metrics: Metrics,
    /// The counters of requests that match no operation.
    pub unknown_operation: OperationCounters,
    /// The clock as something to turn, and what else there is only with `--sandbox`.
    pub sandbox: Option<Arc<Sandbox>>,
    /// Who is inside; `None` outside the sandbox.
    pub standstill: Option<Standstill>,
    /// Who knows what is to go wrong; `None` outside the sandbox.
    pub faults: Option<Arc<dyn FaultLookup>>,
}

impl App {
    /// An application over `world`, whose clock `sandbox_clock` is in the sandbox.
    #[must_use]
    pub fn new(
        world: World,
        config: Config,
        request_log: RequestLog,
        sandbox_clock: Option<Arc<SandboxClock>>,
    ) -> Arc<Self> {
        let faults = Faults::new(world.store.clone(), Arc::clone(&world.clock));
        let faults = config.sandbox.then(|| Arc::new(faults));
        let queue = Queue::new(
            world.store.clone(),
            Arc::clone(&world.clock),
            Arc::clone(&world.random),
            slices::consumers(&world, &config),
            slices::jobs(&world, &config, faults.as_ref()),
            world.wake.clone(),
        );
        let metrics = Metrics::default();
        let token_uses = tokens::Uses::default();
        Arc::new(Self {
            tokens: slices::token_lookup(&world, &token_uses),
            token_uses,
            visitor_pace: http::pace::Pace::default(),
            hook_pace: inbound_hooks::Pace::default(),
            locations: slices::location_lookup(&world),
            sessions: slices::session_lookup(&world),
            unknown_operation: metrics.operation("unknown"),
            limiter: Limiter::default(),
            uploads: Uploads::default(),
            world,
            queue,
            request_log,
            metrics,
            standstill: config.sandbox.then(Standstill::default),
            sandbox: sandbox_clock
                .zip(faults.clone())
                .map(|(clock, faults)| Arc::new(Sandbox::new(clock, faults))),
            faults: faults.map(|faults| faults as Arc<dyn FaultLookup>),
            config,
        })
    }

    /// A moment without any other request, for whoever exchanges the data.
    ///
    /// # Errors
    /// 503 when requests are under way that do not end within `patience`.
    async fn alone(&self, patience: Duration) -> Result<Option<RwLockWriteGuard<'_, ()>>, Error> {
        let Some(standstill) = &self.standstill else { return Ok(None) };
        let alone = standstill.begin(patience).await.ok_or_else(|| {
            Error::Unavailable("Requests are under way that do not end. Try again in a moment.".to_owned())
        })?;
        Ok(Some(alone))
    }

    /// Forgets what is remembered here of data that have been exchanged for others: counters, uses that were not written, and
    /// lines of the request log from a time that has not come yet.
    async fn forget(&self) -> Result<(), Error> {
        self.token_uses.forget();
        self.visitor_pace.forget();
        self.hook_pace.forget();
        self.limiter.forget();
        self.world.keys.look_again();
        if let Some(sandbox) = &self.sandbox {
            sandbox.forget();
        }
        let now = self.world.clock.now();
        Ok(self.world.logs.write(move |tx| http::request_log::forget_later(tx, now)).await?)
    }

    /// The router over all slices.
    pub fn router(self: &Arc<Self>) -> axum::Router {
        http::router::router(Arc::clone(self), &slices::routes())
    }
}
