//! Accepts connections and drains them at the end.

use std::time::Duration;

use axum::Router;
use http::Request;
use hyper::body::Incoming;
use hyper::server::conn::http1::Builder;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tower_service::Service;

use super::peer::Peer;

/// How long a client may take to send the head of a request: slow ones hold a socket, not a thread, but sockets end too.
const HEAD_TIMEOUT: Duration = Duration::from_secs(15);
/// How long requests under way may take after the stop.
const DRAIN: Duration = Duration::from_secs(10);
/// The pause after a failed accept: the process is out of sockets, and trying at once would only burn time.
const ACCEPT_PAUSE: Duration = Duration::from_millis(50);

/// Serves `router` on `listener` until `stop` is cancelled, then lets requests under way finish.
pub async fn serve(listener: TcpListener, router: Router, stop: CancellationToken) {
    let mut builder = Builder::new();
    builder.timer(TokioTimer::new()).header_read_timeout(HEAD_TIMEOUT).pipeline_flush(true);
    let (draining, connections) = (GracefulShutdown::new(), TaskTracker::new());
    loop {
        let (stream, peer) = tokio::select! {
            accepted = listener.accept() => match accepted {
                Ok(accepted) => accepted,
                Err(error) => {
                    tracing::warn!(%error, "cannot accept a connection");
                    tokio::time::sleep(ACCEPT_PAUSE).await;
                    continue;
                }
            },
            () = stop.cancelled() => break,
        };
        let _best_effort = stream.set_nodelay(true).is_err();
        let router = router.clone();
        let answer = service_fn(move |mut request: Request<Incoming>| {
            request.extensions_mut().insert(Peer(peer.ip()));
            router.clone().call(request)
        });
        let connection = builder.serve_connection(TokioIo::new(stream), answer);
        let connection = draining.watch(connection);
        connections.spawn(async move {
            if let Err(error) = connection.await {
                tracing::debug!(%error, "a connection ended early");
            }
        });
    }
    drop(listener);
    connections.close();
    let _all_done = tokio::time::timeout(DRAIN, draining.shutdown()).await.is_ok();
}
