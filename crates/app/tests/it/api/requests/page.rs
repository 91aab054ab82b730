//! `GET /developer/requests` and `GET /developer/requests/{traceId}`.

use leadhold_app::users::{Role, Type};
use leadhold_testkit::{Answer, SignedIn, TestApp};

use crate::api::portal::admin;

/// The page, with the slashes and quotes that templates escape as they are; `<` and `>` stay escaped.
async fn page(app: &TestApp, who: &SignedIn, path: &str, status: u16) -> String {
    let answer: Answer = app.get(path).cookie(&who.cookie).send().await.expect(status);
    String::from_utf8(answer.body.to_vec()).expect("text").replace("&#x2f;", "/").replace("&#x27;", "'")
}

#[tokio::test]
async fn a_stranger_is_led_to_the_sign_in() {
    let app = TestApp::start().await;
    for (path, next) in [
        ("/developer/requests?status=4xx", "%2Fdeveloper%2Frequests%3Fstatus%3D4xx"),
        ("/developer/requests/x", "%2Fdeveloper%2Frequests%2Fx"),
    ] {
        let answer = app.get(path).token("").send().await.expect(303);
        assert_eq!(
            answer.header("location"),
            format!("/login?next={next}"),
            "and back to what was asked for"
        );
    }
}

#[tokio::test]
async fn only_an_agencys_administrator_sees_it() {
    let app = TestApp::start().await;
    let here = [&app.agency.location];
    for (kind, role, places) in [(Type::Agency, Role::User, &[][..]), (Type::Account, Role::Admin, &here[..])]
    {
        let person = app.person(&app.agency, kind, role, places).await;
        let session = app.sign_in(&person).await;
        page(&app, &session, "/developer/requests", 403).await;
        page(&app, &session, "/developer/requests/x", 403).await;
    }
}

#[tokio::test]
async fn an_empty_log_teaches_how_to_fill_it() {
    let app = TestApp::start().await;
    let session = admin(&app).await;
    let shown = page(&app, &session, "/developer/requests", 200).await;
    assert!(shown.contains("Nothing was sent yet") && shown.contains("$TOKEN"), "{shown}");
}

#[tokio::test]
async fn lines_can_be_filtered_and_opened_and_copied_as_a_command() {
    let app = TestApp::start().await;
    let session = admin(&app).await;
    let asked = app.get("/contacts/nobody?note=%3Cb%3E").version("2021-07-28").send().await.expect(400);
    app.get("/contacts/?limit=1").send().await.expect(200);
    app.get("/contacts/strangers").token(&app.other.location_token).send().await.expect(400);
    app.write_log().await;
    let all = page(&app, &session, "/developer/requests", 200).await;
    assert!(all.contains("GET /contacts/nobody?note=***") && all.contains("GET /contacts/?limit=1"), "{all}");
    assert!(!all.contains("strangers"), "another agency's");
    let refused = page(&app, &session, "/developer/requests?status=4xx&utm_source=x", 200).await;
    assert!(refused.contains("/contacts/nobody") && !refused.contains("limit=1"), "{refused}");
    let none = page(&app, &session, "/developer/requests?method=DELETE", 200).await;
    assert!(none.contains("No request matches") && none.contains("<option selected>DELETE"), "{none}");
    let faulty = page(&app, &session, "/developer/requests?status=%22%3E%3Cb%3E", 422).await;
    assert!(faulty.contains("role=\"alert\"") && !faulty.contains("<b>"), "{faulty}");
    let path = format!("/developer/requests/{}", asked.header("x-trace-id"));
    let one = page(&app, &session, &path, 200).await;
    let command = "curl -X GET 'http://127.0.0.1:8080/contacts/nobody?note=***'";
    assert!(one.contains(command) && one.contains("contacts.readonly"), "{one}");
    page(&app, &session, "/developer/requests/nothing", 404).await;
}

#[tokio::test]
async fn older_lines_are_behind_a_link_that_keeps_the_filter() {
    let app = TestApp::start().await;
    let session = admin(&app).await;
    for i in 0..51 {
        app.get(&format!("/contacts/number{i}")).send().await.expect(400);
    }
    app.write_log().await;
    let first = page(&app, &session, "/developer/requests?path=/contacts/", 200).await;
    assert!(first.contains("number50") && !first.contains("number0<"), "the newest 50");
    let link =
        first.split("href=\"").find(|part| part.contains("cursor=")).unwrap().split('"').next().unwrap();
    let link = link.replace("&amp;", "&");
    assert!(link.contains("path=%2Fcontacts%2F"), "{link}");
    let second = page(&app, &session, &link, 200).await;
    assert!(second.contains("number0<") && !second.contains("number1<"), "{second}");
}
