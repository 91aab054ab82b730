//! `leadhold listen`: through restarts of the server, of the command and of the receiver.

use std::collections::HashMap;
use std::io::{BufRead, BufReader};
use std::net::TcpListener;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicU16, Ordering};

use leadhold_outbound::verify;

use super::process::{Home, Server};
use super::receiver::{Came, Receiver};

/// `leadhold listen` until it is dropped.
struct Listening(Child);

impl Listening {
    fn start(home: &Home, address: &str, receiver: &Receiver) -> Self {
        let args = ["listen", "--name", "laptop", "--events", "ContactCreate", "--url"];
        let mut command = home.command(&args);
        command.args([&format!("http://{address}"), "--forward-to", &receiver.url]);
        let mut child = command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
        let mut words = BufReader::new(child.stderr.take().unwrap());
        let mut line = String::new();
        words.read_line(&mut line).unwrap();
        assert!(line.starts_with("listening"), "{line}");
        std::thread::spawn(move || words.lines().map_while(Result::ok).for_each(drop));
        Self(child)
    }

    fn stop(mut self) {
        let pid = self.0.id().to_string();
        assert!(Command::new("kill").args(["-TERM", &pid]).status().unwrap().success());
        assert!(self.0.wait().unwrap().success());
    }
}

impl Drop for Listening {
    fn drop(&mut self) {
        let _may_have_ended = self.0.kill().is_err();
        let _reaped = self.0.wait().is_ok();
    }
}

fn serve(home: &Home, address: &str) -> Server {
    Server::start(&mut home.command(&["serve", "--sandbox", "--listen", address]))
}

fn free_address() -> String {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().to_string()
}

fn counts(came: &[Came]) -> HashMap<String, usize> {
    let mut counts = HashMap::new();
    for one in came {
        *counts.entry(one.json()["webhookId"].as_str().unwrap().to_owned()).or_default() += 1;
    }
    counts
}

fn make_contacts(server: &Server, token: &str, count: usize) {
    for at in 0..count {
        let (status, made) =
            server.post("/contacts/", token, &serde_json::json!({"firstName": format!("N{at}")}));
        assert_eq!(status, 201, "{made}");
    }
}

#[test]
fn nothing_is_lost_and_nothing_that_was_taken_comes_again() {
    let (home, demo) = Home::new().with_demo();
    let (token, key) = (demo["locationToken"].as_str().unwrap(), demo["webhookPublicKey"].as_str().unwrap());
    let address = free_address();
    let mut server = serve(&home, &address);
    let receiver = Receiver::start(|_| 200);
    let listening = Listening::start(&home, &address, &receiver);
    make_contacts(&server, token, 1);
    receiver.wait_until("the first delivery", |came| !came.is_empty());
    let mut made = 1;
    for _ in 0..5 {
        make_contacts(&server, token, 4);
        made += 4;
        drop(server); // SIGKILL, while deliveries are on their way
        server = serve(&home, &address);
    }
    receiver.wait_until("all of them", |came| counts(came).len() >= made);
    listening.stop();
    make_contacts(&server, token, 3); // while nobody listens
    let listening = Listening::start(&home, &address, &receiver);
    let came = receiver.wait_until("what waited", |came| counts(came).len() >= made + 3);
    assert!(counts(&came).values().all(|count| *count == 1), "{:?}", counts(&came));
    assert!(came.iter().all(|one| verify(key, &one.body, one.header("x-ghl-signature"))), "signed as always");
    listening.stop();
}

#[test]
fn a_receiver_that_was_down_gets_it_later() {
    let (home, demo) = Home::new().with_demo();
    let token = demo["locationToken"].as_str().unwrap();
    let address = free_address();
    let server = serve(&home, &address);
    let status = Arc::new(AtomicU16::new(503));
    let answer = Arc::clone(&status);
    let receiver = Receiver::start(move |_| answer.load(Ordering::SeqCst));
    let listening = Listening::start(&home, &address, &receiver);
    make_contacts(&server, token, 1);
    receiver.wait_until("the failed attempt", |came| !came.is_empty());
    status.store(200, Ordering::SeqCst);
    let came = receiver.wait_until("the second attempt", |came| came.len() >= 2);
    assert_eq!(came[0].body, came[1].body, "the same bytes");
    listening.stop();
}
