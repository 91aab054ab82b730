//! What goes wrong with a request because somebody wished it: in the sandbox. Elsewhere nobody is asked.
//!
//! A fault strikes where a handler would be called: credential, scope and rate limit have been looked at, and the answer
//! leaves as every other.

use std::future::Future;
use std::pin::Pin;
use std::time::Duration;

use axum::body::Body;
use bytes::Bytes;
use futures_util::{StreamExt, stream};
use http::{Method, StatusCode};
use leadhold_kernel::Error;
use serde_json::json;

use super::authenticate::invalid_jwt;
use super::rate_limit::Decision;
use super::reply::Reply;

/// How long the rest of a body that is cut is waited for: what comes before it must be on its way.
const BEFORE_THE_CUT: Duration = Duration::from_millis(50);

/// What goes wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// 429, with the headers of a used-up window.
    RateLimited,
    /// 401, as the real service answers a token that has expired.
    ExpiredToken,
    /// Another status of 400 to 599.
    Status(StatusCode),
    /// The answer comes late.
    Slow(Duration),
    /// The connection ends half way through the body.
    Cut,
}

/// A fault, and when it strikes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Strike {
    /// What goes wrong.
    pub fault: Fault,
    /// Whether the work is done before: the client does not learn of it.
    pub after: bool,
}

/// Which request it is.
#[derive(Clone, Copy, Debug)]
pub struct Asked<'a> {
    /// The method.
    pub method: &'a Method,
    /// The path as sent.
    pub path: &'a str,
    /// The location of the credential, or else the one that the query names.
    pub location: Option<&'a str>,
}

/// What [`FaultLookup::find`] answers.
pub type Finding<'a> = Pin<Box<dyn Future<Output = Result<Option<Strike>, Error>> + Send + 'a>>;

/// Knows what is wished for.
pub trait FaultLookup: Send + Sync {
    /// What strikes this request; asking counts.
    fn find<'a>(&'a self, asked: Asked<'a>) -> Finding<'a>;
}

/// What befalls the answer on its way out.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Mishap {
    pub(super) slow: Option<Duration>,
    pub(super) cut: bool,
}

impl Strike {
    /// The answer of `handled` as it is struck; what befalls it later goes into `mishap`.
    pub(super) async fn on(
        self,
        handled: impl Future<Output = Result<Reply, Error>>,
        rate: &mut Option<Decision>,
        mishap: &mut Mishap,
    ) -> Result<Reply, Error> {
        match self.fault {
            Fault::Slow(pause) => mishap.slow = Some(pause),
            Fault::Cut => mishap.cut = true,
            fault => {
                if self.after {
                    handled.await?;
                }
                return fault.answer(rate);
            }
        }
        handled.await
    }
}

impl Fault {
    fn answer(self, rate: &mut Option<Decision>) -> Result<Reply, Error> {
        match self {
            Self::RateLimited => {
                let counted = rate.unwrap_or(Decision::UNCOUNTED);
                *rate = Some(Decision { admitted: false, remaining: 0, ..counted });
                Err(Error::TooManyRequests)
            }
            Self::ExpiredToken => Err(invalid_jwt()),
            Self::Status(status) => {
                let reason = status.canonical_reason().unwrap_or("Error");
                let body = json!({ "statusCode": status.as_u16(), "message": reason, "error": reason });
                Ok(Reply::json(status, &body))
            }
            Self::Slow(_) | Self::Cut => Err(Error::internal("it has no answer of its own")),
        }
    }
}

/// The first half of `body`, and then the end of the connection.
pub(super) fn cut(body: &Bytes) -> Body {
    let half = body.slice(..body.len() / 2);
    let end = stream::once(async {
        tokio::time::sleep(BEFORE_THE_CUT).await;
        Err(std::io::Error::other("cut on purpose"))
    });
    Body::from_stream(stream::once(async { Ok(half) }).chain(end))
}
