//! What to measure, and for how long.

use std::path::PathBuf;
use std::time::Duration;

use crate::outcome::{During, Outcome};

/// How the benchmark is asked for.
#[derive(clap::Args)]
pub struct Args {
    /// Under a minute: fewer and shorter rounds, smaller address books, so more noise
    #[arg(long)]
    quick: bool,
    /// Measure on PostgreSQL too; `cargo xtask bench --pg` starts a throw-away cluster for it
    #[arg(long)]
    pg: bool,
    /// Measure on PostgreSQL alone
    #[arg(long, conflicts_with = "pg")]
    pg_only: bool,
    /// Let the address book grow to 1,000,000 contacts as well
    #[arg(long)]
    million: bool,
    /// Only these groups of rows
    #[arg(long, value_delimiter = ',', value_name = "GROUP")]
    only: Vec<Group>,
    /// The binary to measure [default: `leadhold` beside this program]
    #[arg(long, value_name = "FILE")]
    leadhold: Option<PathBuf>,
    /// The PostgreSQL server for --pg, on which databases may be made
    #[arg(long, value_name = "URL", env = "LEADHOLD_TEST_DATABASE_URL", hide_env_values = true)]
    server: Option<String>,
}

/// A group of rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Group {
    /// get, list and search against a bare server
    Read,
    /// create against a bare server and against the store without HTTP
    Create,
    /// inbound hook to finished run
    Hook,
    /// inbound hook to a finished run that makes a contact, tests, tags and calls out
    Runs,
    /// runs that sleep, many of them, and all that fall due at once
    Sleep,
    /// a week of the sandbox's clock, full of waits
    Week,
    /// events to webhook deliveries
    FanOut,
    /// start and idle memory
    Start,
    /// how reading slows down as the address book grows
    Growth,
}

/// The measures of a run.
#[derive(Clone, Debug)]
pub struct Plan {
    pub leadhold: PathBuf,
    /// What to measure on: SQLite is `None`, PostgreSQL its server.
    pub engines: Vec<Option<String>>,
    pub only: Vec<Group>,
    /// How often each contender has its turn.
    pub rounds: usize,
    /// How long a turn is measured, after it has warmed up.
    pub measured: Duration,
    pub warm_up: Duration,
    pub connections: usize,
    /// Contacts in the address book that is read.
    pub contacts: u64,
    /// Sizes to which it grows.
    pub growth: Vec<u64>,
    /// Deliveries in one round of fan-out.
    pub deliveries: u64,
    pub starts: usize,
    /// Requests in an unhurried round of runs.
    pub unhurried: u32,
    /// Runs that sleep.
    pub sleepers: i64,
    /// How long it is looked at most how they go on.
    pub firing: Duration,
}

impl Args {
    pub fn plan(&self) -> Outcome<Plan> {
        let mut plan = if self.quick { quick() } else { full() };
        if self.million {
            plan.growth.push(1_000_000);
        }
        plan.leadhold = self.binary()?;
        plan.only.clone_from(&self.only);
        plan.engines = self.engines()?;
        Ok(plan)
    }

    fn engines(&self) -> Outcome<Vec<Option<String>>> {
        match (self.pg || self.pg_only, &self.server) {
            (false, _) => Ok(vec![None]),
            (true, Some(server)) if self.pg_only => Ok(vec![Some(server.clone())]),
            (true, Some(server)) => Ok(vec![None, Some(server.clone())]),
            (true, None) => {
                Err("--pg needs a server: run `cargo xtask bench -- --pg`, or name one with --server"
                    .to_owned())
            }
        }
    }

    fn binary(&self) -> Outcome<PathBuf> {
        let file = match &self.leadhold {
            Some(file) => file.clone(),
            None => std::env::current_exe()
                .during("cannot tell where this program lies")?
                .with_file_name("leadhold"),
        };
        if !file.is_file() {
            let file = file.display();
            return Err(format!(
                "there is no {file}; build it with `cargo build --release --package leadhold`"
            ));
        }
        file.canonicalize().during("cannot find the binary")
    }
}

impl Plan {
    pub fn wants(&self, group: Group) -> bool {
        self.only.is_empty() || self.only.contains(&group)
    }
}

fn full() -> Plan {
    Plan {
        leadhold: PathBuf::new(),
        engines: Vec::new(),
        only: Vec::new(),
        rounds: 5,
        measured: Duration::from_millis(1500),
        warm_up: Duration::from_millis(300),
        connections: 64,
        contacts: 10_000,
        growth: vec![100_000],
        deliveries: 2000,
        starts: 10,
        unhurried: 500,
        sleepers: 1_000_000,
        firing: Duration::from_secs(30),
    }
}

fn quick() -> Plan {
    Plan {
        rounds: 3,
        measured: Duration::from_millis(400),
        warm_up: Duration::from_millis(150),
        contacts: 2000,
        growth: vec![20_000],
        deliveries: 500,
        starts: 5,
        unhurried: 100,
        sleepers: 50_000,
        ..full()
    }
}
