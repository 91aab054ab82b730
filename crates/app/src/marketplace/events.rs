//! What an app is told of its own life, with the documented flat payloads and the fields that live deliveries have besides.

use leadhold_kernel::{Cx, Event, EventKind, Id, id};
use serde_json::{Map, Value, json};

use super::agency::Agency;
use super::model::{Install, Place, Trial};

/// `INSTALL`.
pub(super) fn installed(cx: &Cx, place: &Place, install: &Install, agency: &Agency) -> Event {
    let mut payload = fields(place, install);
    if let Some(user) = &install.user_id {
        payload.insert("userId".into(), json!(user));
    }
    if let Some(plan) = &install.plan_id {
        payload.insert("planId".into(), json!(plan));
    }
    if let Some(trial) = install.trial {
        payload.insert("trial".into(), shown(cx, trial));
    }
    payload.insert("isWhitelabelCompany".into(), json!(agency.whitelabel.is_some()));
    payload.insert("whitelabelDetails".into(), agency.whitelabel_details());
    payload.insert("companyName".into(), json!(agency.name));
    payload.insert("installType".into(), json!(place.kind()));
    event(cx, place, EventKind::Install, install, payload)
}

fn shown(cx: &Cx, trial: Trial) -> Value {
    json!({
        "onTrial": trial.lasts_at(cx.now),
        "trialDuration": trial.days,
        "trialStartDate": trial.since.iso(),
    })
}

/// `UNINSTALL`.
pub(super) fn uninstalled(cx: &Cx, place: &Place, install: &Install) -> Event {
    event(cx, place, EventKind::Uninstall, install, fields(place, install))
}

/// `AppUpdate`: of its payload no more is known than what every event of an app has.
pub(super) fn updated(cx: &Cx, place: &Place, install: &Install) -> Event {
    let mut payload = fields(place, install);
    payload.insert("installType".into(), json!(place.kind()));
    event(cx, place, EventKind::AppUpdate, install, payload)
}

/// `PLAN_CHANGE`: `install` has the new plan.
pub(super) fn plan_changed(
    cx: &Cx,
    place: &Place,
    install: &Install,
    before: Option<&Id<id::Plan>>,
    user: Option<&Id<id::User>>,
) -> Event {
    let mut payload = fields(place, install);
    let plans = [("currentPlanId", before), ("newPlanId", install.plan_id.as_ref())];
    for (name, plan) in plans {
        if let Some(plan) = plan {
            payload.insert(name.into(), json!(plan));
        }
    }
    if let Some(user) = user {
        payload.insert("userId".into(), json!(user));
    }
    event(cx, place, EventKind::PlanChange, install, payload)
}

/// What all of them have. The fan-out reads `appId` and `versionId`: when it does, the install may be gone.
pub(super) fn fields(place: &Place, install: &Install) -> Map<String, Value> {
    let mut payload = Map::new();
    payload.insert("appId".into(), json!(install.app_id));
    payload.insert("versionId".into(), json!(install.version_id));
    payload.insert("companyId".into(), json!(place.company_id()));
    if let Some(location) = place.location_id() {
        payload.insert("locationId".into(), json!(location));
    }
    payload
}

/// `kind` happened to `install`.
pub(super) fn event(
    cx: &Cx,
    place: &Place,
    kind: EventKind,
    install: &Install,
    payload: Map<String, Value>,
) -> Event {
    Event {
        id: Id::generate(cx.random.as_ref()),
        kind,
        company_id: place.company_id().clone(),
        location_id: place.location_id().cloned(),
        record_id: install.id.to_string(),
        payload: payload.into(),
        cause: cx.cause.clone(),
        aside: Value::Null,
        at: cx.now,
    }
}
