//! Trigger links: short URLs that lead elsewhere, count who clicks, and start workflows.
//!
//! Cast: a [`Link`] leads to `redirectTo`; `click` follows one (`GET /l/{linkId}`) and keeps who did; [`Urls`] writes the
//! URL, for everybody or for one contact.
//!
//! What is guaranteed:
//! - A click is counted, with its event, before its answer leaves: who was led on has been counted.
//! - A contact is known by a signature over link and contact that only this server makes. A contact's id alone is not
//!   believed: ids are seen in many places, and a click starts workflows and may show the contact's fields.
//! - A link leads to http or https, and nowhere else.
//! - Clicks of nobody in particular are counted and start nothing.

mod click;
mod destination;
mod routes;
mod service;
mod sql;
mod urls;
mod wire;

use leadhold_kernel::{Id, Timestamp, id};
use leadhold_store::{DbError, Row, Sql};

pub use self::routes::routes;
pub use self::service::exists;
pub use self::urls::{Urls, mentioned};

/// Every statement of this slice.
pub const STATEMENTS: &[Sql] = sql::ALL;

/// A trigger link.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    /// Its id.
    pub id: Id<id::Link>,
    /// Its location.
    pub location_id: Id<id::Location>,
    /// Its name.
    pub name: String,
    /// Where it leads; merge fields of the contact are filled in.
    pub redirect_to: String,
    /// How often it was followed.
    pub clicks: i64,
    /// By how many contacts.
    pub contacts: i64,
    /// When it was made.
    pub created_at: Timestamp,
    /// When its name or where it leads was changed last.
    pub updated_at: Timestamp,
}

impl Link {
    fn read(row: &Row<'_>) -> Result<Self, DbError> {
        let created_at: Timestamp = row.get(6)?;
        Ok(Self {
            id: row.get(0)?,
            location_id: row.get(1)?,
            name: row.get(2)?,
            redirect_to: row.get(3)?,
            clicks: row.get(4)?,
            contacts: row.get(5)?,
            created_at,
            updated_at: row.get::<Timestamp>(7)?.max(created_at), // 0: never
        })
    }
}
