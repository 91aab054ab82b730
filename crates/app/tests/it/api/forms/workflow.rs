//! The triggers `form_submitted` and `survey_submitted`

use leadhold_testkit::{Receiver, TestApp};
use serde_json::json;

use super::{ADA, contact_us, made, page_of, send};
use crate::flows::{published, runs};

#[tokio::test]
async fn a_submission_starts_the_workflows_of_its_form() {
    let (app, receiver) = (TestApp::start().await, Receiver::start().await);
    let (one, two) = (made(&app, &contact_us()).await, made(&app, &contact_us()).await);
    let custom = json!({"campaign": "{{form.answers.campaign}}", "form": "{{form.name}}", "who": "{{contact.email}}",
                        "by": "{{contact.attributionSource.utmSource}}"});
    let workflow = published(
        &app,
        json!({
            "name": "Leads",
            "triggers": [{"id": "form", "type": "form_submitted",
                          "filters": [{"field": "form.id", "operator": "is", "value": one["id"]}]}],
            "steps": [{"id": "tell", "type": "webhook",
                       "attributes": {"method": "POST", "url": receiver.url, "customData": custom}}],
        }),
    )
    .await;
    send(&app, &page_of(&two), ADA).await.expect(303);
    app.run_until_idle().await;
    assert!(runs(&app, &workflow).await.is_empty(), "another form's");
    send(&app, &format!("{}?utm_source=news", page_of(&one)), ADA).await.expect(303);
    app.run_until_idle().await;
    let [run] = runs(&app, &workflow).await.try_into().expect("one run");
    assert!(run["contactId"].is_string());
    let [told] = receiver.requests().try_into().expect("one request");
    let body = told.json();
    assert_eq!(
        body["customData"],
        json!({"campaign": "spring", "form": "Contact us", "who": "ada@example.com", "by": ""})
    );
    assert_eq!(body["contact"]["lastAttributionSource"]["utmSource"], "news");
    assert_eq!(body["triggerData"]["answers"]["first_name"], "Ada");
}

#[tokio::test]
async fn a_survey_starts_its_own_and_needs_no_contact() {
    let app = TestApp::start().await;
    let slides = json!([{"fields": [{"type": "contact", "key": "city"}]}]);
    let survey = json!({"name": "Where", "slides": slides});
    let survey = app.post("/leadhold/v1/surveys").json(&survey).send().await.expect(201).json();
    let workflow = published(&app, json!({
        "name": "Surveyed",
        "triggers": [{"id": "s", "type": "survey_submitted",
                      "filters": [{"field": "survey.answers.city", "operator": "is", "value": "london"}]}],
        "steps": [{"id": "save", "type": "create_update_contact",
                   "attributes": {"fields": {"email": "{{survey.answers.city}}@example.com"}}}],
    }))
    .await;
    let path = format!("/s/{}", survey["survey"]["id"].as_str().expect("an id"));
    for city in ["Paris", "London"] {
        app.post(&path).token("").json(&json!({"city": city})).send().await.expect(201);
    }
    app.run_until_idle().await;
    let [run] = runs(&app, &workflow).await.try_into().expect("one run");
    assert!(run["contactId"].is_string(), "it was made by the workflow: {run}");
}
