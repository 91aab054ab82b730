//! The run: every group on every engine, then the table.

use crate::figures::number;
use crate::outcome::Outcome;
use crate::place::Lab;
use crate::plan::Args;
use crate::table::Table;
use crate::{clock, process, scenario};

/// Above this load the machine has other work, and figures are noise.
const QUIET: f64 = 1.0;

/// Measures all that was asked for and prints the table on standard output; progress goes to standard error.
pub fn run(args: &Args) -> Outcome<()> {
    let plan = args.plan()?;
    let (begun, load) = (clock::now(), process::load_average());
    if load > QUIET {
        eprintln!("leadhold-bench: the load average is {load:.2}: others use this machine, expect noise");
    }
    for server in &plan.engines {
        let lab = Lab::new(&plan, server.clone())?;
        let rows = scenario::all(&lab)?;
        println!("\n{}\n", Table { heading: heading(&lab), rows });
    }
    println!(
        "Medians of {} rounds in turns; ratios are of neighbouring rounds, lowest and highest in brackets. CPU is the\n\
         server's processor time for one. Load average before the run {load:.2}{}; the run took {} s.",
        plan.rounds,
        if load > QUIET { ": NOISY, others used this machine" } else { "" },
        number(begun.elapsed().as_secs_f64()),
    );
    Ok(())
}

fn heading(lab: &Lab) -> String {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    format!(
        "Leadhold on {}: {cores} cores for server, client and database together, {} connections, {} contacts",
        lab.engine(),
        lab.plan.connections,
        number(lab.plan.contacts as f64)
    )
}
