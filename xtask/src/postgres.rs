//! A throw-away PostgreSQL cluster on a free loopback port.
//!
//! One shell script (`postgres.sh`) owns the cluster from `initdb` to removal and stops it when our end of a pipe
//! closes. That happens however this process ends, so no cluster outlives its command. PostgreSQL refuses to run as
//! root; as root the script runs as `postgres` or, failing that, `nobody`.

use std::ffi::OsString;
use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpListener;
use std::os::unix::fs::{MetadataExt, chown};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, ExitCode, Stdio};

use crate::install;
use crate::tool::{Outcome, Tool, on_path};

/// The variable under which tests find a cluster where they may create databases.
pub const URL: &str = "LEADHOLD_TEST_DATABASE_URL";

const SCRIPT: &str = include_str!("postgres.sh");

/// Where a cluster lies.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// In memory where that has room: a test creates and drops a database of a thousand files, and ext4 spends most
    /// of a suite's time looking for inodes that were not freed a moment ago.
    Memory,
    /// In the folder for temporary files: what grows large, or is measured.
    Disk,
}

impl Place {
    /// The memory in which the server keeps pages. What is measured gets what its manual advises for a machine of 4 GiB, a
    /// quarter: by default a server has 128 MiB, and a large database is measured by what it does not keep.
    fn buffers(self) -> &'static str {
        match self {
            Self::Memory => "128MB",
            Self::Disk => "1GB",
        }
    }

    /// A new folder there.
    fn folder(self) -> std::io::Result<PathBuf> {
        let mut new = tempfile::Builder::new();
        new.prefix("leadhold-pg-");
        let made = match self {
            Self::Memory if has_room(MEMORY) => new.tempdir_in(MEMORY),
            Self::Memory | Self::Disk => new.tempdir(),
        };
        made.map(tempfile::TempDir::keep)
    }
}

/// Linux' file system in memory.
const MEMORY: &str = "/dev/shm";

/// KiB that the suite's databases and their write-ahead log may take, with as much again to spare.
const ROOM: u64 = 3 * 1024 * 1024;

fn has_room(folder: &str) -> bool {
    let told = Tool::new("df").args(["-Pk", folder]).capture().unwrap_or_default();
    let free = told.lines().nth(1).and_then(|line| line.split_whitespace().nth(3)).map(str::parse::<u64>);
    matches!(free, Some(Ok(free)) if free >= ROOM)
}

/// A running cluster; dropping it stops the server and removes its files.
pub struct Cluster {
    keeper: Child,
    alive: Option<ChildStdin>,
    bin: PathBuf,
    url: String,
}

impl Cluster {
    /// Installs the server if it is missing, and starts one.
    pub fn start(place: Place) -> Outcome<Cluster> {
        let bin = install::postgres()?;
        let folder = place.folder().map_err(temp_failure)?;
        let owner = Owner::of_new_cluster()?;
        chown(&folder, Some(owner.uid), Some(owner.gid)).map_err(temp_failure)?;
        let password = password()?;
        let (mut keeper, mut alive) = keeper(&owner, &bin, &folder, place.buffers(), &free_ports()?)?;
        writeln!(alive, "{password}").map_err(|error| format!("cannot talk to postgres.sh: {error}"))?;
        let mut answer = String::new();
        let stdout = keeper.stdout.take().expect("standard output is piped in `keeper`");
        BufReader::new(stdout)
            .read_line(&mut answer)
            .map_err(|error| format!("cannot hear postgres.sh: {error}"))?;
        let Some(port) = answer.trim().strip_prefix("ready ") else {
            drop(alive);
            let _ = keeper.wait();
            return Err(format!(
                "the throw-away PostgreSQL cluster ({}) did not start; its log is above",
                bin.display()
            ));
        };
        let url = format!("postgres://leadhold:{password}@127.0.0.1:{port}/postgres");
        Ok(Cluster { keeper, alive: Some(alive), bin, url })
    }

    /// What a program needs to use the cluster: its URL, and `psql` on PATH.
    pub fn env(&self) -> Vec<(&'static str, OsString)> {
        let path = std::env::var_os("PATH").unwrap_or_default();
        let folders = std::iter::once(self.bin.clone()).chain(std::env::split_paths(&path));
        let path = std::env::join_paths(folders).unwrap_or(path);
        vec![(URL, OsString::from(&self.url)), ("PATH", path)]
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        self.alive.take();
        if let Err(error) = self.keeper.wait() {
            eprintln!("xtask: cannot tell whether the throw-away PostgreSQL cluster stopped: {error}");
        }
    }
}

/// `cargo xtask pg -- CMD…`: the command's own exit code is ours.
pub fn run_with_cluster(command: &[String]) -> Outcome<ExitCode> {
    let cluster = Cluster::start(Place::Memory)?;
    let (program, args) = command.split_first().ok_or("name a command after `--`")?;
    let here = std::env::current_dir().map_err(|error| format!("cannot tell the current folder: {error}"))?;
    let status = Tool::new(program).args(args).folder(&here).envs(&cluster.env()).status()?;
    Ok(status.code().and_then(|code| u8::try_from(code).ok()).map_or(ExitCode::FAILURE, ExitCode::from))
}

/// Who runs the server.
struct Owner {
    uid: u32,
    gid: u32,
    /// Set when we are root and have to become that user.
    switch: bool,
}

impl Owner {
    fn of_new_cluster() -> Outcome<Owner> {
        let me = fs::metadata("/proc/self").map_err(|error| format!("cannot read /proc/self: {error}"))?;
        if me.uid() != 0 {
            return Ok(Owner { uid: me.uid(), gid: me.gid(), switch: false });
        }
        let number = |flag: &str, user: &str| -> Outcome<u32> {
            let text = Tool::new("id").args([flag, user]).capture()?;
            text.trim().parse().map_err(|_| format!("`id {flag} {user}` printed `{}`", text.trim()))
        };
        let user =
            ["postgres", "nobody"].into_iter().find(|user| Tool::new("id").args(["-u", user]).succeeds());
        let user =
            user.ok_or("PostgreSQL does not run as root, and there is no user `postgres` or `nobody`")?;
        Ok(Owner { uid: number("-u", user)?, gid: number("-g", user)?, switch: true })
    }

    fn shell(&self) -> Command {
        if !self.switch {
            return Command::new("sh");
        }
        let mut command = Command::new("setpriv");
        command.args([format!("--reuid={}", self.uid), format!("--regid={}", self.gid)]);
        command.args(["--clear-groups", "sh"]);
        command
    }
}

fn keeper(
    owner: &Owner,
    bin: &Path,
    folder: &Path,
    buffers: &str,
    ports: &[u16],
) -> Outcome<(Child, ChildStdin)> {
    let mut command = owner.shell();
    command.args(["-c", SCRIPT, "postgres.sh"]).arg(bin).arg(folder).arg(buffers);
    command.args(ports.iter().map(u16::to_string));
    command.current_dir("/").stdin(Stdio::piped()).stdout(Stdio::piped()).process_group(0);
    let mut child = command.spawn().map_err(|error| format!("cannot run a shell for PostgreSQL: {error}"))?;
    let alive = child.stdin.take().expect("standard input was piped above");
    Ok((child, alive))
}

/// Three candidates: another program may take one between our look and the server's start.
fn free_ports() -> Outcome<[u16; 3]> {
    let free = || -> std::io::Result<u16> { Ok(TcpListener::bind("127.0.0.1:0")?.local_addr()?.port()) };
    let three = || -> std::io::Result<[u16; 3]> { Ok([free()?, free()?, free()?]) };
    three().map_err(|error| format!("no free port on 127.0.0.1: {error}"))
}

fn password() -> Outcome<String> {
    let mut bytes = [0u8; 16];
    let mut source =
        fs::File::open("/dev/urandom").map_err(|error| format!("cannot open /dev/urandom: {error}"))?;
    source.read_exact(&mut bytes).map_err(|error| format!("cannot read /dev/urandom: {error}"))?;
    Ok(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
}

fn temp_failure(error: std::io::Error) -> String {
    format!("cannot make a folder for PostgreSQL under {}: {error}", std::env::temp_dir().display())
}

/// The folder of the newest installed server: Debian keeps it outside PATH.
pub fn server_folder() -> Option<PathBuf> {
    let versions = fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let newest = versions
        .filter_map(|entry| {
            Some((entry.file_name().to_str()?.parse::<u32>().ok()?, entry.path().join("bin")))
        })
        .filter(|(_, bin)| is_server(bin))
        .max();
    newest
        .map(|(_, bin)| bin)
        .or_else(|| on_path("initdb")?.parent().map(Path::to_owned).filter(|bin| is_server(bin)))
}

fn is_server(bin: &Path) -> bool {
    ["initdb", "pg_ctl", "postgres"].iter().all(|program| bin.join(program).is_file())
}
