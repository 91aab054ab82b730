//! `GET /leadhold/v1/files/{fileToken}/{fileName}`: a file, to everybody who knows its URL.

use std::ops::Range;

use http::StatusCode;
use http_range_header::{RangeUnsatisfiableError, parse_range_header};
use leadhold_kernel::Error;
use leadhold_store::params;
use serde_json::json;

use super::{StoredFile, read, sql};
use crate::file_store::is_shown;
use crate::http::{Reply, Request, Route, Streamed, get};

/// A day: as long as a copy may outlive its file.
const CACHE: &str = "public, max-age=86400, immutable";
/// Nothing in a file may run, load or be embedded with the rights of this origin.
const POLICY: &str = "default-src 'none'; sandbox";
/// Browsers show PDF by a viewer of their own, which a sandbox would switch off.
const POLICY_OF_PDF: &str = "default-src 'none'; object-src 'self'; style-src 'unsafe-inline'";

/// The route.
#[must_use]
pub fn routes() -> Vec<Route> {
    vec![get("/leadhold/v1/files/{fileToken}/{fileName}", fetch)]
}

async fn fetch(request: Request) -> Result<Reply, Error> {
    let id = request.path(0).to_owned();
    let found = request
        .app
        .world
        .store
        .read(move |tx| tx.query_opt(sql::BY_URL, params![&id], read).map_err(Error::from));
    let file = found.await?.ok_or_else(gone)?;
    let etag = format!("\"{}\"", file.digest);
    if header(&request, "if-none-match").is_some_and(|sent| sent == "*" || sent.contains(&etag)) {
        let reply = Reply { status: StatusCode::NOT_MODIFIED, ..Reply::text("", "") };
        return Ok(reply.header("etag", &etag).header("cache-control", CACHE));
    }
    let size = u64::try_from(file.size).unwrap_or_default();
    let whole = header(&request, "if-range").is_some_and(|sent| sent != etag);
    let asked = header(&request, "range").filter(|_| !whole);
    let (status, part) = match asked.map(|range| part(range, size)) {
        None | Some(Asked::Whole) => (StatusCode::OK, 0..size),
        Some(Asked::Part(part)) => (StatusCode::PARTIAL_CONTENT, part),
        Some(Asked::Nothing) => return Ok(no_such_part(size)),
    };
    let reply = described(&file, &etag).header("content-length", &(part.end - part.start).to_string());
    let reply = match status {
        StatusCode::PARTIAL_CONTENT => {
            let range = format!("bytes {}-{}/{size}", part.start, part.end - 1);
            reply.header("content-range", &range)
        }
        _ => reply,
    };
    if part.is_empty() {
        return Ok(Reply { status, ..reply });
    }
    let content = request.app.world.files.read(&file.blob, part).await?.ok_or_else(|| {
        tracing::error!(blob = file.blob, "the file store has lost a file");
        gone()
    })?;
    Ok(Reply { status, stream: Some(Streamed::new(content)), ..reply })
}

fn gone() -> Error {
    Error::NotFound("There is no such file.".into())
}

fn header<'a>(request: &'a Request, name: &str) -> Option<&'a str> {
    request.headers.get(name)?.to_str().ok()
}

fn described(file: &StoredFile, etag: &str) -> Reply {
    let shown = is_shown(&file.mime);
    let policy = if file.mime == "application/pdf" { POLICY_OF_PDF } else { POLICY };
    let charset = if file.mime.starts_with("text/") { "; charset=utf-8" } else { "" };
    Reply::text("", "")
        .header("content-type", &format!("{}{charset}", file.mime))
        .header("content-disposition", &disposition(shown, &file.name))
        .header("content-security-policy", policy)
        .header("x-content-type-options", "nosniff")
        .header("cross-origin-resource-policy", "cross-origin")
        .header("referrer-policy", "no-referrer")
        .header("accept-ranges", "bytes")
        .header("cache-control", CACHE)
        .header("etag", etag)
}

/// RFC 6266: the name in UTF-8, for whoever saves it.
fn disposition(shown: bool, name: &str) -> String {
    let kind = if shown { "inline" } else { "attachment" };
    let encoded: String = name
        .bytes()
        .map(|byte| match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'.' | b'-' | b'_' => char::from(byte).to_string(),
            other => format!("%{other:02X}"),
        })
        .collect();
    format!("{kind}; filename*=UTF-8''{encoded}")
}

/// What a `Range` asks for.
enum Asked {
    Whole,
    Part(Range<u64>),
    Nothing,
}

/// A server may answer a range that it does not understand, or several at once, with the whole (RFC 9110, section 14.2).
fn part(range: &str, size: u64) -> Asked {
    let Ok(parsed) = parse_range_header(range) else { return Asked::Whole };
    match parsed.validate(size) {
        Ok(ranges) => match &ranges[..] {
            [one] => Asked::Part(*one.start()..*one.end() + 1),
            _ => Asked::Whole,
        },
        Err(RangeUnsatisfiableError::Unsatisfiable) => Asked::Nothing,
        Err(_) => Asked::Whole,
    }
}

fn no_such_part(size: u64) -> Reply {
    let body = json!({ "statusCode": 416, "message": "The file has no such part.", "error": "Range Not Satisfiable" });
    Reply::json(StatusCode::RANGE_NOT_SATISFIABLE, &body).header("content-range", &format!("bytes */{size}"))
}
