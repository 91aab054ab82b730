//! Requests and answers: bytes, limits, failures.

use super::*;

fn short() -> Limits {
    Limits { total: Duration::from_millis(150), ..Limits::default() }
}

#[tokio::test]
async fn sends_the_bytes_and_reads_the_answer() {
    let server = Server::start(ok("thanks")).await;
    let mut outgoing = post(server.url("/hook?x=%7B1%7D&y=ü"));
    outgoing.headers.insert("x-ghl-signature", "c2ln".parse().unwrap());
    outgoing.headers.insert("content-type", "application/json".parse().unwrap());
    let received = sandbox(Limits::default()).send(outgoing).await.unwrap();
    assert_eq!((received.status.as_u16(), &received.head_of_body[..]), (200, &b"thanks"[..]));
    assert!(received.complete);
    assert_eq!(
        server.requests(),
        [format!(
            "POST /hook?x=%7B1%7D&y=%C3%BC HTTP/1.1\r\nx-ghl-signature: c2ln\r\ncontent-type: application/json\r\n\
             host: {}\r\ncontent-length: 8\r\n\r\n{{\"a\": 1}}",
            server.address
        )]
    );
}

#[tokio::test]
async fn a_users_headers_cannot_reframe_the_request() {
    let server = Server::start(ok("")).await;
    let mut outgoing = post(server.url("/"));
    for (name, value) in [
        ("host", "169.254.169.254"),
        ("content-length", "3"),
        ("transfer-encoding", "chunked"),
        ("connection", "x-kept"),
        ("expect", "100-continue"),
        ("x-kept", "yes"),
    ] {
        outgoing.headers.append(name, value.parse().unwrap());
    }
    sandbox(Limits::default()).send(outgoing).await.unwrap();
    let expected = format!(
        "POST / HTTP/1.1\r\nx-kept: yes\r\nhost: {}\r\ncontent-length: 8\r\n\r\n{{\"a\": 1}}",
        server.address
    );
    assert_eq!(server.requests(), [expected]);
}

#[tokio::test]
async fn connections_are_kept_and_shared_by_clones() {
    let server = Server::start(ok("")).await;
    let client = sandbox(Limits::default());
    for _ in 0..3 {
        client.clone().send(post(server.url("/"))).await.unwrap();
    }
    assert_eq!((server.requests().len(), server.connections()), (3, 1));
}

#[tokio::test]
async fn a_redirect_is_the_answer() {
    let canary = Server::start(ok("")).await;
    for status in ["301 Moved", "302 Found", "303 See Other", "307 Temporary", "308 Permanent"] {
        let location = canary.url("/secret");
        let server = Server::start(Answer::Say(
            format!("HTTP/1.1 {status}\r\nlocation: {location}\r\ncontent-length: 0\r\n\r\n").into(),
        ));
        let server = server.await;
        let received = sandbox(Limits::default()).send(post(server.url("/"))).await.unwrap();
        assert!(received.status.is_redirection(), "{status}");
        assert_eq!(received.headers["location"], location.as_str());
    }
    assert_eq!(canary.connections(), 0, "nobody followed it");
}

#[tokio::test]
async fn reading_stops_at_the_cap() {
    let server = Server::start(Answer::SayWithoutEnd(b"HTTP/1.1 200 OK\r\n\r\nhead".into())).await;
    let limits = Limits { head_of_body: 10, ..Limits::default() };
    let received = sandbox(limits).send(post(server.url("/"))).await.unwrap();
    assert_eq!((&received.head_of_body[..], received.complete), (&b"head\n\n\n\n\n\n"[..], false));
    // The server is still writing; what ends it is that its connection is closed.
    let _ = server.closed.acquire().await.unwrap();
}

#[tokio::test]
async fn a_body_as_long_as_the_cap_is_complete() {
    let server = Server::start(ok("0123456789")).await;
    for (cap, kept, complete) in [(11, "0123456789", true), (10, "0123456789", true), (9, "012345678", false)]
    {
        let limits = Limits { head_of_body: cap, ..Limits::default() };
        let received = sandbox(limits).send(post(server.url("/"))).await.unwrap();
        assert_eq!((&received.head_of_body[..], received.complete), (kept.as_bytes(), complete), "{cap}");
    }
}

#[tokio::test]
async fn silence_before_or_within_the_answer_is_a_timeout() {
    for said in ["", "HTTP/1.1 200 OK\r\n", "HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nabc"] {
        let server = Server::start(Answer::FallSilent(said.into())).await;
        let error = sandbox(short()).send(post(server.url("/"))).await.unwrap_err();
        assert_eq!(error.to_string(), "no complete answer within 150 ms", "{said}");
        assert_eq!((error.kind(), server.requests().len()), ("timeout", 1));
        let _ = server.closed.acquire().await.unwrap();
    }
}

/// The limit holds for the whole exchange: it does not begin anew with each byte that comes.
#[tokio::test]
async fn an_answer_that_trickles_is_cut_off_at_the_limit() {
    for said in [
        "HTTP/1.1 200 OK\r\nx-h: ",
        "HTTP/1.1 200 OK\r\n\r\n",
        "HTTP/1.1 200 OK\r\ncontent-length: 9999\r\n\r\n",
    ] {
        let server = Server::start(Answer::Trickle(said.into())).await;
        let client = sandbox(short());
        let ended = timeout(short().total * 20, client.send(post(server.url("/")))).await;
        let error = ended.expect("the limit holds").unwrap_err();
        assert_eq!((error.kind(), server.requests().len()), ("timeout", 1), "{said}");
        let _ = server.closed.acquire().await.unwrap();
    }
    assert_eq!(Limits::default().total, Duration::from_secs(10));
}

#[tokio::test]
async fn what_is_no_answer_is_a_protocol_error() {
    let flood = format!("HTTP/1.1 200 OK\r\n{}", format!("x-h: {}\r\n", "a".repeat(1000)).repeat(90));
    for answer in [
        Answer::Close,
        Answer::Say(b"SSH-2.0-OpenSSH_9.2\r\n\r\n".into()),
        Answer::Say(b"HTTP/1.1 200 OK\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\nabc".into()),
        Answer::SayWithoutEnd(flood.into()),
    ] {
        let server = Server::start(answer).await;
        let error = sandbox(Limits::default()).send(post(server.url("/"))).await.unwrap_err();
        assert_eq!(error.kind(), "protocol", "{error}");
        assert!(error.to_string().starts_with("the connection broke before an answer: "), "{error}");
    }
}
