//! Endpoints that are gone: when for days nothing but failures came, a subscription is switched off.

use leadhold_kernel::{Cx, Error, Event, EventKind, Id, Timestamp};
use leadhold_queue::outbox;
use leadhold_store::{DbError, Tx, params};
use serde_json::json;

use super::endpoint::{Endpoint, endpoint};
use super::model::Reason;
use super::sql;
use crate::notices;
use crate::oauth::apps::{App, find, lock, note};
use crate::tenant::CompanyScope;

/// How long nothing but failures may come, in milliseconds: five days.
const PATIENCE: i64 = 5 * 86_400_000;

/// An attempt succeeded.
///
/// # Errors
/// When the store fails.
pub fn note_success(tx: &mut Tx<'_>, to: &Endpoint) -> Result<(), DbError> {
    if to.failing_since.is_some() {
        tx.exec(sql::RECOVERED, params![&to.app_id, &to.id])?;
    }
    Ok(())
}

/// An attempt that began at `at` failed. When all have for five days, the subscription is switched off: the app is told
/// (`WebhookEndpointDisabled`), and its developers are by mail.
///
/// # Errors
/// When the store fails.
pub fn note_failure(tx: &mut Tx<'_>, cx: &Cx, to: &Endpoint, at: Timestamp) -> Result<(), Error> {
    match to.failing_since {
        None => {
            tx.exec(sql::FAILING, params![&to.app_id, &to.id, at])?;
            Ok(())
        }
        Some(since) if to.disabled_at.is_none() && cx.now.millis() - since.millis() >= PATIENCE => {
            disable(tx, cx, to, since)
        }
        Some(_) => Ok(()),
    }
}

fn disable(tx: &mut Tx<'_>, cx: &Cx, to: &Endpoint, since: Timestamp) -> Result<(), Error> {
    lock(tx, to.app_id.as_str())?;
    // Another attempt may have succeeded or done the same meanwhile.
    let now = endpoint(tx, to.id.as_str())?;
    let still = now.is_some_and(|now| {
        now.url.is_some() && now.disabled_at.is_none() && now.failing_since == Some(since)
    });
    let (true, Some(app)) = (still, find(tx, &to.app_id)?) else { return Ok(()) };
    let url = to.url.as_deref().unwrap_or_default();
    tx.exec(sql::DISABLE, params![&app.id, &to.id, cx.now, Reason::Failing.name()])?;
    outbox::append(tx, &disabled(cx, &app, to, url, since))?;
    note(tx, cx, &app, "app.subscription.disabled", to.id.as_str())?;
    tracing::warn!(subscription = %to.id, app = %app.id, %since, "an endpoint only fails; its subscription is off");
    let owner = CompanyScope::proven(app.owner_company_id.clone());
    notices::tell_agency(tx, cx, &owner, &subject(&app), &text(&app, to, url, since))
}

fn disabled(cx: &Cx, app: &App, to: &Endpoint, url: &str, since: Timestamp) -> Event {
    Event {
        id: Id::generate(cx.random.as_ref()),
        kind: EventKind::WebhookEndpointDisabled,
        company_id: app.owner_company_id.clone(),
        location_id: None,
        record_id: to.id.to_string(),
        payload: json!({
            "appId": app.id, "subscriptionId": to.id, "url": url, "failingSince": since.iso(),
            "disabledAt": cx.now.iso(),
        }),
        cause: cx.cause.clone(),
        aside: serde_json::Value::Null,
        at: cx.now,
    }
}

fn subject(app: &App) -> String {
    // A name is the developers' own; a header holds one line.
    let name: String = app.name.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    format!("Webhooks of {name} are switched off")
}

fn text(app: &App, to: &Endpoint, url: &str, since: Timestamp) -> String {
    format!(
        "Since {since} every webhook of the app {name} ({app}) to\n\n    {url}\n\nhas failed. It was switched off; events are \
         still recorded.\n\nWhen the endpoint works again, switch it on and have what was missed sent:\n\n    \
         POST /leadhold/v1/webhooks/subscriptions/{id}/enable\n    {{\"replay\": true}}\n\nor do so on the app's page under \
         /developer/apps/{app}.\n",
        since = since.iso(),
        name = app.name,
        app = app.id,
        id = to.id,
    )
}
