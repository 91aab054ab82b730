//! `/opportunities`, one file per verb.

#![expect(clippy::unwrap_used, reason = "a helper of a test may fail the test")]

mod create;
mod custom_values;
mod delete;
mod details;
mod followers;
mod guide;
mod list;
mod lost_reasons;
mod pipelines;
mod races;
mod search;
mod search_model;
mod status;
mod update;
mod upsert;

use leadhold_app::opportunities::pipelines::{Pipeline, PipelineFields};
use leadhold_testkit::TestApp;
use serde_json::{Value, json};

/// A location with a pipeline of three stages and a contact.
pub struct Board {
    pub app: TestApp,
    pub pipeline: Pipeline,
    pub contact: String,
}

impl Board {
    /// In the test's first location.
    pub async fn start() -> Self {
        Self::of(TestApp::start().await).await
    }

    /// The same in an application of one's own.
    pub async fn of(app: TestApp) -> Self {
        let pipeline = pipeline(&app, "Sales", &["New", "Proposal Sent", "Closed"]).await;
        let ada = json!({"firstName": "Ada", "lastName": "Lovelace", "email": "ada@b.co", "tags": ["vip"]});
        let contact = super::contacts::make(&app, ada).await;
        app.new_events().await;
        Self { app, pipeline, contact }
    }

    /// The id of a stage.
    pub fn stage(&self, at: usize) -> String {
        self.pipeline.stages[at].id.to_string()
    }

    /// The body of a creation with more fields.
    pub fn body(&self, more: Value) -> Value {
        let mut body = json!({
            "name": "Engine", "pipelineId": self.pipeline.id, "contactId": self.contact, "status": "open",
            "locationId": self.app.agency.location.location_id(),
        });
        body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        body
    }

    /// Makes an opportunity and answers its id; its events are read.
    pub async fn make(&self, more: Value) -> String {
        let answer = self.app.post("/opportunities/").json(&self.body(more)).send().await.expect(201);
        self.app.new_events().await;
        answer.json()["opportunity"]["id"].as_str().expect("an id").to_owned()
    }

    /// Changes one and answers it.
    pub async fn change(&self, id: &str, body: Value) -> Value {
        let answer = self.app.put(&format!("/opportunities/{id}")).json(&body).send().await.expect(200);
        answer.json()["opportunity"].clone()
    }

    /// One as `GET` shows it.
    pub async fn shown(&self, id: &str) -> Value {
        let answer = self.app.get(&format!("/opportunities/{id}")).send().await.expect(200);
        answer.json()["opportunity"].clone()
    }
}

/// Makes a pipeline in the test's first location.
pub async fn pipeline(app: &TestApp, name: &str, stages: &[&str]) -> Pipeline {
    let (here, fields) = (app.agency.location.clone(), PipelineFields::named(name, stages));
    app.write(move |tx, cx| leadhold_app::opportunities::pipelines::create(tx, cx, &here, &fields)).await
}
