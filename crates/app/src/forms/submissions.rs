//! Finding what was sent.

use leadhold_kernel::{Cx, Error, Event, EventKind, Timestamp, words};
use leadhold_queue::{Consumer, StoredEvent};
use leadhold_store::{DbError, Dynamic, Json, Row, Tx, params};
use serde_json::{Map, Value, json};

use super::answers::Answer;
use super::model::Kind;
use super::{sql, submit, upload};
use crate::tenant::LocationScope;

/// What `others` has beside the answers: where the visitor came from, and the order of the answers.
pub const OWN_KEYS: [&str; 2] = ["eventData", "fieldsOriSequance"];

/// A page of submissions that is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asked {
    /// Of forms, or of surveys.
    pub kind: Kind,
    /// Of this form only.
    pub form: Option<String>,
    /// With this in the name, the address, the number or the contact's id.
    pub q: String,
    /// From this moment on.
    pub from: Timestamp,
    /// Before this moment.
    pub until: Timestamp,
    /// Counted from 1.
    pub page: i64,
    /// How many a page has.
    pub limit: i64,
}

/// A submission as it was kept.
#[derive(Clone, Debug, PartialEq)]
pub struct Kept {
    id: String,
    form_id: String,
    contact_id: Option<String>,
    name: String,
    email: Option<String>,
    answers: Vec<Answer>,
    event_data: Value,
    created_at: Timestamp,
}

/// A page, newest first, and how many there are on all pages.
///
/// # Errors
/// When the store fails.
pub fn list(tx: &mut Tx<'_>, here: &LocationScope, asked: &Asked) -> Result<(Vec<Kept>, i64), Error> {
    let count = matching(sql::COUNT_HEAD, here, asked);
    let total = tx.query_dynamic(&count, |row| row.get::<i64>(0))?.first().copied().unwrap_or(0);
    let mut page = matching(sql::head(), here, asked);
    page.push(" order by s.created_at desc, s.no desc limit ").bind(asked.limit);
    page.push(" offset ").bind((asked.page - 1) * asked.limit);
    Ok((tx.query_dynamic(&page, read)?, total))
}

fn matching(head: &str, here: &LocationScope, asked: &Asked) -> Dynamic {
    let mut sql = Dynamic::in_location(head, here.location_id());
    if let Some(form) = &asked.form {
        sql.push(" and s.form_id = ").bind(form.clone());
    }
    sql.push(" and s.kind = ").bind(asked.kind.name());
    sql.push(" and s.created_at >= ").bind(asked.from).push(" and s.created_at < ").bind(asked.until);
    for run in words::asked(&asked.q) {
        sql.push(" and s.no in (select t.rowid from form_submissions_search t where t.location_id = $1 and ");
        sql.has_words("form_submissions_search", "t", &run).push(")");
    }
    sql
}

fn read(row: &Row<'_>) -> Result<Kept, DbError> {
    let (Json(answers), Json(event_data)) = (row.get(5)?, row.get(6)?);
    Ok(Kept {
        id: row.get(0)?,
        form_id: row.get(1)?,
        contact_id: row.get(2)?,
        name: row.get(3)?,
        email: row.get(4)?,
        answers,
        event_data,
        created_at: row.get(7)?,
    })
}

/// What a submission tells a workflow; nothing when it is not there.
///
/// # Errors
/// When the store fails.
pub fn facts(tx: &mut Tx<'_>, here: &LocationScope, id: &str) -> Result<Option<Value>, Error> {
    let kept = tx.query_opt(sql::SUBMISSION, params![here.location_id(), id], read)?;
    Ok(kept.map(|kept| submit::facts(&kept.form_id, &kept.answers, &kept.event_data)))
}

impl Kept {
    /// When it was sent.
    #[must_use]
    pub fn sent_at(&self) -> Timestamp {
        self.created_at
    }

    /// As clients read it. What is not known is left out.
    #[must_use]
    pub fn shown(&self, kind: Kind) -> Value {
        let mut others: Map<String, Value> =
            self.answers.iter().map(|answer| (answer.id.clone(), answer.value.clone())).collect();
        let sequence: Vec<&str> = self.answers.iter().map(|answer| answer.id.as_str()).collect();
        for (key, value) in OWN_KEYS.into_iter().zip([self.event_data.clone(), json!(sequence)]) {
            others.insert(key.to_owned(), value);
        }
        let mut out = json!({"id": self.id});
        if let Some(contact) = &self.contact_id {
            out["contactId"] = json!(contact);
        }
        out["createdAt"] = json!(self.created_at.iso());
        out[if kind == Kind::Form { "formId" } else { "surveyId" }] = json!(self.form_id);
        out["name"] = json!(self.name);
        if let Some(email) = &self.email {
            out["email"] = json!(email);
        }
        out["others"] = Value::Object(others);
        out
    }
}

/// Takes what a contact said of itself out of its submissions when the contact is deleted, and ends its files. That something was sent, when
/// and with which form stays.
#[derive(Debug)]
pub struct ForgetContacts;

impl Consumer for ForgetContacts {
    fn name(&self) -> &'static str {
        "forms"
    }

    fn consume(&self, tx: &mut Tx<'_>, cx: &Cx, stored: &StoredEvent) -> Result<(), Error> {
        let event: &Event = &stored.event;
        let (EventKind::ContactDelete, Some(here)) = (event.kind, LocationScope::of_event(event)) else {
            return Ok(());
        };
        for statement in [sql::UNINDEX_CONTACT, sql::FORGET_CONTACT] {
            tx.exec(statement, params![here.location_id(), &event.record_id])?;
        }
        upload::forget(tx, cx, &here, &event.record_id)
    }
}
