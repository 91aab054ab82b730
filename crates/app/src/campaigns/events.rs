//! What this slice announces.

use leadhold_kernel::{Cx, Event, EventKind};
use serde_json::json;

use super::model::Place;
use crate::tenant::LocationScope;

/// A contact's status in a campaign is `status` now: how far it is, or `removed`. The campaign is `templateId` in the
/// documented payload, `id` the contact's place in it, and `replied` what the contact replied.
pub(super) fn event(cx: &Cx, here: &LocationScope, status: &str, place: &Place) -> Event {
    let payload = json!({
        "locationId": here.location_id(),
        "id": place.id,
        "contactId": place.contact_id,
        "status": status,
        "templateId": place.campaign_id,
        "replied": place.replied,
        "dateAdded": place.date_added.iso(),
    });
    here.event(cx, EventKind::CampaignStatusUpdate, place.id.as_str(), payload)
}
