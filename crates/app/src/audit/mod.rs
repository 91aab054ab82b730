//! The audit log: who did what that an agency may want to look up later. A line is written in the transaction of the deed,
//! and none is ever changed. It names people and things by their ids, and holds no secret.

mod routes;
mod sql;

use leadhold_kernel::{Cx, Id, Timestamp, id};
use leadhold_store::{DbError, Sql, Tx, params};
use serde::Serialize;

pub use self::routes::routes;
use crate::tenant::CompanyScope;

/// Every statement of this slice.
pub const STATEMENTS: &[Sql] = sql::ALL;

/// A deed. Who did it, `Cx` knows.
#[derive(Clone, Debug)]
pub struct Entry<'a> {
    /// What was done: `oauth.grant.revoked`. Constants that never change their meaning.
    pub action: &'static str,
    /// To what: an id.
    pub subject: &'a str,
    /// In words, without anything personal or secret.
    pub detail: String,
}

/// A line of the log.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Line {
    /// Its place in the log.
    pub seq: i64,
    /// When.
    #[serde(serialize_with = "iso")]
    pub at: Timestamp,
    /// What was done.
    pub action: String,
    /// By whom: a user's, token's or app's id; empty for the system itself.
    pub actor: String,
    /// To what.
    pub subject: String,
    /// In words.
    pub detail: String,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde's own signature")]
fn iso<S: serde::Serializer>(at: &Timestamp, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(&at.iso())
}

/// Writes a line into the agency's log.
///
/// # Errors
/// When the store fails.
pub fn record(tx: &mut Tx<'_>, cx: &Cx, company: &Id<id::Company>, entry: &Entry<'_>) -> Result<(), DbError> {
    let (actor, subject) = (&cx.actor.source_id, entry.subject);
    tx.exec(sql::INSERT, params![cx.now, company, entry.action, actor, subject, &entry.detail]).map(drop)
}

/// The agency's lines before `before`, newest first.
///
/// # Errors
/// When the store fails.
pub fn list(tx: &mut Tx<'_>, agency: &CompanyScope, before: i64, limit: i64) -> Result<Vec<Line>, DbError> {
    tx.query(sql::LIST, params![agency.company_id(), before, limit], |row| {
        Ok(Line {
            seq: row.get(0)?,
            at: row.get(1)?,
            action: row.get(2)?,
            actor: row.get(3)?,
            subject: row.get(4)?,
            detail: row.get(5)?,
        })
    })
}
