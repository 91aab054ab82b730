//! Triggers on contacts: they came into being, or something about them changed.
//!
//! `contact_changed` is told which fields changed: filters ask with `has_changed`, `has_changed_to` and
//! `has_changed_from`. `{{tag.added}}` and `{{tag.removed}}` list the tags that came and went; `{{dnd.turned_on}}` and
//! `{{dnd.turned_off}}` the channels that were closed and opened, `All` among them for the contact as a whole.

use leadhold_kernel::id::Id;
use leadhold_kernel::{Event, EventKind};
use serde_json::{Value, json};

use super::{Kind, Subject};

/// A contact came into being, however it did.
pub const CONTACT_CREATED: Kind = Kind::on("contact_created", &[EventKind::ContactCreate], subject);

/// A field of a contact changed.
pub const CONTACT_CHANGED: Kind = Kind {
    changes: Some("contact"),
    aliases: &["contact_updated"],
    ..Kind::on("contact_changed", &[EventKind::ContactUpdate], subject)
};

/// Tags came to a contact or left it.
pub const CONTACT_TAG: Kind = Kind {
    aliases: &["contact_tag_changed"],
    object: Some("tag"),
    data: tags,
    ..Kind::on("contact_tag", &[EventKind::ContactTagUpdate], subject)
};

/// Whether a contact may be disturbed changed.
pub const DND_CONTACT: Kind = Kind {
    aliases: &["contact_dnd"],
    object: Some("dnd"),
    data: dnd,
    ..Kind::on("dnd_contact", &[EventKind::ContactDndUpdate], subject)
};

fn subject(event: &Event) -> Subject {
    Subject { contact: Id::parse(&event.record_id), ..Subject::default() }
}

fn tags(event: &Event) -> Value {
    let change = &event.aside["changed"]["tags"];
    let texts = |key: &str| change[key].as_array().cloned().unwrap_or_default();
    let (before, after) = (texts("from"), texts("to"));
    let without = |these: &[Value], those: &[Value]| -> Vec<Value> {
        these.iter().filter(|tag| !those.contains(tag)).cloned().collect()
    };
    json!({
        "added": without(&after, &before),
        "removed": without(&before, &after),
        "all": event.payload["tags"],
    })
}

/// The channels by name; a channel about which nothing is known is open.
fn dnd(event: &Event) -> Value {
    let changed = &event.aside["changed"];
    let closed = |settings: &Value| -> Vec<Value> {
        let channels = settings.as_object().into_iter().flatten();
        let closed = channels
            .filter(|(_, setting)| matches!(setting["status"].as_str(), Some("active" | "permanent")));
        closed.map(|(channel, _)| json!(channel)).collect()
    };
    let all = |on: &Value| if on == &json!(true) { vec![json!("All")] } else { Vec::new() };
    let side = |key: &str| [all(&changed["dnd"][key]), closed(&changed["dndSettings"][key])].concat();
    let (before, after) = (side("from"), side("to"));
    let without = |these: &[Value], those: &[Value]| -> Vec<Value> {
        these.iter().filter(|channel| !those.contains(channel)).cloned().collect()
    };
    json!({
        "status": if event.payload["dnd"] == json!(true) { "enabled" } else { "disabled" },
        "channels": closed(&event.payload["dndSettings"]),
        "turned_on": without(&after, &before),
        "turned_off": without(&before, &after),
    })
}
