//! From starting the process to its first 200, and what it holds in memory when nothing happens.

use std::time::Duration;

use crate::clock;
use crate::exchange::Target;
use crate::figures::median;
use crate::outcome::Outcome;
use crate::place::{Lab, Place};
use crate::process::{self, Server};
use crate::table::Row;

const START_AIM: f64 = 100.0;
const MEMORY_AIM: f64 = 64.0;
const IDLE: Duration = Duration::from_secs(2);
const PATIENCE: Duration = Duration::from_secs(10);

pub fn run(lab: &Lab) -> Outcome<Vec<Row>> {
    let place = lab.place("start", None)?;
    let mut millis = Vec::new();
    for _ in 1..lab.plan.starts {
        let (server, took) = start(&place)?;
        millis.push(took);
        server.stop()?;
    }
    let (server, took) = start(&place)?;
    millis.push(took);
    std::thread::sleep(IDLE);
    Ok(vec![
        Row::value("start to first 200", median(millis), "ms", Some(START_AIM)),
        Row::value("idle memory", server.resident_mib()?, "MiB", Some(MEMORY_AIM)),
    ])
}

/// Starts the server and asks it for its health until it answers; the milliseconds from before the start.
pub(super) fn start(place: &Place<'_>) -> Outcome<(Server, f64)> {
    let address = process::free_address()?;
    let target = Target { address, token: String::new() };
    let begun = clock::now();
    let server = Server::start_on(place.serve_command(&address.to_string()), &place.log(), address)?;
    loop {
        if let Ok(answer) = target.call("GET", "/leadhold/v1/health", "")
            && answer.status == 200
        {
            return Ok((server, begun.elapsed().as_secs_f64() * 1000.0));
        }
        if begun.elapsed() > PATIENCE {
            return Err(format!("no 200 from /leadhold/v1/health within {PATIENCE:?}"));
        }
        std::thread::sleep(Duration::from_micros(500));
    }
}
