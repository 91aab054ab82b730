//! `campaign_status`: how far a contact is in a campaign changed.
//!
//! `{{campaign.id}}` says in which, `{{campaign.status}}` what is true now (`active`, `completed`, `replied`, `failed`,
//! `removed`), `{{campaign.replied}}` what the contact replied.

use leadhold_kernel::{Event, EventKind};
use serde_json::{Value, json};

use super::{Kind, contact_of};

/// The trigger.
pub const CAMPAIGN_STATUS: Kind = Kind {
    object: Some("campaign"),
    data,
    ..Kind::on("campaign_status", &[EventKind::CampaignStatusUpdate], contact_of)
};

fn data(event: &Event) -> Value {
    let said = &event.payload;
    json!({
        "id": said["templateId"], "status": said["status"], "replied": said["replied"], "place_id": said["id"],
        "date_added": said["dateAdded"],
    })
}
