//! `trigger_link`: a contact followed a trigger link.
//!
//! Which one, a filter on `link.id` says. Clicks of nobody in particular make no event and start nothing.

use leadhold_kernel::EventKind;

use super::{Kind, contact_of};

/// The trigger.
pub const TRIGGER_LINK: Kind = Kind {
    aliases: &["trigger_link_clicked"],
    object: Some("link"),
    ..Kind::on("trigger_link", &[EventKind::LinkClick], contact_of)
};
