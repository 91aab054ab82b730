//! Making, changing and ending subscriptions.

use leadhold_kernel::{Cx, Error, Event, EventKind, Id, Timestamp, id};
use leadhold_queue::outbox;
use leadhold_store::{DbError, Tx, json_text, params};
use serde_json::json;

use super::find::{Holder, get};
use super::model::{Changes, Kinds, NewSubscription, Pin, Reason, State, Subscription};
use super::{secret, sql};
use crate::marketplace::{self, Place};
use crate::oauth::apps::{self, App, lock, note, rules};

/// How many subscriptions there are at most for all of an app's installs, and how many for each.
const MOST: i64 = 50;
/// How long the secret before the newest still signs, in milliseconds: a day.
const BOTH_LIVE: i64 = 86_400_000;

/// What came of switching a subscription on.
#[derive(Clone, Debug)]
pub struct Enabled {
    /// The subscription.
    pub subscription: Subscription,
    /// Whether what was missed goes out now.
    pub replays: bool,
}

/// Makes a subscription beside the app's wishes; answers it and the salt of its secret.
///
/// # Errors
/// 404 when the holder has no such app; 409 when there are too many; 422 with everything that is wrong; when the store fails.
pub fn create(
    tx: &mut Tx<'_>,
    cx: &Cx,
    holder: &Holder,
    app: &str,
    new: &NewSubscription,
) -> Result<(Subscription, String), Error> {
    let app = app_of(tx, holder, app)?;
    lock(tx, app.id.as_str())?;
    let place = match holder {
        Holder::Developer(_) => new.place.clone(),
        Holder::App { place, .. } => Some(place.clone()),
    };
    let mut faults = faults(Some(&new.url), Some(&new.kinds));
    if let Some(version) = &new.version_id
        && !is_version(tx, &app, version)?
    {
        faults.push(("versionId".into(), "must be a version of the app".into()));
    }
    if let Some(place) = &place
        && marketplace::find(tx, place, &app.id)?.is_none()
    {
        let field = if place.location_id().is_some() { "locationId" } else { "companyId" };
        faults.push((field.into(), "must be a place where the app is installed".into()));
    }
    rules::refuse(faults)?;
    let at = place.as_ref().map_or("", Place::id);
    let count: i64 = tx.query_one(sql::COUNT_AT, params![&app.id, at], |row| row.get(0))?;
    if count >= MOST {
        return Err(Error::Conflict(format!(
            "There are {MOST} subscriptions already; one can have several events. Delete one first."
        )));
    }
    let new = NewSubscription { place, ..new.clone() };
    let (id, salt) = insert(tx, cx, &app.id, Some(&new.url), names(&new.kinds).as_deref(), false, &new)?;
    note(tx, cx, &app, "app.subscription.created", id.as_str())?;
    Ok((get(tx, holder, id.as_str())?, salt))
}

/// Changes one of the holder's subscriptions.
///
/// # Errors
/// 404 when it has no such one; 409 when what is changed is the app's to say; 422 with everything that is wrong; when the
/// store fails.
pub fn change(
    tx: &mut Tx<'_>,
    cx: &Cx,
    holder: &Holder,
    id: &str,
    changes: &Changes,
) -> Result<Subscription, Error> {
    let app = locked(tx, holder, id)?;
    let before = get(tx, holder, id)?;
    if before.wished && (changes.url.is_some() || changes.kinds.is_some()) {
        return Err(Error::Conflict(format!(
            "The url and the events of this subscription are the app's. Change webhookUrl, events or eventUrls with PUT \
             /leadhold/v1/apps/{}.",
            app.id
        )));
    }
    rules::refuse(faults(changes.url.as_deref(), changes.kinds.as_ref()))?;
    let changes = changes.clone();
    let after = Subscription {
        url: changes.url.or_else(|| before.url.clone()),
        kinds: changes.kinds.map_or_else(|| before.kinds.clone(), |kinds| listed(&kinds)),
        filters: changes.filters.unwrap_or_else(|| before.filters.clone()),
        mode: changes.mode.unwrap_or(before.mode),
        ordered: changes.ordered.unwrap_or(before.ordered),
        state: match (changes.enabled, before.state) {
            (Some(true), _) => State::Enabled,
            (Some(false), State::Enabled) => State::Disabled { since: cx.now, reason: Reason::Request },
            (_, state) => state,
        },
        failing_since: before.failing_since.filter(|_| changes.enabled != Some(true)),
        updated_at: cx.now,
        ..before.clone()
    };
    store(tx, &after)?;
    if before.state != State::Enabled && after.state == State::Enabled && after.ordered {
        replay(tx, cx, &app, &before)?;
    }
    note(tx, cx, &app, "app.subscription.changed", id)?;
    Ok(after)
}

/// Switches one of the holder's subscriptions on; with `replay`, what was missed goes out now. An ordered one always replays:
/// what follows would wait for it for ever.
///
/// # Errors
/// 404 when it has no such one; when the store fails.
pub fn enable(tx: &mut Tx<'_>, cx: &Cx, holder: &Holder, id: &str, replay: bool) -> Result<Enabled, Error> {
    let app = locked(tx, holder, id)?;
    let before = get(tx, holder, id)?;
    let replays = replay || before.ordered;
    if replays {
        self::replay(tx, cx, &app, &before)?;
    }
    let after = Subscription { state: State::Enabled, failing_since: None, updated_at: cx.now, ..before };
    store(tx, &after)?;
    note(tx, cx, &app, "app.subscription.enabled", id)?;
    Ok(Enabled { subscription: after, replays })
}

/// Ends one of the holder's subscriptions. What was fanned out to it goes out.
///
/// # Errors
/// 404 when it has no such one; 409 when it is the app's to say; when the store fails.
pub fn delete(tx: &mut Tx<'_>, cx: &Cx, holder: &Holder, id: &str) -> Result<(), Error> {
    let app = locked(tx, holder, id)?;
    let found = get(tx, holder, id)?;
    if found.wished {
        return Err(Error::Conflict(format!(
            "This subscription stands for what the app wishes for. Change its events with PUT /leadhold/v1/apps/{}.",
            app.id
        )));
    }
    tx.exec(sql::END, params![&app.id, &found.id, cx.now])?;
    Ok(note(tx, cx, &app, "app.subscription.deleted", id)?)
}

/// Draws a new secret; the one before signs, too, for a day. Answers the subscription and the new salt.
///
/// # Errors
/// 404 when the holder has no such one; when the store fails.
pub fn rotate_secret(
    tx: &mut Tx<'_>,
    cx: &Cx,
    holder: &Holder,
    id: &str,
) -> Result<(Subscription, String), Error> {
    let app = locked(tx, holder, id)?;
    let found = get(tx, holder, id)?;
    let salt = secret::salt(cx.random.as_ref());
    let until = cx.now.plus_millis(BOTH_LIVE);
    tx.exec(sql::ROTATE, params![&app.id, &found.id, &salt, until, cx.now])?;
    note(tx, cx, &app, "app.subscription.secret", id)?;
    Ok((get(tx, holder, id)?, salt))
}

/// Subscribes an app to events at one more URL, besides its wishes, wherever it is installed.
///
/// # Errors
/// 422 when `url` is no http or https URL. Whether its address may be reached is not asked here: names change their
/// addresses, and each attempt asks again.
pub fn subscribe(
    tx: &mut Tx<'_>,
    cx: &Cx,
    app: &Id<id::App>,
    kinds: &Kinds,
    url: &str,
) -> Result<Id<id::Subscription>, Error> {
    rules::hook(url).map_err(|rule| Error::field(format!("url {rule}")))?;
    let new = NewSubscription::default();
    Ok(insert(tx, cx, app, Some(url), names(kinds).as_deref(), false, &new)?.0)
}

/// Writes a row; answers its id and its salt.
pub(super) fn insert(
    tx: &mut Tx<'_>,
    cx: &Cx,
    app: &Id<id::App>,
    url: Option<&str>,
    kinds: Option<&str>,
    wished: bool,
    new: &NewSubscription,
) -> Result<(Id<id::Subscription>, String), DbError> {
    let id = Id::<id::Subscription>::generate(cx.random.as_ref());
    let salt = secret::salt(cx.random.as_ref());
    let pin = new.place.as_ref().map(Pin::at);
    let (company, location) = pin.map_or((None, None), |pin| (Some(pin.company_id), pin.location_id));
    tx.exec(
        sql::INSERT,
        params![
            &id,
            app,
            wished,
            url,
            kinds,
            new.version_id.as_deref(),
            company.as_ref(),
            location.as_ref(),
            new.place.as_ref().map_or("", Place::id),
            json_text(&new.filters),
            new.mode.name(),
            new.ordered,
            &salt,
            cx.now
        ],
    )?;
    Ok((id, salt))
}

fn store(tx: &mut Tx<'_>, after: &Subscription) -> Result<(), DbError> {
    let (since, reason) = match after.state {
        State::Enabled => (None, None),
        State::Disabled { since, reason } => (Some(since), Some(reason.name())),
    };
    tx.exec(
        sql::UPDATE,
        params![
            &after.app_id,
            &after.id,
            after.url.as_deref(),
            after.kinds.as_ref().map(json_text),
            json_text(&after.filters),
            after.mode.name(),
            after.ordered,
            since,
            reason,
            after.failing_since,
            after.updated_at
        ],
    )?;
    Ok(())
}

/// Tells whoever keeps deliveries to send what the subscription, as it was before it was switched on, has missed.
fn replay(tx: &mut Tx<'_>, cx: &Cx, app: &App, before: &Subscription) -> Result<(), Error> {
    let event = Event {
        id: Id::generate(cx.random.as_ref()),
        kind: EventKind::WebhookReplay,
        company_id: app.owner_company_id.clone(),
        location_id: None,
        record_id: before.id.to_string(),
        payload: json!({
            "appId": app.id, "subscriptionId": before.id, "since": before.failing_since.map(Timestamp::millis),
        }),
        cause: cx.cause.clone(),
        aside: serde_json::Value::Null,
        at: cx.now,
    };
    Ok(outbox::append(tx, &event)?)
}

/// The app of a subscription that the holder looks after, with nobody else at it.
fn locked(tx: &mut Tx<'_>, holder: &Holder, id: &str) -> Result<App, Error> {
    let app = get(tx, holder, id)?.app_id;
    lock(tx, app.as_str())?;
    app_of(tx, holder, app.as_str())
}

fn app_of(tx: &mut Tx<'_>, holder: &Holder, app: &str) -> Result<App, Error> {
    match holder {
        Holder::Developer(owner) => apps::get(tx, owner, app),
        Holder::App { app_id, .. } => {
            let found = if app == app_id.as_str() { apps::find(tx, app_id)? } else { None };
            found.ok_or_else(|| Error::NotFound(format!("There is no app with id {app} here.")))
        }
    }
}

fn is_version(tx: &mut Tx<'_>, app: &App, version: &str) -> Result<bool, DbError> {
    match Id::parse(version) {
        Some(version) => Ok(apps::version(tx, &app.id, &version)?.is_some()),
        None => Ok(false),
    }
}

fn faults(url: Option<&str>, kinds: Option<&Kinds>) -> Vec<rules::Fault> {
    let url = url.and_then(|url| rules::hook(url).err()).map(|rule| ("url".to_owned(), rule));
    let kinds = kinds.map(rules::chosen).unwrap_or_default();
    url.into_iter().chain(kinds).collect()
}

fn listed(kinds: &Kinds) -> Option<Vec<String>> {
    match kinds {
        Kinds::All => None,
        Kinds::Only(kinds) => Some(kinds.iter().map(|kind| kind.name().to_owned()).collect()),
    }
}

fn names(kinds: &Kinds) -> Option<String> {
    listed(kinds).map(|names| json_text(&names))
}
