//! The authorization page as a signed-in person sees it, and the same for programs.

use leadhold_app::oauth::apps::{Distribution, Registered};
use leadhold_testkit::{Answer, SignedIn, TestApp};
use serde_json::json;

use super::{CALLBACK, exchange, partner};
use crate::api::portal::admin;

const PATHS: [&str; 2] = ["/oauth/chooselocation", "/v2/oauth/chooselocation"];

fn query(partner: &Registered) -> Vec<(&str, &str)> {
    vec![
        ("client_id", &partner.client_id),
        ("redirect_uri", CALLBACK),
        ("response_type", "code"),
        ("scope", "contacts.readonly"),
        ("state", "x<y"),
        ("loginWindowOpenMode", "self"),
    ]
}

/// Sends the form as the page would, with what the person picked.
async fn decide(
    app: &TestApp,
    path: &str,
    person: &SignedIn,
    csrf: &str,
    partner: &Registered,
    picked: &[(&str, &str)],
) -> Answer {
    let fields = [query(partner), vec![("csrf", csrf)], picked.to_vec()].concat();
    app.post(path).cookie(&person.cookie).form(&fields).send().await
}

fn code_of(answer: &Answer) -> String {
    let location = url::Url::parse(answer.header("location")).expect("an absolute URL");
    let code = location.query_pairs().find(|(name, _)| name == "code");
    code.map(|(_, code)| code.into_owned()).unwrap_or_else(|| panic!("no code in {location}"))
}

#[tokio::test]
async fn the_page_says_what_is_asked_and_the_form_leads_back_with_a_code() {
    let app = TestApp::start().await;
    let (partner, person) = (partner(&app, Distribution::Both).await, admin(&app).await);
    let here = app.agency.location.location_id().to_string();
    for path in PATHS {
        let search = form_urlencoded::Serializer::new(String::new()).extend_pairs(query(&partner)).finish();
        let page = app.get(&format!("{path}?{search}")).cookie(&person.cookie).send().await.expect(200);
        let text = String::from_utf8(page.body.to_vec()).expect("text");
        for part in ["Install Partner?", "contacts.readonly", "First Location", "Second Location", "x&lt;y"] {
            assert!(text.contains(part), "{part} in {text}");
        }
        assert!(!text.contains("contacts.write"), "only what the link asks for");
        assert!(!text.contains("<script"));
        assert!(page.header("content-security-policy").contains("frame-ancestors 'none'"));

        let picked = [("target", "locations"), ("locationId", here.as_str()), ("decision", "allow")];
        let answer = decide(&app, path, &person, &person.csrf, &partner, &picked).await.expect(303);
        assert!(answer.header("location").ends_with("&state=x%3Cy&iss=http%3A%2F%2F127.0.0.1%3A8080"));
        let token = exchange(&app, &partner, &code_of(&answer)).await.expect(200).json();
        assert_eq!((&token["locationId"], &token["scope"]), (&json!(here), &json!("contacts.readonly")));
    }
}

#[tokio::test]
async fn what_the_form_refuses_makes_no_code() {
    let app = TestApp::start().await;
    let (partner, person) = (partner(&app, Distribution::Both).await, admin(&app).await);
    let foreign = app.other.location.location_id().to_string();
    let path = PATHS[0];
    let allow = ("decision", "allow");
    let before = app.database.content().await;

    let nothing = decide(&app, path, &person, &person.csrf, &partner, &[allow]).await.expect(422);
    assert!(String::from_utf8_lossy(&nothing.body).contains("choose where to install the app"));
    let others = [("locationId", foreign.as_str()), allow];
    decide(&app, path, &person, &person.csrf, &partner, &others).await.expect(422);
    let forged = [("target", "agency"), allow];
    decide(&app, path, &person, "", &partner, &forged).await.expect(403);
    decide(&app, path, &person, "0000", &partner, &forged).await.expect(403);
    let answer =
        decide(&app, path, &person, &person.csrf, &partner, &[("decision", "deny")]).await.expect(303);
    assert!(answer.header("location").starts_with(&format!("{CALLBACK}?error=access_denied&")));
    let changed = [("scope", "workflows.readonly"), ("target", "agency"), allow];
    let answer = decide(&app, path, &person, &person.csrf, &partner, &changed).await.expect(303);
    assert!(answer.header("location").contains("error=invalid_request"), "a parameter that stands twice");
    let cross_site = app.post(path).cookie(&person.cookie).header("sec-fetch-site", "cross-site");
    let fields =
        [query(&partner), vec![("csrf", person.csrf.as_str()), ("target", "agency"), allow]].concat();
    cross_site.form(&fields).send().await.expect(403);

    assert_eq!(app.database.content().await, before, "nobody has a code");
}

#[tokio::test]
async fn programs_authorize_for_the_person_whose_session_they_have() {
    let app = TestApp::start().await;
    let (partner, person) = (partner(&app, Distribution::Both).await, admin(&app).await);
    let here = app.agency.location.location_id();
    let ask = async |body: serde_json::Value| {
        app.post("/leadhold/v1/authorizations").session(&person).json(&body).send().await
    };
    let body = json!({ "clientId": partner.client_id, "locationIds": [here] });
    let made = ask(body.clone()).await.expect(201).json();
    assert_eq!(made["redirectUri"], CALLBACK, "the first that it registered");
    exchange(&app, &partner, made["code"].as_str().expect("a code")).await.expect(200);

    ask(json!({ "clientId": partner.client_id, "companyId": app.agency.company.company_id() }))
        .await
        .expect(201);
    ask(json!({ "clientId": partner.client_id })).await.expect(422);
    ask(json!({ "clientId": "nobody", "locationIds": [here] })).await.expect(400);
    ask(json!({ "clientId": partner.client_id, "locationIds": [here], "redirectUri": "https://evil.example/" }))
        .await
        .expect(400);
    ask(json!({ "clientId": partner.client_id, "locationIds": [here], "scope": "workflows.readonly" }))
        .await
        .expect(400);
    let by_token = app.post("/leadhold/v1/authorizations").token(&app.agency.token).json(&body).send().await;
    assert_eq!(by_token.status.as_u16(), 403, "a token is nobody who could consent");
}

#[tokio::test]
async fn the_style_sheet_is_there_for_everyone() {
    let app = TestApp::start().await;
    let sheet = app.get("/leadhold/style.css").token("").send().await.expect(200);
    assert_eq!(sheet.header("content-type"), "text/css; charset=utf-8");
}
