//! Which addresses are not of the public internet, and what they are for.
//!
//! The ranges are those of the IANA special-purpose address registries (RFC 6890 and the documents it lists),
//! plus what clouds have put at addresses that look public. An IPv6 address that carries an IPv4 address
//! (mapped, NAT64, 6to4, Teredo) is judged by what it carries, since a gateway would deliver it there.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use ipnet::{Ipv4Net, Ipv6Net};

/// What a non-public range is set aside for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Purpose {
    /// `0.0.0.0/8` and `::`: "this host on this network"; on most systems it reaches the machine itself.
    Unspecified,
    /// The machine itself.
    Loopback,
    /// RFC 1918.
    Private,
    /// Carrier-grade NAT, RFC 6598.
    SharedByCarrier,
    /// Neighbours on the same wire, RFC 3927 and RFC 4291; `169.254.169.254` is here.
    LinkLocal,
    /// A cloud's metadata or agent service at an address outside the link-local range.
    CloudService,
    /// The IPv6 counterpart of private addresses, RFC 4193, and its forerunner, site-local.
    UniqueLocal,
    /// Groups of hosts.
    Multicast,
    /// Every host on the wire.
    Broadcast,
    /// Examples in texts, RFC 5737, RFC 3849 and RFC 9637.
    Documentation,
    /// Device tests, RFC 2544 and RFC 5180.
    Benchmarking,
    /// Protocol assignments and transition mechanisms that end at some gateway of the local network.
    Protocol,
    /// Set aside, or not yet handed out.
    Reserved,
}

impl fmt::Display for Purpose {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(match self {
            Purpose::Unspecified => "an unspecified address",
            Purpose::Loopback => "a loopback address",
            Purpose::Private => "a private address",
            Purpose::SharedByCarrier => "an address shared by a carrier",
            Purpose::LinkLocal => "a link-local address",
            Purpose::CloudService => "a cloud's internal service",
            Purpose::UniqueLocal => "a local IPv6 address",
            Purpose::Multicast => "a multicast address",
            Purpose::Broadcast => "the broadcast address",
            Purpose::Documentation => "an address for documentation",
            Purpose::Benchmarking => "an address for benchmarks",
            Purpose::Protocol => "an address for network protocols",
            Purpose::Reserved => "a reserved address",
        })
    }
}

/// Why an address is not public.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Special {
    /// What its range is for.
    pub purpose: Purpose,
    /// The IPv4 address inside an IPv6 one that decided it.
    pub carried: Option<Ipv4Addr>,
}

impl fmt::Display for Special {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.carried {
            Some(inner) => write!(out, "a form of {inner}, {}", self.purpose),
            None => self.purpose.fmt(out),
        }
    }
}

/// Why `address` is not an address of the public internet; `None` when it is one.
pub fn special(address: IpAddr) -> Option<Special> {
    match address {
        IpAddr::V4(v4) => special_v4(v4).map(|purpose| Special { purpose, carried: None }),
        IpAddr::V6(v6) => special_v6(v6),
    }
}

const fn v4(a: u8, b: u8, c: u8, d: u8, prefix: u8) -> Ipv4Net {
    Ipv4Net::new_assert(Ipv4Addr::new(a, b, c, d), prefix)
}

const fn v6(a: u16, b: u16, c: u16, prefix: u8) -> Ipv6Net {
    Ipv6Net::new_assert(Ipv6Addr::new(a, b, c, 0, 0, 0, 0, 0), prefix)
}

/// In order: the first match names the purpose.
const V4: &[(Ipv4Net, Purpose)] = &[
    (v4(0, 0, 0, 0, 8), Purpose::Unspecified),
    (v4(10, 0, 0, 0, 8), Purpose::Private),
    (v4(100, 64, 0, 0, 10), Purpose::SharedByCarrier),
    (v4(127, 0, 0, 0, 8), Purpose::Loopback),
    (v4(168, 63, 129, 16, 32), Purpose::CloudService), // Azure's host agent: routable to look at, local in truth
    (v4(169, 254, 0, 0, 16), Purpose::LinkLocal),
    (v4(172, 16, 0, 0, 12), Purpose::Private),
    (v4(192, 0, 0, 0, 24), Purpose::Protocol),
    (v4(192, 0, 2, 0, 24), Purpose::Documentation),
    (v4(192, 88, 99, 0, 24), Purpose::Protocol), // 6to4 relays, retired by RFC 7526
    (v4(192, 168, 0, 0, 16), Purpose::Private),
    (v4(198, 18, 0, 0, 15), Purpose::Benchmarking),
    (v4(198, 51, 100, 0, 24), Purpose::Documentation),
    (v4(203, 0, 113, 0, 24), Purpose::Documentation),
    (v4(224, 0, 0, 0, 4), Purpose::Multicast),
    (v4(255, 255, 255, 255, 32), Purpose::Broadcast),
    (v4(240, 0, 0, 0, 4), Purpose::Reserved),
];

/// In order. Addresses that carry an IPv4 address are taken out before.
const V6: &[(Ipv6Net, Purpose)] = &[
    (v6(0x64, 0xff9b, 1, 48), Purpose::Protocol), // NAT64 with a prefix of the local network, RFC 8215
    (v6(0x2001, 0x2, 0, 48), Purpose::Benchmarking),
    (v6(0x2001, 0, 0, 23), Purpose::Protocol),
    (v6(0x2001, 0xdb8, 0, 32), Purpose::Documentation),
    (v6(0x3fff, 0, 0, 20), Purpose::Documentation),
    (v6(0xfc00, 0, 0, 7), Purpose::UniqueLocal),
    (v6(0xfe80, 0, 0, 10), Purpose::LinkLocal),
    (v6(0xfec0, 0, 0, 10), Purpose::UniqueLocal),
    (v6(0xff00, 0, 0, 8), Purpose::Multicast),
];

/// All that has been handed out for the public so far; the rest of IPv6 is refused until it is.
const GLOBAL_UNICAST: Ipv6Net = v6(0x2000, 0, 0, 3);

fn special_v4(address: Ipv4Addr) -> Option<Purpose> {
    V4.iter().find(|(net, _)| net.contains(&address)).map(|(_, purpose)| *purpose)
}

fn special_v6(address: Ipv6Addr) -> Option<Special> {
    let plain = |purpose| Some(Special { purpose, carried: None });
    if address == Ipv6Addr::UNSPECIFIED {
        return plain(Purpose::Unspecified);
    }
    if address == Ipv6Addr::LOCALHOST {
        return plain(Purpose::Loopback);
    }
    let carrier = carrier(address);
    if let Some(carrier) = &carrier {
        let inner = carrier.inner.iter().flatten().find_map(|v4| Some((*v4, special_v4(*v4)?)));
        if let Some((v4, purpose)) = inner {
            return Some(Special { purpose, carried: Some(v4) });
        }
        return if carrier.in_use { None } else { plain(Purpose::Reserved) };
    }
    if let Some((_, purpose)) = V6.iter().find(|(net, _)| net.contains(&address)) {
        return plain(*purpose);
    }
    if GLOBAL_UNICAST.contains(&address) { None } else { plain(Purpose::Reserved) }
}

/// An IPv6 address that stands for one or two IPv4 addresses.
struct Carrier {
    inner: [Option<Ipv4Addr>; 2],
    /// False for forms that are retired: they never lead to the public internet, whatever they carry.
    in_use: bool,
}

fn carrier(address: Ipv6Addr) -> Option<Carrier> {
    let [a, b, c, d, e, f, g, h] = address.segments();
    let last = join(g, h);
    let one = |v4, in_use| Some(Carrier { inner: [Some(v4), None], in_use });
    match (a, b, c, d, e, f) {
        (0, 0, 0, 0, 0, 0xffff) => one(last, true),    // IPv4-mapped
        (0, 0, 0, 0, 0, 0) => one(last, false),        // IPv4-compatible, retired by RFC 4291
        (0, 0, 0, 0, 0xffff, 0) => one(last, false),   // IPv4-translated, RFC 2765
        (0x64, 0xff9b, 0, 0, 0, 0) => one(last, true), // NAT64, RFC 6052
        (0x2002, ..) => one(join(b, c), true),         // 6to4, RFC 3056
        (0x2001, 0, ..) => {
            // Teredo, RFC 4380: the server in the clear, the client with every bit flipped.
            Some(Carrier { inner: [Some(join(c, d)), Some(join(!g, !h))], in_use: true })
        }
        _ => None,
    }
}

fn join(high: u16, low: u16) -> Ipv4Addr {
    Ipv4Addr::from_bits(u32::from(high) << 16 | u32::from(low))
}
