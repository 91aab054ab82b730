//! URLs that lead somewhere on the web.

use url::Url;

/// A URL of http or https that has a host.
#[must_use]
pub fn web_url(text: &str) -> Option<Url> {
    Url::parse(text).ok().filter(|url| matches!(url.scheme(), "http" | "https") && url.has_host())
}
