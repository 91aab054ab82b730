//! `[server]`: the address, and how closely the real service is followed.

use std::net::{IpAddr, SocketAddr};

use ipnet::IpNet;
use serde::Deserialize;

use crate::fault::Fault;

/// `on` or `off`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, clap::ValueEnum)]
#[serde(rename_all = "lowercase")]
pub enum Switch {
    On,
    Off,
}

/// The section's settings; what each means stands in `default.toml`.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Server {
    pub listen: SocketAddr,
    pub public_url: String,
    pub strict_version: bool,
    pub sandbox: bool,
    pub rate_limit: Switch,
    pub log_bodies: bool,
    pub trusted_proxies: Vec<String>,
}

impl Server {
    pub(super) fn check(&self) -> Result<(), Fault> {
        if self.rate_limit == Switch::Off && !self.sandbox {
            return Err(Fault::usage(
                "the rate limit can be off only in the sandbox: add --sandbox, or leave it on",
            ));
        }
        if self.log_bodies && !self.sandbox {
            return Err(Fault::usage(
                "bodies hold personal data and are logged only in the sandbox: add --sandbox, or leave --log-bodies out",
            ));
        }
        self.check_public_url()?;
        self.trusted_proxies().map(drop)
    }

    fn check_public_url(&self) -> Result<(), Fault> {
        let text = &self.public_url;
        let refused = |rule: &str| Err(Fault::failed(format!("server.public_url is `{text}`; {rule}")));
        if text.is_empty() {
            return Ok(());
        }
        if !["http://", "https://"].iter().any(|scheme| text.starts_with(scheme)) {
            return refused("it must begin with http:// or https://");
        }
        match text.trim_end_matches('/').parse::<http::Uri>() {
            Ok(url) if url.host().is_none_or(str::is_empty) => refused("it must name a host"),
            Ok(url) if url.path() != "/" || url.query().is_some() || text.contains('#') => refused(
                "it must end with the host or its port: pages and the API lie at the top of a host, not below a path",
            ),
            Ok(_) => Ok(()),
            Err(why) => refused(&format!("it must be a URL ({why})")),
        }
    }

    /// Whose `X-Forwarded-For` is believed: single addresses are networks of one.
    pub fn trusted_proxies(&self) -> Result<Vec<IpNet>, Fault> {
        let read = |text: &String| {
            let net = text.parse().or_else(|_| text.parse::<IpAddr>().map(IpNet::from));
            net.map_err(|_| {
                let rule = "it must be an address such as 10.0.0.1 or a network such as 10.0.0.0/8";
                Fault::failed(format!("server.trusted_proxies has `{text}`; {rule}"))
            })
        };
        self.trusted_proxies.iter().map(read).collect()
    }

    /// How clients reach a server that listens on `address`, without a trailing slash.
    pub fn base_url(&self, address: SocketAddr) -> String {
        if self.public_url.is_empty() {
            return format!("http://{address}");
        }
        self.public_url.trim_end_matches('/').to_owned()
    }
}
