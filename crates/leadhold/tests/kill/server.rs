//! The real binary: set up once, started, killed and started again on the same data.

use std::fs::File;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{ExitStatus, Stdio};
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, ChildStdout, Command};
use tokio::time::Instant;

/// A start, a stop or an `init` that takes longer hangs.
const HANGS: Duration = Duration::from_secs(60);

/// A store that `leadhold init` made, and what serves it.
pub struct Installation {
    place: Vec<String>,
    /// Where the embedded store lies.
    pub data: PathBuf,
    log: PathBuf,
    /// What `init --demo --json` printed.
    pub demo: Value,
}

/// A running server.
pub struct Server {
    child: Child,
    /// Held open: a server that cannot print ends.
    _stdout: BufReader<ChildStdout>,
    /// Where it listens.
    pub address: SocketAddr,
    /// From its start to the line that says that it is ready.
    pub start_took: Duration,
}

impl Installation {
    /// Makes a store with the demo agency, whose app hears of everything at `webhook_url`.
    pub async fn make(dir: &Path, database_url: Option<&str>, webhook_url: &str) -> Self {
        let data = dir.join("data");
        let mut place = vec!["--data".to_owned(), data.display().to_string()];
        place.extend(database_url.into_iter().flat_map(|url| ["--database-url".to_owned(), url.to_owned()]));
        let mut made = Self { place, data, log: dir.join("server.log"), demo: Value::Null };
        let init = made.command("init").args(["--demo", "--json", "--webhook-url", webhook_url]).output();
        let output = tokio::time::timeout(HANGS, init).await.expect("init ends").expect("init runs");
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "leadhold init: {}\n{said}", output.status);
        made.demo = serde_json::from_slice(&output.stdout).expect("init --json prints JSON");
        made
    }

    /// A value of what `init` printed.
    pub fn demo(&self, pointer: &str) -> &str {
        let value = self.demo.pointer(pointer).and_then(Value::as_str);
        value.unwrap_or_else(|| panic!("init printed no {pointer}: {:#}", self.demo))
    }

    /// Starts a server and does not wait for it.
    pub fn spawn(&self) -> Child {
        let log = File::options().append(true).create(true).open(&self.log).expect("a log file");
        let mut serve = self.command("serve");
        serve.args(["--listen", "127.0.0.1:0", "--sandbox", "--rate-limit", "off"]);
        serve.stderr(log).stdout(Stdio::piped()).spawn().expect("the binary runs")
    }

    /// Starts a server and waits until it says that it listens.
    pub async fn start(&self) -> Server {
        let began = Instant::now();
        let mut child = self.spawn();
        let mut stdout = BufReader::new(child.stdout.take().expect("a pipe"));
        let mut line = String::new();
        let read = tokio::time::timeout(HANGS, stdout.read_line(&mut line)).await;
        let address = line.trim().strip_prefix("listening on http://").and_then(|text| text.parse().ok());
        let Some(address) = address else {
            panic!("the server did not start: {read:?}, it printed {line:?}");
        };
        Server { child, _stdout: stdout, address, start_took: began.elapsed() }
    }

    /// What all servers wrote to standard error.
    pub fn log(&self) -> String {
        std::fs::read_to_string(&self.log).unwrap_or_default()
    }

    fn command(&self, command: &str) -> Command {
        let mut leadhold = Command::new(env!("CARGO_BIN_EXE_leadhold"));
        // Every flag can be given by the environment; ours shall be the only ones.
        leadhold.env_clear().arg(command).args(&self.place).stdin(Stdio::null()).kill_on_drop(true);
        leadhold
    }
}

impl Drop for Installation {
    fn drop(&mut self) {
        if std::thread::panicking() {
            let log = self.log();
            let lines: Vec<&str> = log.lines().collect();
            println!("the servers' last words:\n{}", lines[lines.len().saturating_sub(20)..].join("\n"));
        }
    }
}

impl Server {
    /// SIGKILL, and the process is gone when this returns.
    pub async fn kill(mut self) {
        self.child.kill().await.expect("the server can be killed: it has not ended by itself");
    }

    /// SIGTERM, and what the process made of it.
    pub async fn stop(mut self) -> ExitStatus {
        let pid = self.child.id().and_then(|id| Pid::from_raw(id.cast_signed())).expect("a running process");
        kill_process(pid, Signal::TERM).expect("the server can be asked to stop");
        tokio::time::timeout(HANGS, self.child.wait())
            .await
            .expect("the server stops")
            .expect("an exit status")
    }
}
