//! `leadhold serve`.

use std::io::ErrorKind;
use std::net::SocketAddr;
use std::time::Duration;

use leadhold_app::http::request_log::write_lines;
use leadhold_app::http::serve::serve;
use leadhold_app::{files, webhooks, workflows};
use leadhold_store::{MAIN, migrate};
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use super::{print, runtime};
use crate::compose::{self, Composed, Machine};
use crate::config::{Config, FilesFlags, Overrides, Switch};
use crate::fault::Fault;
use crate::keys::Secret;
use crate::place::Place;

/// How long jobs under way may take after the stop; the longest of them is an outbound request of 10 s.
const DRAIN: Duration = Duration::from_secs(20);

/// Serve the API
///
/// Prints `listening on http://ADDRESS` on standard output when it is ready. SIGTERM and SIGINT end it: no new
/// requests, those under way finish, and the exit code is 0.
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  leadhold serve                                      the embedded store in ./leadhold-data, on 127.0.0.1:8080
  leadhold serve --sandbox --rate-limit off           for trying things out on this machine
  leadhold serve --listen 0.0.0.0:80 --database-url postgres://leadhold:secret@db/leadhold")]
pub struct Serve {
    #[command(flatten)]
    place: Place,

    /// Where to listen; port 0 takes a free one [default: 127.0.0.1:8080]
    #[arg(long, value_name = "ADDRESS", env = "LEADHOLD_LISTEN")]
    listen: Option<SocketAddr>,

    /// The address that clients see, for the links in answers [default: the one listened on]
    #[arg(long, value_name = "URL", env = "LEADHOLD_PUBLIC_URL")]
    public_url: Option<String>,

    /// For trying things out: webhooks may go to this machine, and the clock can be set over HTTP
    #[arg(long, value_name = "BOOL", env = "LEADHOLD_SANDBOX", num_args = 0..=1, require_equals = true,
          default_missing_value = "true")]
    sandbox: Option<bool>,

    /// Count requests and refuse those over the limit; `off` only with --sandbox [default: on]
    #[arg(long, value_name = "SWITCH", env = "LEADHOLD_RATE_LIMIT")]
    rate_limit: Option<Switch>,

    /// Refuse requests without a Version header, as the real service does
    #[arg(long, value_name = "BOOL", env = "LEADHOLD_STRICT_VERSION", num_args = 0..=1, require_equals = true,
          default_missing_value = "true")]
    strict_version: Option<bool>,

    /// Keep the bodies of requests and answers in the request log, secrets redacted; only with --sandbox
    #[arg(long, value_name = "BOOL", env = "LEADHOLD_LOG_BODIES", num_args = 0..=1, require_equals = true,
          default_missing_value = "true")]
    log_bodies: Option<bool>,

    /// Sign webhooks also with RSA, for receivers that check the older header
    #[arg(long, value_name = "BOOL", env = "LEADHOLD_RSA_SIGNATURE", num_args = 0..=1, require_equals = true,
          default_missing_value = "true")]
    rsa_signature: Option<bool>,

    /// The server that mail goes through, such as smtps://USER:PASSWORD@mail.example.com
    #[arg(long, value_name = "URL", env = "LEADHOLD_SMTP_URL", hide_env_values = true)]
    smtp_url: Option<String>,

    /// Whom mail comes from, such as "Leadhold <leadhold@example.com>"
    #[arg(long, value_name = "ADDRESS", env = "LEADHOLD_MAIL_FROM")]
    mail_from: Option<String>,

    #[command(flatten)]
    files: FilesFlags,

    /// How many jobs run at once [default: 32]
    #[arg(long, value_name = "NUMBER", env = "LEADHOLD_WORKERS")]
    workers: Option<u32>,
}

impl Serve {
    pub fn run(self, overrides: Overrides) -> Result<(), Fault> {
        let config = self.settings(overrides)?;
        config.log.start()?;
        let backend = config.database.backend(&self.place.data);
        let store = compose::open(&self.place, &backend)?;
        let runtime = runtime()?;
        runtime.block_on(async {
            compose::expect_initialised(&store).await?;
            migrate(&store, MAIN).await?;
            let logs = compose::begin_logs(&backend).await?;
            let secret = Secret::find(self.place.secret_key.as_deref(), &self.place.data)?;
            let files = config.files.open(&self.place.data)?;
            let listener = listen(config.server.listen).await?;
            let address = listener.local_addr().map_err(|error| Fault::failed(error.to_string()))?;
            let machine = Machine::real();
            let composed =
                compose::application(&config, &machine, store, logs, files, &secret, address).await?;
            run_until_stopped(&config, composed, listener, address).await
        })
    }

    fn settings(&self, mut overrides: Overrides) -> Result<Config, Fault> {
        let rate_limit = self.rate_limit.map(|switch| if switch == Switch::On { "on" } else { "off" });
        overrides
            .set("server", "listen", self.listen.map(|address| address.to_string()))
            .set("server", "public_url", self.public_url.as_deref())
            .set("server", "sandbox", self.sandbox)
            .set("server", "rate_limit", rate_limit)
            .set("server", "strict_version", self.strict_version)
            .set("server", "log_bodies", self.log_bodies)
            .set("webhooks", "rsa_signature", self.rsa_signature)
            .set("mail", "smtp_url", self.smtp_url.as_deref())
            .set("mail", "from", self.mail_from.as_deref())
            .set("workers", "concurrency", self.workers.map(i64::from));
        self.files.set(&mut overrides);
        self.place.settings(overrides)
    }
}

async fn listen(address: SocketAddr) -> Result<TcpListener, Fault> {
    TcpListener::bind(address).await.map_err(|error| {
        let advice = match error.kind() {
            ErrorKind::AddrInUse => "stop what listens there, or name another address with --listen",
            ErrorKind::PermissionDenied => "ports below 1024 need a privilege; name another with --listen",
            _ => "name an address of this machine with --listen",
        };
        Fault::failed(format!("cannot listen on {address}: {error}; {advice}"))
    })
}

/// Serves until a signal comes, then drains: first the requests, then the work behind them, then the log.
async fn run_until_stopped(
    config: &Config,
    composed: Composed,
    listener: TcpListener,
    address: SocketAddr,
) -> Result<(), Fault> {
    let Composed { app, lines } = composed;
    if let Some(sandbox) = &app.sandbox {
        sandbox.keep_first_start(&app).await?; // before anything runs
    }
    let (accepting, working) = (CancellationToken::new(), CancellationToken::new());
    let work = TaskTracker::new();
    let queue = app.queue.clone();
    let relay = (queue.clone(), working.clone());
    work.spawn(async move { relay.0.run_relay(relay.1).await });
    for name in queue.queue_names() {
        // Deliveries wait for others nearly all of the time: their number costs sockets, not processors.
        let concurrency =
            if name == webhooks::QUEUE { webhooks::CONCURRENCY } else { config.workers.concurrency };
        let (queue, stop) = (queue.clone(), working.clone());
        work.spawn(async move { queue.run_worker(name, concurrency, stop).await });
    }
    let (world, stop) = (app.world.clone(), working.clone());
    work.spawn(async move { write_lines(lines, world.logs, world.clock.as_ref(), stop).await });
    let (uses, store, stop) = (app.token_uses.clone(), app.world.store.clone(), working.clone());
    work.spawn(async move { uses.write_until(&store, stop).await });
    let (world, stop) = (app.world.clone(), working.clone());
    work.spawn(async move { files::sweep_until(world, stop).await });
    let (world, stop, days) = (app.world.clone(), working.clone(), config.webhooks.keep_days);
    work.spawn(async move { webhooks::prune_until(world, days, stop).await });
    let (world, stop, days) = (app.world.clone(), working.clone(), config.workflows.keep_days);
    work.spawn(async move { workflows::prune::until(world, days, stop).await });
    let mut watcher = JoinSet::new(); // ends with this function
    watcher.spawn(stop_at_signal(accepting.clone())?);
    work.close();

    if config.server.sandbox {
        tracing::warn!(
            "sandbox: webhooks may go to this machine, and anyone who reaches this port can set the clock and go back to \
             earlier states"
        );
    }
    let router = app.router();
    print(&format!("listening on http://{address}"))?;
    serve(listener, router, accepting).await;
    working.cancel();
    if tokio::time::timeout(DRAIN, work.wait()).await.is_err() {
        tracing::warn!("some jobs did not finish in time; they run again at the next start");
    }
    tracing::info!("stopped");
    Ok(())
}

/// Cancels `stop` at the first SIGTERM or SIGINT. A second one ends the process at once: nothing acknowledged is lost by
/// that, and whoever sends it does not want to wait.
fn stop_at_signal(stop: CancellationToken) -> Result<impl Future<Output = ()>, Fault> {
    let watch =
        |kind| signal(kind).map_err(|error| Fault::failed(format!("cannot watch for signals: {error}")));
    let (mut terminate, mut interrupt) = (watch(SignalKind::terminate())?, watch(SignalKind::interrupt())?);
    let mut either = async move || {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
    };
    Ok(async move {
        either().await;
        tracing::info!("stopping; a second signal stops at once");
        stop.cancel();
        either().await;
        std::process::exit(1);
    })
}
