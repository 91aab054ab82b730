//! Triggers on opportunities: one came into being, changed, came to another status or another stage.
//!
//! The run is about the opportunity and its contact. Where it came from and where to, filters ask with `has_changed_from`
//! and `has_changed_to` of `opportunity.status`, `opportunity.pipeline_stage_id` and any other field.

use leadhold_kernel::id::Id;
use leadhold_kernel::{Event, EventKind};

use super::{Kind, Subject, contact_of};

/// An opportunity came into being.
pub const OPPORTUNITY_CREATED: Kind =
    Kind::on("opportunity_created", &[EventKind::OpportunityCreate], subject);

/// A field of an opportunity changed. Those of who follows it do not count.
pub const OPPORTUNITY_CHANGED: Kind = Kind {
    aliases: &["opportunity_updated"],
    // Creation and end are announced as changes, too, and change nothing.
    listens: |event| event.aside["changed"].is_object(),
    changes: Some("opportunity"),
    ..Kind::on("opportunity_changed", &[EventKind::OpportunityUpdate], subject)
};

/// An opportunity came to another status.
pub const OPPORTUNITY_STATUS_CHANGED: Kind = Kind {
    changes: Some("opportunity"),
    ..Kind::on("opportunity_status_changed", &[EventKind::OpportunityStatusUpdate], subject)
};

/// An opportunity came to another stage, of its pipeline or of another.
pub const PIPELINE_STAGE_UPDATED: Kind = Kind {
    aliases: &["pipeline_stage_changed"],
    changes: Some("opportunity"),
    ..Kind::on("pipeline_stage_updated", &[EventKind::OpportunityStageUpdate], subject)
};

fn subject(event: &Event) -> Subject {
    Subject { opportunity: Id::parse(&event.record_id), ..contact_of(event) }
}
