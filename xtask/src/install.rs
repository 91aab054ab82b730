//! Fetches what a command needs and is missing: Debian packages where `apt-get` may be used, npm packages under
//! `compat/`. Where it may not, it says what to install.

use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::PathBuf;

use crate::postgres::server_folder;
use crate::tool::{Outcome, Tool, on_path, root};

/// The oldest Node whose test runner we rely on.
const NODE: u32 = 20;

/// The folder of PostgreSQL's server programs, with pg_trgm and psql at hand.
pub fn postgres() -> Outcome<PathBuf> {
    let complete = || {
        server_folder()
            .filter(|bin| has_trigrams(bin) && (bin.join("psql").is_file() || on_path("psql").is_some()))
    };
    if let Some(bin) = complete() {
        return Ok(bin);
    }
    debian(&["postgresql", "postgresql-contrib", "postgresql-client"], "PostgreSQL's server with pg_trgm")?;
    complete().ok_or_else(|| {
        "PostgreSQL was installed, but its server programs or pg_trgm are nowhere to be found".to_owned()
    })
}

fn has_trigrams(bin: &std::path::Path) -> bool {
    let shared = Tool::new(bin.join("pg_config")).args(["--sharedir"]).capture();
    shared.is_ok_and(|folder| PathBuf::from(folder.trim()).join("extension/pg_trgm.control").is_file())
}

/// Node, curl, PHP, Chromium, and the packages of `compat/package-lock.json`.
pub fn compat() -> Outcome<()> {
    if on_path("curl").is_none() {
        debian(&["curl"], "curl")?;
    }
    if on_path("php").is_none() {
        debian(&["php-cli"], "the PHP that runs the guide's snippet for WordPress")?;
    }
    if on_path("chromium").is_none() {
        debian(&["chromium"], "the browser that clicks through the pages")?;
    }
    let version = Tool::new("node").args(["--version"]).capture();
    let version = version.map_err(|why| format!("{why}; install Node {NODE} or newer, with npm"))?;
    let major =
        version.trim().trim_start_matches('v').split('.').next().and_then(|major| major.parse::<u32>().ok());
    if major.is_none_or(|major| major < NODE) {
        return Err(format!("the SDK tests need Node {NODE} or newer; `node` is {}", version.trim()));
    }
    let folder = root().join("compat");
    let modified = |file: &str| fs::metadata(folder.join(file)).and_then(|meta| meta.modified()).ok();
    if modified("node_modules/.package-lock.json") >= modified("package-lock.json") {
        return Ok(());
    }
    Tool::new("npm").args(["ci", "--no-audit", "--no-fund"]).folder(&folder).run()
}

fn debian(packages: &[&str], what: &str) -> Outcome<()> {
    let command = format!("apt-get install -y --no-install-recommends {}", packages.join(" "));
    let root = fs::metadata("/proc/self").is_ok_and(|me| me.uid() == 0);
    let prefix: &[&str] = if root { &[] } else { &["sudo", "-n"] };
    let may = on_path("apt-get").is_some() && (root || Tool::new("sudo").args(["-n", "true"]).succeeds());
    if !may {
        return Err(format!("{what} is missing; install it, on Debian with `sudo {command}`"));
    }
    eprintln!("xtask: {what} is missing; installing {}", packages.join(", "));
    for step in ["apt-get update", command.as_str()] {
        let mut words =
            prefix.iter().copied().chain(["env", "DEBIAN_FRONTEND=noninteractive"]).chain(step.split(' '));
        let program = words.next().unwrap_or("env");
        Tool::new(program).args(words).run()?;
    }
    Ok(())
}
