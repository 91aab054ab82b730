//! One event in, a delivery for each subscription out.

use leadhold_kernel::{Cx, Error, Event, EventKind, Id, Scope};
use leadhold_queue::{Consumer, StoredEvent};
use leadhold_store::Tx;

use super::{NewDelivery, Origin, body, insert};
use crate::marketplace::{self, Install, Place};
use crate::oauth::apps;

/// Shows events to the apps that are installed where they happen, and an app's own life to that app.
#[derive(Clone, Copy, Debug, Default)]
pub struct FanOut;

impl Consumer for FanOut {
    fn name(&self) -> &'static str {
        "webhooks"
    }

    fn consume(&self, tx: &mut Tx<'_>, cx: &Cx, stored: &StoredEvent) -> Result<(), Error> {
        let event = &stored.event;
        if !is_for_apps(event.kind) {
            return Ok(());
        }
        if apps::is_of_one_app(event.kind) {
            return deliver_to_its_app(tx, cx, event);
        }
        for install in marketplace::installed(tx, &Place::of_event(event))? {
            if may_hear(&install, event.kind) {
                deliver_to(tx, cx, event, &install)?;
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
/// The app's id stands for the subscription: there is one delivery of the event.
fn deliver_to_its_app(tx: &mut Tx<'_>, cx: &Cx, event: &Event) -> Result<(), Error> {
    let named = |field: &str| event.payload[field].as_str().map(str::to_owned);
    let Some(app) = named("appId").and_then(|id| Id::parse(&id)) else { return Ok(()) };
    let Some(webhook) = apps::default_webhook(tx, &app)? else { return Ok(()) };
    let version = named("versionId").and_then(|id| Id::parse(&id)).unwrap_or(webhook.version_id);
    let delivery = NewDelivery {
        company_id: &event.company_id,
        location_id: event.location_id.as_ref(),
        kind: event.kind.name(),
        origin: Origin::Event { event: &event.id, subscription: app.as_str(), app: &app },
        method: "POST",
        url: &webhook.url,
        headers: &[],
        body: &body::to_app(event, &app, &version),
    };
    insert(tx, cx, &delivery)?;
    Ok(())
}

/// Whether the install was granted what the event shows.
fn may_hear(install: &Install, kind: EventKind) -> bool {
    kind.scope().is_none_or(|name| Scope::parse(name).is_some_and(|scope| install.scopes.contains(scope)))
}

fn deliver_to(tx: &mut Tx<'_>, cx: &Cx, event: &Event, install: &Install) -> Result<(), Error> {
    for (subscription, url) in apps::subscriptions(tx, &install.app_id)?.of(event.kind) {
        let delivery = NewDelivery {
            company_id: &event.company_id,
            location_id: event.location_id.as_ref(),
            kind: event.kind.name(),
            origin: Origin::Event {
                event: &event.id,
                subscription: subscription.as_str(),
                app: &install.app_id,
            },
            method: "POST",
            url,
            headers: &[],
            body: &body::to_app(event, &install.app_id, &install.version_id),
        };
        insert(tx, cx, &delivery)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use leadhold_kernel::{Id, ScopeSet, Timestamp};

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
        assert_eq!(own.len(), 5);
        assert!(own.iter().all(|kind| kind.scope().is_none()));
    }

    #[test]
    fn what_is_not_for_apps_is_left_out() {
        assert!(is_for_apps(EventKind::ContactCreate));
        assert!(!is_for_apps(EventKind::InboundWebhook));
        assert!(!is_for_apps(EventKind::ProviderOutboundMessage));
    }
}
