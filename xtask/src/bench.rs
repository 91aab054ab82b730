//! `cargo xtask bench`: one release build, then the benchmark program over it.

use std::ffi::OsString;
use std::path::PathBuf;
use std::process::ExitCode;

use crate::postgres::{Cluster, Place};
use crate::tool::{Outcome, Tool, root};

/// Builds the server and the benchmark in one go and runs it. `--pg` and `--pg-only` start a throw-away cluster for it.
pub fn run(args: &[String]) -> Outcome<ExitCode> {
    let build = ["build", "--release", "--package", "leadhold", "--package", "leadhold-bench"];
    Tool::new("cargo").args(build).run()?;
    let target = std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), PathBuf::from);
    let cluster =
        args.iter().any(|arg| arg.starts_with("--pg")).then(|| Cluster::start(Place::Disk)).transpose()?;
    let env: Vec<(&str, OsString)> = cluster.as_ref().map(Cluster::env).unwrap_or_default();
    let status = Tool::new(target.join("release/leadhold-bench")).args(args).envs(&env).status()?;
    Ok(status.code().and_then(|code| u8::try_from(code).ok()).map_or(ExitCode::FAILURE, ExitCode::from))
}
