//! HTTP/1.1 as the load generator needs it: requests as bytes, answers cut off where they end.

use std::net::SocketAddr;

use crate::outcome::{During, Outcome};

/// The address, credential and `Version` that all requests of a scenario share.
#[derive(Clone)]
pub struct Target {
    pub address: SocketAddr,
    pub token: String,
}

impl Target {
    /// A request as it goes over the wire. An empty body with `GET` sends none.
    pub fn request(&self, method: &str, path: &str, body: &str) -> Vec<u8> {
        let Target { address, token } = self;
        let mut text = format!(
            "{method} {path} HTTP/1.1\r\nhost: {address}\r\nauthorization: Bearer {token}\r\nversion: 2021-07-28\r\n\
             accept: application/json\r\n"
        );
        if method != "GET" {
            text += &format!("content-type: application/json\r\ncontent-length: {}\r\n", body.len());
        }
        text += "\r\n";
        text += body;
        text.into_bytes()
    }
}

/// Where an answer's parts end.
#[derive(Debug, PartialEq, Eq)]
pub struct Extent {
    pub status: u16,
    /// Length of status line and headers with the empty line after them.
    pub head: usize,
    /// Length of head and body together.
    pub whole: usize,
}

/// Measures the answer at the front of `bytes`; `None` while its head is not complete.
pub fn extent(bytes: &[u8]) -> Outcome<Option<Extent>> {
    let mut headers = [httparse::EMPTY_HEADER; 32];
    let mut answer = httparse::Response::new(&mut headers);
    let httparse::Status::Complete(head) = answer.parse(bytes).during("an answer is not HTTP")? else {
        return Ok(None);
    };
    let length = answer.headers.iter().find(|header| header.name.eq_ignore_ascii_case("content-length"));
    let length = length.and_then(|header| std::str::from_utf8(header.value).ok()?.parse::<usize>().ok());
    let length = length.ok_or("an answer does not say its length; the load generator reads no other form")?;
    Ok(Some(Extent { status: answer.code.unwrap_or_default(), head, whole: head + length }))
}

/// Names and values of the headers of a complete answer.
pub fn headers(bytes: &[u8]) -> Outcome<Vec<(String, String)>> {
    let mut headers = [httparse::EMPTY_HEADER; 32];
    let mut answer = httparse::Response::new(&mut headers);
    let _complete = answer.parse(bytes).during("an answer is not HTTP")?;
    let text = |value: &[u8]| String::from_utf8_lossy(value).into_owned();
    Ok(answer.headers.iter().map(|header| (header.name.to_owned(), text(header.value))).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    const ANSWER: &[u8] = b"HTTP/1.1 201 Created\r\nContent-Length: 5\r\nx-trace: t\r\n\r\nhelloHTTP/1.1 ";

    #[test]
    fn an_answer_ends_where_its_length_says() {
        let extent = extent(ANSWER).unwrap().unwrap();
        assert_eq!((extent.status, &ANSWER[extent.head..extent.whole]), (201, &b"hello"[..]));
        assert_eq!(headers(ANSWER).unwrap()[1], ("x-trace".to_owned(), "t".to_owned()));
    }

    #[test]
    fn half_a_head_is_waited_for_and_a_missing_length_is_refused() {
        assert_eq!(extent(&ANSWER[..30]).unwrap(), None);
        assert!(extent(b"HTTP/1.1 200 OK\r\n\r\n").unwrap_err().contains("does not say its length"));
        assert!(extent(b"SSH-2.0-x\r\n\r\n").is_err());
    }

    #[test]
    fn a_request_says_its_length_only_when_it_has_a_body() {
        let target = Target { address: "127.0.0.1:80".parse().unwrap(), token: "t".into() };
        let text = |bytes| String::from_utf8(bytes).unwrap();
        assert!(!text(target.request("GET", "/", "")).contains("content-length"));
        assert!(text(target.request("POST", "/", "{}")).ends_with("content-length: 2\r\n\r\n{}"));
    }
}
