//! `remove_from_campaign`: takes the run's contact out of a campaign, or of all. `{"campaignId": "Ixl6adrF3XiLCRgu8f8l"}` or
//! `{"all": true}`

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
    name: "remove_from_campaign",
    parse,
    attributes: r#"{"oneOf": [{"required": ["campaignId"]}, {"required": ["all"]}], "properties": {
        "campaignId": {"type": "string"}, "all": {"const": true}}}"#,
};

#[derive(Debug)]
struct RemoveFromCampaign {
    /// `None`: all.
    campaign: Option<String>,
}

fn parse(from: &Fields<'_>) -> Option<Arc<dyn Action>> {
    let campaign = from.optional_template("campaignId");
    if from.flag("all").unwrap_or(false) == campaign.is_some() {
        from.fault("campaignId", "name one campaign by `campaignId`, or say `\"all\": true`");
    }
    Some(Arc::new(RemoveFromCampaign { campaign }))
}

impl Action for RemoveFromCampaign {
    fn arrive(&self, visit: &Visit<'_>) -> Turn {
        match of_run(visit) {
            Ok(contact) => {
                let campaign = self.campaign.as_ref();
                let campaign = campaign.map(|template| render(template, visit.fields).trim().to_owned());
                Turn::perform(Remove { contact, campaign })
            }
            Err(turn) => turn,
        }
    }
}

#[derive(Debug, Serialize)]
struct Remove {
    #[serde(rename = "contactId")]
    contact: Id<id::Contact>,
    #[serde(rename = "campaignId")]
    campaign: Option<String>,
}

impl Effect for Remove {
    fn shown(&self) -> Value {
        shown("removeFromCampaign", self)
    }

    fn perform(&self, tx: &mut Tx<'_>, at: &At<'_>) -> Result<Done, Error> {
        let contact = self.contact.as_str();
        match &self.campaign {
            Some(campaign) => campaigns::remove(tx, at.cx, at.here, contact, campaign)?,
            None => campaigns::remove_from_all(tx, at.cx, at.here, contact)?,
        }
        Ok(Done::with(json!({"campaignId": self.campaign})))
    }
}
