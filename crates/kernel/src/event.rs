//! Facts: what happened to which record, said once and never changed.
//!
//! An event is appended in the transaction that makes it true (`queue::outbox`). Its payload is the flat object that the
//! real service documents for its kind, without the envelope: the envelope belongs to a delivery, not to the fact.

use std::collections::BTreeSet;
use std::fmt;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use crate::id::{self, Id};
use crate::scope::{Scope, ScopeSet};
use crate::time::Timestamp;

macro_rules! event_kinds {
    (public { $($kind:ident => $name:literal, $scope:literal;)* } internal { $($own:ident => $own_name:literal;)* }) => {
        /// Every kind of event: the webhook catalogue, and the internal ones that never leave.
        #[expect(missing_docs, reason = "each is described at the slice that emits it; the names are the real service's")]
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum EventKind { $($kind,)* $($own,)* }

        impl EventKind {
            /// The kinds that an app can subscribe to.
            pub const PUBLIC: &[EventKind] = &[$(EventKind::$kind,)*];

            /// The name as `type` spells it in a delivery.
            #[must_use]
            pub fn name(self) -> &'static str {
                match self { $(Self::$kind => $name,)* $(Self::$own => $own_name,)* }
            }

            /// The scope that an install must have to be told of it; `None`: always told.
            #[must_use]
            pub fn scope(self) -> Option<&'static str> {
                let scope = match self { $(Self::$kind => $scope,)* $(Self::$own => "",)* };
                (!scope.is_empty()).then_some(scope)
            }

            /// Whether `granted` lets somebody be told of it.
            #[must_use]
            pub fn may_be_told(self, granted: &ScopeSet) -> bool {
                self.scope().is_none_or(|name| Scope::parse(name).is_some_and(|scope| granted.contains(scope)))
            }

            /// The kind of this name.
            #[must_use]
            pub fn parse(name: &str) -> Option<Self> {
                match name { $($name => Some(Self::$kind),)* $($own_name => Some(Self::$own),)* _ => None }
            }
        }
    };
}

event_kinds! {
    public {
        AppUpdate => "AppUpdate", "";
        AppointmentBooked => "AppointmentBooked", "calendars/events.readonly";
        AppointmentCreate => "AppointmentCreate", "calendars/events.readonly";
        AppointmentDelete => "AppointmentDelete", "calendars/events.readonly";
        AppointmentUpdate => "AppointmentUpdate", "calendars/events.readonly";
        AssociationCreate => "AssociationCreate", "associations.readonly";
        AssociationDelete => "AssociationDelete", "associations.readonly";
        AssociationUpdate => "AssociationUpdate", "associations.readonly";
        CampaignStatusUpdate => "CampaignStatusUpdate", "campaigns.readonly";
        ContactCreate => "ContactCreate", "contacts.readonly";
        ContactDelete => "ContactDelete", "contacts.readonly";
        ContactDndUpdate => "ContactDndUpdate", "contacts.readonly";
        ContactTagUpdate => "ContactTagUpdate", "contacts.readonly";
        ContactUpdate => "ContactUpdate", "contacts.readonly";
        ConversationUnreadUpdate => "ConversationUnreadUpdate", "conversations.readonly";
        ExternalAuthConnected => "EXTERNAL_AUTH_CONNECTED", "";
        InboundMessage => "InboundMessage", "conversations/message.readonly";
        Install => "INSTALL", "";
        InvoiceCreate => "InvoiceCreate", "invoices.readonly";
        InvoiceDelete => "InvoiceDelete", "invoices.readonly";
        InvoicePaid => "InvoicePaid", "invoices.readonly";
        InvoicePartiallyPaid => "InvoicePartiallyPaid", "invoices.readonly";
        InvoiceSent => "InvoiceSent", "invoices.readonly";
        InvoiceUpdate => "InvoiceUpdate", "invoices.readonly";
        InvoiceVoid => "InvoiceVoid", "invoices.readonly";
        LCEmailStats => "LCEmailStats", "";
        LocationCreate => "LocationCreate", "locations.readonly";
        LocationUpdate => "LocationUpdate", "locations.readonly";
        NoteCreate => "NoteCreate", "contacts.readonly";
        NoteDelete => "NoteDelete", "contacts.readonly";
        NoteUpdate => "NoteUpdate", "contacts.readonly";
        ObjectSchemaCreate => "ObjectSchemaCreate", "objects/schema.readonly";
        ObjectSchemaUpdate => "ObjectSchemaUpdate", "objects/schema.readonly";
        OpportunityAssignedToUpdate => "OpportunityAssignedToUpdate", "opportunities.readonly";
        OpportunityCreate => "OpportunityCreate", "opportunities.readonly";
        OpportunityDelete => "OpportunityDelete", "opportunities.readonly";
        OpportunityMonetaryValueUpdate => "OpportunityMonetaryValueUpdate", "opportunities.readonly";
        OpportunityStageUpdate => "OpportunityStageUpdate", "opportunities.readonly";
        OpportunityStatusUpdate => "OpportunityStatusUpdate", "opportunities.readonly";
        OpportunityUpdate => "OpportunityUpdate", "opportunities.readonly";
        OpportunityWon => "OpportunityWon", "opportunities.readonly";
        OrderCreate => "OrderCreate", "payments/orders.readonly";
        OrderStatusUpdate => "OrderStatusUpdate", "payments/orders.readonly";
        OutboundMessage => "OutboundMessage", "conversations/message.readonly";
        PlanChange => "PLAN_CHANGE", "";
        PriceCreate => "PriceCreate", "products/prices.readonly";
        PriceDelete => "PriceDelete", "products/prices.readonly";
        PriceUpdate => "PriceUpdate", "products/prices.readonly";
        ProductCreate => "ProductCreate", "products.readonly";
        ProductDelete => "ProductDelete", "products.readonly";
        ProductUpdate => "ProductUpdate", "products.readonly";
        ProviderOutboundMessage => "ProviderOutboundMessage", "conversations/message.write";
        RecordCreate => "RecordCreate", "objects/record.readonly";
        RecordDelete => "RecordDelete", "objects/record.readonly";
        RecordUpdate => "RecordUpdate", "objects/record.readonly";
        RelationCreate => "RelationCreate", "associations/relation.readonly";
        RelationDelete => "RelationDelete", "associations/relation.readonly";
        SaasPlanCreate => "SaasPlanCreate", "";
        TaskComplete => "TaskComplete", "contacts.readonly";
        TaskCreate => "TaskCreate", "contacts.readonly";
        TaskDelete => "TaskDelete", "contacts.readonly";
        Uninstall => "UNINSTALL", "";
        UserCreate => "UserCreate", "users.readonly";
        UserDelete => "UserDelete", "users.readonly";
        UserUpdate => "UserUpdate", "users.readonly";
        VoiceAiCallEnd => "VoiceAiCallEnd", "voice-ai-dashboard.readonly";
        WebhookEndpointDisabled => "WebhookEndpointDisabled", "";
    }
    // These start workflows, and no webhook of an app carries them: the real catalogue has no such events.
    internal {
        CallStatusUpdate => "CallStatusUpdate";
        EmailEvent => "EmailEvent";
        FormSubmission => "FormSubmission";
        InboundWebhook => "InboundWebhook";
        LinkClick => "LinkClick";
        MessageReceived => "MessageReceived";
        MessageStatusUpdate => "MessageStatusUpdate";
        MessageWritten => "MessageWritten";
        ReminderDue => "ReminderDue";
        SurveySubmission => "SurveySubmission";
        TaskChange => "TaskChange";
        WebhookReplay => "WebhookReplay";
    }
}

impl EventKind {
    /// Whether webhooks may carry it. What an inbound webhook or a form was sent is our user's, and only starts workflows.
    #[must_use]
    pub fn is_public(self) -> bool {
        Self::PUBLIC.contains(&self)
    }
}

impl fmt::Display for EventKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// What led to an event, so that a workflow that starts itself is noticed and stopped.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cause {
    /// The workflow run that did it, if one did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub run: Option<Id<id::Run>>,
    /// How many runs lie between this and a request from outside.
    #[serde(default)]
    pub depth: u32,
}

/// A fact, ready to be appended to the outbox.
#[derive(Clone, Debug, PartialEq)]
pub struct Event {
    /// Unique for ever; every delivery carries it as `webhookId`.
    pub id: Id<id::Event>,
    /// What happened.
    pub kind: EventKind,
    /// The agency in which it happened.
    pub company_id: Id<id::Company>,
    /// The location in which it happened; `None` for an agency's own events.
    pub location_id: Option<Id<id::Location>>,
    /// The record that it happened to.
    pub record_id: String,
    /// The documented flat fields of this kind, without the envelope.
    pub payload: Value,
    /// What automation is told besides, and no webhook: see [`Event::changing`]. Null when there is nothing.
    pub aside: Value,
    /// Why it happened.
    pub cause: Cause,
    /// When it happened.
    pub at: Timestamp,
}

impl Event {
    /// The event, saying aside under `changed` which fields of the record are otherwise than before: each with what it was,
    /// `from`, and what it is, `to`. Both states are objects; null is what a state does not have.
    #[must_use]
    pub fn changing(self, before: &Value, after: &Value) -> Self {
        self.saying("changed", changed(before, after))
    }

    /// The event, saying this aside.
    #[must_use]
    pub fn saying(mut self, key: &str, value: Value) -> Self {
        match &mut self.aside {
            Value::Object(aside) => drop(aside.insert(key.to_owned(), value)),
            aside => *aside = json!({ key: value }),
        }
        self
    }
}

/// The fields in which two objects differ, each as `{from, to}`.
fn changed(before: &Value, after: &Value) -> Value {
    let no_fields = Map::new();
    let (before, after) = (before.as_object().unwrap_or(&no_fields), after.as_object().unwrap_or(&no_fields));
    let keys: BTreeSet<&String> = before.keys().chain(after.keys()).collect();
    let of = |state: &Map<String, Value>, key: &str| state.get(key).cloned().unwrap_or_default();
    let differ = |key: &&String| of(before, key) != of(after, key);
    keys.into_iter()
        .filter(differ)
        .map(|key| (key.clone(), json!({ "from": of(before, key), "to": of(after, key) })))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_changed_is_what_differs() {
        let (before, after) = (json!({"a": 1, "b": "x", "c": null}), json!({"a": 1, "b": "y", "d": [2]}));
        let expected = json!({"b": {"from": "x", "to": "y"}, "d": {"from": null, "to": [2]}});
        assert_eq!(changed(&before, &after), expected);
        assert_eq!(changed(&Value::Null, &json!({})), json!({}));
    }

    #[test]
    fn names_lead_back_to_their_kind() {
        for kind in EventKind::PUBLIC {
            assert_eq!(EventKind::parse(kind.name()), Some(*kind));
            assert!(kind.is_public());
        }
        assert_eq!(EventKind::PUBLIC.len(), 67);
        assert_eq!(EventKind::parse("AppointmentMoved"), None);
    }

    #[test]
    fn a_missing_cause_is_a_request_from_outside() {
        let cause: Cause = serde_json::from_str("{}").expect("all fields have defaults");
        assert_eq!(cause, Cause { run: None, depth: 0 });
    }
}
