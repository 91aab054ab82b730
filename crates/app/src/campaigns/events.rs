//! What this slice announces.

use leadhold_kernel::{Cx, Event, EventKind, Id, Timestamp, id};
use serde_json::json;

use crate::tenant::LocationScope;

/// One contact in one campaign.
#[derive(Clone, Debug)]
pub(super) struct Place {
    pub(super) id: Id<id::CampaignContact>,
    pub(super) campaign_id: Id<id::Campaign>,
    pub(super) contact_id: String,
    pub(super) date_added: Timestamp,
}

/// A contact's status in a campaign is `status` now. The campaign is `templateId` in the documented payload, and `id` the
/// contact's place in it. Nothing was sent, so nothing was `replied`.
pub(super) fn event(cx: &Cx, here: &LocationScope, status: &str, place: &Place) -> Event {
    let payload = json!({
        "locationId": here.location_id(),
        "id": place.id,
        "contactId": place.contact_id,
        "status": status,
        "templateId": place.campaign_id,
        "replied": "",
        "dateAdded": place.date_added.iso(),
    });
    here.event(cx, EventKind::CampaignStatusUpdate, place.id.as_str(), payload)
}
