//! Which deliveries are asked for: the same names in the query of the list and in the body of a bulk replay.

use leadhold_kernel::Timestamp;
use leadhold_store::Dynamic;
use serde::{Deserialize, Serialize};

use super::State;
use crate::http::fields::Fields;

/// The longest text that is looked for.
const LONGEST: usize = 200;

/// What a delivery must be like; a field that is empty asks for nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(in crate::webhooks) struct Filter {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(in crate::webhooks) state: Option<State>,
    /// An event's name, or `Workflow`.
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    pub(in crate::webhooks) kind: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(in crate::webhooks) app_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(in crate::webhooks) subscription_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(in crate::webhooks) record_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(in crate::webhooks) webhook_id: Option<String>,
    /// Only of this location: for those who see several.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(in crate::webhooks) location_id: Option<String>,
    /// Made at this moment or later.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(in crate::webhooks) from: Option<Timestamp>,
    /// Made before this moment.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(in crate::webhooks) to: Option<Timestamp>,
}

impl Filter {
    /// Reads the fields that a filter has, but for `locationId`, which says whose deliveries are meant.
    pub(in crate::webhooks) fn read(fields: &mut Fields<'_>) -> Self {
        let state = fields.text_within("state", LONGEST).into_option();
        let known = state.as_deref().and_then(State::parse);
        if state.is_some() && known.is_none() {
            fields.fault("state", format!("must be one of: {}", State::ALL.map(State::name).join(", ")));
        }
        let text = |fields: &mut Fields<'_>, name| fields.text_within(name, LONGEST).into_option();
        let kind = text(fields, "type");
        // A client id begins with the app's.
        let app_id = text(fields, "appId").map(|id| id.split('-').next().unwrap_or_default().to_owned());
        let (subscription_id, record_id) = (text(fields, "subscriptionId"), text(fields, "recordId"));
        let webhook_id = text(fields, "webhookId");
        let (from, to) = (fields.moment("from").into_option(), fields.moment("to").into_option());
        let (state, location_id) = (known, None);
        Self { state, kind, app_id, subscription_id, record_id, webhook_id, location_id, from, to }
    }

    /// Whether it asks for everything.
    pub(in crate::webhooks) fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// As clients write it.
    pub(in crate::webhooks) fn shown(&self) -> serde_json::Value {
        let mut shown = serde_json::to_value(self).unwrap_or_default();
        for (name, at) in [("from", self.from), ("to", self.to)] {
            if let Some(at) = at {
                shown[name] = at.iso().into();
            }
        }
        shown
    }

    /// Appends what it asks for to a statement on deliveries, but for the event or
    /// record, of which the statement begins.
    pub(super) fn narrow(&self, sql: &mut Dynamic) {
        match self.state {
            // As text: what is not delivered has an index of its own.
            Some(state) if state != State::Delivered => {
                sql.push(" and state <> 'delivered' and state = ").bind(state.name());
            }
            Some(state) => drop(sql.push(" and state = ").bind(state.name())),
            None => {}
        }
        let texts = [
            ("kind", &self.kind),
            ("app_id", &self.app_id),
            ("subscription_id", &self.subscription_id),
            ("location_id", &self.location_id),
        ];
        for (column, value) in texts {
            if let Some(value) = value {
                sql.push(" and ").push(column).push(" = ").bind(value.clone());
            }
        }
        if let (Some(subscription), None) = (&self.subscription_id, &self.app_id) {
            // An app's deliveries have an index. What happened to an app was once told under the app's own id.
            sql.push(" and app_id = coalesce((select app_id from app_subscriptions where id = ");
            sql.bind(subscription.clone()).push("), ").bind(subscription.clone()).push(")");
        }
        if let (Some(_), Some(record)) = (&self.webhook_id, &self.record_id) {
            sql.push(" and event_id in (select id from events where record_id = ")
                .bind(record.clone())
                .push(")");
        }
        if let Some(from) = self.from {
            sql.push(" and made_at >= ").bind(from);
        }
        if let Some(to) = self.to {
            sql.push(" and made_at < ").bind(to);
        }
    }
}
