//! `leadhold doctor`.

mod forgery;
mod webhook;

use std::fmt;
use std::io::{ErrorKind, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::Path;
use std::time::Duration;

use leadhold_kernel::Timestamp;
use leadhold_store::{MAIN, Store, status, vitals};

use super::{print, runtime};
use crate::compose::{self, Machine};
use crate::config::{self, Config, Overrides};
use crate::fault::Fault;
use crate::keys::Secret;
use crate::place::Place;

/// Below this the store may stop taking writes within the hour.
const FULL: u64 = 100 << 20;
/// Below this somebody should make room.
const TIGHT: u64 = 1 << 30;
/// How far the clocks of this machine and of the database may be apart, in milliseconds.
const SKEW: u64 = 5_000;
/// 2026-01-01T00:00:00Z, before this program was written, and 2100-01-01T00:00:00Z, after it will have been replaced.
const SANE: std::ops::Range<i64> = 1_767_225_600_000..4_102_444_800_000;

/// Look at settings, disk, database, clock and port, and say what to do
///
/// Changes nothing, and may run beside a server. Each finding goes to standard output; the exit code is 1 when something
/// is wrong.
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  leadhold doctor --data /var/lib/leadhold
  leadhold doctor webhook http://localhost:3000/hook")]
pub struct Doctor {
    #[command(flatten)]
    place: Place,

    /// The address that the server is to listen on [default: the settings' own]
    #[arg(long, value_name = "ADDRESS", env = "LEADHOLD_LISTEN")]
    listen: Option<SocketAddr>,

    #[command(subcommand)]
    patient: Option<Patient>,
}

/// What else to look at.
#[derive(clap::Subcommand)]
enum Patient {
    Webhook(Box<webhook::Webhook>),
}

/// How bad a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Good,
    Note,
    Bad,
}

impl fmt::Display for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Good => "ok",
            Self::Note => "note",
            Self::Bad => "BAD",
        })
    }
}

#[derive(Debug)]
struct Finding {
    state: State,
    about: &'static str,
    text: String,
}

fn good(about: &'static str, text: impl Into<String>) -> Finding {
    Finding { state: State::Good, about, text: text.into() }
}

fn note(about: &'static str, text: impl Into<String>) -> Finding {
    Finding { state: State::Note, about, text: text.into() }
}

fn bad(about: &'static str, text: impl Into<String>) -> Finding {
    Finding { state: State::Bad, about, text: text.into() }
}

impl Doctor {
    /// Whether it is asked about the server, and not about somebody's receiver.
    pub fn looks_at_the_server(&self) -> bool {
        self.patient.is_none()
    }

    pub fn run(self, mut overrides: Overrides) -> Result<(), Fault> {
        if let Some(Patient::Webhook(command)) = self.patient {
            return command.run(overrides);
        }
        overrides.set("server", "listen", self.listen.map(|address| address.to_string()));
        let mut findings = Vec::new();
        match self.place.settings(overrides) {
            Err(fault) => findings.push(bad("settings", fault.to_string())),
            Ok(config) => {
                config.log.start()?;
                findings.push(self.settings());
                findings.extend(self.disk());
                findings.push(self.secret());
                findings.extend(self.database(&config));
                findings.push(clock(Machine::real().clock.now()));
                findings.push(port(config.server.listen));
            }
        }
        for Finding { state, about, text } in &findings {
            print(&format!("{state:<5} {about:<9} {}", text.replace('\n', " ")))?;
        }
        match findings.iter().filter(|finding| finding.state == State::Bad).count() {
            0 => Ok(()),
            wrong => Err(Fault::failed(format!("{wrong} thing(s) to mend, marked BAD"))),
        }
    }

    fn settings(&self) -> Finding {
        let file = config::file_in(&self.place.data, self.place.config.as_deref());
        let text =
            if file.exists() { file.display().to_string() } else { "no file; the defaults hold".to_owned() };
        good("settings", text)
    }

    fn disk(&self) -> Vec<Finding> {
        let data = &self.place.data;
        let shown = data.display();
        if !data.is_dir() {
            return vec![bad(
                "disk",
                format!("there is no directory {shown}; make a store with `leadhold init --data {shown}`"),
            )];
        }
        let writable = match tempfile::tempfile_in(data) {
            Ok(_) => good("disk", format!("{shown} is writable")),
            Err(error) => bad(
                "disk",
                format!("cannot write in {shown}: {error}; give it to the user who runs the server"),
            ),
        };
        vec![writable, free_space(data)]
    }

    fn secret(&self) -> Finding {
        match Secret::find(self.place.secret_key.as_deref(), &self.place.data) {
            Ok(_) => good("secret", "the secret of the signing keys is here"),
            Err(fault) => bad("secret", fault.to_string()),
        }
    }

    fn database(&self, config: &Config) -> Vec<Finding> {
        let backend = config.database.backend(&self.place.data);
        match compose::open(&self.place, &backend).and_then(|store| runtime()?.block_on(look(&store))) {
            Ok(findings) => findings,
            Err(fault) => vec![bad("database", fault.to_string())],
        }
    }
}

fn free_space(data: &Path) -> Finding {
    match rustix::fs::statvfs(data) {
        Err(error) => bad("disk", format!("cannot tell how much is free: {error}")),
        Ok(disk) => space_finding(disk.f_bavail.saturating_mul(disk.f_frsize)),
    }
}

fn space_finding(free: u64) -> Finding {
    let text = format!("{} MiB free", free >> 20);
    match free {
        0..FULL => bad("disk", format!("{text}; make room, or writes will soon fail")),
        FULL..TIGHT => note("disk", format!("{text}; make room soon")),
        _ => good("disk", text),
    }
}

async fn look(store: &Store) -> Result<Vec<Finding>, Fault> {
    let vitals = vitals(store).await?;
    let mut findings = vec![good("database", format!("{} answers", vitals.engine))];
    let status = status(store, MAIN).await?;
    findings.push(match (status.applied, &status.pending[..]) {
        (0, _) => bad("database", "it holds nothing of Leadhold; fill it with `leadhold init`"),
        (applied, []) => good("database", format!("all {applied} migrations are applied")),
        (_, pending) => {
            let missing = pending.join(", ");
            note(
                "database",
                format!("{missing} to be applied: `leadhold migrate`, or the next `leadhold serve` does it"),
            )
        }
    });
    if !vitals.trigrams {
        findings
            .push(bad("database", "pg_trgm is missing; install PostgreSQL's contrib package on the server"));
    }
    if let Some(theirs) = vitals.clock {
        findings.push(skew(Machine::real().clock.now(), theirs));
    }
    Ok(findings)
}

fn clock(now: Timestamp) -> Finding {
    if SANE.contains(&now.millis()) {
        return good("clock", now.iso());
    }
    bad("clock", format!("this machine believes it is {now}; set its clock, best with an NTP service"))
}

fn skew(ours: Timestamp, theirs: Timestamp) -> Finding {
    let apart = ours.millis().abs_diff(theirs.millis());
    if apart <= SKEW {
        return good("clock", "this machine and the database agree");
    }
    let text = format!("this machine shows {ours}, the database {theirs}; set both with an NTP service");
    bad("clock", text)
}

fn port(address: SocketAddr) -> Finding {
    match TcpListener::bind(address) {
        Ok(_) => good("port", format!("{address} is free")),
        Err(error) if error.kind() == ErrorKind::AddrInUse && serves_leadhold(address) => {
            good("port", format!("a Leadhold serves on {address}"))
        }
        Err(error) => {
            bad("port", format!("cannot listen on {address}: {error}; choose another with --listen"))
        }
    }
}

/// Whether our own health check answers there.
fn serves_leadhold(address: SocketAddr) -> bool {
    let wait = Duration::from_secs(2);
    let ask = || -> std::io::Result<String> {
        let mut stream = TcpStream::connect_timeout(&address, wait)?;
        stream.set_read_timeout(Some(wait))?;
        stream.write_all(
            format!("GET /leadhold/v1/health HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\n\r\n")
                .as_bytes(),
        )?;
        let mut answer = String::new();
        stream.take(16 * 1024).read_to_string(&mut answer)?;
        Ok(answer)
    };
    ask().is_ok_and(|answer| answer.starts_with("HTTP/1.1 200") && answer.contains("\"deadJobs\""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn little_space_is_told_before_it_is_too_late() {
        assert_eq!(space_finding(50 << 20).state, State::Bad);
        assert_eq!(space_finding(500 << 20).state, State::Note);
        assert_eq!(space_finding(5 << 30).state, State::Good);
    }

    #[test]
    fn a_clock_of_another_age_is_bad() {
        assert_eq!(clock(Timestamp(0)).state, State::Bad);
        assert_eq!(clock(Timestamp::parse("2026-06-01T00:00:00Z").unwrap()).state, State::Good);
        assert_eq!(skew(Timestamp(10_000), Timestamp(4_000)).state, State::Bad);
        assert_eq!(skew(Timestamp(10_000), Timestamp(9_000)).state, State::Good);
    }

    #[test]
    fn a_port_that_another_program_has_is_bad() {
        let taken = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = taken.local_addr().unwrap();
        let answering = std::thread::spawn(move || drop(taken.accept()));
        assert_eq!(port(address).state, State::Bad);
        answering.join().unwrap();
        assert_eq!(port(address).state, State::Good);
    }
}
