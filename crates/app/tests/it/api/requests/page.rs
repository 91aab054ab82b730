//! `GET /developer/requests`.

use leadhold_testkit::TestApp;

#[tokio::test]
async fn a_stranger_is_led_to_the_sign_in() {
    let app = TestApp::start().await;
    for path in ["/developer/requests", "/developer/requests/x"] {
        let answer = app.get(path).token("").send().await.expect(303);
        assert_eq!(answer.header("location"), "/login?next=/developer/requests");
    }
}
