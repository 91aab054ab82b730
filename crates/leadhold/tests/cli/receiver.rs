//! A receiver of webhooks on loopback, that answers as a test decides.

use std::collections::HashMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// A request that came.
#[derive(Clone, Debug)]
pub struct Came {
    pub headers: HashMap<String, String>,
    pub body: Vec<u8>,
}

impl Came {
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", String::as_str)
    }

    pub fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.body).unwrap()
    }
}

pub struct Receiver {
    pub url: String,
    came: Arc<Mutex<Vec<Came>>>,
}

impl Receiver {
    /// Answers each request with the status that `decide` says. Serves until the test's process ends.
    pub fn start(decide: impl Fn(&Came) -> u16 + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}/hook", listener.local_addr().unwrap());
        let came = Arc::new(Mutex::new(Vec::new()));
        let (kept, decide) = (Arc::clone(&came), Arc::new(decide));
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (kept, decide) = (Arc::clone(&kept), Arc::clone(&decide));
                std::thread::spawn(move || answer(stream, &kept, decide.as_ref()));
            }
        });
        Self { url, came }
    }

    pub fn came(&self) -> Vec<Came> {
        self.came.lock().unwrap().clone()
    }

    /// Waits until `enough` holds of what came.
    #[track_caller]
    pub fn wait_until(&self, what: &str, enough: impl Fn(&[Came]) -> bool) -> Vec<Came> {
        for _ in 0..3000 {
            let came = self.came();
            if enough(&came) {
                return came;
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        panic!("waited for {what}; {} came", self.came().len());
    }
}

/// Answers the requests of one connection; it ends when the other side hangs up.
fn answer(stream: TcpStream, kept: &Mutex<Vec<Came>>, decide: &dyn Fn(&Came) -> u16) {
    let mut reader = BufReader::new(stream.try_clone().unwrap());
    let mut stream = stream;
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line).is_err() || line.is_empty() {
            return;
        }
        let mut headers = HashMap::new();
        loop {
            let mut line = String::new();
            if reader.read_line(&mut line).is_err() {
                return;
            }
            let Some((name, value)) = line.trim_end().split_once(": ") else { break };
            headers.insert(name.to_ascii_lowercase(), value.to_owned());
        }
        let length = headers.get("content-length").and_then(|text| text.parse().ok()).unwrap_or(0);
        let mut body = vec![0; length];
        if reader.read_exact(&mut body).is_err() {
            return;
        }
        let came = Came { headers, body };
        let status = decide(&came);
        kept.lock().unwrap().push(came);
        if write!(stream, "HTTP/1.1 {status} X\r\ncontent-length: 0\r\n\r\n").is_err() {
            return;
        }
    }
}
