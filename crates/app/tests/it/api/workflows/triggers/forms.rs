//! `form_submission`

use leadhold_testkit::TestApp;
use serde_json::{Value, json};

use super::{said, says, trigger};
use crate::api::forms::{ADA, contact_us, made, page_of, send};

#[tokio::test]
async fn a_form_that_was_sent_under_either_name_of_the_trigger() {
    let app = TestApp::start().await;
    let (form, other) = (made(&app, &contact_us()).await, made(&app, &contact_us()).await);
    let id = |form: &Value| form["id"].as_str().expect("an id").to_owned();
    let on = async |kind: &str, form: &Value| {
        let only = format!("form.id is {}", id(form));
        says(&app, trigger(kind, &[&only]), "{{contact.email}} {{form.answers.first_name}}").await
    };
    let (ours, older) = (on("form_submission", &form).await, on("form_submitted", &form).await);
    let (another, survey) = (on("form_submission", &other).await, on("survey_submission", &form).await);
    send(&app, &page_of(&form), ADA).await.expect(303);
    for workflow in [&ours, &older] {
        assert_eq!(said(&app, workflow).await, ["ada@example.com Ada"]);
        assert_eq!(workflow["triggers"][0]["id"], json!("it"));
    }
    for workflow in [&another, &survey] {
        assert_eq!(said(&app, workflow).await.len(), 0);
    }
}
