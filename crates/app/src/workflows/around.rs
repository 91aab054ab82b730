//! What merge fields tell beside the contact, the location and the opportunity: who looks after them (`user`), whose the
//! location is (`location_owner`), the contact's company, and the moment that the run is about (`campaign`). Each is read
//! only for a definition that names it.

use jiff::tz::TimeZone;
use leadhold_kernel::id::{self, Id};
use leadhold_kernel::{Error, Timestamp};
use leadhold_store::Tx;
use serde_json::{Value, json};

use super::facts::people_s_phone;
use super::right_now::zoned;
use crate::businesses;
use crate::locations::Location;
use crate::tenant::{CompanyScope, LocationScope};
use crate::users;

/// The fields of `user`; null when there is nobody of this id any more.
///
/// Signatures, links to a calendar and call providers are kept nowhere yet: those fields are empty, but for the number that
/// calls to the person come in by.
///
/// # Errors
/// When the store fails.
pub fn user(tx: &mut Tx<'_>, here: &LocationScope, id: &str) -> Result<Value, Error> {
    let Some(id) = Id::<id::User>::parse(id) else { return Ok(Value::Null) };
    let agency = CompanyScope::proven(here.company_id().clone());
    let found = users::get(tx, &agency, &id)?.filter(|user| !user.deleted);
    let Some(user) = found else { return Ok(Value::Null) };
    let phone = user.phone.clone().unwrap_or_default();
    let calls = user.twilio_phone.get(here.location_id().as_str()).cloned().unwrap_or_default();
    Ok(json!({
        "id": user.id,
        "name": user.name(),
        "first_name": user.first_name,
        "last_name": user.last_name,
        "email": user.email,
        "phone": people_s_phone(&phone),
        "phone_raw": phone,
        "email_signature": "",
        "calendar_link": "",
        "call_provider_phone_number": people_s_phone(&calls),
        "call_provider_phone_number_raw": calls,
    }))
}

/// The fields of `location_owner`.
#[must_use]
pub fn location_owner(location: &Location) -> Value {
    json!({
        "first_name": location.first_name,
        "last_name": location.last_name,
        "email": location.email,
    })
}

/// The fields of `company`: the contact's, as a record where there is one, else its name alone.
///
/// # Errors
/// When the store fails.
pub fn company(tx: &mut Tx<'_>, here: &LocationScope, business: &str, name: &str) -> Result<Value, Error> {
    let found = match business {
        "" => None,
        id => match businesses::get(tx, here, id) {
            Ok(found) => Some(found),
            Err(Error::BadRequest(_) | Error::Forbidden(_)) => None,
            Err(error) => return Err(error),
        },
    };
    let Some(company) = found else { return Ok(json!({ "name": name })) };
    let profile = company.profile;
    let phone = profile.phone.unwrap_or_default();
    Ok(json!({
        "id": company.id,
        "name": company.name,
        "email": profile.email,
        "phone": people_s_phone(&phone),
        "phone_raw": phone,
        "website": profile.website,
        "address": profile.address,
        "city": profile.city,
        "state": profile.state,
        "postal_code": profile.postal_code,
        "country": profile.country,
        "description": profile.description,
    }))
}

/// The fields of `campaign`: the moment that waits before and after the event refer to, in a zone.
#[must_use]
pub fn campaign(event_start: Option<Timestamp>, zone: &TimeZone) -> Value {
    let Some(at) = event_start.and_then(|at| zoned(at, zone)) else { return Value::Null };
    json!({
        "event_date_time": at.strftime("%a, %b %-d, %Y %-I:%M %p").to_string(),
        "event_date": at.strftime("%a, %b %-d, %Y").to_string(),
        "event_time": at.strftime("%-I:%M %p").to_string(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_of_an_event_are_spelled_as_the_real_service_spells_them() {
        let chicago = TimeZone::get("America/Chicago").expect("known");
        insta::assert_snapshot!(campaign(Some(Timestamp(1_762_378_207_000)), &chicago), @r#"{"event_date_time":"Wed, Nov 5, 2025 3:30 PM","event_date":"Wed, Nov 5, 2025","event_time":"3:30 PM"}"#);
        assert_eq!(campaign(None, &chicago), Value::Null);
        assert_eq!(campaign(Some(Timestamp(i64::MAX)), &chicago), Value::Null);
    }
}
