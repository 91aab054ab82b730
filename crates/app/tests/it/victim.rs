//! A location full of data that nobody else may see: every text in it carries the canary.

use leadhold_app::LocationScope;
use leadhold_testkit::TestApp;
use serde_json::{Value, json};

/// Appears in each of the victim's records and nowhere else.
pub const CANARY: &str = "canary7313";

/// The ids of what the victim has.
pub struct Victim {
    location: String,
    company: String,
    /// A contact.
    pub contact: String,
    /// Ids by the name of the path parameter that they fill.
    ids: Vec<(&'static str, String)>,
}

impl Victim {
    /// Fills the first location of the test's agency.
    pub async fn settle(app: &TestApp) -> Self {
        let location = app.agency.location.location_id().to_string();
        let made = async |path: &str, body: Value| -> Value {
            app.post(path).json(&body).send().await.json() // its status differs from route to route
        };
        let field = json!({"name": CANARY, "dataType": "TEXT"});
        let field = made(&format!("/locations/{location}/customFields"), field).await;
        let tag =
            made(&format!("/locations/{location}/tags"), json!({"name": format!("{CANARY} tag")})).await;
        let id =
            |record: &Value, key: &str| record[key]["id"].as_str().expect("a record with an id").to_owned();
        let contact = json!({
            "firstName": CANARY, "lastName": CANARY, "email": format!("{CANARY}@example.com"), "tags": [CANARY],
            "customFields": [{"id": id(&field, "customField"), "value": CANARY}],
        });
        let contact = made("/contacts/", contact).await;
        Self {
            company: app.agency.company.company_id().to_string(),
            location,
            contact: id(&contact, "contact"),
            ids: vec![("tagId", id(&tag, "tag")), ("customFields", id(&field, "customField"))],
        }
    }

    /// The path with the victim's ids in it, and whether it names the location.
    pub fn path(&self, template: &str) -> (String, bool) {
        let segments = template.split('/').map(|segment| match segment {
            "{locationId}" => self.location.clone(),
            "{companyId}" => self.company.clone(),
            "{contactId}" => self.contact.clone(),
            name if name.starts_with('{') => self.id(template, name.trim_matches(['{', '}'])),
            fixed => fixed.to_owned(),
        });
        (segments.collect::<Vec<_>>().join("/"), template.contains("{locationId}"))
    }

    fn id(&self, template: &str, name: &str) -> String {
        let known = self.ids.iter().find(|(known, _)| *known == name || template.contains(known));
        known.map_or_else(|| "aaaaaaaaaaaaaaaaaaaa".to_owned(), |(_, id)| id.clone())
    }

    /// A query that names the victim's location and looks for its data.
    pub fn query(&self, here: &LocationScope) -> String {
        format!("locationId={}&email={CANARY}@example.com&query={CANARY}&limit=10", here.location_id())
    }
}
