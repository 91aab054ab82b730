//! `form_submitted` and `survey_submitted`: a visitor sent a form or a survey of the location's.
//!
//! The run is about the contact that the answers made or found, if they name one. `{{form.id}}`, `{{form.name}}`,
//! `{{form.page_url}}` and `{{form.answers.<key>}}` (or `{{survey.…}}`) say what was sent; a filter on `form.id` keeps
//! others out.

use leadhold_kernel::EventKind;
use leadhold_kernel::id::Id;
use serde_json::Value;

use super::{Kind, Subject};

/// A form was sent.
pub const FORM_SUBMITTED: Kind =
    Kind { name: "form_submitted", event: EventKind::FormSubmission, object: Some("form"), subject };

/// A survey was sent.
pub const SURVEY_SUBMITTED: Kind =
    Kind { name: "survey_submitted", event: EventKind::SurveySubmission, object: Some("survey"), subject };

fn subject(submission: &str, payload: &Value) -> Subject {
    let contact = payload.get("contactId").and_then(Value::as_str);
    Subject { contact: contact.and_then(Id::parse), submission: Id::parse(submission), ..Subject::default() }
}
