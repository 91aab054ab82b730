//! `add_to_campaign`: puts the run's contact into a campaign. `{"campaignId": "Ixl6adrF3XiLCRgu8f8l"}`
//!
//! A contact that is active in it stays as it is; one that came to its end begins again.

use std::sync::Arc;

use leadhold_kernel::Error;
use leadhold_kernel::id::{self, Id};
use leadhold_kernel::merge_field::render;
use leadhold_store::Tx;
use serde::Serialize;
use serde_json::{Value, json};

use crate::campaigns;
use crate::workflows::action::contact::of_run;
use crate::workflows::action::{Action, At, Done, Effect, Kind, Turn, Visit, shown};
use crate::workflows::definition::reader::Fields;

/// The kind.
pub const KIND: Kind = Kind {
    name: "add_to_campaign",
    parse,
    attributes: r#"{"required": ["campaignId"], "properties": {"campaignId": {"type": "string"}}}"#,
};

#[derive(Debug)]
struct AddToCampaign(String);

fn parse(from: &Fields<'_>) -> Option<Arc<dyn Action>> {
    Some(Arc::new(AddToCampaign(from.template("campaignId")?)))
}

impl Action for AddToCampaign {
    fn arrive(&self, visit: &Visit<'_>) -> Turn {
        match of_run(visit) {
            Ok(contact) => {
                let campaign = render(&self.0, visit.fields).trim().to_owned();
                Turn::perform(Add { contact, campaign })
            }
            Err(turn) => turn,
        }
    }
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Add {
    #[serde(rename = "contactId")]
    contact: Id<id::Contact>,
    #[serde(rename = "campaignId")]
    campaign: String,
}

impl Effect for Add {
    fn shown(&self) -> Value {
        shown("addToCampaign", self)
    }

    fn perform(&self, tx: &mut Tx<'_>, at: &At<'_>) -> Result<Done, Error> {
        campaigns::add(tx, at.cx, at.here, self.contact.as_str(), &self.campaign)?;
        Ok(Done::with(json!({"campaignId": self.campaign})))
    }
}
