//! Who installed an app, and asking for its end.

use leadhold_kernel::Error;
use serde_json::{Map, Value, json};

use super::super::agency::Agency;
use super::super::{Install, Place};
use crate::http::fields::Fields;

/// The body of an uninstall.
pub(in super::super) struct Uninstall {
    pub(in super::super) company_id: Option<String>,
    pub(in super::super) location_id: Option<String>,
    pub(in super::super) reason: Option<String>,
}

/// Reads the body of an uninstall.
///
/// # Errors
/// All faults at once.
pub(in super::super) fn uninstall(body: &Map<String, Value>) -> Result<Uninstall, Error> {
    let mut fields = Fields::of_body(body);
    let read = Uninstall {
        company_id: fields.text("companyId").into_option(),
        location_id: fields.text("locationId").into_option(),
        reason: fields.text_within("reason", 1000).into_option(),
    };
    fields.finish()?;
    Ok(read)
}

/// `installationDetails`. What is the agency's own business is null where the app is a location's.
pub(in super::super) fn installer_details(place: &Place, install: &Install, agency: &Agency) -> Value {
    let private = |value: &Option<String>| match place {
        Place::Company(_) => json!(value),
        Place::Location(_) => Value::Null,
    };
    let mut details = json!({
        "companyId": place.company_id(),
        "companyName": agency.name,
        "relationshipNumber": agency.relationship_number.as_deref().unwrap_or_default(),
        "companyEmail": private(&agency.email),
        "companyOwnerFullName": private(&agency.owner),
        "userId": install.user_id.as_ref().map_or("", leadhold_kernel::Id::as_str),
        "isWhitelabelCompany": agency.whitelabel.is_some(),
        "companyPlan": private(&agency.plan),
        "companyHighLevelPlan": private(&agency.plan),
    });
    if let Some(location) = place.location_id() {
        details["locationId"] = json!(location);
    }
    if let Some(plan) = &install.plan_id {
        details["marketplaceAppPlanId"] = json!(plan);
    }
    if agency.whitelabel.is_some() {
        details["whitelabelDetails"] = agency.whitelabel_details();
    }
    details
}
