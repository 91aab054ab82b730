//! `set_contact_dnd`: the run's contact is not to be written to any more, or may be again.
//!
//! `{"dnd": "enable"}` closes all channels, `{"dnd": "disable", "channels": ["SMS", "Email"]}` opens two. A channel that
//! the contact or a carrier closed for good stays closed.

use std::collections::BTreeMap;
use std::sync::Arc;

use leadhold_kernel::id::{self, Id};
use leadhold_kernel::{Error, Patch};
use leadhold_store::Tx;
use serde::Serialize;
use serde_json::{Value, json};

use super::of_run;
use crate::contacts::dnd::{Channel, DndSetting, DndSettings, DndStatus};
use crate::contacts::{self, Contact, ContactFields};
use crate::workflows::action::{Action, At, Done, Effect, Kind, Turn, Visit, shown};
use crate::workflows::definition::reader::Fields;

/// The kind.
pub const KIND: Kind = Kind {
    name: "set_contact_dnd",
    parse,
    attributes: r#"{"required": ["dnd"], "properties": {
        "dnd": {"enum": ["enable", "disable"]},
        "channels": {"type": "array", "items": {
            "enum": ["Call", "Email", "SMS", "WhatsApp", "GMB", "FB", "RCS", "IG", "Live_Chat"]}}}}"#,
};

const CHANNELS: [(&str, Channel); 9] = [
    ("Call", Channel::Call),
    ("Email", Channel::Email),
    ("SMS", Channel::Sms),
    ("WhatsApp", Channel::WhatsApp),
    ("GMB", Channel::Gmb),
    ("FB", Channel::Fb),
    ("RCS", Channel::Rcs),
    ("IG", Channel::Ig),
    ("Live_Chat", Channel::LiveChat),
];

#[derive(Debug)]
struct SetContactDnd {
    closed: bool,
    /// None: all.
    channels: Vec<Channel>,
}

fn parse(from: &Fields<'_>) -> Option<Arc<dyn Action>> {
    let closed = from.choice("dnd", &[("enable", true), ("disable", false)]);
    let channels = from.choices("channels", &CHANNELS);
    Some(Arc::new(SetContactDnd { closed: closed?, channels }))
}

impl Action for SetContactDnd {
    fn arrive(&self, visit: &Visit<'_>) -> Turn {
        match of_run(visit) {
            Ok(contact) => {
                Turn::perform(Dnd { contact, closed: self.closed, channels: self.channels.clone() })
            }
            Err(turn) => turn,
        }
    }
}

#[derive(Debug, Serialize)]
struct Dnd {
    contact: Id<id::Contact>,
    closed: bool,
    channels: Vec<Channel>,
}

impl Effect for Dnd {
    fn shown(&self) -> Value {
        shown("setDnd", self)
    }

    fn perform(&self, tx: &mut Tx<'_>, at: &At<'_>) -> Result<Done, Error> {
        let before = contacts::hold(tx, at.here, self.contact.as_str())?;
        let after = contacts::update(tx, at.cx, at.here, self.contact.as_str(), &self.change(&before))?;
        Ok(Done::with(json!({"dnd": after.dnd, "dndSettings": after.dnd_settings})))
    }
}

impl Dnd {
    fn change(&self, before: &Contact) -> ContactFields {
        let setting = |channel: &Channel| before.dnd_settings.0.get(channel);
        let known = |channel: &Channel| setting(channel).map(|setting| setting.status);
        let opted_out = |channel: &Channel| setting(channel).is_some_and(DndSetting::is_opt_out);
        // Opening all channels opens those that are closed; closing all needs no word about each.
        let named = match (self.channels.as_slice(), self.closed) {
            ([], true) => Vec::new(),
            ([], false) => before.dnd_settings.0.keys().copied().collect(),
            (some, _) => some.to_vec(),
        };
        let status = if self.closed { DndStatus::Active } else { DndStatus::Inactive };
        let changed: BTreeMap<Channel, DndSetting> = named
            .into_iter()
            .filter(|channel| {
                !matches!(known(channel), Some(DndStatus::Permanent))
                    && known(channel) != Some(status)
                    && !opted_out(channel)
            })
            .map(|channel| {
                let message = Some("Updated by a workflow".to_owned());
                (channel, DndSetting { status, message, code: None })
            })
            .collect();
        ContactFields {
            dnd: self.channels.is_empty().then_some(self.closed),
            dnd_settings: if changed.is_empty() { Patch::Absent } else { Patch::Value(DndSettings(changed)) },
            ..ContactFields::default()
        }
    }
}
