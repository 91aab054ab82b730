//! A reply as bytes and back: the status, the headers a line each, an empty line, the body as it was.

use bytes::Bytes;
use http::{HeaderName, HeaderValue, StatusCode, header};

use crate::http::reply::Reply;

pub(super) fn write(reply: &Reply) -> Vec<u8> {
    let mut out = reply.status.as_str().as_bytes().to_vec();
    let typed = (!reply.content_type.is_empty()).then_some(reply.content_type.as_bytes());
    let typed = typed.map(|value| (header::CONTENT_TYPE.as_str(), value));
    let headers = reply.headers.iter().map(|(name, value)| (name.as_str(), value.as_bytes()));
    for (name, value) in typed.into_iter().chain(headers) {
        // A header's value cannot hold a line feed.
        out.extend([b"\n", name.as_bytes(), b":", value].concat());
    }
    out.extend(b"\n\n");
    out.extend(&reply.body);
    out
}

/// `None` when these bytes were not written by [`write`].
pub(super) fn read(text: &[u8]) -> Option<Reply> {
    let end = text.windows(2).position(|pair| pair == b"\n\n")?;
    let (head, body) = (&text[..end], &text[end + 2..]);
    let mut lines = head.split(|byte| *byte == b'\n');
    let status = StatusCode::from_bytes(lines.next()?).ok()?;
    let headers = lines.map(|line| {
        let colon = line.iter().position(|byte| *byte == b':')?;
        let name = HeaderName::from_bytes(&line[..colon]).ok()?;
        Some((name, HeaderValue::from_bytes(&line[colon + 1..]).ok()?))
    });
    // The type is among the headers here.
    let headers = headers.collect::<Option<Vec<_>>>()?;
    Some(Reply {
        status,
        body: Bytes::copy_from_slice(body),
        content_type: "",
        headers,
        stream: None,
        proven: None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_read_is_what_was_written() {
        let whole = Reply::created(&serde_json::json!({"a": "b\n\nc"})).header("x-more", "one: two");
        let empty = Reply { body: Bytes::new(), content_type: "", headers: Vec::new(), ..whole.clone() };
        for reply in [whole, empty] {
            let back = read(&write(&reply)).unwrap();
            assert_eq!((back.status, &back.body), (reply.status, &reply.body));
            assert_eq!(write(&back), write(&reply));
        }
        assert!(read(b"no answer").is_none() && read(b"200\nno header\n\n").is_none());
    }
}
