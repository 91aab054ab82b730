//! A replay of all deliveries that a filter asks for, in steps.

use leadhold_kernel::{Cx, Error, Id, Timestamp, id};
use leadhold_store::{Json, Row, Tx, json_text, params};
use serde::{Deserialize, Serialize};

use super::{Targets, restart, sql};
use crate::audit;
use crate::marketplace::Place;
use crate::steps::{self, STEP, Steps};
use crate::tenant::{CompanyScope, LocationScope};
use crate::webhooks::WORK;
use crate::webhooks::log::{self, Filter, View, Whose};

/// A replay of many, and how far it is.
pub(in crate::webhooks) struct Replay {
    pub(in crate::webhooks) id: String,
    pub(in crate::webhooks) view: View,
    pub(in crate::webhooks) filter: Filter,
    /// `running` or `done`.
    pub(in crate::webhooks) state: String,
    /// Deliveries made until then.
    until: Timestamp,
    after: Option<(Timestamp, String)>,
    pub(in crate::webhooks) replayed: i64,
    /// Deliveries that nobody is there to be told of any more.
    pub(in crate::webhooks) gone: i64,
    pub(in crate::webhooks) made_at: Timestamp,
    pub(in crate::webhooks) finished_at: Option<Timestamp>,
}

/// What its job keeps of it.
#[derive(Clone, Serialize, Deserialize)]
pub(in crate::webhooks) struct Errand {
    company_id: Id<id::Company>,
    replay_id: String,
}

/// Begins a replay with its first step; a job takes the others.
///
/// # Errors
/// When the store fails.
pub(in crate::webhooks) fn start(
    tx: &mut Tx<'_>,
    cx: &Cx,
    view: &View,
    filter: &Filter,
) -> Result<Replay, Error> {
    let replay_id = Id::<id::Delivery>::generate(cx.random.as_ref()).to_string();
    let everywhere = matches!(view.whose, Whose::Agency(_));
    let company_id = view.company_id().clone();
    tx.exec(
        sql::INSERT,
        params![
            &replay_id,
            &company_id,
            view.location_id(),
            everywhere,
            view.app.as_ref(),
            json_text(filter),
            cx.now
        ],
    )?;
    let detail = format!("all deliveries that match {} are sent again", json_text(filter));
    let entry = audit::Entry { action: "webhooks.deliveries.replayed", subject: &replay_id, detail };
    audit::record(tx, cx, &company_id, &entry)?;
    let errand = Errand { company_id, replay_id };
    if errand.step(tx, cx)? {
        steps::leave(tx, cx, &errand)?;
    }
    get(tx, view, &errand.replay_id)
}

/// The replay of this id.
///
/// # Errors
/// 404 when the view has none; when the store fails.
pub(in crate::webhooks) fn get(tx: &mut Tx<'_>, view: &View, id: &str) -> Result<Replay, Error> {
    let found = tx.query_opt(sql::GET, params![id, view.company_id()], read)?;
    let whole_agency = matches!(view.whose, Whose::Agency(_));
    let own = |replay: &Replay| {
        let here = whole_agency
            || (replay.view.location_id() == view.location_id()
                && !matches!(replay.view.whose, Whose::Agency(_)));
        here && view.app.as_ref().is_none_or(|app| replay.view.app.as_ref() == Some(app))
    };
    found.filter(own).ok_or_else(|| Error::NotFound(format!("There is no replay with id {id} here.")))
}

impl Steps for Errand {
    const KIND: &'static str = "webhooks.replays";
    const QUEUE: &'static str = WORK;

    fn step(&self, tx: &mut Tx<'_>, cx: &Cx) -> Result<bool, Error> {
        step(tx, cx, self)
    }
}

/// Replays the next deliveries; `true` when there may be more.
fn step(tx: &mut Tx<'_>, cx: &Cx, errand: &Errand) -> Result<bool, Error> {
    let Errand { company_id, replay_id } = errand;
    tx.lock(&format!("webhooks.replays:{replay_id}"))?;
    let found = tx.query_opt(sql::GET, params![replay_id, company_id], read)?;
    let Some(replay) = found.filter(|replay| replay.state == "running") else { return Ok(false) };
    let Replay { view, filter, after, until, .. } = replay;
    let entries = log::oldest_first(tx, &view, &filter, after.clone(), until, STEP)?;
    let (mut targets, mut replayed, mut gone) = (Targets::default(), 0_i64, 0_i64);
    for entry in &entries {
        match targets.of(tx, entry)? {
            Ok(url) => {
                restart(tx, cx, entry, &url)?;
                replayed += 1;
            }
            Err(_) => gone += 1,
        }
    }
    let more = i64::try_from(entries.len()).is_ok_and(|count| count == STEP);
    let (state, finished_at) = if more { ("running", None) } else { ("done", Some(cx.now)) };
    let (at, id) = match entries.last() {
        Some(last) => (Some(last.made_at), Some(last.id.to_string())),
        None => after.unzip(),
    };
    tx.exec(sql::PROGRESS, params![replay_id, company_id, at, id, replayed, gone, state, finished_at])?;
    Ok(more)
}

fn read(row: &Row<'_>) -> Result<Replay, leadhold_store::DbError> {
    let (company, location): (Id<id::Company>, Option<Id<id::Location>>) = (row.get(1)?, row.get(2)?);
    let everywhere: bool = row.get(3)?;
    // The row was made by whoever held the proof.
    let whose = match location {
        Some(location) => Whose::Of(Place::Location(LocationScope::proven(company, location))),
        None if everywhere => Whose::Agency(CompanyScope::proven(company)),
        None => Whose::Of(Place::Company(CompanyScope::proven(company))),
    };
    let Json(filter) = row.get(5)?;
    let (at, id): (Option<Timestamp>, Option<String>) = (row.get(8)?, row.get(9)?);
    Ok(Replay {
        id: row.get(0)?,
        view: View { whose, app: row.get(4)? },
        filter,
        state: row.get(6)?,
        until: row.get(7)?,
        after: at.zip(id),
        replayed: row.get(10)?,
        gone: row.get(11)?,
        made_at: row.get(12)?,
        finished_at: row.get(13)?,
    })
}
