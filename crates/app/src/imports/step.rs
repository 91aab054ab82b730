//! The job that does an import, a chunk of rows in each transaction.

use std::collections::HashSet;

use leadhold_kernel::{Cx, Error, fold};
use leadhold_queue::{Claim, Job, JobError, JobFuture, Outcome as JobOutcome};
use leadhold_store::{Json, Sql, Tx, json_text, params};

use super::model::{Counts, Duplicates, Import, Outcome, State};
use super::row::{self, Done, Plan};
use super::{service, sql, undo};
use crate::contacts::{self, Contact};
use crate::custom_fields::{self, Model};
use crate::locations::{self, Location};
use crate::steps;
use crate::tenant::LocationScope;
use crate::world::World;

pub(super) const KIND: &str = "imports.step";

/// A row of the file: its line and its cells.
type Line = (i64, Vec<String>);

/// What became of a row, as it is kept.
#[derive(Debug, Default)]
struct Kept {
    contact_id: Option<String>,
    faults: Vec<String>,
    /// The contact before it was changed, and the hash of what it was afterwards.
    former: Option<String>,
    after_hash: Option<String>,
    /// Of a contact that a rehearsal would have made.
    email_lower: String,
    phone_lower: String,
}

/// Does a chunk; `true` when another one waits.
pub(super) fn step(tx: &mut Tx<'_>, cx: &Cx, here: &LocationScope, id: &str) -> Result<bool, Error> {
    let import = service::hold(tx, here, id)?;
    if !matches!(import.state, State::Waiting | State::Running) {
        return Ok(false); // cancelled meanwhile
    }
    let location = match locations::get(tx, here) {
        Ok(location) => location,
        Err(Error::BadRequest(_)) => {
            service::end(tx, here, id, cx.now)?; // deleted meanwhile
            return Ok(false);
        }
        Err(error) => return Err(error),
    };
    let chunks = tx.query(sql::NEXT_CHUNKS, params![here.location_id(), id], |row| {
        let Json(lines): Json<Vec<Line>> = row.get(1)?;
        Ok((row.get::<i64>(0)?, lines))
    })?;
    let more = chunks.len() > 1;
    let mut counts = Counts::default();
    if let Some((first_row, lines)) = chunks.into_iter().next() {
        let cx = Cx { actor: import.actor.clone(), ..cx.clone() };
        let outcomes = outcomes(tx, &cx, here, &import, &location, &lines)?;
        for (no, ((line, cells), (mut outcome, mut kept))) in (first_row..).zip(lines.iter().zip(outcomes)) {
            if import.settings.dry_run {
                meet_earlier_rows(tx, here, &import, &location, &mut outcome, &mut kept)?;
            }
            counts.add(outcome);
            let cells = (outcome == Outcome::Failed).then(|| json_text(cells));
            keep(tx, here, id, (no, *line), outcome, cells, &kept)?;
        }
        tx.exec(sql::END_CHUNK, params![here.location_id(), id, first_row])?;
    }
    let state = if more { State::Running } else { State::Done };
    let finished_at = (!more).then_some(cx.now);
    let Counts { created, updated, unchanged, skipped, failed } = counts;
    let progress = params![
        here.location_id(),
        id,
        state.word(),
        created,
        updated,
        unchanged,
        skipped,
        failed,
        cx.now,
        finished_at
    ];
    tx.exec(sql::PROGRESS, progress)?;
    Ok(more)
}

fn keep(
    tx: &mut Tx<'_>,
    here: &LocationScope,
    id: &str,
    (no, line): (i64, i64),
    outcome: Outcome,
    cells: Option<String>,
    kept: &Kept,
) -> Result<(), Error> {
    let row = params![
        here.location_id(),
        id,
        no,
        line,
        outcome.word(),
        kept.contact_id.as_ref(),
        json_text(&kept.faults),
        cells,
        kept.former.as_ref(),
        kept.after_hash.as_ref(),
        &kept.email_lower,
        &kept.phone_lower
    ];
    tx.exec(sql::ADD_ROW, row)?;
    Ok(())
}

/// Does the rows of a chunk; a rehearsal takes all of it back.
fn outcomes(
    tx: &mut Tx<'_>,
    cx: &Cx,
    here: &LocationScope,
    import: &Import,
    location: &Location,
    lines: &[Line],
) -> Result<Vec<(Outcome, Kept)>, Error> {
    let custom = custom_fields::list(tx, here, &Model::Contact)?;
    let plan = Plan { settings: &import.settings, custom: &custom, country: &location.country };
    let all = |tx: &mut Tx<'_>| lines.iter().map(|(_, cells)| one(tx, cx, here, &plan, cells)).collect();
    if !import.settings.dry_run {
        return all(tx);
    }
    let mut outcomes: Vec<(Outcome, Kept)> = tx.rehearse(all)?;
    forget_would_be(&mut outcomes);
    Ok(outcomes)
}

/// Takes the ids away of contacts that the rehearsal made, also from later rows that met them: nobody will find them.
fn forget_would_be(outcomes: &mut [(Outcome, Kept)]) {
    let made = outcomes.iter().filter(|(outcome, _)| *outcome == Outcome::Created);
    let made: HashSet<String> = made.filter_map(|(_, kept)| kept.contact_id.clone()).collect();
    for (_, kept) in outcomes {
        kept.contact_id = kept.contact_id.take().filter(|id| !made.contains(id));
    }
}

/// Does a row; one at fault changes nothing.
fn one(
    tx: &mut Tx<'_>,
    cx: &Cx,
    here: &LocationScope,
    plan: &Plan<'_>,
    cells: &[String],
) -> Result<(Outcome, Kept), Error> {
    let dry_run = plan.settings.dry_run;
    match tx.attempt(|tx| row::perform(tx, cx, here, plan, cells)) {
        Ok(Done::Created(contact)) if dry_run => Ok((Outcome::Created, would_be(&contact))),
        Ok(Done::Created(contact)) => Ok((Outcome::Created, made(None, &contact))),
        Ok(Done::Updated { before, after }) if before == after => {
            Ok((Outcome::Unchanged, Kept { contact_id: Some(after.id.to_string()), ..Kept::default() }))
        }
        Ok(Done::Updated { before, after }) => Ok((Outcome::Updated, made(Some(&before), &after))),
        Ok(Done::Skipped(id)) => Ok((Outcome::Skipped, Kept { contact_id: Some(id), ..Kept::default() })),
        Err(error @ (Error::Internal(_) | Error::Unavailable(_))) => Err(error),
        Err(Error::Validation(faults)) => Ok((Outcome::Failed, Kept { faults, ..Kept::default() })),
        Err(error) => Ok((Outcome::Failed, Kept { faults: vec![error.client_message()], ..Kept::default() })),
    }
}

fn made(before: Option<&Contact>, after: &Contact) -> Kept {
    Kept {
        contact_id: Some(after.id.to_string()),
        former: before.map(contacts::snapshot),
        after_hash: Some(undo::hash(after)),
        ..Kept::default()
    }
}

fn would_be(contact: &Contact) -> Kept {
    let folded = |text: &Option<String>| text.as_deref().map(fold).unwrap_or_default();
    Kept {
        contact_id: Some(contact.id.to_string()),
        email_lower: folded(&contact.email),
        phone_lower: folded(&contact.phone),
        ..Kept::default()
    }
}

/// A rehearsal has forgotten the contacts of earlier chunks: a row that would have met one of them is told so.
fn meet_earlier_rows(
    tx: &mut Tx<'_>,
    here: &LocationScope,
    import: &Import,
    location: &Location,
    outcome: &mut Outcome,
    kept: &mut Kept,
) -> Result<(), Error> {
    if *outcome != Outcome::Created {
        return Ok(());
    }
    let mut met = |statement: Sql, value: &str| {
        tx.query_opt(statement, params![here.location_id(), &import.id, value], |_| Ok(()))
    };
    let again = met(sql::EARLIER_EMAIL, &kept.email_lower)?.is_some()
        || met(sql::EARLIER_PHONE, &kept.phone_lower)?.is_some();
    let allowed = location.settings.allow_duplicate_contact;
    match import.settings.duplicates {
        _ if !again => {}
        Duplicates::Update => *outcome = Outcome::Updated,
        Duplicates::Skip => *outcome = Outcome::Skipped,
        Duplicates::Create if allowed => {}
        Duplicates::Create => {
            *outcome = Outcome::Failed;
            kept.faults.push("This location does not allow duplicated contacts.".to_owned());
        }
    }
    Ok(())
}

/// A step of a job on an import; `true` when there is more to do.
pub(super) type Step = fn(&mut Tx<'_>, &Cx, &LocationScope, &str) -> Result<bool, Error>;

/// Works on an import in steps of a kind: does its chunks, or takes its rows back.
pub(super) struct ImportJob {
    pub(super) world: World,
    pub(super) kind: &'static str,
    pub(super) step: Step,
}

impl Job for ImportJob {
    fn kind(&self) -> &'static str {
        self.kind
    }

    fn queue(&self) -> &'static str {
        service::QUEUE
    }

    fn run<'a>(&'a self, claim: &'a Claim) -> JobFuture<'a> {
        Box::pin(go_on(&self.world, claim, self.step))
    }
}

/// Takes a step; an import that is gone is no failure of the store.
async fn go_on(world: &World, claim: &Claim, step: Step) -> Result<JobOutcome, JobError> {
    let Some((here, id)) = service::of_payload(&claim.payload) else {
        return Err(JobError::Fail("the payload names no import".to_owned()));
    };
    match steps::take(world, claim, move |tx, cx| step(tx, cx, &here, &id)).await {
        Err(Error::NotFound(why)) => Err(JobError::Fail(why)),
        taken => taken.map_err(|error| steps::again(world, &error)),
    }
}
