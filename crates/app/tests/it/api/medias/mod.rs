//! `/medias`

mod files;
mod folder;
mod update;
mod upload_file;

use leadhold_testkit::TestApp;
use serde_json::{Value, json};

pub use super::files::{PNG, path, upload};

/// The location, as the library asks for it.
pub fn owner(app: &TestApp) -> (String, String) {
    let here = app.agency.location.location_id().to_string();
    (format!("altType=location&altId={here}"), here)
}

/// A body about the location's library.
pub fn body(app: &TestApp, more: &Value) -> Value {
    let mut body = json!({"altType": "location", "altId": app.agency.location.location_id()});
    body.as_object_mut().expect("an object").extend(more.as_object().expect("an object").clone());
    body
}

/// Makes a folder.
pub async fn folder(app: &TestApp, name: &str, parent: Option<&str>) -> String {
    let body = match parent {
        Some(parent) => body(app, &json!({"name": name, "parentId": parent})),
        None => body(app, &json!({"name": name})),
    };
    let made = app.post("/medias/folder").json(&body).send().await.expect(200).json();
    made["_id"].as_str().expect("an id").to_owned()
}

/// Puts a file into the library.
pub async fn file(app: &TestApp, name: &str, parent: Option<&str>) -> String {
    let texts: Vec<(&str, &str)> = parent.map(|parent| ("parentId", parent)).into_iter().collect();
    let made = upload(app, &texts, &[("file", name, PNG)]).send().await.expect(200).json();
    made["fileId"].as_str().expect("an id").to_owned()
}

/// The paths of what a list shows.
pub async fn list(app: &TestApp, query: &str) -> Vec<String> {
    let url = format!("/medias/files?{}&sortBy=createdAt&sortOrder=asc&{query}", owner(app).0);
    let found = app.get(&url).send().await.expect(200).json();
    let path = |one: &Value| one["path"].as_str().expect("a path").to_owned();
    found["files"].as_array().expect("a list").iter().map(path).collect()
}
