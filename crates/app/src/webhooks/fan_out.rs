//! One event in, a delivery for each subscription out.

use leadhold_kernel::{Cx, Error, Event, EventKind, Id, id};
use leadhold_queue::{Consumer, StoredEvent};
use leadhold_store::Tx;

use super::body::Body;
use super::replays::missed;
use super::{NewDelivery, Origin, Turn, body, insert, listeners};
use crate::marketplace::{self, Install, Place};
use crate::oauth::apps;
use crate::oauth::apps::subscriptions::{self, State};

/// Shows events to the apps that are installed where they happen, and an app's own life to that app.
#[derive(Clone, Copy, Debug, Default)]
pub struct FanOut;

impl Consumer for FanOut {
    fn name(&self) -> &'static str {
        "webhooks"
    }

    fn consume(&self, tx: &mut Tx<'_>, cx: &Cx, stored: &StoredEvent) -> Result<(), Error> {
        let event = &stored.event;
        if event.kind == EventKind::WebhookReplay {
            return missed::begin(tx, cx, event);
        }
        if !is_for_apps(event.kind) {
            return Ok(());
        }
        if apps::is_of_one_app(event.kind) {
            return deliver_to_its_app(tx, cx, stored);
        }
        let place = Place::of_event(event);
        for install in marketplace::installed(tx, &place)? {
            if may_hear(&install, event.kind) {
                deliver_to(tx, cx, stored, &place, &install)?;
            }
        }
        Ok(())
    }
}

/// A conversation provider's messages go to the provider's own URL, without an envelope; they are no subscription's.
pub(super) fn is_for_apps(kind: EventKind) -> bool {
    kind.is_public() && kind != EventKind::ProviderOutboundMessage
}

/// To the app that the event names, at its default URL, whatever it subscribed to and also when its install is gone by now.
fn deliver_to_its_app(tx: &mut Tx<'_>, cx: &Cx, stored: &StoredEvent) -> Result<(), Error> {
    let event = &stored.event;
    let named = |field: &str| event.payload[field].as_str().map(str::to_owned);
    let Some(app) = named("appId").and_then(|id| Id::parse(&id)) else { return Ok(()) };
    let version = named("versionId").and_then(|id| Id::parse(&id));
    if let Some(version) = &version {
        listeners::fan_out(tx, cx, stored, &app, version)?;
    }
    let Some(webhook) = apps::default_webhook(tx, &app)? else { return Ok(()) };
    if event.kind == EventKind::WebhookEndpointDisabled && named("url").as_ref() == Some(&webhook.url) {
        return Ok(()); // it would be told what it does not hear
    }
    let version = version.unwrap_or(webhook.version_id);
    let held = webhook.disabled && subscriptions::is_disabled(tx, &app, &webhook.subscription_id)?;
    let turn = Turn { of: Some((&event.record_id, stored.seq)), held, in_order: false };
    let to = To { app: &app, subscription: &webhook.subscription_id, url: &webhook.url, turn };
    write(tx, cx, event, &body::to_app(stored, &app, &version), &to)
}

/// Whether the install was granted what the event shows.
fn may_hear(install: &Install, kind: EventKind) -> bool {
    kind.may_be_told(&install.scopes)
}

fn deliver_to(
    tx: &mut Tx<'_>,
    cx: &Cx,
    stored: &StoredEvent,
    place: &Place,
    install: &Install,
) -> Result<(), Error> {
    let (event, app) = (&stored.event, &install.app_id);
    listeners::fan_out(tx, cx, stored, app, &install.version_id)?;
    let all = subscriptions::of_install(tx, app, place)?;
    let mut made = None;
    for (subscription, url) in all.of(event.kind, &install.version_id) {
        let body = made.get_or_insert_with(|| body::to_app(stored, app, &install.version_id));
        if !subscriptions::all_hold(&subscription.filters, &body.fields) {
            continue;
        }
        let held =
            subscription.state != State::Enabled && subscriptions::is_disabled(tx, app, &subscription.id)?;
        let turn = Turn { of: Some((&event.record_id, stored.seq)), in_order: subscription.ordered, held };
        write(tx, cx, event, body, &To { app, subscription: &subscription.id, url, turn })?;
    }
    Ok(())
}

/// Where a delivery goes, and when.
struct To<'a> {
    app: &'a Id<id::App>,
    subscription: &'a Id<id::Subscription>,
    url: &'a str,
    turn: Turn<'a>,
}

fn write(tx: &mut Tx<'_>, cx: &Cx, event: &Event, body: &Body, to: &To<'_>) -> Result<(), Error> {
    let delivery = NewDelivery {
        company_id: &event.company_id,
        location_id: event.location_id.as_ref(),
        kind: event.kind.name(),
        origin: Origin::Event { event: &event.id, subscription: to.subscription, app: to.app },
        method: "POST",
        url: to.url,
        headers: &[],
        body: &body.bytes,
        turn: to.turn,
    };
    insert(tx, cx, &delivery)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use leadhold_kernel::{Id, Scope, ScopeSet, Timestamp};

    use super::*;

    #[test]
    fn an_install_hears_what_it_was_granted() {
        let install = |scopes| Install {
            id: Id::parse("66a0419a0dffa47fb5f8b231").unwrap(),
            app_id: Id::parse("66a0419a0dffa47fb5f8b22f").unwrap(),
            version_id: Id::parse("66a0419a0dffa47fb5f8b230").unwrap(),
            scopes: ScopeSet::parse(scopes).unwrap(),
            user_id: None,
            plan_id: None,
            bulk: false,
            trial: None,
            installed_at: Timestamp(0),
        };
        assert!(may_hear(&install("contacts.readonly"), EventKind::ContactCreate));
        assert!(!may_hear(&install("contacts.write"), EventKind::ContactCreate));
        assert!(may_hear(&install(""), EventKind::SaasPlanCreate), "what asks for no scope");
    }

    #[test]
    fn every_public_kind_needs_a_scope_that_exists_or_none() {
        for kind in EventKind::PUBLIC {
            assert!(kind.scope().is_none_or(|name| Scope::parse(name).is_some()), "{kind}");
        }
    }

    #[test]
    fn an_apps_own_life_asks_for_no_scope() {
        let own = EventKind::PUBLIC.iter().filter(|kind| apps::is_of_one_app(**kind)).collect::<Vec<_>>();
        assert_eq!(own.len(), 6);
        assert!(own.iter().all(|kind| kind.scope().is_none()));
    }

    #[test]
    fn what_is_not_for_apps_is_left_out() {
        assert!(is_for_apps(EventKind::ContactCreate));
        assert!(!is_for_apps(EventKind::InboundWebhook));
        assert!(!is_for_apps(EventKind::ProviderOutboundMessage));
    }
}
