//! Reading deliveries back: what was sent where, and what came of it.
//!
//! Cast: [`View`] says whose deliveries somebody may see, [`Filter`] which of them are asked for, `heads` what is kept of
//! headers, `check` whether a signature is one of ours, `curl` writes an attempt as a command, `day` sums the last day up.

pub(super) mod check;
pub(super) mod curl;
pub(super) mod day;
pub(super) mod filter;
pub(super) mod heads;
mod sql;

use leadhold_kernel::{Id, Timestamp, id};
use leadhold_store::{DbError, Dynamic, Row, Sql, Tx, params};
use serde::{Deserialize, Serialize};

pub(super) use self::filter::Filter;
use crate::marketplace::Place;
use crate::tenant::CompanyScope;

/// Every statement of the log.
pub(super) const STATEMENTS: &[Sql] = sql::ALL;

/// Where a delivery stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum State {
    /// An attempt is due, now or later.
    Pending,
    /// An answer of 2xx came.
    Delivered,
    /// No attempt is left.
    Dead,
    /// Its subscription is off: nothing is attempted until what was missed is replayed.
    Held,
}

impl State {
    pub(super) const ALL: [State; 4] = [State::Pending, State::Delivered, State::Dead, State::Held];

    /// As the table and the API spell it.
    pub(super) fn name(self) -> &'static str {
        match self {
            State::Pending => "pending",
            State::Delivered => "delivered",
            State::Dead => "dead",
            State::Held => "held",
        }
    }

    pub(super) fn parse(name: &str) -> Option<State> {
        State::ALL.into_iter().find(|state| state.name() == name)
    }
}

/// Whose deliveries somebody sees.
#[derive(Clone, Debug)]
pub(super) enum Whose {
    /// A location's, or an agency's own without its locations'.
    Of(Place),
    /// An agency's with those of all of its locations.
    Agency(CompanyScope),
}

/// What somebody may see of the log.
#[derive(Clone, Debug)]
pub(super) struct View {
    pub(super) whose: Whose,
    /// Only those to this app: a URL may be a secret, and what happens to an app is no other's business.
    pub(super) app: Option<Id<id::App>>,
}

impl View {
    /// The agency whose place it is.
    pub(super) fn company_id(&self) -> &Id<id::Company> {
        match &self.whose {
            Whose::Of(place) => place.company_id(),
            Whose::Agency(agency) => agency.company_id(),
        }
    }

    /// The location, where it is one's.
    pub(super) fn location_id(&self) -> Option<&Id<id::Location>> {
        match &self.whose {
            Whose::Of(place) => place.location_id(),
            Whose::Agency(_) => None,
        }
    }

    fn may_see(&self, entry: &Entry) -> bool {
        let here = match &self.whose {
            Whose::Of(place) => entry.location_id.as_deref() == place.location_id().map(Id::as_str),
            Whose::Agency(_) => true, // the statement asked for the agency
        };
        here && self.app.as_ref().is_none_or(|app| entry.app_id.as_deref() == Some(app.as_str()))
    }
}

/// A delivery without its body.
pub(super) struct Entry {
    pub(super) id: Id<id::Delivery>,
    pub(super) kind: String,
    pub(super) event_id: Option<String>,
    pub(super) subscription_id: Option<String>,
    pub(super) app_id: Option<String>,
    pub(super) run_id: Option<String>,
    pub(super) step_id: Option<String>,
    pub(super) company_id: Id<id::Company>,
    pub(super) location_id: Option<String>,
    pub(super) method: String,
    pub(super) url: String,
    pub(super) state: String,
    pub(super) attempts: i64,
    pub(super) next_at: Option<Timestamp>,
    pub(super) made_at: Timestamp,
    pub(super) settled_at: Option<Timestamp>,
    /// How often it was replayed.
    pub(super) round: i64,
    /// What the last attempt came to.
    pub(super) last_status: Option<i64>,
    pub(super) last_error: Option<String>,
    pub(super) last_took_millis: Option<i64>,
}

/// One try.
pub(super) struct Attempt {
    pub(super) number: i64,
    pub(super) started_at: Timestamp,
    pub(super) took_millis: i64,
    pub(super) status: Option<i64>,
    pub(super) answer: Option<String>,
    pub(super) error_kind: Option<String>,
    pub(super) error: Option<String>,
    /// After how many replays.
    pub(super) round: i64,
    /// As sent, by their names in lower case; empty for those that are older than the log of headers.
    pub(super) request_headers: heads::Heads,
    pub(super) response_headers: heads::Heads,
}

/// A delivery with all that is known of it.
pub(super) struct Whole {
    pub(super) entry: Entry,
    pub(super) body: Vec<u8>,
    pub(super) attempts: Vec<Attempt>,
}

/// Which part of the list to read: newest first, from behind `after` on.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Page {
    pub(super) after: Option<(Timestamp, String)>,
    pub(super) filter: Filter,
    pub(super) limit: i64,
}

/// The deliveries of `view` that are asked for, newest first.
pub(super) fn list(tx: &mut Tx<'_>, view: &View, page: &Page) -> Result<Vec<Entry>, DbError> {
    tx.query_dynamic(&newest_first("", view, page), read)
}

/// `explain` goes before the statement.
fn newest_first(explain: &str, view: &View, page: &Page) -> Dynamic {
    let mut sql = asked_for(explain, view, &page.filter);
    if let Some((at, id)) = page.after.clone() {
        sql.push(" and (made_at, id) < (").bind(at).push(", ").bind(id).push(")");
    }
    sql.push(" order by made_at desc, id desc limit ").bind(page.limit);
    sql
}

/// The deliveries of `view` that are asked for and were made before `until`, oldest first, from behind `after` on.
pub(super) fn oldest_first(
    tx: &mut Tx<'_>,
    view: &View,
    filter: &Filter,
    after: Option<(Timestamp, String)>,
    until: Timestamp,
    limit: i64,
) -> Result<Vec<Entry>, DbError> {
    let mut sql = asked_for("", view, filter);
    if let Some((at, id)) = after {
        sql.push(" and (made_at, id) > (").bind(at).push(", ").bind(id).push(")");
    }
    sql.push(" and made_at <= ").bind(until).push(" order by made_at, id limit ").bind(limit);
    tx.query_dynamic(&sql, read)
}

fn asked_for(explain: &str, view: &View, filter: &Filter) -> Dynamic {
    let (from, few) = match (&filter.webhook_id, &filter.record_id) {
        (Some(event), _) => (sql::OF_EVENT, Some(event)),
        (None, Some(record)) => (sql::OF_RECORD, Some(record)),
        (None, None) => (sql::ALL_OF_THEM, None),
    };
    let head = |of: &str| format!("{explain}{}{from}{of}", sql::ENTRIES);
    let mut sql = match &view.whose {
        Whose::Of(Place::Location(here)) => Dynamic::in_location(&head("location_id = "), here.location_id()),
        Whose::Of(Place::Company(agency)) => Dynamic::in_company(&head("company_id = "), agency.company_id()),
        Whose::Agency(agency) => Dynamic::in_company(&head("company_id = "), agency.company_id()),
    };
    if let Some(id) = few {
        sql.hold(id.clone()); // the `$2` of where they come from
    }
    if matches!(view.whose, Whose::Of(Place::Company(_))) {
        sql.push(" and location_id is null");
    }
    if let Some(app) = &view.app {
        sql.push(" and app_id = ").bind(app.to_string());
    }
    filter.narrow(&mut sql);
    sql
}

/// One delivery of the view; `None` when it has none with this id.
pub(super) fn get(tx: &mut Tx<'_>, view: &View, id: &str) -> Result<Option<Whole>, DbError> {
    let found = tx.query_opt(sql::GET, params![id, view.company_id()], |row| {
        Ok((read(row)?, row.get::<Vec<u8>>(20)?))
    })?;
    let Some((entry, body)) = found.filter(|(entry, _)| view.may_see(entry)) else { return Ok(None) };
    let attempts = tx.query(sql::ATTEMPTS, params![&entry.id, &entry.company_id], |row| {
        Ok(Attempt {
            number: row.get(0)?,
            started_at: row.get(1)?,
            took_millis: row.get(2)?,
            status: row.get(3)?,
            answer: row.get(4)?,
            error_kind: row.get(5)?,
            error: row.get(6)?,
            round: row.get(7)?,
            request_headers: heads::read(row.get(8)?),
            response_headers: heads::read(row.get(9)?),
        })
    })?;
    Ok(Some(Whole { entry, body, attempts }))
}

fn read(row: &Row<'_>) -> Result<Entry, DbError> {
    Ok(Entry {
        id: row.get(0)?,
        kind: row.get(1)?,
        event_id: row.get(2)?,
        subscription_id: row.get(3)?,
        app_id: row.get(4)?,
        run_id: row.get(5)?,
        step_id: row.get(6)?,
        company_id: row.get(7)?,
        location_id: row.get(8)?,
        method: row.get(9)?,
        url: row.get(10)?,
        state: row.get(11)?,
        attempts: row.get(12)?,
        next_at: row.get(13)?,
        made_at: row.get(14)?,
        settled_at: row.get(15)?,
        round: row.get(16)?,
        last_status: row.get(17)?,
        last_error: row.get(18)?,
        last_took_millis: row.get(19)?,
    })
}

#[cfg(test)]
mod plans {
    use super::*;
    use crate::search::explained::explained;
    use crate::tenant::LocationScope;

    async fn plan(filter: Filter) -> Option<String> {
        let here = LocationScope::proven(Id::parse("agency").unwrap(), Id::parse("here").unwrap());
        let view = View { whose: Whose::Of(Place::Location(here)), app: None };
        let page = Page { after: Some((Timestamp(1), "x".to_owned())), filter, limit: 20 };
        explained(newest_first("explain query plan ", &view, &page)).await
    }

    #[tokio::test]
    async fn a_page_is_read_from_an_index_in_its_order() {
        let text = |text: &str| Some(text.to_owned());
        for (filter, index) in [
            (Filter::default(), "webhook_deliveries_of_location (location_id=? AND"),
            (
                Filter { state: Some(State::Dead), ..Filter::default() },
                "webhook_deliveries_open (location_id=? AND",
            ),
            (
                Filter { app_id: text("a"), ..Filter::default() },
                "webhook_deliveries_of_app (location_id=? AND app_id=? AND",
            ),
            (
                Filter { subscription_id: text("s"), ..Filter::default() },
                "webhook_deliveries_of_app (location_id=? AND app_id=? AND",
            ),
            (
                Filter { kind: text("ContactCreate"), ..Filter::default() },
                "webhook_deliveries_of_kind (location_id=? AND kind=? AND",
            ),
            (
                Filter { from: Some(Timestamp(0)), to: Some(Timestamp(9)), ..Filter::default() },
                "webhook_deliveries_of_location (location_id=? AND",
            ),
        ] {
            let Some(plan) = plan(filter.clone()).await else { return };
            assert!(plan.contains(index), "{filter:?}: {plan}");
            assert!(!plan.contains("TEMP B-TREE"), "{filter:?}: {plan}");
        }
        for filter in [
            Filter { webhook_id: text("w"), ..Filter::default() },
            Filter { record_id: text("r"), ..Filter::default() },
        ] {
            let Some(plan) = plan(filter.clone()).await else { return };
            assert!(plan.contains("(event_id=?"), "{filter:?}: {plan}");
            assert!(filter.record_id.is_none() || plan.contains("events_of_record (record_id=?"), "{plan}");
        }
    }
}
