//! Proof of access to a tenant. Every query on a tenant's table takes one of these, so that a forgotten check does not
//! compile.
//!
//! There are three ways to have one: a [`Caller`](crate::http::Caller) whose credential was accepted, an event (which
//! was appended inside its tenant), and a row that only its tenant could have made (a job, a hook with a secret URL, a
//! location just created).

use leadhold_kernel::{Cx, Event, EventKind, Id, id};
use serde_json::Value;

/// Access to one location.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LocationScope {
    company_id: Id<id::Company>,
    location_id: Id<id::Location>,
}

/// Access to one agency.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CompanyScope {
    company_id: Id<id::Company>,
}

impl LocationScope {
    /// The caller of this function holds the proof, and says in its own text which one.
    pub(crate) fn proven(company_id: Id<id::Company>, location_id: Id<id::Location>) -> Self {
        Self { company_id, location_id }
    }

    /// The location in which an event happened; `None` for an agency's event.
    #[must_use]
    pub fn of_event(event: &Event) -> Option<Self> {
        let location_id = event.location_id.clone()?;
        Some(Self::proven(event.company_id.clone(), location_id))
    }

    /// What happened here to a record, to be appended to the outbox.
    #[must_use]
    pub fn event(&self, cx: &Cx, kind: EventKind, record_id: &str, payload: Value) -> Event {
        Event {
            id: Id::generate(cx.random.as_ref()),
            kind,
            company_id: self.company_id.clone(),
            location_id: Some(self.location_id.clone()),
            record_id: record_id.to_owned(),
            payload,
            cause: cx.cause.clone(),
            aside: Value::Null,
            at: cx.now,
        }
    }

    /// The location.
    #[must_use]
    pub fn location_id(&self) -> &Id<id::Location> {
        &self.location_id
    }

    /// Its agency.
    #[must_use]
    pub fn company_id(&self) -> &Id<id::Company> {
        &self.company_id
    }
}

impl CompanyScope {
    /// As [`LocationScope::proven`].
    pub(crate) fn proven(company_id: Id<id::Company>) -> Self {
        Self { company_id }
    }

    /// The agency.
    #[must_use]
    pub fn company_id(&self) -> &Id<id::Company> {
        &self.company_id
    }
}
