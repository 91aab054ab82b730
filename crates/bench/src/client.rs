//! One request at a time, for setting scenes up and for waiting.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use serde_json::Value;

use crate::exchange::{self, Target};
use crate::outcome::{During, Outcome};

/// What a server said.
pub struct Answer {
    pub status: u16,
    pub headers: Vec<(String, String)>,
    pub body: String,
}

impl Answer {
    /// The body as JSON, when the status is the expected one.
    pub fn json(&self, status: u16) -> Outcome<Value> {
        if self.status != status {
            return Err(format!("expected {status}, got {}: {}", self.status, self.body));
        }
        serde_json::from_str(&self.body).during("an answer's body is not JSON")
    }
}

impl Target {
    /// Sends one request on a connection of its own.
    pub fn call(&self, method: &str, path: &str, body: &str) -> Outcome<Answer> {
        send(self.address, &self.request(method, path, body))
            .map_err(|error| format!("{method} {path}: {error}"))
    }
}

/// Sends `request` and reads the answer.
pub fn send(address: SocketAddr, request: &[u8]) -> Outcome<Answer> {
    let mut stream = TcpStream::connect(address).during("cannot connect")?;
    stream.set_read_timeout(Some(Duration::from_secs(30))).during("cannot set a timeout")?;
    stream.write_all(request).during("cannot send")?;
    let (mut bytes, mut chunk) = (Vec::new(), [0; 16 * 1024]);
    loop {
        if let Some(extent) = exchange::extent(&bytes)?
            && bytes.len() >= extent.whole
        {
            let body = String::from_utf8_lossy(&bytes[extent.head..extent.whole]).into_owned();
            return Ok(Answer { status: extent.status, headers: exchange::headers(&bytes)?, body });
        }
        match stream.read(&mut chunk).during("no answer")? {
            0 => return Err("the connection was closed before the answer".to_owned()),
            count => bytes.extend_from_slice(&chunk[..count]),
        }
    }
}
