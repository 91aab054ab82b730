use std::net::IpAddr;

use super::*;

/// Every row: an address as a URL could name it, and what it is. `public` may be reached.
const ADDRESSES: &[(&str, &str)] = &[
    // Public.
    ("1.1.1.1", "public"),
    ("8.8.8.8", "public"),
    ("93.184.216.34", "public"),
    ("9.255.255.255", "public"),
    ("11.0.0.0", "public"),
    ("100.63.255.255", "public"),
    ("100.128.0.0", "public"),
    ("126.255.255.255", "public"),
    ("128.0.0.0", "public"),
    ("168.63.129.15", "public"),
    ("169.253.255.255", "public"),
    ("169.255.0.0", "public"),
    ("172.15.255.255", "public"),
    ("172.32.0.0", "public"),
    ("192.0.1.0", "public"),
    ("192.0.3.0", "public"),
    ("192.167.255.255", "public"),
    ("192.169.0.0", "public"),
    ("198.17.255.255", "public"),
    ("198.20.0.0", "public"),
    ("223.255.255.255", "public"),
    ("2606:4700:4700::1111", "public"),
    ("2a00:1450:4001:81b::200e", "public"),
    ("2001:4860:4860::8888", "public"),
    ("2001:200::1", "public"),
    // The machine itself.
    ("0.0.0.0", "an unspecified address"),
    ("0.1.2.3", "an unspecified address"),
    ("0.255.255.255", "an unspecified address"),
    ("127.0.0.1", "a loopback address"),
    ("127.0.0.53", "a loopback address"),
    ("127.255.255.255", "a loopback address"),
    ("::", "an unspecified address"),
    ("::1", "a loopback address"),
    ("0:0:0:0:0:0:0:1", "a loopback address"),
    // The local network.
    ("10.0.0.0", "a private address"),
    ("10.255.255.255", "a private address"),
    ("172.16.0.1", "a private address"),
    ("172.31.255.255", "a private address"),
    ("192.168.0.1", "a private address"),
    ("192.168.255.255", "a private address"),
    ("100.64.0.1", "an address shared by a carrier"),
    ("100.100.100.200", "an address shared by a carrier"),
    ("100.127.255.255", "an address shared by a carrier"),
    ("169.254.0.0", "a link-local address"),
    ("169.254.169.254", "a link-local address"),
    ("169.254.170.2", "a link-local address"),
    ("168.63.129.16", "a cloud's internal service"),
    ("fe80::1", "a link-local address"),
    ("febf::1", "a link-local address"),
    ("fc00::1", "a local IPv6 address"),
    ("fd00:ec2::254", "a local IPv6 address"),
    ("fdff:ffff::1", "a local IPv6 address"),
    ("fec0::1", "a local IPv6 address"),
    // Groups, examples, protocols, the future.
    ("224.0.0.1", "a multicast address"),
    ("239.255.255.250", "a multicast address"),
    ("240.0.0.1", "a reserved address"),
    ("255.255.255.254", "a reserved address"),
    ("255.255.255.255", "the broadcast address"),
    ("192.0.0.8", "an address for network protocols"),
    ("192.0.0.192", "an address for network protocols"),
    ("192.88.99.1", "an address for network protocols"),
    ("192.0.2.1", "an address for documentation"),
    ("198.51.100.7", "an address for documentation"),
    ("203.0.113.255", "an address for documentation"),
    ("198.18.0.1", "an address for benchmarks"),
    ("198.19.255.255", "an address for benchmarks"),
    ("ff02::1", "a multicast address"),
    ("2001:db8::1", "an address for documentation"),
    ("3fff::1", "an address for documentation"),
    ("3fff:fff::1", "an address for documentation"),
    ("2001:2::1", "an address for benchmarks"),
    ("2001:10::1", "an address for network protocols"),
    ("2001:20::1", "an address for network protocols"),
    ("2001:1ff::1", "an address for network protocols"),
    ("100::1", "a reserved address"),
    ("5f00::1", "a reserved address"),
    ("4000::1", "a reserved address"),
    ("e000::1", "a reserved address"),
    ("64:ff9b:1::a00:1", "an address for network protocols"),
    // IPv4 inside IPv6: mapped, compatible, translated, NAT64, 6to4, Teredo.
    ("::ffff:127.0.0.1", "a form of 127.0.0.1, a loopback address"),
    ("::ffff:7f00:1", "a form of 127.0.0.1, a loopback address"),
    ("::ffff:169.254.169.254", "a form of 169.254.169.254, a link-local address"),
    ("::ffff:10.0.0.1", "a form of 10.0.0.1, a private address"),
    ("::ffff:0.0.0.0", "a form of 0.0.0.0, an unspecified address"),
    ("::ffff:8.8.8.8", "public"),
    ("::127.0.0.1", "a form of 127.0.0.1, a loopback address"),
    ("::10.0.0.1", "a form of 10.0.0.1, a private address"),
    ("::8.8.8.8", "a reserved address"),
    ("::ffff:0:127.0.0.1", "a form of 127.0.0.1, a loopback address"),
    ("::ffff:0:8.8.8.8", "a reserved address"),
    ("64:ff9b::169.254.169.254", "a form of 169.254.169.254, a link-local address"),
    ("64:ff9b::7f00:1", "a form of 127.0.0.1, a loopback address"),
    ("64:ff9b::8.8.8.8", "public"),
    ("64:ff9b::1:0808:0808", "a reserved address"),
    ("2002:7f00:1::1", "a form of 127.0.0.1, a loopback address"),
    ("2002:c0a8:101::1", "a form of 192.168.1.1, a private address"),
    ("2002:808:808::1", "public"),
    ("2001:0:808:808:0:0:80ff:fffe", "a form of 127.0.0.1, a loopback address"),
    ("2001:0:808:808:0:0:f5ff:fffe", "a form of 10.0.0.1, a private address"),
    ("2001:0:a00:1:0:0:f7f7:f7f7", "a form of 10.0.0.1, a private address"),
    ("2001:0:808:808:0:0:f7f7:f7f7", "public"),
];

fn judge(policy: Policy, text: &str) -> String {
    let address: IpAddr = text.parse().expect(text);
    match policy.check_address(address) {
        Ok(()) => "public".to_owned(),
        Err(Forbidden::Address { why, .. }) => why.to_string(),
        Err(other) => panic!("{other:?}"),
    }
}

#[test]
fn every_address_is_known_for_what_it_is() {
    assert!(ADDRESSES.len() >= 80);
    for (address, expected) in ADDRESSES {
        assert_eq!(judge(Policy::strict(), address), *expected, "{address}");
    }
}

#[test]
fn a_url_is_judged_like_the_address_in_it() {
    for (address, expected) in ADDRESSES {
        let host = if address.contains(':') { format!("[{address}]") } else { (*address).to_owned() };
        let judged = Policy::strict().check_url(&format!("https://{host}:8443/hook"));
        assert_eq!(judged.is_ok(), *expected == "public", "{address}");
    }
}

#[test]
fn the_sandbox_opens_loopback_and_nothing_else() {
    for (address, expected) in ADDRESSES {
        let judged = judge(Policy::allow_loopback(), address);
        let expected = if *expected == "a loopback address" { "public" } else { expected };
        assert_eq!(judged, expected, "{address}");
    }
}

/// Spellings that parsers disagree on: what counts is what this one makes of them before anyone connects.
#[test]
fn no_spelling_hides_an_address() {
    for host in [
        "2130706433",
        "0x7f000001",
        "0x7f.1",
        "0177.0.0.1",
        "017700000001",
        "127.1",
        "127.0.1",
        "127.0.0.1.",
        "0",
        "0x0",
        "00000000.0",
        "%31%32%37.0.0.1",
        "127。0。0。1",
        "１２７.0.0.1",
        "①②⑦.0.0.1",
        "0xa9fea9fe",
        "2852039166",
        "0251.0376.0251.0376",
        "169.254.43518",
        "10.1",
        "[::ffff:127.0.0.1]",
        "[0:0::0:1]",
        "[::FFFF:A9FE:A9FE]",
    ] {
        let judged = Policy::strict().check_url(&format!("http://{host}/"));
        assert!(matches!(judged, Err(Forbidden::Address { .. })), "{host}: {judged:?}");
    }
}

#[test]
fn what_is_no_http_url_with_a_host_is_refused() {
    let refusal = |text: &str| Policy::strict().check_url(text).expect_err(text).to_string();
    assert_eq!(refusal("ftp://example.com/"), "the scheme ftp is not allowed; use https (or http)");
    assert_eq!(refusal("file:///etc/passwd"), "the scheme file is not allowed; use https (or http)");
    assert_eq!(refusal("javascript:alert(1)"), "the scheme javascript is not allowed; use https (or http)");
    let user_info = "a user name or password in the URL is not allowed; use a header instead";
    assert_eq!(refusal("https://me@example.com/"), user_info);
    assert_eq!(refusal("https://:secret@example.com/"), user_info);
    assert_eq!(refusal("https://example.com:80@127.0.0.1/"), user_info);
    for text in [
        "",
        "/hook",
        "example.com/hook",
        "https://",
        "https:///",
        "https://exa mple.com/",
        "https://example.com:99999/",
        "https://[fe80::1%25eth0]/",
        "https://[fe80::1%eth0]/",
        "https://[::1",
        "https://256.1.1.1/",
        "https://1.2.3.4.5/",
        "https://0x100000000/",
        "https://%00/",
    ] {
        assert!(refusal(text).starts_with("not a URL: "), "{text}: {}", refusal(text));
    }
    assert_eq!(
        refusal(&format!("https://example.com/{}", "a".repeat(8192))),
        "the URL is longer than 8192 bytes"
    );
}

#[test]
fn names_pass_until_they_are_resolved() {
    for text in
        ["https://example.com", "http://localhost/", "https://müller.example/?q=ü#f", "https://a_b.example/"]
    {
        assert!(Policy::strict().check_url(text).is_ok(), "{text}");
    }
}

#[test]
fn a_refusal_says_what_and_why_and_keeps_secrets() {
    let refused = Policy::strict().check_url("http://169.254.169.254/latest?token=s3cret").unwrap_err();
    let text = "169.254.169.254, a link-local address; only public addresses may be reached";
    assert_eq!(refused.to_string(), text);
    assert_eq!(
        refused.reached_by("metadata.example").to_string(),
        format!("metadata.example resolves to {text}")
    );
}
