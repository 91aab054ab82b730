//! Where a request comes from: the address of the other end, or what a trusted proxy says of it.

use std::net::IpAddr;

use http::HeaderMap;
use ipnet::IpNet;

/// The other end of a connection; [`super::serve`] puts it beside each request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Peer(pub IpAddr);

/// The client's address. `X-Forwarded-For` counts only when `peer` is one of the `trusted` proxies, and from it the last
/// address that is none of them: what stands before that one anybody may have written.
#[must_use]
pub fn client(peer: Option<IpAddr>, headers: &HeaderMap, trusted: &[IpNet]) -> Option<IpAddr> {
    let is_trusted = |address: &IpAddr| trusted.iter().any(|net| net.contains(address));
    let peer = peer?.to_canonical();
    if !is_trusted(&peer) {
        return Some(peer);
    }
    let lines = headers.get_all("x-forwarded-for").iter().filter_map(|value| value.to_str().ok());
    let named: Vec<Option<IpAddr>> = lines
        .flat_map(|line| line.split(','))
        .map(|text| Some(text.trim().parse::<IpAddr>().ok()?.to_canonical()))
        .collect();
    // From the right: each trusted proxy vouches for the address to its left, and something unreadable ends the chain.
    let mut last = peer;
    for address in named.into_iter().rev() {
        let Some(address) = address else { break };
        last = address;
        if !is_trusted(&address) {
            break;
        }
    }
    Some(last)
}

/// The network that an address stands for when its requests are counted: who has one IPv6 address has 2⁶⁴ of them.
#[must_use]
pub fn network(address: IpAddr) -> String {
    match address.to_canonical() {
        IpAddr::V4(address) => address.to_string(),
        IpAddr::V6(address) => {
            let [a, b, c, d, ..] = address.segments();
            format!("{a:x}:{b:x}:{c:x}:{d:x}::/64")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(peer: &str, forwarded: &[&str], trusted: &[&str]) -> String {
        let mut headers = HeaderMap::new();
        for line in forwarded {
            headers.append("x-forwarded-for", line.parse().unwrap());
        }
        let trusted: Vec<IpNet> = trusted.iter().map(|net| net.parse().unwrap()).collect();
        client(peer.parse().ok(), &headers, &trusted).unwrap().to_string()
    }

    #[test]
    fn the_header_counts_only_behind_a_trusted_proxy() {
        let proxy = ["10.0.0.0/8"];
        assert_eq!(of("203.0.113.9", &["198.51.100.1"], &proxy), "203.0.113.9", "anyone can send it");
        assert_eq!(of("10.0.0.1", &["198.51.100.1"], &[]), "10.0.0.1", "by default nobody is trusted");
        assert_eq!(of("10.0.0.1", &["198.51.100.1"], &proxy), "198.51.100.1");
        assert_eq!(
            of("10.0.0.1", &["6.6.6.6, 198.51.100.1, 10.0.0.2"], &proxy),
            "198.51.100.1",
            "not what a client wrote"
        );
        assert_eq!(
            of("10.0.0.1", &["6.6.6.6", "198.51.100.1"], &proxy),
            "198.51.100.1",
            "several lines are one list"
        );
        assert_eq!(of("10.0.0.1", &["6.6.6.6, nonsense, 10.0.0.2"], &proxy), "10.0.0.2");
        assert_eq!(of("10.0.0.1", &[], &proxy), "10.0.0.1");
        assert_eq!(of("::ffff:10.0.0.1", &["2001:db8::7"], &proxy), "2001:db8::7", "IPv4 written as IPv6");
    }
}
