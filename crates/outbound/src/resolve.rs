//! Host name in, addresses out. The name server is an argument, so that a test can be one.

use std::future::Future;
use std::io;
use std::net::IpAddr;
use std::pin::Pin;

/// An answer to come: every address of a name, in the order to try them.
pub type Resolving<'a> = Pin<Box<dyn Future<Output = io::Result<Vec<IpAddr>>> + Send + 'a>>;

/// Something that knows the addresses of names.
///
/// It need not judge them: the client checks every address before it connects.
pub trait Resolve: Send + Sync {
    /// The addresses of `host`. An empty list and an error both mean that there is nowhere to connect to.
    fn resolve<'a>(&'a self, host: &'a str) -> Resolving<'a>;
}

/// The operating system's resolver (`getaddrinfo`: hosts file, then DNS), in the system's order of preference.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemResolver;

impl Resolve for SystemResolver {
    fn resolve<'a>(&'a self, host: &'a str) -> Resolving<'a> {
        Box::pin(async move {
            let found = tokio::net::lookup_host((host, 0)).await?;
            Ok(found.map(|address| address.ip()).collect())
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn the_system_knows_localhost() {
        let found = SystemResolver.resolve("localhost").await.unwrap();
        assert!(!found.is_empty() && found.iter().all(IpAddr::is_loopback), "{found:?}");
    }

    #[tokio::test]
    async fn the_system_does_not_know_what_cannot_be() {
        assert!(SystemResolver.resolve("a..b").await.is_err());
    }
}
