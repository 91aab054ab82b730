//! What clients read of a calendar.

use serde_json::{Map, Value, json};

use super::model::{Calendar, DEFAULTS};

/// A calendar with all that is known of it: what was said, and the defaults of what was not.
pub(super) fn shown(calendar: &Calendar) -> Value {
    let mut all = Map::new();
    all.insert("id".into(), json!(calendar.id));
    all.insert("locationId".into(), json!(calendar.location_id));
    all.insert("name".into(), json!(calendar.name));
    all.insert("calendarType".into(), json!(calendar.kind.name()));
    if let Some(group) = &calendar.group_id {
        all.insert("groupId".into(), json!(group));
    }
    all.insert("isActive".into(), json!(calendar.is_active));
    all.extend(DEFAULTS.clone());
    all.extend(calendar.settings.clone());
    Value::Object(all)
}
