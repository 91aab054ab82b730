//! Whom a workflow takes in: the settings about coming in again.
//!
//! A contact is never twice in one workflow at the same time. Where `allowReentry` is off it comes in once ever. Where a run
//! is about an opportunity and `allowMultipleOpportunities` is on, both are counted for the contact with that opportunity.
//! Runs without a contact are not limited.
//!
//! A run that an appointment's trigger begins is not held back by these settings, as in the real service: a contact is in
//! the workflow with each of its appointments, however often it was there before, and with one appointment once at a time.

use leadhold_kernel::Error;
use leadhold_kernel::id::{self, Id};
use leadhold_store::{Sql, Tx, params};

use super::definition::Settings;
use super::engine::RunState;
use super::sql;
use super::trials::Decision;
use crate::tenant::LocationScope;

/// What decides whether a contact may come in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rules {
    /// Whether a contact may come in again after a run of its ended.
    pub allow_reentry: bool,
    /// Whether runs of one contact are told apart by their opportunities.
    pub many_opportunities: bool,
}

impl Rules {
    /// Those of a workflow's settings.
    #[must_use]
    pub fn of(settings: &Settings) -> Self {
        Self {
            allow_reentry: settings.allow_reentry,
            many_opportunities: settings.allow_multiple_opportunities,
        }
    }
}

/// Why a workflow does not take in whom a run would be about; `None` when it does, and then the run has to begin in this
/// transaction. The contact cannot come in by another way until the transaction ends.
///
/// # Errors
/// When the store fails.
pub fn refusal(
    tx: &mut Tx<'_>,
    here: &LocationScope,
    workflow: &Id<id::Workflow>,
    rules: Rules,
    run: &RunState,
) -> Result<Option<Decision>, Error> {
    let Some(contact) = &run.contact else { return Ok(None) };
    tx.lock(&format!("enrol:{contact}"))?;
    if let Some(appointment) = &run.appointment {
        let asked = params![here.location_id(), workflow, contact, appointment];
        let is_in = tx.query_opt(sql::IS_IN_WITH_APPOINTMENT, asked, |_| Ok(()))?.is_some();
        return Ok(is_in.then_some(Decision::Active));
    }
    let opportunity = run.opportunity.as_ref().filter(|_| rules.many_opportunities);
    let opportunity = opportunity.map(|id| id.as_str()).unwrap_or_default();
    let mut is_there = |statement: Sql| {
        let asked = params![here.location_id(), workflow, contact, opportunity];
        Ok::<_, Error>(tx.query_opt(statement, asked, |_| Ok(()))?.is_some())
    };
    if is_there(sql::IS_IN)? {
        return Ok(Some(Decision::Active));
    }
    if rules.allow_reentry {
        return Ok(None);
    }
    // Runs are forgotten one day, and before the setting was made nobody was noted: both are asked.
    let was_in = is_there(sql::WAS_IN)?;
    let asked = params![here.location_id(), workflow, contact, opportunity];
    let is_new = tx.exec(sql::ENTER, asked)? == 1;
    Ok((was_in || !is_new).then_some(Decision::EnteredBefore))
}
