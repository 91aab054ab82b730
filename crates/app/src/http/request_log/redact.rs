//! What the request log may keep. A secret is known by its name, or by its shape wherever it stands; personal data is
//! whatever is not known to be an id, a page or a choice among names. In doubt a value is left out: its name stays, and
//! says what was there.

mod body;

use std::borrow::Cow;

use http::{HeaderMap, HeaderValue};
use serde::Serializer;

pub use self::body::body;
use crate::http::query::strip_brackets;

/// Stands where a value was.
pub const HIDDEN: &str = "***";

const PATH: usize = 512;
const HEADER: usize = 512;
const HEADERS: usize = 64;
const QUERY: usize = 2048;
const VALUE: usize = 64;

/// Parts of names whose values open something.
const SECRET: &[&str] = &[
    "token",
    "secret",
    "password",
    "passwd",
    "passphrase",
    "authorization",
    "cookie",
    "csrf",
    "credential",
    "signature",
    "session",
    "apikey",
    "privatekey",
    "accesskey",
    "idempotency",
    "recoverycode",
    "verifier",
    "jwt",
    "otp",
];

/// Whole names that do, and are too short to look for inside others.
const SECRET_WHOLE: &[&str] = &["code", "codes", "pin", "auth", "state", "nonce"];

/// Whether a value of this name is a secret. A name that ends in `id` names something and opens nothing; one that is very
/// long is not looked into.
#[must_use]
pub fn is_secret_name(name: &str) -> bool {
    let mut plain = [0; VALUE];
    let mut length = 0;
    for byte in name.bytes().filter(u8::is_ascii_alphanumeric) {
        let Some(place) = plain.get_mut(length) else { return true };
        *place = byte.to_ascii_lowercase();
        length += 1;
    }
    let plain = std::str::from_utf8(&plain[..length]).unwrap_or_default();
    let is_id = plain.ends_with("id") && plain != "sessionid";
    !is_id && (SECRET.iter().any(|part| plain.contains(part)) || SECRET_WHOLE.contains(&plain))
}

/// Whether `text` has a secret of ours in it, whatever it is called: a token, a key, or a JWT.
#[must_use]
pub fn has_secret(text: &str) -> bool {
    const MARKS: [&[u8]; 5] = [b"pit-", b"agk-", b"eyJ", b"Bearer ", b"bearer "];
    let of_token = |b: &&u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_');
    let begins = |rest: &[u8]| {
        let mark = MARKS.iter().find_map(|mark| rest.strip_prefix(*mark));
        mark.is_some_and(|rest| rest.iter().take_while(of_token).count() >= 16)
    };
    let bytes = text.as_bytes();
    // Every request passes here several times: one pass, and nothing for the short texts that most are.
    bytes.len() > 18
        && (0..bytes.len() - 18)
            .any(|at| matches!(bytes[at], b'p' | b'a' | b'e' | b'B' | b'b') && begins(&bytes[at..]))
}

/// A path without what opens something: a hook's id (its URL is the secret), a file's name, and parameters with a secret's name. Where a
/// path matches no operation nobody knows what its parts are, and long ones go.
#[must_use]
pub fn path(template: Option<&str>, path: &str) -> String {
    let shown = match template {
        Some(template) if hides_something(template) => Cow::Owned(without_secrets(template, path)),
        Some(_) => Cow::Borrowed(path),
        None => {
            let short = |part| if str::len(part) < 16 { part } else { HIDDEN };
            Cow::Owned(path.split('/').map(short).collect::<Vec<_>>().join("/"))
        }
    };
    if has_secret(&shown) {
        return HIDDEN.to_owned();
    }
    shown.chars().take(PATH).filter(|c| *c != '\0').collect()
}

fn hides_something(template: &str) -> bool {
    template.contains('{') && template.split('/').any(is_secret_segment)
}

fn is_secret_segment(segment: &str) -> bool {
    segment
        .strip_prefix('{')
        .is_some_and(|name| name == "hookId}" || name == "fileName}" || is_secret_name(name))
}

fn without_secrets(template: &str, path: &str) -> String {
    let names = template.split('/').map(Some).chain(std::iter::repeat(None));
    let parts = path.split('/').zip(names);
    let shown = parts.map(|(part, name)| if name.is_some_and(is_secret_segment) { HIDDEN } else { part });
    shown.collect::<Vec<_>>().join("/")
}

/// A query string with all of its names, and those values that are ids, pages or choices.
#[must_use]
pub fn query(text: &str) -> String {
    let mut out = form_urlencoded::Serializer::new(String::with_capacity(text.len().min(QUERY)));
    for (name, value) in form_urlencoded::parse(text.as_bytes()).take(50) {
        let name = if name.len() > VALUE || has_secret(&name) { Cow::Borrowed(HIDDEN) } else { name };
        let value = if is_plain(strip_brackets(&name), &value) { value } else { Cow::Borrowed(HIDDEN) };
        out.append_pair(&name, &value);
    }
    cut(&out.finish(), QUERY).into_owned()
}

/// Names of a query whose values say how to list, and nothing about anybody.
const PLAIN: &[&str] = &[
    "limit",
    "skip",
    "offset",
    "page",
    "pagelimit",
    "pagesize",
    "startafter",
    "searchafter",
    "before",
    "after",
    "cursor",
    "sort",
    "sortby",
    "sortorder",
    "order",
    "orderby",
    "direction",
    "model",
    "type",
    "status",
    "version",
    "include",
    "exclude",
    "fields",
    "active",
    "installed",
    "ids",
    "id",
    "from",
    "to",
    "since",
    "until",
    "date",
    "startdate",
    "enddate",
    "scope",
    "scopes",
    "method",
];

fn is_plain(name: &str, value: &str) -> bool {
    let lower = name.to_ascii_lowercase();
    let known = lower.ends_with("id")
        || lower.ends_with("ids")
        || lower.ends_with("type")
        || PLAIN.contains(&lower.as_str());
    let plain = |b: u8| b.is_ascii_alphanumeric() || b"_-.:,+/ ".contains(&b);
    known && value.len() <= VALUE && value.bytes().all(plain) && !is_secret_name(name) && !has_secret(value)
}

/// Headers as a JSON object.
#[must_use]
pub fn headers(headers: &HeaderMap) -> String {
    let shown = headers.keys().take(HEADERS).map(|name| {
        let mut values = headers.get_all(name).iter().map(|value| header(name.as_str(), value));
        let first = values.next().unwrap_or_default();
        (name.as_str(), values.fold(first, |all, next| Cow::Owned(format!("{all}, {next}"))))
    });
    as_json(shown)
}

/// The headers of a reply, which may name one twice.
#[must_use]
pub fn reply_headers(reply: &crate::http::reply::Reply) -> String {
    let kind =
        (!reply.content_type.is_empty()).then_some(("content-type", Cow::Borrowed(reply.content_type)));
    let more = reply.headers.iter().map(|(name, value)| (name.as_str(), header(name.as_str(), value)));
    as_json(kind.into_iter().chain(more))
}

fn as_json<'a>(headers: impl Iterator<Item = (&'a str, Cow<'a, str>)>) -> String {
    let mut out = Vec::with_capacity(512);
    let written = serde_json::Serializer::new(&mut out).collect_map(headers);
    match (written, String::from_utf8(out)) {
        (Ok(()), Ok(text)) => text,
        _ => "{}".to_owned(), // texts always have a JSON
    }
}

fn header<'a>(name: &str, value: &'a HeaderValue) -> Cow<'a, str> {
    // Most requests have only these, and the one below.
    let harmless = matches!(
        name,
        "accept"
            | "accept-encoding"
            | "accept-language"
            | "connection"
            | "content-length"
            | "content-type"
            | "host"
            | "version"
    );
    if name == "authorization" {
        return Cow::Borrowed(HIDDEN);
    }
    let text = match value.to_str() {
        Ok(text) => text,
        Err(_) => return Cow::Borrowed(HIDDEN),
    };
    if !harmless && (has_secret(text) || is_secret_header(name)) {
        return Cow::Borrowed(HIDDEN);
    }
    // A URL may carry a code or an address behind its `?` or `#`.
    match text.find(['?', '#']) {
        Some(end) if !harmless => Cow::Owned(format!("{}{HIDDEN}", cut(&text[..=end], HEADER))),
        _ => cut(text, HEADER),
    }
}

/// As [`is_secret_name`], with the short words that headers are called by, and those that say where a person is.
fn is_secret_header(name: &str) -> bool {
    if name == "user-agent" {
        return false;
    }
    let about_a_person =
        name == "from" || name == "forwarded" || name == "x-forwarded-for" || name.ends_with("-ip");
    about_a_person
        || is_secret_name(name)
        || ["key", "auth", "sign", "pass"].iter().any(|part| name.contains(part))
}

/// The first `longest` bytes or a little less, at the end of a character.
fn cut(text: &str, longest: usize) -> Cow<'_, str> {
    if text.len() <= longest {
        return Cow::Borrowed(text);
    }
    Cow::Owned(format!("{}…", &text[..text.floor_char_boundary(longest)]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_known_by_name_and_ids_are_not_taken_for_them() {
        for name in [
            "Authorization",
            "client_secret",
            "refreshToken",
            "x-api-key-token",
            "password2",
            "code",
            "otp",
            "X-CSRF-Token",
        ] {
            assert!(is_secret_name(name), "{name}");
        }
        for name in
            ["tokenId", "refreshTokenId", "clientId", "client_id", "postalCode", "fieldKey", "key", "name"]
        {
            assert!(!is_secret_name(name), "{name}");
        }
    }

    #[test]
    fn secrets_are_known_by_shape() {
        assert!(has_secret("x pit-00000000-0000-4000-8000-000000000000"));
        assert!(has_secret("eyJhbGciOiJSUzI1NiIsInR5cCI6IkpXVCJ9.e30.x"));
        assert!(!has_secret("pit-stop") && !has_secret("eyJ") && !has_secret("Bearer of news"));
    }

    #[test]
    fn a_query_keeps_its_names_and_how_it_lists() {
        let shown = query(
            "locationId=ve9EPM428h8vShlRW1KT&limit=20&startAfter=17&email=a%40b.c&query=Ada&phone=%2B1555&ids[]=a&sort=x y\
             &code=abc&token=1&client_id=65a-x&type=<b>&companyId=a@b&state=s",
        );
        assert_eq!(
            shown,
            "locationId=ve9EPM428h8vShlRW1KT&limit=20&startAfter=17&email=***&query=***&phone=***&ids%5B%5D=a&sort=x+y\
             &code=***&token=***&client_id=65a-x&type=***&companyId=***&state=***"
        );
        assert_eq!(query("pit-00000000-0000-4000-8000-000000000000"), "***=***");
    }

    #[test]
    fn a_path_hides_what_opens_something() {
        assert_eq!(path(Some("/v1/hooker/{hookId}"), "/v1/hooker/abc/"), "/v1/hooker/***/");
        assert_eq!(path(Some("/invite/{token}"), "/invite/abc"), "/invite/***");
        assert_eq!(path(Some("/contacts/{contactId}"), "/contacts/abc"), "/contacts/abc");
        assert_eq!(path(None, "/v1/hookr/00000000-0000-4000-8000-000000000000"), "/v1/hookr/***");
        assert_eq!(
            path(Some("/contacts/{contactId}"), "/contacts/pit-00000000-0000-4000-8000-000000000000"),
            HIDDEN
        );
    }

    #[test]
    fn headers_are_a_json_object_without_secrets() {
        let mut map = HeaderMap::new();
        for (name, value) in [
            ("accept", "*/*"),
            ("authorization", "Basic Zm9v"),
            ("cookie", "a=b"),
            ("x-api-key", "k"),
            ("x-forwarded-for", "10.0.0.1"),
            ("idempotency-key", "k"),
            ("referer", "https://a.example/b?code=c"),
            ("x-note", "pit-00000000-0000-4000-8000-000000000000"),
            ("x-two", "1"),
            ("x-two", "2"),
        ] {
            map.append(http::HeaderName::from_static(name), HeaderValue::from_static(value));
        }
        assert_eq!(
            headers(&map),
            r#"{"accept":"*/*","authorization":"***","cookie":"***","x-api-key":"***","x-forwarded-for":"***","idempotency-key":"***","referer":"https://a.example/b?***","x-note":"***","x-two":"1, 2"}"#
        );
    }
}
