//! `GET /locations/{locationId}/customFields/search`: fields or folders by a part of their name or key.

use leadhold_kernel::{Error, fold};
use leadhold_store::Tx;
use serde_json::{Value, json};

use super::model::{CustomField, Folder, Model};
use super::{folders, service, standard, wire};
use crate::http::Query;
use crate::http::fields::Fields;
use crate::tenant::LocationScope;

/// The longest page: that of whoever asks for everything.
const LONGEST_PAGE: i64 = 10_000;

/// What is looked for.
#[derive(Debug)]
pub struct Search {
    models: Vec<Model>,
    folders: bool,
    parent_id: Option<String>,
    text: String,
    standards: bool,
    skip: usize,
    limit: usize,
}

impl Search {
    /// Reads a query string.
    ///
    /// # Errors
    /// All faults at once.
    pub fn of(query: &Query) -> Result<Self, Error> {
        let mut fields = Fields::of_list(query);
        let model = fields.one_of("model", &["contact", "opportunity", "all"]).and_then(Model::parse);
        let folders = fields.one_of("documentType", &["field", "folder"]) == Some("folder");
        let parent_id = fields.text("parentId").into_option().filter(|folder| !folder.is_empty());
        let text = fields.text_within("query", 255).into_option().unwrap_or_default();
        let standards = fields.flag("includeStandards").unwrap_or(false);
        let skip = fields.integer("skip", 0, LONGEST_PAGE).unwrap_or(0);
        let limit = fields.integer("limit", 1, LONGEST_PAGE).unwrap_or(10);
        fields.finish()?;
        let count = |number: i64| usize::try_from(number).unwrap_or_default();
        Ok(Self {
            models: model.map_or_else(|| vec![Model::Contact, Model::Opportunity], |model| vec![model]),
            folders,
            parent_id,
            text: fold(text.trim()),
            standards,
            skip: count(skip),
            limit: count(limit),
        })
    }

    /// Answers it.
    ///
    /// # Errors
    /// When the store fails.
    pub fn run(&self, tx: &mut Tx<'_>, here: &LocationScope) -> Result<Value, Error> {
        let fields = service::list_all(tx, here, &self.models)?;
        let (fields, folders) = match self.folders {
            true => (Vec::new(), self.folders(tx, here, &fields)?),
            false => (self.fields(here, &fields), Vec::new()),
        };
        let total = fields.len() + folders.len();
        Ok(json!({
            "customFields": self.page(fields),
            "customFieldFolders": self.page(folders),
            "totalItems": total,
        }))
    }

    fn page(&self, all: Vec<Value>) -> Vec<Value> {
        all.into_iter().skip(self.skip).take(self.limit).collect()
    }

    /// The location's own first, since many look at the first alone.
    fn fields(&self, here: &LocationScope, fields: &[CustomField]) -> Vec<Value> {
        let own =
            fields.iter().filter(|field| self.lies_there(field) && self.means(&field.name, &field.field_key));
        let standards = standard::all().iter().filter(|field| {
            let asked = self.standards && self.parent_id.is_none() && self.models.contains(&field.model);
            asked && self.means(field.name, field.key)
        });
        let shown = own.map(|field| found(json!(wire::Shown::of(field, here)), false));
        shown.chain(standards.map(|field| found(json!(wire::Shown::standard(field, here)), true))).collect()
    }

    fn folders(
        &self,
        tx: &mut Tx<'_>,
        here: &LocationScope,
        fields: &[CustomField],
    ) -> Result<Vec<Value>, Error> {
        let mut all = Vec::new();
        for model in &self.models {
            all.extend(folders::list(tx, here, model)?);
        }
        let asked = all.iter().filter(|folder| self.means(&folder.name, &folder.field_key));
        Ok(asked.map(|folder| with_count(folder, here, fields)).collect())
    }

    fn lies_there(&self, field: &CustomField) -> bool {
        let folder = field.parent_id.as_ref().map(|folder| folder.as_str());
        self.parent_id.is_none() || folder == self.parent_id.as_deref()
    }

    fn means(&self, name: &str, key: &str) -> bool {
        fold(name).contains(&self.text) || fold(key).contains(&self.text)
    }
}

fn with_count(folder: &Folder, here: &LocationScope, fields: &[CustomField]) -> Value {
    let mut shown = found(wire::folder(folder, here), false);
    let inside = fields.iter().filter(|field| field.parent_id.as_ref() == Some(&folder.id));
    shown["totalFields"] = json!(inside.count());
    shown
}

/// Clients of the search read `_id`, those of the other routes `id`.
fn found(mut shown: Value, standard: bool) -> Value {
    shown["_id"] = shown["id"].clone();
    shown["standard"] = json!(standard);
    shown
}
