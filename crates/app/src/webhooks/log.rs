//! Reading deliveries back: what was sent where, and what came of it.

use leadhold_kernel::{Id, Timestamp, id};
use leadhold_store::{DbError, Dynamic, Row, Tx, params};

use super::sql;
use crate::marketplace::Place;

/// Where a delivery stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum State {
    /// An attempt is due, now or later.
    Pending,
    /// An answer of 2xx came.
    Delivered,
    /// No attempt is left.
    Dead,
}

impl State {
    pub(super) const ALL: [State; 3] = [State::Pending, State::Delivered, State::Dead];

    /// As the table and the API spell it.
    pub(super) fn name(self) -> &'static str {
        match self {
            State::Pending => "pending",
            State::Delivered => "delivered",
            State::Dead => "dead",
        }
    }

    pub(super) fn parse(name: &str) -> Option<State> {
        State::ALL.into_iter().find(|state| state.name() == name)
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
    pub(super) state: Option<State>,
    pub(super) limit: i64,
}

/// A place's deliveries: a location's, or an agency's own without its locations'. `app`: only those to this app.
pub(super) fn list(
    tx: &mut Tx<'_>,
    place: &Place,
    app: Option<&Id<id::App>>,
    page: &Page,
) -> Result<Vec<Entry>, DbError> {
    let (at, id) = page.after.clone().unwrap_or((Timestamp(i64::MAX), String::new()));
    match place {
        Place::Location(here) => {
            let mut sql = Dynamic::in_location(sql::OF_LOCATION, here.location_id());
            sql.push(" and (made_at, id) < (").bind(at).push(", ").bind(id).push(")");
            match page.state {
                Some(State::Dead) => sql.push(" and state = 'dead'"), // as text: it has a partial index
                Some(state) => sql.push(" and state = ").bind(state.name()),
                None => &mut sql,
            };
            if let Some(app) = app {
                sql.push(" and app_id = ").bind(app.to_string());
            }
            sql.push(" order by made_at desc, id desc limit ").bind(page.limit);
            tx.query_dynamic(&sql, read)
        }
        Place::Company(agency) => {
            let state = page.state.map_or("", State::name);
            let app = app.map_or("", Id::as_str);
            tx.query(sql::OF_COMPANY, params![agency.company_id(), at, id, page.limit, state, app], read)
        }
    }
}

/// One delivery of the place; `None` when it has none with this id. `app`: only one to this app.
pub(super) fn get(
    tx: &mut Tx<'_>,
    place: &Place,
    app: Option<&Id<id::App>>,
    id: &str,
) -> Result<Option<Whole>, DbError> {
    let whole = |row: &Row<'_>| Ok((read(row)?, row.get::<Vec<u8>>(16)?));
    let found = match place {
        Place::Location(here) => {
            tx.query_opt(sql::GET_OF_LOCATION, params![id, here.location_id()], whole)?
        }
        Place::Company(agency) => {
            tx.query_opt(sql::GET_OF_COMPANY, params![id, agency.company_id()], whole)?
        }
    };
    let own = |entry: &Entry| app.is_none_or(|app| entry.app_id.as_deref() == Some(app.as_str()));
    let Some((entry, body)) = found.filter(|(entry, _)| own(entry)) else { return Ok(None) };
    let attempts = tx.query(sql::ATTEMPTS, params![&entry.id, &entry.company_id], |row| {
        Ok(Attempt {
            number: row.get(0)?,
            started_at: row.get(1)?,
            took_millis: row.get(2)?,
            status: row.get(3)?,
            answer: row.get(4)?,
            error_kind: row.get(5)?,
            error: row.get(6)?,
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
    })
}
