//! How many runs came to each step, were done with it, failed at it and wait there, and how runs ended.
//!
//! Counters that move in the transaction that moves the run: a workflow has millions of runs, and nobody who looks at it
//! should wait until they are counted. They say what happened since ever, also of runs that were removed since.

use std::collections::BTreeMap;

use leadhold_kernel::Error;
use leadhold_kernel::id::{self, Id};
use leadhold_store::{Tx, params};
use serde_json::{Map, Value, json};

use super::engine::LogLine;
use super::sql;
use crate::tenant::LocationScope;

/// What a transaction adds to the counters of one run's version.
#[derive(Debug, Default)]
pub struct Tally(BTreeMap<String, Moved>);

#[derive(Clone, Copy, Debug, Default, PartialEq)]
struct Moved {
    entered: i64,
    done: i64,
    failed: i64,
    waiting: i64,
}

impl Tally {
    /// The steps that a run came to, and those that it was done with. A failure that is tried again is none yet.
    pub fn add(&mut self, entered: &[String], log: &[LogLine]) {
        for step in entered {
            self.at(step).entered += 1;
        }
        for line in log.iter().filter(|line| !line.again) {
            let moved = self.at(&line.step);
            match line.result {
                Ok(_) => moved.done += 1,
                Err(_) => moved.failed += 1,
            }
        }
    }

    /// A run waits at another step now, or at none.
    pub fn waits(&mut self, before: Option<&str>, now: Option<&str>) {
        if before != now {
            if let Some(step) = before {
                self.at(step).waiting -= 1;
            }
            if let Some(step) = now {
                self.at(step).waiting += 1;
            }
        }
    }

    fn at(&mut self, step: &str) -> &mut Moved {
        self.0.entry(step.to_owned()).or_default()
    }

    /// Adds it to the counters.
    pub fn keep(self, tx: &mut Tx<'_>, here: &LocationScope, (workflow, version): (&Id<id::Workflow>, i64)) {
        for (step, Moved { entered, done, failed, waiting }) in self.0 {
            let key = [workflow.into(), here.location_id().into(), version.into(), step.as_str().into()];
            tx.tally(sql::COUNT_STEP, key, [entered, done, failed, waiting]);
        }
    }
}

/// Counts a run that begins, or with the word for how it ended one that ends; or both.
pub fn run(
    tx: &mut Tx<'_>,
    here: &LocationScope,
    (workflow, version): (&Id<id::Workflow>, i64),
    began: bool,
    ended: Option<&str>,
) {
    let one = |is| i64::from(ended == Some(is));
    let [finished, stopped, removed, failed] = ["finished", "stopped", "removed", "failed"].map(one);
    let key = [workflow.into(), here.location_id().into(), version.into()];
    tx.tally(sql::COUNT_RUN, key, [i64::from(began), finished, stopped, removed, failed]);
}

/// What is counted of a workflow, or of one version of it.
///
/// # Errors
/// When the store fails.
pub fn of(
    tx: &mut Tx<'_>,
    here: &LocationScope,
    workflow: &Id<id::Workflow>,
    version: Option<i64>,
) -> Result<Value, Error> {
    let asked = params![workflow, here.location_id(), version.unwrap_or(0)];
    let runs = runs_of(tx, here, workflow, version)?;
    let steps = tx.query(sql::STEP_COUNTS, asked, |row| {
        let [entered, done, failed, waiting]: [i64; 4] = [row.get(1)?, row.get(2)?, row.get(3)?, row.get(4)?];
        let counts = json!({"entered": entered, "done": done, "failed": failed, "waiting": waiting});
        Ok((row.get::<String>(0)?, counts))
    })?;
    Ok(json!({"runs": runs, "steps": steps.into_iter().collect::<Map<_, _>>()}))
}

/// How many runs began, and how they ended.
///
/// # Errors
/// When the store fails.
pub fn runs_of(
    tx: &mut Tx<'_>,
    here: &LocationScope,
    workflow: &Id<id::Workflow>,
    version: Option<i64>,
) -> Result<Value, Error> {
    tx.settle()?;
    let asked = params![workflow, here.location_id(), version.unwrap_or(0)];
    Ok(tx.query_one(sql::RUN_COUNTS, asked, |row| {
        let [started, finished, stopped, removed, failed]: [i64; 5] =
            [row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?, row.get(4)?];
        let live = started - finished - stopped - removed - failed;
        Ok(json!({
            "started": started, "live": live, "finished": finished, "stopped": stopped, "removed": removed,
            "failed": failed,
        }))
    })?)
}
