//! `form_submission` and `survey_submission`: a visitor sent a form or a survey of the location's.
//!
//! The run is about the contact that the answers made or found, if they name one. `{{form.id}}`, `{{form.name}}`,
//! `{{form.page_url}}` and `{{form.answers.<key>}}` (or `{{survey.…}}`) say what was sent; a filter on `form.id` keeps
//! others out.

use leadhold_kernel::id::Id;
use leadhold_kernel::{Event, EventKind};

use super::{Kind, Subject, contact_of};

/// A form was sent.
pub const FORM_SUBMISSION: Kind = Kind {
    aliases: &["form_submitted"],
    object: Some("form"),
    ..Kind::on("form_submission", &[EventKind::FormSubmission], subject)
};

/// A survey was sent.
pub const SURVEY_SUBMISSION: Kind = Kind {
    aliases: &["survey_submitted"],
    object: Some("survey"),
    ..Kind::on("survey_submission", &[EventKind::SurveySubmission], subject)
};

fn subject(event: &Event) -> Subject {
    Subject { submission: Id::parse(&event.record_id), ..contact_of(event) }
}
