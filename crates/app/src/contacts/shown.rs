//! A contact as clients read it. Each route has its own selection of the same fields, as at the real service: by id what
//! is missing is left out, in search results it is null, and the old list has its lower-case names.

use leadhold_kernel::{date::Date, fold};
use leadhold_store::json_text;
use serde_json::{Value, json};

use super::dnd::DndSettings;
use super::model::full_name;
use super::object::Object;
use super::stored::Stored;
use crate::http::ApiVersion;
use crate::search::Sort;

/// `dndSettings` under the version's keys; stored are v2's.
fn dnd_settings(row: &Stored, version: ApiVersion) -> std::borrow::Cow<'_, str> {
    if version == ApiVersion::V2 || row.dnd_settings == "{}" {
        return row.dnd_settings.as_str().into();
    }
    let settings: DndSettings = serde_json::from_str(&row.dnd_settings).unwrap_or_default();
    json_text(&settings.v3()).into()
}

fn name(row: &Stored) -> String {
    full_name(row.first_name.as_deref(), row.last_name.as_deref())
}

fn assigned_to(row: &Stored) -> Option<&str> {
    Some(row.assigned_to.as_str()).filter(|user| !user.is_empty())
}

/// Everything about a contact, but its date of birth, which two routes spell differently.
fn everything(row: &Stored, version: ApiVersion) -> Object {
    let mut out = Object::new();
    let name = name(row);
    out.value("id", &row.id)
        .value("name", &name)
        .value("contactName", &name)
        .value("locationId", &row.location_id)
        .maybe("firstName", row.first_name.as_deref())
        .maybe("firstNameLowerCase", row.first_name.as_deref().map(fold).as_deref())
        .maybe("lastName", row.last_name.as_deref())
        .maybe("lastNameLowerCase", row.last_name.as_deref().map(fold).as_deref())
        .value("fullNameLowerCase", &fold(&name))
        .maybe("email", row.email.as_deref())
        .maybe("emailLowerCase", row.email.as_deref().map(fold).as_deref())
        .maybe("phone", row.phone.as_deref())
        .maybe("companyName", row.company_name.as_deref())
        .maybe("businessId", row.business_id.as_deref());
    address(&mut out, row);
    out.maybe("website", row.website.as_deref())
        .maybe("timezone", row.timezone.as_deref())
        .maybe("gender", row.gender.as_deref())
        .value("type", &row.kind)
        .maybe("source", row.source.as_deref())
        .maybe("assignedTo", assigned_to(row))
        .value("dnd", &row.dnd)
        .verbatim("dndSettings", &dnd_settings(row, version))
        .verbatim("inboundDndSettings", &row.inbound_dnd_settings)
        .verbatim("tags", &row.tags)
        .verbatim("customFields", &row.custom_fields)
        .verbatim("additionalEmails", &row.additional_emails)
        .verbatim("additionalPhones", &row.additional_phones)
        .verbatim("followers", &row.followers)
        .value("dateAdded", &row.date_added.iso())
        .value("dateUpdated", &row.date_updated.iso())
        .verbatim("createdBy", &row.created_by)
        .verbatim("lastUpdatedBy", &row.updated_by);
    for (key, attribution) in
        [("attributionSource", &row.attribution), ("lastAttributionSource", &row.last_attribution)]
    {
        if let Some(attribution) = attribution {
            out.verbatim(key, attribution);
        }
    }
    out
}

fn address(out: &mut Object, row: &Stored) {
    out.maybe("address1", row.address1.as_deref())
        .maybe("city", row.city.as_deref())
        .maybe("state", row.state.as_deref())
        .maybe("postalCode", row.postal_code.as_deref())
        .maybe("country", row.country.as_deref());
}

/// By id.
pub(super) fn full(row: &Stored, version: ApiVersion) -> String {
    let mut out = everything(row, version);
    out.maybe("dateOfBirth", row.date_of_birth.as_deref());
    out.end()
}

/// In the answer to a creation, which in v2 has fields that nothing else shows.
pub(super) fn created(row: &Stored, version: ApiVersion) -> String {
    if version == ApiVersion::V3 {
        return full(row, version);
    }
    let mut out = everything(row, version);
    let born = row.date_of_birth.as_deref().and_then(Date::parse);
    if let Some(born) = born {
        out.value("dateOfBirth", &born.iso_midnight())
            .value("birthMonth", &born.month())
            .value("birthDay", &born.day());
    }
    out.value("deleted", &false)
        .value("bounceEmail", &false)
        .value("unsubscribeEmail", &false)
        .verbatim("offers", "[]")
        .verbatim("products", "[]");
    out.end()
}

/// In the list of a business's contacts.
pub(super) fn member(row: &Stored, version: ApiVersion) -> String {
    let mut out = everything(row, version);
    out.maybe("businessName", row.business_name.as_deref())
        .maybe("dateOfBirth", row.date_of_birth.as_deref())
        .verbatim("attributions", &attributions(row));
    out.end()
}

/// In the old list. Its names are lower case, with the given spelling in `…Raw`; its cursor is in every record.
pub(super) fn listed(row: &Stored) -> String {
    let mut out = Object::new();
    out.value("id", &row.id)
        .value("locationId", &row.location_id)
        .value("contactName", &fold(&name(row)))
        .value("firstName", &row.first_name.as_deref().map(fold))
        .value("firstNameRaw", &row.first_name)
        .value("lastName", &row.last_name.as_deref().map(fold))
        .value("lastNameRaw", &row.last_name)
        .value("email", &row.email)
        .value("phone", &row.phone)
        .value("companyName", &row.company_name)
        .maybe("businessId", row.business_id.as_deref());
    address(&mut out, row);
    out.maybe("website", row.website.as_deref())
        .value("timezone", &row.timezone)
        .value("type", &row.kind)
        .value("source", &row.source)
        .value("assignedTo", &assigned_to(row))
        .value("dnd", &row.dnd)
        .verbatim("dndSettings", &row.dnd_settings)
        .maybe("dateOfBirth", row.date_of_birth.as_deref())
        .verbatim("tags", &row.tags)
        .verbatim("customFields", &row.custom_fields)
        .verbatim("additionalEmails", &row.additional_emails)
        .verbatim("followers", &row.followers)
        .verbatim("attributions", &attributions(row))
        .value("dateAdded", &row.date_added.iso())
        .value("dateUpdated", &row.date_updated.iso())
        .value("startAfter", &row.date_added.millis())
        .value("startAfterId", &row.id);
    out.end()
}

fn attributions(row: &Stored) -> String {
    let known: Vec<&str> =
        [&row.attribution, &row.last_attribution].into_iter().filter_map(Option::as_deref).collect();
    format!("[{}]", known.join(","))
}

/// In the result of a search, with its opportunities, and the place from which the next page goes on.
pub(super) fn found(row: &Stored, deals: Option<&String>, version: ApiVersion, sort: &[Sort]) -> String {
    let mut out = Object::new();
    out.value("id", &row.id)
        .value("locationId", &row.location_id)
        .value("contactName", &name(row))
        .value("firstName", &row.first_name)
        .value("lastName", &row.last_name)
        .value("firstNameLowerCase", &row.first_name.as_deref().map(fold))
        .value("lastNameLowerCase", &row.last_name.as_deref().map(fold))
        .value("email", &row.email)
        .verbatim("validEmail", "null")
        .value("phone", &row.phone)
        .verbatim("phoneLabel", "null")
        .value("companyName", &row.company_name)
        .value("businessName", &row.business_name)
        .value("businessId", &row.business_id)
        .value("address", &row.address1)
        .value("city", &row.city)
        .value("state", &row.state)
        .value("country", &row.country)
        .value("postalCode", &row.postal_code)
        .value("website", &row.website)
        .value("timezone", &row.timezone)
        .value("source", &row.source)
        .value("type", &row.kind)
        .value("dnd", &row.dnd)
        .verbatim("dndSettings", &dnd_settings(row, version))
        .verbatim("inboundDndSettings", &row.inbound_dnd_settings)
        .value("assignedTo", &assigned_to(row))
        .verbatim("followers", &row.followers)
        .verbatim("tags", &row.tags)
        .verbatim("additionalEmails", &row.additional_emails)
        .verbatim("additionalPhones", &row.additional_phones)
        .verbatim("customFields", &row.custom_fields)
        .verbatim("opportunities", deals.map_or("[]", String::as_str))
        .value("dateOfBirth", &row.date_of_birth)
        .value("dateAdded", &row.date_added.iso())
        .value("dateUpdated", &row.date_updated.iso())
        .value("searchAfter", &search_after(row, sort));
    out.end()
}

/// The sort values of a contact and its id: what `searchAfter` of the next page repeats.
fn search_after(row: &Stored, sort: &[Sort]) -> Vec<Value> {
    let folded = |text: &Option<String>| json!(text.as_deref().map(fold).unwrap_or_default());
    let value = |sort: &Sort| match sort.key.name {
        "email" => folded(&row.email),
        "source" => folded(&row.source),
        "firstNameLowerCase" => folded(&row.first_name),
        "lastNameLowerCase" => folded(&row.last_name),
        "dnd" => json!(row.dnd),
        "dateUpdated" => json!(row.date_updated.millis()),
        _ => json!(row.date_added.millis()),
    };
    sort.iter().map(value).chain([json!(row.id)]).collect()
}
