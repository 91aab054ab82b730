//! Which URLs and addresses may be reached. Pure: it resolves nothing and connects to nothing.

use std::fmt;
use std::net::IpAddr;

use url::{Host, Url};

use crate::special::{Purpose, Special, special};

/// Longest URL that is sent, in bytes. Servers commonly stop at 8 KiB for the whole request line.
const LONGEST_URL: usize = 8 * 1024;

/// The address policy of one [`Client`](crate::Client).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Policy {
    loopback: bool,
}

impl Policy {
    /// Public addresses only.
    pub fn strict() -> Policy {
        Policy { loopback: false }
    }

    /// Public addresses, and `127.0.0.0/8` and `::1` in their plain spelling; for a sandbox on one machine.
    /// Everything else that is not public stays forbidden, private networks and metadata services included.
    pub fn allow_loopback() -> Policy {
        Policy { loopback: true }
    }

    /// Reads a URL and refuses what can be refused without asking a name server: a scheme other than http and
    /// https, a user name or password, a literal address the policy forbids (in any spelling: decimal, octal,
    /// hexadecimal, IPv6). Use it where a user enters a URL, to say no at once; [`Client::send`] asks again.
    ///
    /// [`Client::send`]: crate::Client::send
    pub fn check_url(&self, text: &str) -> Result<Url, Forbidden> {
        if text.len() > LONGEST_URL {
            return Err(Forbidden::TooLong);
        }
        let url = Url::parse(text).map_err(|why| Forbidden::NotAUrl(why.to_string()))?;
        if !matches!(url.scheme(), "http" | "https") {
            return Err(Forbidden::Scheme(url.scheme().to_owned()));
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(Forbidden::UserInfo);
        }
        match url.host() {
            Some(Host::Ipv4(address)) => self.check_address(address.into())?,
            Some(Host::Ipv6(address)) => self.check_address(address.into())?,
            Some(Host::Domain(name)) if !name.is_empty() => {}
            _ => return Err(Forbidden::NotAUrl("empty host".to_owned())),
        }
        Ok(url)
    }

    /// Says whether a connection to `address` may be opened.
    pub fn check_address(&self, address: IpAddr) -> Result<(), Forbidden> {
        match special(address) {
            None => Ok(()),
            Some(Special { purpose: Purpose::Loopback, carried: None }) if self.loopback => Ok(()),
            Some(why) => Err(Forbidden::Address { host: None, address, why }),
        }
    }
}

/// What the policy refused, and why. The text is fit to be shown to whoever entered the URL; it never repeats
/// the URL's path or query, which may hold a secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Forbidden {
    /// The text is not an absolute URL with a host.
    NotAUrl(String),
    /// The URL has more than 8 KiB.
    TooLong,
    /// The scheme is neither http nor https.
    Scheme(String),
    /// The URL has a user name or a password.
    UserInfo,
    /// The address is not one of the public internet.
    Address {
        /// The name that resolved to it; `None` when the URL named the address itself.
        host: Option<String>,
        /// The address that was refused.
        address: IpAddr,
        /// What the address is instead.
        why: Special,
    },
}

impl Forbidden {
    /// The same refusal, with the name that led to the address.
    pub(crate) fn reached_by(self, name: &str) -> Forbidden {
        match self {
            Forbidden::Address { address, why, .. } => {
                Forbidden::Address { host: Some(name.to_owned()), address, why }
            }
            other => other,
        }
    }
}

impl fmt::Display for Forbidden {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Forbidden::NotAUrl(why) => {
                write!(out, "not a URL: {why}; write it like https://example.com/hook")
            }
            Forbidden::TooLong => write!(out, "the URL is longer than {LONGEST_URL} bytes"),
            Forbidden::Scheme(scheme) => {
                write!(out, "the scheme {scheme} is not allowed; use https (or http)")
            }
            Forbidden::UserInfo => {
                out.write_str("a user name or password in the URL is not allowed; use a header instead")
            }
            Forbidden::Address { host, address, why } => {
                if let Some(host) = host {
                    write!(out, "{host} resolves to ")?;
                }
                write!(out, "{address}, {why}; only public addresses may be reached")
            }
        }
    }
}

impl std::error::Error for Forbidden {}

#[cfg(test)]
mod tests;
