//! The connector below TLS: resolve, drop what the policy forbids, dial what was checked.

use std::fmt;
use std::future::Future;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use http::Uri;
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;
use tokio::time::timeout;

use crate::policy::{Forbidden, Policy};
use crate::resolve::Resolve;

/// A name may answer with many addresses; the first few decide.
const MOST_ADDRESSES: usize = 6;

type Later<T> = Pin<Box<dyn Future<Output = T> + Send>>;

/// Opens a TCP connection to exactly this address. An argument, so that a test can stand in for the internet.
pub(crate) type Dial = Arc<dyn Fn(SocketAddr) -> Later<io::Result<TcpStream>> + Send + Sync>;

/// [`Dial`] over the real network.
pub(crate) fn tcp() -> Dial {
    Arc::new(|address| Box::pin(TcpStream::connect(address)))
}

/// Why there is no connection.
#[derive(Debug)]
pub(crate) enum NoConnection {
    Forbidden(Forbidden),
    Dns { host: String, why: String },
    Refused { address: SocketAddr, why: io::Error },
    TooSlow { host: String, limit: Duration },
}

impl fmt::Display for NoConnection {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            NoConnection::Forbidden(why) => why.fmt(out),
            NoConnection::Dns { host, why } => write!(out, "no address found for {host}: {why}"),
            NoConnection::Refused { address, why } => write!(out, "no connection to {address}: {why}"),
            NoConnection::TooSlow { host, limit } => {
                write!(out, "no connection to {host} within {} ms", limit.as_millis())
            }
        }
    }
}

impl std::error::Error for NoConnection {}

/// A hyper connector that dials only addresses it has just checked. hyper calls it once for each new
/// connection, so the check is as fresh as the connection.
#[derive(Clone)]
pub(crate) struct Connector {
    pub(crate) policy: Policy,
    pub(crate) resolver: Arc<dyn Resolve>,
    pub(crate) dial: Dial,
    pub(crate) limit: Duration,
}

impl tower_service::Service<Uri> for Connector {
    type Response = TokioIo<TcpStream>;
    type Error = NoConnection;
    type Future = Later<Result<Self::Response, NoConnection>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), NoConnection>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, uri: Uri) -> Self::Future {
        let this = self.clone();
        Box::pin(async move {
            let host = uri.host().unwrap_or_default().to_owned();
            let port = uri.port_u16().unwrap_or(if uri.scheme_str() == Some("https") { 443 } else { 80 });
            let limit = this.limit;
            timeout(limit, this.connect(&host, port))
                .await
                .unwrap_or(Err(NoConnection::TooSlow { host, limit }))
                .map(TokioIo::new)
        })
    }
}

impl Connector {
    async fn connect(&self, host: &str, port: u16) -> Result<TcpStream, NoConnection> {
        let addresses = self.allowed(host).await?;
        // A silent address must leave time for the next one.
        let share = self.limit / u32::try_from(addresses.len()).unwrap_or(1).max(1);
        let mut last = None;
        for address in addresses {
            let address = SocketAddr::new(address, port);
            let dialled = timeout(share, (self.dial)(address)).await;
            match dialled.unwrap_or_else(|_| Err(io::ErrorKind::TimedOut.into())) {
                Ok(stream) => {
                    // Bodies are written whole; waiting for more to fill a packet only costs time.
                    let _ = stream.set_nodelay(true);
                    return Ok(stream);
                }
                Err(why) => last = Some(NoConnection::Refused { address, why }),
            }
        }
        Err(last.unwrap_or_else(|| NoConnection::Dns { host: host.to_owned(), why: "no address".to_owned() }))
    }

    /// The addresses of `host` that may be dialled. If some are forbidden the others still count; if all are,
    /// the first one is the reason.
    async fn allowed(&self, host: &str) -> Result<Vec<IpAddr>, NoConnection> {
        if let Ok(literal) = host.trim_matches(['[', ']']).parse::<IpAddr>() {
            return self
                .policy
                .check_address(literal)
                .map(|()| vec![literal])
                .map_err(NoConnection::Forbidden);
        }
        let dns = |why: String| NoConnection::Dns { host: host.to_owned(), why };
        let found = self.resolver.resolve(host).await.map_err(|why| dns(why.to_string()))?;
        let mut allowed = Vec::new();
        let mut refused = None;
        for address in found {
            match self.policy.check_address(address) {
                Ok(()) if allowed.len() < MOST_ADDRESSES => allowed.push(address),
                Ok(()) => {}
                Err(why) => refused = refused.or(Some(why)),
            }
        }
        match (allowed.is_empty(), refused) {
            (false, _) => Ok(allowed),
            (true, Some(why)) => Err(NoConnection::Forbidden(why.reached_by(host))),
            (true, None) => Err(dns("the name has no address".to_owned())),
        }
    }
}
