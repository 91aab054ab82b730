//! Recipes: which requests make an event happen. A file per event in `crates/leadhold/recipes`, compiled in.

use std::collections::{BTreeMap, HashSet};

use leadhold_kernel::EventKind;
use serde::Deserialize;
use serde_json::Value;

use crate::fault::Fault;

/// A recipe's file.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Recipe {
    /// What it does, as the end of "It …".
    pub about: String,
    /// The events whose recipes come first.
    #[serde(default)]
    after: Vec<String>,
    /// What comes then.
    #[serde(rename = "step")]
    steps: Vec<Step>,
}

/// One request. Every text in it may name what is known by then: `{{contact.id}}`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Step {
    /// Method and path: `POST /contacts/`.
    pub call: String,
    /// With whose credential.
    #[serde(default)]
    pub by: By,
    #[serde(default)]
    pub headers: BTreeMap<String, String>,
    pub body: Option<Value>,
    /// What later steps call parts of the answer, and where in it they are (RFC 6901).
    #[serde(default)]
    pub keep: BTreeMap<String, String>,
}

/// Whose credential a request shows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum By {
    #[default]
    Location,
    Agency,
    /// A person who is signed in and may let apps in.
    Admin,
    Nobody,
}

macro_rules! recipes {
    ($($name:literal),* $(,)?) => {
        /// Every recipe by its event.
        const TEXTS: &[(&str, &str)] =
            &[$(($name, include_str!(concat!("../../../recipes/", $name, ".toml")))),*];
    };
}

recipes![
    "AppUpdate",
    "AppointmentBooked",
    "AppointmentCreate",
    "AppointmentDelete",
    "AppointmentUpdate",
    "AssociationCreate",
    "AssociationDelete",
    "AssociationUpdate",
    "CampaignStatusUpdate",
    "ContactCreate",
    "ContactDelete",
    "ContactDndUpdate",
    "ContactTagUpdate",
    "ContactUpdate",
    "ConversationUnreadUpdate",
    "EXTERNAL_AUTH_CONNECTED",
    "INSTALL",
    "InboundMessage",
    "LCEmailStats",
    "LocationCreate",
    "LocationUpdate",
    "NoteCreate",
    "NoteDelete",
    "NoteUpdate",
    "ObjectSchemaCreate",
    "ObjectSchemaUpdate",
    "OpportunityAssignedToUpdate",
    "OpportunityCreate",
    "OpportunityDelete",
    "OpportunityMonetaryValueUpdate",
    "OpportunityStageUpdate",
    "OpportunityStatusUpdate",
    "OpportunityUpdate",
    "OpportunityWon",
    "OutboundMessage",
    "PLAN_CHANGE",
    "RecordCreate",
    "RecordDelete",
    "RecordUpdate",
    "RelationCreate",
    "RelationDelete",
    "TaskComplete",
    "TaskCreate",
    "TaskDelete",
    "UNINSTALL",
    "UserCreate",
    "UserDelete",
    "UserUpdate",
];

/// The events that have a recipe, each with what it does.
pub fn all() -> Result<Vec<(&'static str, String)>, Fault> {
    TEXTS.iter().map(|(event, _)| Ok((*event, read(event)?.about))).collect()
}

/// The steps that make the event happen, those of the recipes before it first.
pub fn steps(event: &str) -> Result<Vec<Step>, Fault> {
    let mut steps = Vec::new();
    gather(event, &mut HashSet::new(), &mut steps)?;
    Ok(steps)
}

fn gather(event: &str, seen: &mut HashSet<String>, steps: &mut Vec<Step>) -> Result<(), Fault> {
    if !seen.insert(event.to_owned()) {
        return Ok(()); // what two recipes need is made once
    }
    let recipe = read(event)?;
    for before in &recipe.after {
        gather(before, seen, steps)?;
    }
    steps.extend(recipe.steps);
    Ok(())
}

fn read(event: &str) -> Result<Recipe, Fault> {
    let (name, text) = TEXTS.iter().find(|(name, _)| *name == event).ok_or_else(|| unknown(event))?;
    toml::from_str(text).map_err(|fault| Fault::failed(format!("the recipe of {name} is broken: {fault}")))
}

fn unknown(event: &str) -> Fault {
    if EventKind::parse(event).is_some_and(EventKind::is_public) {
        return Fault::failed(format!(
            "nothing in this server makes `{event}` happen yet; `leadhold trigger --list` shows what can be made to"
        ));
    }
    let near = nearest(event, EventKind::PUBLIC.iter().map(|kind| kind.name()));
    Fault::usage(format!(
        "there is no event `{event}`; did you mean {}? `leadhold trigger --list` shows all",
        near.join(", ")
    ))
}

/// The three names that look most like `wanted`.
pub fn nearest<'a>(wanted: &str, names: impl Iterator<Item = &'a str>) -> Vec<&'a str> {
    let plain = |text: &str| text.to_ascii_lowercase().replace(['_', '.', '-', ' '], "");
    let wanted = plain(wanted);
    let mut names: Vec<_> = names.map(|name| (strsim::jaro_winkler(&wanted, &plain(name)), name)).collect();
    names.sort_by(|(a, _), (b, _)| b.total_cmp(a));
    names.into_iter().take(3).map(|(_, name)| name).collect()
}

#[cfg(test)]
mod tests {
    use std::path::{Path, PathBuf};

    use super::*;

    fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            // These name kinds, and make none happen.
            if path.ends_with("webhooks") || path.ends_with("oauth/apps") {
                continue;
            }
            if path.is_dir() {
                sources(&path, found);
            } else if path.extension().is_some_and(|ending| ending == "rs") {
                found.push(path);
            }
        }
    }

    /// Who emits an event names its kind.
    #[test]
    fn every_event_that_a_service_names_has_a_recipe() {
        let mut files = Vec::new();
        sources(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../app/src"), &mut files);
        let texts: Vec<_> = files.iter().map(|path| std::fs::read_to_string(path).unwrap()).collect();
        assert!(texts.len() > 100, "the sources are there");
        for kind in EventKind::PUBLIC {
            let word = format!("EventKind::{kind:?}");
            let named = texts.iter().any(|text| {
                text.match_indices(&word)
                    .any(|(at, _)| !text[at + word.len()..].starts_with(|c: char| c.is_alphanumeric()))
            });
            assert_eq!(named, TEXTS.iter().any(|(name, _)| *name == kind.name()), "{kind}");
        }
    }

    #[test]
    fn every_recipe_can_be_read_and_is_the_only_one_of_its_file() {
        for (event, _) in TEXTS {
            assert!(!steps(event).unwrap().is_empty(), "{event}");
            assert!(EventKind::parse(event).is_some_and(EventKind::is_public), "{event}");
        }
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("recipes");
        assert_eq!(std::fs::read_dir(folder).unwrap().count(), TEXTS.len());
    }

    #[test]
    fn what_recipes_share_is_made_once() {
        let contacts = steps("RelationCreate").unwrap();
        assert_eq!(contacts.iter().filter(|step| step.call == "POST /contacts/").count(), 1);
    }

    #[test]
    fn who_errs_is_told_what_was_probably_meant() {
        let Err(Fault::Usage(told)) = steps("contact.created") else { panic!("it is no event") };
        assert!(told.contains("ContactCreate"), "{told}");
        let Err(Fault::Failed(told)) = steps("InvoicePaid") else { panic!("nothing makes it") };
        assert!(told.contains("yet"), "{told}");
    }
}
