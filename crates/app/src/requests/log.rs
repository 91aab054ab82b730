//! Lines of the log, as they are read.

use leadhold_kernel::Timestamp;
use leadhold_store::{DbError, Json, Row, Store, Tx, Value, params};
use serde_json::{Map, Value as JsonValue};

use super::filter::{Filter, Statuses};
use super::sql;
use crate::tenant::{CompanyScope, LocationScope};

/// Whose lines.
#[derive(Clone, Debug)]
pub(super) enum Place {
    /// An agency's, with those of its locations.
    Agency(CompanyScope),
    /// A location's.
    Location(LocationScope),
}

/// One request.
#[derive(Clone, Debug)]
pub struct Entry {
    /// Its number, in the order of writing.
    pub seq: i64,
    /// When it came.
    pub at: Timestamp,
    /// Its trace id.
    pub trace_id: String,
    /// Its method.
    pub method: String,
    /// Its path.
    pub path: String,
    /// Its query, without the values that are nobody's business.
    pub query: Option<String>,
    /// The status of the answer.
    pub status: i64,
    /// How long it took.
    pub micros: i64,
    /// The kind of its credential.
    pub client: Option<String>,
    /// The credential's id.
    pub caller: Option<String>,
    /// The app's.
    pub app_id: Option<String>,
    /// The agency's.
    pub company_id: Option<String>,
    /// The location's.
    pub location_id: Option<String>,
    /// What let it in.
    pub scope: Option<String>,
    /// What the counters said: admitted, how many are left now, and today.
    pub rate: Option<(bool, i64, i64)>,
}

/// One request with all that is kept of it.
#[derive(Clone, Debug)]
pub(super) struct Whole {
    pub(super) entry: Entry,
    pub(super) request_headers: Map<String, JsonValue>,
    pub(super) response_headers: Map<String, JsonValue>,
    pub(super) request_body: Option<String>,
    pub(super) response_body: Option<String>,
}

/// The lines of `place` that `filter` asks for, newest first.
pub(super) fn list(tx: &mut Tx<'_>, place: &Place, filter: &Filter) -> Result<Vec<Entry>, DbError> {
    let agency = match place {
        Place::Agency(agency) => agency.company_id(),
        Place::Location(here) => here.company_id(),
    };
    let letters = i64::try_from(filter.path.chars().count()).unwrap_or(i64::MAX);
    let mut values: Vec<Value<'_>> = params![
        agency,
        filter.before.0,
        filter.before.1,
        filter.since,
        filter.statuses.lowest,
        filter.statuses.highest,
        &filter.app_id,
        &filter.method,
        &filter.trace_id,
        letters,
        &filter.path,
        filter.limit,
    ]
    .to_vec();
    match place {
        Place::Agency(_) => tx.query(sql::OF_COMPANY, &values, read),
        Place::Location(here) => {
            values.push(here.location_id().into());
            tx.query(sql::OF_LOCATION, &values, read)
        }
    }
}

/// One line of `place`; `None` when it has none with this trace id.
pub(super) fn get(tx: &mut Tx<'_>, place: &Place, trace_id: &str) -> Result<Option<Whole>, DbError> {
    let (agency, location) = match place {
        Place::Agency(agency) => (agency.company_id(), ""),
        Place::Location(here) => (here.company_id(), here.location_id().as_str()),
    };
    tx.query_opt(sql::DETAIL, params![trace_id, agency, location], |row| {
        let headers =
            |i| row.get::<Option<Json<Map<_, _>>>>(i).map(|json| json.map(|json| json.0).unwrap_or_default());
        Ok(Whole {
            entry: read(row)?,
            request_headers: headers(17)?,
            response_headers: headers(18)?,
            request_body: row.get(19)?,
            response_body: row.get(20)?,
        })
    })
}

fn read(row: &Row<'_>) -> Result<Entry, DbError> {
    let admitted: Option<bool> = row.get(14)?;
    let left = |i| Ok::<_, DbError>(row.get::<Option<i64>>(i)?.unwrap_or(0));
    Ok(Entry {
        seq: row.get(0)?,
        at: row.get(1)?,
        trace_id: row.get(2)?,
        method: row.get(3)?,
        path: row.get(4)?,
        query: row.get(5)?,
        status: row.get(6)?,
        micros: row.get(7)?,
        client: row.get(8)?,
        caller: row.get(9)?,
        app_id: row.get(10)?,
        company_id: row.get(11)?,
        location_id: row.get(12)?,
        scope: row.get(13)?,
        rate: match admitted {
            Some(admitted) => Some((admitted, left(15)?, left(16)?)),
            None => None,
        },
    })
}

/// What the operator's terminal shows.
#[derive(Clone, Debug)]
pub struct Tail {
    /// The app's id; empty: whoever.
    pub app_id: String,
    /// Which statuses.
    pub statuses: Statuses,
    /// From when on; `None`: the last lines that there are.
    pub since: Option<Timestamp>,
}

/// Lines in the order of writing, and the number behind which the next ones are: of every tenant, and of nobody. `after`
/// is that number, or `None` at the beginning, when at most `most` lines are shown.
///
/// # Errors
/// When the store fails.
pub async fn tail(
    logs: &Store,
    wanted: Tail,
    after: Option<i64>,
    most: i64,
) -> Result<(Vec<Entry>, i64), DbError> {
    let look = move |tx: &mut Tx<'_>| {
        let since = wanted.since.unwrap_or(Timestamp(i64::MIN));
        let row = params![
            after.unwrap_or(0),
            since,
            wanted.statuses.lowest,
            wanted.statuses.highest,
            &wanted.app_id,
            most
        ];
        // Before the lines: one that is written in between is shown, and not passed over.
        let last: i64 = tx.query_one(sql::LAST, &[], |row| row.get(0))?;
        if after.is_none() && wanted.since.is_none() {
            let mut found = tx.query(sql::NEWEST, row, read)?;
            found.reverse();
            let behind = found.last().map_or(last, |entry| entry.seq.max(last));
            return Ok((found, behind));
        }
        let found = tx.query(sql::AFTER, row, read)?;
        let full = i64::try_from(found.len()).is_ok_and(|count| count == most);
        let behind = found.last().map_or(last, |entry| if full { entry.seq } else { entry.seq.max(last) });
        Ok((found, behind))
    };
    logs.read(look).await
}
