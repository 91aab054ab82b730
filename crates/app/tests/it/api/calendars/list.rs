//! `GET /calendars/` and `GET /calendars/{calendarId}`

use leadhold_testkit::TestApp;
use serde_json::json;

use super::calendar;

#[tokio::test]
async fn all_are_listed_and_drafts_where_they_are_wanted() {
    let app = TestApp::start().await;
    let here = app.agency.location.location_id().to_string();
    calendar(&app, json!({"name": "First"})).await;
    app.clock.advance(1);
    calendar(&app, json!({"name": "Draft", "isActive": false})).await;
    let names = async |query: &str| {
        let answer =
            app.get(&format!("/calendars/?locationId={here}{query}")).send().await.expect(200).json();
        let all = answer["calendars"].as_array().expect("a list").clone();
        all.iter()
            .map(|one| one["name"].as_str().unwrap_or_default().to_owned())
            .collect::<Vec<_>>()
            .join(", ")
    };
    assert_eq!(names("").await, "First, Draft");
    assert_eq!(names("&showDrafted=false").await, "First");
    assert_eq!(names("&groupId=nobodys").await, "");
    let refused = app.get(&format!("/calendars/?locationId={here}&showDrafted=some&page=1")).send().await;
    insta::assert_json_snapshot!(refused.expect(422).json()["message"], @r#"
    [
      "property page should not exist",
      "showDrafted must be a boolean value"
    ]
    "#);
    for token in [&app.agency.second_token, &app.other.location_token] {
        app.get(&format!("/calendars/?locationId={here}")).token(token).send().await.expect(403);
    }
}
