//! `/s/{surveyId}`: a survey's pages

use leadhold_testkit::TestApp;
use serde_json::{Value, json};

use super::{custom_field, send, text};

async fn survey(app: &TestApp) -> String {
    let mood =
        custom_field(app, &json!({"name": "Mood", "dataType": "CHECKBOX", "options": ["Good", "Bad"]})).await;
    let body = json!({"name": "How was it?", "slides": [
        {"title": "First", "fields": [{"type": "custom_field", "id": mood, "required": true}]},
        {"title": "Second", "fields": [{"type": "contact", "key": "full_name"}]},
        {"title": "Third", "fields": [{"type": "contact", "key": "email", "required": true}]},
    ]});
    let made = app.post("/leadhold/v1/surveys").json(&body).send().await.expect(201).json();
    assert_eq!(made["survey"]["embed"]["html"], Value::Null);
    format!("/s/{}", made["survey"]["id"].as_str().expect("an id"))
}

async fn kept(app: &TestApp) -> Vec<Value> {
    let list = app.get("/surveys/submissions").send().await.expect(200).json();
    list["submissions"].as_array().expect("a list").clone()
}

#[tokio::test]
async fn its_pages_follow_one_another_and_all_are_kept_in_the_end() {
    let app = TestApp::start().await;
    let path = survey(&app).await;
    let first = text(&app.get(&path).token("").send().await.expect(200));
    assert!(first.contains("Step 1 of 3") && first.contains("<h2>First</h2>") && !first.contains("_back"));
    let stay = text(&send(&app, &path, &[("_slide", "0")]).await.expect(422));
    assert!(stay.contains("Step 1 of 3") && stay.contains("Please answer this."));
    let second =
        text(&send(&app, &path, &[("_slide", "0"), ("mood[]", "Good"), ("mood[]", "Bad")]).await.expect(200));
    assert!(second.contains("Step 2 of 3") && second.contains("name=\"_back\""));
    assert!(second.contains("<input type=\"hidden\" name=\"mood[]\" value=\"Bad\">"), "{second}");
    let back = [("_slide", "1"), ("mood[]", "Good"), ("full_name", "Ada L"), ("_back", "1")];
    let back = text(&send(&app, &path, &back).await.expect(200));
    assert!(back.contains("Step 1 of 3") && back.contains("value=\"Good\" checked"));
    assert!(back.contains("<input type=\"hidden\" name=\"full_name\" value=\"Ada L\">"));
    assert!(app.new_events().await.is_empty() && kept(&app).await.is_empty(), "nothing is kept half");

    let all = [("_slide", "2"), ("mood[]", "Good"), ("full_name", "Ada L"), ("email", "ada@example.com")];
    let sent = send(&app, &path, &all).await.expect(303);
    assert_eq!(sent.header("location"), format!("{path}/thanks"));
    assert_eq!(app.new_event_kinds().await, ["ContactCreate", "SurveySubmission"]);
    let [one] = kept(&app).await.try_into().expect("one submission");
    assert_eq!((&one["name"], &one["email"]), (&json!("Ada L"), &json!("ada@example.com")));
    assert!(path.ends_with(one["surveyId"].as_str().expect("an id")));
    app.get(&format!("{path}/thanks")).token("").send().await.expect(200);
}

#[tokio::test]
async fn earlier_answers_are_held_against_their_questions_again() {
    let app = TestApp::start().await;
    let path = survey(&app).await;
    let forged = [("_slide", "2"), ("mood[]", "Terrible"), ("email", "ada@example.com")];
    let page = text(&send(&app, &path, &forged).await.expect(422));
    assert!(page.contains("Step 1 of 3") && page.contains("Please choose from the list."), "{page}");
    let whole = json!({"mood": ["Good"], "email": "nobody"});
    let refused = app.post(&path).token("").json(&whole).send().await.expect(422).json();
    assert_eq!(refused["message"], json!(["email must be an email"]));
    let whole = json!({"mood": "Good", "email": "ada@example.com"});
    app.post(&path).token("").json(&whole).send().await.expect(201);
    assert_eq!(kept(&app).await.len(), 1);
    let preflight = app.call(http::Method::OPTIONS, &path).token("").send().await;
    preflight.expect(204);
}

#[tokio::test]
async fn a_survey_is_read_changed_and_removed() {
    let app = TestApp::start().await;
    let path = survey(&app).await.replace("/s/", "/leadhold/v1/surveys/");
    let read = app.get(&path).send().await.expect(200).json()["survey"].clone();
    let again = json!({"name": "Better", "slides": read["slides"]});
    let changed = app.put(&path).json(&again).send().await.expect(200).json();
    assert_eq!(
        (&changed["survey"]["name"], &changed["survey"]["slides"]),
        (&json!("Better"), &read["slides"])
    );
    app.delete(&path).send().await.expect(200);
    app.get(&path).send().await.expect(404);
}

#[tokio::test]
async fn what_no_answer_can_be_is_not_carried_on() {
    let app = TestApp::start().await;
    let path = survey(&app).await;
    let many = [&[("_slide", "1"), ("full_name", "Ada L")][..], &[("mood[]", ""); 201]].concat();
    let page = text(&send(&app, &path, &many).await.expect(200));
    assert!(page.contains("Step 3 of 3") && page.contains("name=\"full_name\" value=\"Ada L\""), "{page}");
    assert_eq!(page.matches("name=\"mood").count(), 0);
    let most = [&[("_slide", "1")][..], &[("mood[]", ""); 200]].concat();
    let page = text(&send(&app, &path, &most).await.expect(200));
    assert_eq!(page.matches("name=\"mood[]\"").count(), 200);
    let whole = [&[("_slide", "2"), ("email", "ada@example.com")][..], &[("mood[]", "Good"); 201]].concat();
    let refused = text(&send(&app, &path, &whole).await.expect(422));
    assert!(refused.contains("must contain not more than 200 elements"), "{refused}");
    let referrer = "/".repeat(100_000);
    let page = text(&send(&app, &path, &[("_slide", "1"), ("_referrer", &referrer)]).await.expect(200));
    assert!(page.len() < 20_000, "{}", page.len());
}

#[tokio::test]
async fn its_pages_are_paced_as_well() {
    let app = TestApp::start().await;
    let path = survey(&app).await;
    // 30 visitors a minute with three pages each, and as many mistakes as visitors.
    for _ in 0..120 {
        send(&app, &path, &[("_slide", "0")]).await.expect(422);
    }
    let refused = send(&app, &path, &[("_slide", "0")]).await.expect(429);
    assert_eq!(refused.header("retry-after"), "61");
    let other = app.post(&path).token("").peer("203.0.113.9").header("accept", "text/html");
    other.form(&[("_slide", "0")]).send().await.expect(422);
    app.clock.advance(60_000);
    send(&app, &path, &[("_slide", "0")]).await.expect(422);
}
