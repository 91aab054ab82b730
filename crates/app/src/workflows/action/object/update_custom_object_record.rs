//! `update_custom_object_record`: sets properties of a record, or clears them.
//!
//! ```json
//! {"object": "custom_objects.pet", "recordId": "{{record.id}}", "properties": {"age": "{{inboundWebhookRequest.age}}"}, "clear": ["colour"]}
//! ```
//!
//! A property that comes out empty stays as it is; what is to be empty stands in `clear`.

use std::sync::Arc;

use leadhold_kernel::Error;
use leadhold_store::Tx;
use serde::Serialize;
use serde_json::{Map, Value, json};

use super::{MAX_PROPERTIES, bare, needed, properties, read};
use crate::objects;
use crate::records::{self, RecordWrite};
use crate::workflows::action::{Action, At, Done, Effect, Kind, Turn, Visit, shown};
use crate::workflows::definition::reader::Fields;

/// The kind.
pub const KIND: Kind = Kind {
    name: "update_custom_object_record",
    parse,
    attributes: r#"{"required": ["object", "recordId"], "properties": {
        "object": {"type": "string"}, "recordId": {"type": "string"},
        "properties": {"type": "object", "additionalProperties": {"type": ["string", "number", "boolean"]}},
        "clear": {"type": "array", "maxItems": 200, "items": {"type": "string"}}}}"#,
};

#[derive(Debug)]
struct UpdateRecord {
    object: String,
    record: String,
    properties: Vec<(String, String)>,
    clear: Vec<String>,
}

fn parse(from: &Fields<'_>) -> Option<Arc<dyn Action>> {
    let (object, record) = (from.text("object"), from.template("recordId"));
    let properties = read(from);
    let clear = if from.has("clear") { from.templates("clear", MAX_PROPERTIES) } else { Vec::new() };
    if properties.is_empty() && clear.is_empty() {
        from.fault("properties", "name at least one property, in `properties` or `clear`");
    }
    Some(Arc::new(UpdateRecord { object: object?, record: record?, properties, clear }))
}

impl Action for UpdateRecord {
    fn arrive(&self, visit: &Visit<'_>) -> Turn {
        let record = match needed("recordId", &self.record, visit.fields) {
            Ok(record) => record,
            Err(reason) => return Turn::Skip(reason),
        };
        let mut properties = properties(&self.properties, visit.fields);
        properties.extend(self.clear.iter().map(|key| (bare(key).to_owned(), Value::Null)));
        Turn::perform(Update { object: self.object.clone(), record, properties })
    }
}

#[derive(Debug, Serialize)]
struct Update {
    object: String,
    record: String,
    /// Null clears.
    properties: Map<String, Value>,
}

impl Effect for Update {
    fn shown(&self) -> Value {
        shown("updateRecord", self)
    }

    fn perform(&self, tx: &mut Tx<'_>, at: &At<'_>) -> Result<Done, Error> {
        let shape = objects::held(tx, at.here, &self.object)?;
        let write = RecordWrite { properties: self.properties.clone(), ..RecordWrite::default() };
        let record = records::update(tx, at.cx, at.here, &shape, &self.record, &write)?;
        Ok(Done::with(json!({"recordId": record.id, "object": shape.object.key})))
    }
}
