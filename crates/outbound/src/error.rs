//! Why a request has no answer.

use std::error::Error;
use std::fmt;
use std::io;
use std::time::Duration;

use crate::connect::NoConnection;
use crate::policy::Forbidden;

/// Why a request has no answer. Every kind may pass: names change their addresses, servers come back.
///
/// [`SendError::kind`] is a stable word for a log or a table; the text says what was wrong and where.
#[derive(Debug)]
pub enum SendError {
    /// The URL or every address it leads to is forbidden. Nothing was sent.
    Forbidden(Forbidden),
    /// The name has no address, or the name server did not say. Nothing was sent.
    Dns(String),
    /// No address accepted a connection. Nothing was sent.
    Connect(String),
    /// The TLS handshake failed: an untrusted, expired or foreign certificate, or no TLS at all. Nothing was
    /// sent.
    Tls(String),
    /// The deadline passed. The other side may have read the request.
    Timeout(Duration),
    /// The connection broke, or what came back was not HTTP. The other side may have read the request.
    Protocol(String),
}

impl SendError {
    /// `forbidden`, `dns`, `connect`, `tls`, `timeout` or `protocol`.
    pub fn kind(&self) -> &'static str {
        match self {
            SendError::Forbidden(_) => "forbidden",
            SendError::Dns(_) => "dns",
            SendError::Connect(_) => "connect",
            SendError::Tls(_) => "tls",
            SendError::Timeout(_) => "timeout",
            SendError::Protocol(_) => "protocol",
        }
    }

    /// Finds the cause in what hyper reports. Connector and TLS wrap their errors in `Box<dyn Error>` and
    /// `io::Error`, so the chain is walked until something known turns up.
    pub(crate) fn from_hyper(error: &(dyn Error + 'static), connecting: bool) -> SendError {
        let mut at = Some(error);
        while let Some(cause) = at {
            if let Some(why) = cause.downcast_ref::<NoConnection>() {
                return SendError::from_no_connection(why);
            }
            if let Some(why) = cause.downcast_ref::<rustls::Error>() {
                return SendError::Tls(why.to_string());
            }
            if cause.is::<rustls::pki_types::InvalidDnsNameError>() {
                return SendError::Tls("the host name cannot be in a certificate".to_owned());
            }
            // `io::Error::source` skips the error it wraps.
            let wrapped = cause.downcast_ref::<io::Error>().and_then(io::Error::get_ref);
            at = wrapped.map(|inner| inner as &(dyn Error + 'static)).or_else(|| cause.source());
        }
        // Past the TCP connection, all that connecting still does is TLS.
        if connecting { SendError::Tls(innermost(error)) } else { SendError::Protocol(innermost(error)) }
    }

    fn from_no_connection(why: &NoConnection) -> SendError {
        match why {
            NoConnection::Forbidden(why) => SendError::Forbidden(why.clone()),
            NoConnection::Dns { .. } => SendError::Dns(why.to_string()),
            NoConnection::Refused { .. } | NoConnection::TooSlow { .. } => {
                SendError::Connect(why.to_string())
            }
        }
    }
}

/// The deepest text: the layers above only say that something below failed.
fn innermost(error: &(dyn Error + 'static)) -> String {
    let mut at = error;
    while let Some(below) = at.source() {
        at = below;
    }
    at.to_string()
}

impl fmt::Display for SendError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            SendError::Forbidden(why) => why.fmt(out),
            SendError::Dns(why) | SendError::Connect(why) => out.write_str(why),
            SendError::Tls(why) => write!(out, "TLS failed: {why}"),
            SendError::Timeout(limit) => write!(out, "no complete answer within {} ms", limit.as_millis()),
            SendError::Protocol(why) => write!(out, "the connection broke before an answer: {why}"),
        }
    }
}

impl Error for SendError {}

impl From<Forbidden> for SendError {
    fn from(why: Forbidden) -> SendError {
        SendError::Forbidden(why)
    }
}
