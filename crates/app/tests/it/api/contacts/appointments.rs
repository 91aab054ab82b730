//! `GET /contacts/{contactId}/appointments`

use leadhold_testkit::TestApp;
use serde_json::json;

use super::make;

#[tokio::test]
async fn a_contact_has_no_appointments_where_nobody_can_make_one() {
    let app = TestApp::start().await;
    let path = format!("/contacts/{}/appointments", make(&app, json!({"firstName": "A"})).await);
    for version in ["2021-07-28", "v3"] {
        assert_eq!(app.get(&path).version(version).send().await.expect(200).json(), json!({"events": []}));
    }
    app.get("/contacts/aaaaaaaaaaaaaaaaaaaa/appointments").send().await.expect(400);
    for token in [&app.agency.second_token, &app.other.location_token] {
        app.get(&path).token(token).send().await.expect(403);
    }
}
