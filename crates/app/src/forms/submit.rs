//! Taking what a visitor sent: the contact, the submission and its event, in one transaction.

use leadhold_kernel::{Cx, Error, Event, EventKind, Id, id, words};
use leadhold_queue::outbox;
use leadhold_store::{Json, Tx, json_text, params};
use serde_json::{Value, json};

use super::answers::{self, Answer, Read};
use super::model::{Form, Kind};
use super::origin::Origin;
use super::{sql, upload};
use crate::contacts::{self, ContactFields};
use crate::tenant::LocationScope;

/// What is to be taken.
#[derive(Clone, Debug)]
pub struct Submission {
    /// Its id. Whoever sends one again sends the same.
    pub id: Id<id::Submission>,
    /// The answers, which have no faults.
    pub read: Read,
    /// Where the visitor came from.
    pub origin: Origin,
    /// How visitors reach the server, for the URLs of files.
    pub base_url: String,
}

/// Takes a submission: makes or changes the contact that its answers name, and keeps it. One that is known already
/// changes nothing.
///
/// Events: those of the contact, then `FormSubmission` or `SurveySubmission`.
///
/// # Errors
/// Those of contacts; when the store fails.
pub fn submit(tx: &mut Tx<'_>, cx: &Cx, form: &Form, submission: &Submission) -> Result<(), Error> {
    let location = form.here.location_id();
    tx.lock(&format!("submission:{location}:{}", submission.id))?;
    let known = tx.query_opt(sql::IS_KNOWN, params![location, &submission.id], |_| Ok(()))?;
    if known.is_some() {
        return Ok(());
    }
    let (submission, files) = with_files(tx, cx, form, submission)?;
    let submission = &submission;
    let contact = contact(tx, cx, form, submission)?;
    files.iter().try_for_each(|file| upload::belongs(tx, &form.here, contact.as_ref(), file))?;
    keep(tx, cx, form, submission, contact.as_ref())?;
    outbox::append(tx, &event(cx, form, submission, contact.as_ref()))?;
    Ok(())
}

/// Names the files, and makes answers of them.
fn with_files(
    tx: &mut Tx<'_>,
    cx: &Cx,
    form: &Form,
    submission: &Submission,
) -> Result<(Submission, Vec<Id<id::File>>), Error> {
    let (mut submission, mut files) = (submission.clone(), Vec::new());
    for (question, drafts) in std::mem::take(&mut submission.read.files) {
        let mut value = serde_json::Map::new();
        for draft in &drafts {
            let uuid = Id::<id::Submission>::generate(cx.random.as_ref()).to_string();
            let names = (question.id.as_str(), uuid.as_str());
            let (file, entry) = upload::keep(tx, cx, &form.here, names, draft, &submission.base_url)?;
            files.push(file);
            value.insert(uuid, entry);
        }
        submission.read.take(&question, Value::Object(value));
    }
    Ok((submission, files))
}

/// The contact that the answers name; none when they name nobody.
fn contact(
    tx: &mut Tx<'_>,
    cx: &Cx,
    form: &Form,
    submission: &Submission,
) -> Result<Option<Id<id::Contact>>, Error> {
    let said = &submission.read.contact;
    let names = [&said.first_name, &said.last_name, &said.name, &said.phone, &said.company_name];
    if !said.email.is_present() && !names.iter().any(|name| name.is_present()) {
        return Ok(None);
    }
    let fields = ContactFields { arrival: Some(submission.origin.arrival(form)), ..said.clone() };
    Ok(Some(contacts::upsert(tx, cx, &form.here, &fields, false)?.contact.id))
}

fn keep(
    tx: &mut Tx<'_>,
    cx: &Cx,
    form: &Form,
    submission: &Submission,
    contact: Option<&Id<id::Contact>>,
) -> Result<(), Error> {
    let (location, read) = (form.here.location_id(), &submission.read);
    let email = Some(read.text("email")).filter(|email| !email.is_empty());
    let name = name(read);
    let searched = searched(&name, &read.answers, contact.map_or("", Id::as_str));
    let row = params![
        &submission.id,
        location,
        form.kind.name(),
        &form.id,
        contact,
        &name,
        email,
        json_text(&read.answers),
        json_text(&submission.origin.event_data(form, cx.now)),
        cx.now
    ];
    let no: i64 = tx.query_one(sql::INSERT_SUBMISSION, row, |row| row.get(0))?;
    index(tx, &form.here, no, &searched)
}

fn index(tx: &mut Tx<'_>, here: &LocationScope, no: i64, searched: &str) -> Result<(), Error> {
    if !searched.is_empty() {
        tx.exec(sql::INDEX_TEXT, params![no, here.location_id(), searched])?;
    }
    Ok(())
}

/// Lets what one contact sent be found by another's id.
///
/// # Errors
/// When the store fails.
pub fn index_anew(tx: &mut Tx<'_>, here: &LocationScope, from: &str, to: &str) -> Result<(), Error> {
    let of_contact = params![here.location_id(), from];
    let all = tx.query(sql::OF_CONTACT, of_contact, |row| {
        let Json::<Vec<Answer>>(answers) = row.get(2)?;
        Ok((row.get::<i64>(0)?, searched(&row.get::<String>(1)?, &answers, to)))
    })?;
    tx.exec(sql::UNINDEX_CONTACT, of_contact)?;
    all.iter().try_for_each(|(no, searched)| index(tx, here, *no, searched))
}

/// The full name, or what the two parts make.
fn name(read: &Read) -> String {
    match read.text("full_name") {
        "" => format!("{} {}", read.text("first_name"), read.text("last_name")).trim().to_owned(),
        whole => whole.to_owned(),
    }
}

/// What `q` looks into: the words of name, address and contact, and the number.
fn searched(name: &str, answers: &[Answer], contact: &str) -> String {
    let texts = [name, answers::text(answers, "email"), contact];
    let mut all: Vec<String> = texts.into_iter().flat_map(words::words).collect();
    all.extend(words::endings(answers::text(answers, "phone")));
    all.join(" ")
}

/// Names the submission and does not hold it.
fn event(cx: &Cx, form: &Form, submission: &Submission, contact: Option<&Id<id::Contact>>) -> Event {
    let (kind, name) = match form.kind {
        Kind::Form => (EventKind::FormSubmission, "formId"),
        Kind::Survey => (EventKind::SurveySubmission, "surveyId"),
    };
    let mut payload = json!({"submissionId": submission.id, "contactId": contact});
    payload[name] = json!(form.id);
    form.here.event(cx, kind, submission.id.as_str(), payload)
}

/// What a workflow's trigger is told: the answers under the names by which they were sent.
#[must_use]
pub fn facts(form_id: &str, answers: &[Answer], event_data: &Value) -> Value {
    let by_name = answers.iter().map(|answer| (answer.name.clone(), answer.value.clone()));
    json!({
        "id": form_id,
        "name": event_data["parentName"],
        "page_url": event_data["page"]["url"],
        "answers": by_name.collect::<serde_json::Map<_, _>>(),
    })
}
