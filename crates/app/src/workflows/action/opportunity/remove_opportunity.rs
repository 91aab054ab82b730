//! `remove_opportunity`: removes the run's opportunity (`{}`), or all of its contact's in a pipeline
//! (`{"pipeline": "Sales"}`, by id or name; `"status": "open"` leaves the others).

use std::sync::Arc;

use leadhold_kernel::Error;
use leadhold_kernel::id::{self, Id};
use leadhold_store::Tx;
use serde::Serialize;
use serde_json::{Value, json};

use super::{of_run, pipeline, text};
use crate::opportunities::{self, Status};
use crate::workflows::action::{Action, At, Done, Effect, Kind, Turn, Visit, contact, shown};
use crate::workflows::definition::reader::Fields;

/// The kind.
pub const KIND: Kind = Kind {
    name: "remove_opportunity",
    parse,
    attributes: r#"{"properties": {
        "pipeline": {"type": "string"}, "status": {"enum": ["open", "won", "lost", "abandoned"]}}}"#,
};

/// How many one step removes: each is several rows and events, in one transaction.
const MOST: i64 = 200;

const STATUSES: [(&str, Status); 4] =
    [("open", Status::Open), ("won", Status::Won), ("lost", Status::Lost), ("abandoned", Status::Abandoned)];

#[derive(Debug)]
struct RemoveOpportunity {
    pipeline: Option<String>,
    status: Option<Status>,
}

fn parse(from: &Fields<'_>) -> Option<Arc<dyn Action>> {
    let pipeline = from.optional_template("pipeline");
    let status = if from.has("status") { Some(from.choice("status", &STATUSES)?) } else { None };
    if status.is_some() && pipeline.is_none() {
        from.fault("status", "narrows the opportunities in a pipeline; name that in `pipeline`");
    }
    Some(Arc::new(RemoveOpportunity { pipeline, status }))
}

impl Action for RemoveOpportunity {
    fn arrive(&self, visit: &Visit<'_>) -> Turn {
        if self.pipeline.is_none() {
            return Turn::perform(RemoveOwn);
        }
        let contact = match contact::of_run(visit) {
            Ok(contact) => contact,
            Err(turn) => return turn,
        };
        let Some(pipeline) = text(self.pipeline.as_ref(), visit.fields) else {
            return Turn::Skip("The pipeline came out empty; check the merge field in it.".to_owned());
        };
        Turn::perform(RemoveIn { contact, pipeline, status: self.status.map(Status::name) })
    }
}

#[derive(Debug, Serialize)]
struct RemoveOwn;

impl Effect for RemoveOwn {
    fn shown(&self) -> Value {
        shown("removeOpportunity", self)
    }

    fn perform(&self, tx: &mut Tx<'_>, at: &At<'_>) -> Result<Done, Error> {
        let own = of_run(tx, at)?;
        opportunities::delete(tx, at.cx, at.here, own.id.as_str())?;
        Ok(Done::with(json!({"removed": [own.id]})))
    }
}

#[derive(Debug, Serialize)]
struct RemoveIn {
    contact: Id<id::Contact>,
    pipeline: String,
    status: Option<&'static str>,
}

impl Effect for RemoveIn {
    fn shown(&self) -> Value {
        shown("removeOpportunities", self)
    }

    fn perform(&self, tx: &mut Tx<'_>, at: &At<'_>) -> Result<Done, Error> {
        let pipeline = pipeline(tx, at.here, &self.pipeline)?;
        let mut wanted = vec![
            ("contactId".to_owned(), self.contact.to_string()),
            ("pipelineId".to_owned(), pipeline.id.to_string()),
        ];
        wanted.extend(self.status.map(|status| ("status".to_owned(), status.to_owned())));
        let all = opportunities::with_values(tx, at.here, &wanted, false, MOST)?;
        for one in &all {
            opportunities::delete(tx, at.cx, at.here, one.id.as_str())?;
        }
        let removed: Vec<_> = all.into_iter().map(|one| one.id).collect();
        Ok(Done::with(json!({"removed": removed})))
    }
}
