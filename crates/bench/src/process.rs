//! The servers under measure, each a process of its own, and what the kernel knows about them.

use std::fs;
use std::io::{BufRead, BufReader};
use std::net::{SocketAddr, TcpListener};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use crate::outcome::{During, Outcome};

/// The kernel counts processor time in ticks of this length, on every architecture that Linux calls mainstream.
const TICK: Duration = Duration::from_millis(10);

/// A running server; dropping it ends it.
pub struct Server {
    child: Child,
    pub address: SocketAddr,
}

impl Server {
    /// Starts `command` and waits for the line `listening on http://ADDRESS`. What the server says goes to `log`.
    pub fn start(mut command: Command, log: &Path) -> Outcome<Self> {
        let mut child = spawn(&mut command, log)?;
        let mut line = String::new();
        if let Some(stdout) = child.stdout.take() {
            let _ended = BufReader::new(stdout).read_line(&mut line).during("cannot hear the server")?;
        }
        let address = line.trim().strip_prefix("listening on http://").and_then(|text| text.parse().ok());
        let Some(address) = address else {
            let _gone = child.kill();
            let said = fs::read_to_string(log).unwrap_or_default();
            return Err(format!("a server did not start (`{command:?}`): {line}{said}"));
        };
        Ok(Self { child, address })
    }

    /// Starts `command`, which was told to listen on `address`, and does not wait.
    pub fn start_on(mut command: Command, log: &Path, address: SocketAddr) -> Outcome<Self> {
        Ok(Self { child: spawn(&mut command, log)?, address })
    }

    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Ends it as an operator would, and waits.
    pub fn stop(mut self) -> Outcome<()> {
        let asked = Command::new("kill").arg(self.pid().to_string()).status().during("cannot run `kill`")?;
        let ended = self.child.wait().during("cannot wait for a server")?;
        if asked.success() && ended.success() {
            return Ok(());
        }
        Err(format!("a server did not end well when it was asked to: {ended}"))
    }

    /// What it holds in memory, in MiB.
    pub fn resident_mib(&self) -> Outcome<f64> {
        let path = format!("/proc/{}/status", self.pid());
        let text = fs::read_to_string(&path).during(&path)?;
        let line = text.lines().find_map(|line| line.strip_prefix("VmRSS:"));
        let kib = line.and_then(|rest| rest.trim().strip_suffix(" kB")?.parse::<f64>().ok());
        kib.map(|kib| kib / 1024.0).ok_or_else(|| format!("{path} has no VmRSS"))
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // At once: its data is thrown away, and a drain would only take time.
        let _ended = self.child.kill().and_then(|()| self.child.wait());
    }
}

fn spawn(command: &mut Command, log: &Path) -> Outcome<Child> {
    let log = fs::File::options().create(true).append(true).open(log).during("cannot open a server's log")?;
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(log);
    command.spawn().map_err(|error| format!("cannot run {command:?}: {error}"))
}

/// The processor time that process `pid` has used, in all its threads.
pub fn cpu(pid: u32) -> Outcome<Duration> {
    let path = format!("/proc/{pid}/stat");
    let text = fs::read_to_string(&path).during(&path)?;
    ticks(&text).map(|ticks| TICK * ticks).ok_or_else(|| format!("{path} is not as expected: {text}"))
}

/// User and system time, the 14th and 15th field; the 2nd is a name in brackets and may hold anything.
fn ticks(stat: &str) -> Option<u32> {
    let (_, rest) = stat.rsplit_once(')')?;
    let mut fields = rest.split_whitespace().skip(11).map(str::parse::<u32>);
    Some(fields.next()?.ok()? + fields.next()?.ok()?)
}

/// A port that was free a moment ago.
pub fn free_address() -> Outcome<SocketAddr> {
    let listener = TcpListener::bind("127.0.0.1:0").during("no free port on 127.0.0.1")?;
    listener.local_addr().during("no free port on 127.0.0.1")
}

/// How much others want of this machine: the load averages, as the kernel writes them.
pub fn load_average() -> f64 {
    let text = fs::read_to_string("/proc/loadavg").unwrap_or_default();
    text.split(' ').next().and_then(|first| first.parse().ok()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn processor_time_is_read_behind_any_name() {
        let stat = "42 (a) b (c)) S 1 42 42 0 -1 4194304 100 0 0 0 17 5 0 0 20 0 8 0 100 1 1";
        assert_eq!(ticks(stat), Some(22));
        assert_eq!(ticks("nonsense"), None);
        assert!(cpu(std::process::id()).is_ok());
    }

    #[test]
    fn a_server_that_says_nothing_is_an_error_with_its_last_words() {
        let folder = tempfile::tempdir().unwrap();
        let mut command = Command::new("sh");
        command.args(["-c", "echo no store here >&2; exit 1"]);
        let failure = Server::start(command, &folder.path().join("log")).err().unwrap();
        assert!(failure.contains("no store here"), "{failure}");
    }
}
