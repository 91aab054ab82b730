//! What this slice announces, with the documented flat payloads. A person is news where the person is: a user of the agency
//! at the agency, anyone else at each of their locations. So a location hears `UserCreate` when a person comes to it and
//! `UserDelete` when the person leaves it.

use leadhold_kernel::{Cx, Error, Event, EventKind, Id, id};
use leadhold_queue::outbox;
use leadhold_store::Tx;
use serde_json::{Value, json};

use super::{Type, User};

/// Where a person is: `None` is the agency.
type Place = Option<Id<id::Location>>;

/// Announces what became of a person: `before` and `after` are `None` where there was or is nobody.
pub(super) fn announce(
    tx: &mut Tx<'_>,
    cx: &Cx,
    before: Option<&User>,
    after: Option<&User>,
) -> Result<(), Error> {
    let (old, new) = (places(before), places(after));
    for place in &old {
        if let (Some(user), false) = (before, new.contains(place)) {
            outbox::append(tx, &event(cx, EventKind::UserDelete, user, place))?;
        }
    }
    for place in &new {
        if let Some(user) = after {
            let kind = if old.contains(place) { EventKind::UserUpdate } else { EventKind::UserCreate };
            outbox::append(tx, &event(cx, kind, user, place))?;
        }
    }
    Ok(())
}

fn places(user: Option<&User>) -> Vec<Place> {
    match user {
        None => Vec::new(),
        Some(user) if user.kind == Type::Agency => vec![None],
        Some(user) => user.location_ids.iter().cloned().map(Some).collect(),
    }
}

fn event(cx: &Cx, kind: EventKind, user: &User, place: &Place) -> Event {
    Event {
        id: Id::generate(cx.random.as_ref()),
        kind,
        company_id: user.company_id.clone(),
        location_id: place.clone(),
        record_id: user.id.to_string(),
        payload: payload(user, place),
        cause: cx.cause.clone(),
        aside: Value::Null,
        at: cx.now,
    }
}

/// What is not known is left out.
fn payload(user: &User, place: &Place) -> Value {
    let mut payload = json!({
        "id": user.id,
        "firstName": user.first_name,
        "lastName": user.last_name,
        "email": user.email,
        "role": user.role,
        "permissions": user.permissions,
    });
    match place {
        Some(location) => payload["locationId"] = json!(location),
        None => {
            payload["companyId"] = json!(user.company_id);
            payload["locations"] = json!(user.location_ids);
        }
    }
    if let Some(phone) = &user.phone {
        payload["phone"] = json!(phone);
    }
    if let Some(scopes) = &user.scopes {
        payload["scopes"] = json!(scopes);
    }
    payload
}
