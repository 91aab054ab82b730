//! The client against real sockets on loopback. Name servers and the public internet are stand-ins.

mod addresses;
mod exchange;
mod tls;

use std::collections::VecDeque;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;

use super::*;
use crate::resolve::Resolving;

/// What a test server does with a request it has read.
#[derive(Clone)]
enum Answer {
    /// Write these bytes and wait for the next request.
    Say(Vec<u8>),
    /// Write these bytes, then `\n`s until the other side is gone.
    SayWithoutEnd(Vec<u8>),
    /// Write these bytes, then one more every 20 ms until the other side is gone.
    Trickle(Vec<u8>),
    /// Write these bytes and then nothing, with the connection open.
    FallSilent(Vec<u8>),
    /// Close the connection.
    Close,
}

/// An HTTP server that gives every request the same answer and counts.
struct Server {
    address: SocketAddr,
    connections: Arc<AtomicUsize>,
    /// Connections the other side has closed.
    closed: Arc<tokio::sync::Semaphore>,
    requests: Arc<Mutex<Vec<String>>>,
    _tasks: JoinSet<()>,
}

impl Server {
    async fn start(answer: Answer) -> Server {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let connections = Arc::new(AtomicUsize::new(0));
        let closed = Arc::new(tokio::sync::Semaphore::new(0));
        let requests = Arc::new(Mutex::new(Vec::new()));
        let (count, end, log) = (connections.clone(), closed.clone(), requests.clone());
        let mut tasks = JoinSet::new();
        tasks.spawn(async move {
            let mut open = JoinSet::new();
            loop {
                let (stream, _) = listener.accept().await.unwrap();
                count.fetch_add(1, Ordering::SeqCst);
                let (answer, end, log) = (answer.clone(), end.clone(), log.clone());
                open.spawn(async move {
                    converse(stream, answer, log).await;
                    end.add_permits(1);
                });
            }
        });
        Server { address, connections, closed, requests, _tasks: tasks }
    }

    fn connections(&self) -> usize {
        self.connections.load(Ordering::SeqCst)
    }

    fn requests(&self) -> Vec<String> {
        self.requests.lock().unwrap().clone()
    }

    fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }
}

async fn converse(mut stream: TcpStream, answer: Answer, log: Arc<Mutex<Vec<String>>>) {
    while let Some(request) = read_request(&mut stream).await {
        log.lock().unwrap().push(request);
        match &answer {
            Answer::Close => return,
            Answer::Say(bytes) => stream.write_all(bytes).await.unwrap(),
            Answer::FallSilent(bytes) => {
                stream.write_all(bytes).await.unwrap();
                let _ = stream.read(&mut [0]).await;
                return;
            }
            Answer::Trickle(bytes) => {
                let mut alive = stream.write_all(bytes).await.is_ok();
                while alive {
                    tokio::time::sleep(Duration::from_millis(20)).await;
                    alive = stream.write_all(b"x").await.is_ok();
                }
                return;
            }
            Answer::SayWithoutEnd(bytes) => {
                let mut alive = stream.write_all(bytes).await.is_ok();
                while alive {
                    alive = stream.write_all(&[b'\n'; 4096]).await.is_ok();
                }
                return;
            }
        }
    }
}

/// The next request's head and body as text; `None` when the other side is gone.
async fn read_request(stream: &mut TcpStream) -> Option<String> {
    let mut read = Vec::new();
    loop {
        let text = String::from_utf8_lossy(&read).into_owned();
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let length = head.lines().find_map(|line| line.strip_prefix("content-length: "));
            if body.len() >= length.map_or(0, |length| length.parse().unwrap()) {
                return Some(text);
            }
        }
        if stream.read_buf(&mut read).await.ok()? == 0 {
            return None;
        }
    }
}

fn ok(body: &str) -> Answer {
    Answer::Say(format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n{body}", body.len()).into())
}

fn post(url: impl Into<String>) -> Outgoing {
    Outgoing {
        method: Method::POST,
        url: url.into(),
        headers: HeaderMap::new(),
        body: Bytes::from_static(b"{\"a\": 1}"),
    }
}

/// A name server that gives these answers in turn (the last one for ever) and counts the questions. Without
/// answers, it knows no names.
struct Names {
    answers: Mutex<VecDeque<Vec<IpAddr>>>,
    asked: AtomicUsize,
}

impl Names {
    fn answering(answers: &[&[&str]]) -> Arc<Names> {
        let parse = |list: &&[&str]| list.iter().map(|ip| ip.parse().unwrap()).collect();
        let answers = Mutex::new(answers.iter().map(parse).collect());
        Arc::new(Names { answers, asked: AtomicUsize::new(0) })
    }

    fn asked(&self) -> usize {
        self.asked.load(Ordering::SeqCst)
    }
}

impl Resolve for Names {
    fn resolve<'a>(&'a self, _: &'a str) -> Resolving<'a> {
        self.asked.fetch_add(1, Ordering::SeqCst);
        let mut answers = self.answers.lock().unwrap();
        let next = if answers.len() > 1 { answers.pop_front() } else { answers.front().cloned() };
        Box::pin(std::future::ready(next.ok_or_else(|| io::Error::other("no such name"))))
    }
}

fn sandbox(limits: Limits) -> Client {
    Client::new(Policy::allow_loopback(), Names::answering(&[]), limits)
}
