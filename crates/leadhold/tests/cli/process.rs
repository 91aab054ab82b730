//! Runs the binary in a folder of its own, and talks to it over HTTP.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::time::Duration;

use leadhold_kernel::random::SeededRandom;
use leadhold_store::Backend;
use leadhold_testkit::Database;
use serde_json::Value;

/// How long anything may take before the test fails.
const DEADLINE: Duration = Duration::from_secs(60);

/// A folder with a store in it, perhaps.
pub struct Home {
    pub folder: tempfile::TempDir,
    database: Option<Database>,
}

impl Home {
    /// On the engine under test.
    pub fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let runtime = tokio::runtime::Runtime::new().unwrap();
        let seed = folder
            .path()
            .as_os_str()
            .as_encoded_bytes()
            .iter()
            .fold(7u64, |seed, byte| seed.wrapping_mul(31).wrapping_add(u64::from(*byte)));
        let database = runtime.block_on(Database::fresh(&SeededRandom::new(seed)));
        Self { folder, database: database.is_postgres().then_some(database) }
    }

    /// On the embedded engine, whatever the suite runs on.
    pub fn embedded() -> Self {
        Self { folder: tempfile::tempdir().unwrap(), database: None }
    }

    /// A demo agency in `data`, and what `init` printed.
    pub fn with_demo(self) -> (Self, Value) {
        let demo = self.run(&["init", "--demo", "--json"]).expect(0).json();
        (self, demo)
    }

    /// Where the store is.
    pub fn backend(&self) -> Backend {
        self.database.as_ref().map_or_else(|| Backend::Embedded(self.path("data")), |it| it.backend().clone())
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// `leadhold ARGS` on this home's store.
    pub fn command(&self, args: &[&str]) -> Command {
        let mut command = bare(self.folder.path());
        command.env("LEADHOLD_DATA", "data").args(args);
        if let Some(Backend::Postgres(url)) = self.database.as_ref().map(Database::backend) {
            command.env("LEADHOLD_DATABASE_URL", url);
        }
        command
    }

    pub fn run(&self, args: &[&str]) -> Ended {
        Ended(self.command(args).output().unwrap())
    }

    /// `leadhold serve ARGS`, once it listens.
    pub fn serve(&self, args: &[&str]) -> Server {
        let mut command = self.command(&["serve", "--listen", "127.0.0.1:0"]);
        Server::start(command.args(args))
    }
}

/// `leadhold` in `folder`, without anything of the environment that could steer it.
pub fn bare(folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_leadhold"));
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("LEADHOLD_") {
            command.env_remove(name);
        }
    }
    command.current_dir(folder).stdin(Stdio::null());
    command
}

/// A command that has ended.
pub struct Ended(pub Output);

impl Ended {
    #[track_caller]
    pub fn expect(self, code: i32) -> Self {
        assert_eq!(self.0.status.code(), Some(code), "standard error: {}", self.err());
        self
    }

    pub fn out(&self) -> String {
        String::from_utf8(self.0.stdout.clone()).unwrap()
    }

    pub fn err(&self) -> String {
        String::from_utf8(self.0.stderr.clone()).unwrap()
    }

    pub fn json(&self) -> Value {
        serde_json::from_str(&self.out()).unwrap_or_else(|error| panic!("{error} in {}", self.out()))
    }
}

/// A serving binary; killed when dropped.
pub struct Server {
    child: Child,
    pub address: String,
}

impl Server {
    pub fn start(command: &mut Command) -> Self {
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let Some(address) = line.trim_end().strip_prefix("listening on http://") else {
            let mut words = String::new();
            child.stderr.take().unwrap().read_to_string(&mut words).unwrap();
            panic!("the server printed `{line}` and said: {words}");
        };
        Self { address: address.to_owned(), child }
    }

    /// Sends a signal and waits for the end: the exit code and what was said.
    pub fn stop(mut self, signal: &str) -> (Option<i32>, String) {
        let pid = self.child.id().to_string();
        assert!(Command::new("kill").args([signal, &pid]).status().unwrap().success());
        let mut words = String::new();
        self.child.stderr.take().unwrap().read_to_string(&mut words).unwrap(); // ends with the process
        (self.child.wait().unwrap().code(), words)
    }

    pub fn get(&self, path: &str, token: &str) -> (u16, Value) {
        request(&self.address, "GET", path, token, "")
    }

    pub fn post(&self, path: &str, token: &str, body: &Value) -> (u16, Value) {
        request(&self.address, "POST", path, token, &body.to_string())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _may_have_ended = self.child.kill().is_err();
        let _reaped = self.child.wait().is_ok();
    }
}

fn request(address: &str, method: &str, path: &str, token: &str, body: &str) -> (u16, Value) {
    let mut stream = TcpStream::connect(address).unwrap();
    stream.set_read_timeout(Some(DEADLINE)).unwrap();
    let length = body.len();
    let head = format!("{method} {path} HTTP/1.1\r\nhost: {address}\r\nauthorization: Bearer {token}\r\n");
    let tail = format!(
        "content-type: application/json\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n{body}"
    );
    stream.write_all((head + &tail).as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    let status = answer.split(' ').nth(1).and_then(|code| code.parse().ok()).unwrap();
    let body = answer.split_once("\r\n\r\n").map_or("", |(_, body)| body);
    (status, serde_json::from_str(body).unwrap_or(Value::Null))
}
