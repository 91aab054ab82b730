//! `create_custom_object_record`: makes a record of an object.
//!
//! ```json
//! {"object": "custom_objects.pet", "properties": {"name": "{{inboundWebhookRequest.pet}}", "age": "{{inboundWebhookRequest.age}}"}}
//! ```
//!
//! A property that comes out empty is not set. `business` is an object, too.

use std::sync::Arc;

use leadhold_kernel::Error;
use leadhold_store::Tx;
use serde::Serialize;
use serde_json::{Map, Value, json};

use super::{properties, read};
use crate::objects;
use crate::records::{self, RecordWrite};
use crate::workflows::action::{Action, At, Done, Effect, Kind, Turn, Visit, shown};
use crate::workflows::definition::reader::Fields;

/// The kind.
pub const KIND: Kind = Kind {
    name: "create_custom_object_record",
    parse,
    attributes: r#"{"required": ["object", "properties"], "properties": {
        "object": {"type": "string"},
        "properties": {"type": "object", "additionalProperties": {"type": ["string", "number", "boolean"]}}}}"#,
};

#[derive(Debug)]
struct CreateRecord {
    object: String,
    properties: Vec<(String, String)>,
}

fn parse(from: &Fields<'_>) -> Option<Arc<dyn Action>> {
    let object = from.text("object");
    let properties = read(from);
    if properties.is_empty() {
        from.fault("properties", "name at least one property");
    }
    Some(Arc::new(CreateRecord { object: object?, properties }))
}

impl Action for CreateRecord {
    fn arrive(&self, visit: &Visit<'_>) -> Turn {
        let properties = properties(&self.properties, visit.fields);
        Turn::perform(Create { object: self.object.clone(), properties })
    }
}

#[derive(Debug, Serialize)]
struct Create {
    object: String,
    properties: Map<String, Value>,
}

impl Effect for Create {
    fn shown(&self) -> Value {
        shown("createRecord", self)
    }

    fn perform(&self, tx: &mut Tx<'_>, at: &At<'_>) -> Result<Done, Error> {
        let shape = objects::held(tx, at.here, &self.object)?;
        let write = RecordWrite { properties: self.properties.clone(), ..RecordWrite::default() };
        let record = records::create(tx, at.cx, at.here, &shape, &write)?;
        Ok(Done::with(json!({"recordId": record.id, "object": shape.object.key})))
    }
}
