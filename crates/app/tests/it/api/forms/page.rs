//! `GET /f/{formId}` and what a visitor's browser does with it

use leadhold_testkit::TestApp;
use serde_json::{Value, json};

use super::{ADA, contact_us, custom_field, made, page_of, send, submissions, text};

#[tokio::test]
async fn the_page_asks_what_the_form_asks_in_any_frame() {
    let app = TestApp::start().await;
    let form = made(&app, &contact_us()).await;
    let page = app.get(&page_of(&form)).token("").send().await.expect(200);
    let html = text(&page);
    for part in [
        "<h1>Talk to us</h1>",
        "<h2>About you</h2>",
        "<label for=\"f-email\">E-mail <span class=\"must\">(required)</span></label>",
        "id=\"f-email\" type=\"email\" name=\"email\" value=\"\" autocomplete=\"email\" required aria-describedby=\"f-email-help \"",
        "<input type=\"hidden\" name=\"campaign\" value=\"spring\">",
        "<button>Send it</button>",
    ] {
        assert!(html.contains(part), "{part} in {html}");
    }
    assert!(!html.contains("<script") && !html.contains("role=\"alert\""), "{html}");
    assert!(page.header("content-security-policy").contains("frame-ancestors *"));
    assert_eq!((page.header("x-frame-options"), page.header("set-cookie")), ("", ""));
    app.get("/leadhold/form.css").token("").send().await.expect(200);
    let missing = app.get("/f/nobody").token("").send().await.expect(404);
    assert!(text(&missing).contains("There is no such form."));
}

#[tokio::test]
async fn a_link_fills_fields_in_and_nothing_breaks_out_of_them() {
    let app = TestApp::start().await;
    let interests =
        json!({"name": "Interests", "dataType": "CHECKBOX", "options": ["Tea", "Coffee", "Milk"]});
    let interests = custom_field(&app, &interests).await;
    let mut body = contact_us();
    body["fields"].as_array_mut().expect("a list").push(json!({"type": "custom_field", "id": interests}));
    let path = page_of(&made(&app, &body).await);
    let query = "first_name=%22%3E%3Cscript%3E&campaign=autumn&interests=Tea,Milk&no_texts=1&_id=x";
    let html = text(&app.get(&format!("{path}?{query}")).token("").send().await.expect(200));
    for part in [
        "value=\"&quot;&gt;&lt;script&gt;\"",
        "name=\"campaign\" value=\"autumn\"",
        "value=\"Tea\" checked",
        "value=\"Coffee\"><span>",
        "value=\"Milk\" checked",
    ] {
        assert!(html.contains(part), "{part} in {html}");
    }
}

#[tokio::test]
async fn what_is_wrong_is_shown_at_its_field_with_what_was_typed() {
    let app = TestApp::start().await;
    let form = made(&app, &contact_us()).await;
    let answer =
        send(&app, &page_of(&form), &[("first_name", " "), ("email", "ada@"), ("phone", "555")]).await;
    let html = text(&answer.expect(422));
    for part in [
        "<title>Please check: Talk to us</title>",
        "3 answers need your attention",
        "<a href=\"#f-first_name\">First name</a>: Please answer this.",
        "<p class=\"fault\" id=\"f-email-fault\">Please enter an e-mail address, such as name@example.com.</p>",
        "aria-invalid=\"true\" aria-describedby=\"f-email-help f-email-fault\"",
        "value=\"ada@\"",
        "value=\"555\"",
    ] {
        assert!(html.contains(part), "{part} in {html}");
    }
    assert!(app.new_events().await.is_empty() && submissions(&app).await.is_empty());
}

#[tokio::test]
async fn a_page_that_is_sent_leads_to_thanks_and_twice_is_once() {
    let app = TestApp::start().await;
    let path = page_of(&made(&app, &contact_us()).await);
    let html = text(&app.get(&path).token("").send().await.expect(200));
    let id =
        html.split("name=\"_id\" value=\"").nth(1).and_then(|rest| rest.split('"').next()).expect("an id");
    for _ in 0..2 {
        let sent = send(&app, &path, &[ADA, &[("_id", id)]].concat()).await.expect(303);
        assert_eq!(sent.header("location"), format!("{path}/thanks"));
    }
    let [kept] = submissions(&app).await.try_into().expect("one submission");
    assert_eq!(kept["id"], id);
    assert_eq!(app.new_event_kinds().await, ["ContactCreate", "FormSubmission"]);
    let thanks = app.get(&format!("{path}/thanks")).token("").send().await.expect(200);
    assert!(text(&thanks).contains("We will call you."));
}

#[tokio::test]
async fn a_form_leads_away_except_from_within_a_frame() {
    let app = TestApp::start().await;
    let mut body = contact_us();
    body["redirectUrl"] = json!("https://example.com/next?a=1");
    let path = page_of(&made(&app, &body).await);
    let sent = send(&app, &path, ADA).await.expect(303);
    assert_eq!(sent.header("location"), "https://example.com/next?a=1");
    let framed =
        app.post(&path).token("").header("sec-fetch-dest", "iframe").form(ADA).send().await.expect(303);
    assert_eq!(framed.header("location"), format!("{path}/thanks"));
    let thanks = app.get(&format!("{path}/thanks")).token("").header("sec-fetch-dest", "iframe").send().await;
    let link = "href=\"https:&#x2f;&#x2f;example.com&#x2f;next?a=1\" target=\"_top\"";
    assert!(text(&thanks.expect(200)).contains(link));
}

#[tokio::test]
async fn a_program_that_fills_in_everything_is_thanked_and_forgotten() {
    let app = TestApp::start().await;
    let path = page_of(&made(&app, &contact_us()).await);
    let sent = send(&app, &path, &[ADA, &[("_website", "https://spam.example")]].concat()).await.expect(303);
    assert_eq!(sent.header("location"), format!("{path}/thanks"));
    assert!(app.new_events().await.is_empty() && submissions(&app).await.is_empty());
}

#[tokio::test]
async fn one_network_is_slowed_down() {
    let app = TestApp::start().await;
    let path = page_of(&made(&app, &contact_us()).await);
    let from =
        |peer: &str| app.post(&path).token("").peer(peer).header("accept", "text/html").form(ADA).send();
    for _ in 0..30 {
        from("203.0.113.9").await.expect(303);
    }
    let refused = from("203.0.113.9").await.expect(429);
    assert_eq!(refused.header("retry-after"), "61");
    assert!(text(&refused).contains("Wait 61 seconds"));
    from("203.0.113.10").await.expect(303);
    app.clock.advance(60_000);
    from("203.0.113.9").await.expect(303);
    assert_eq!(submissions(&app).await.len(), 20, "a page of them");
}

#[tokio::test]
async fn a_location_that_is_closed_asks_nothing_any_more() {
    let app = TestApp::start().await;
    let path = page_of(&made(&app, &contact_us()).await);
    send(&app, &path, ADA).await.expect(303);
    let close = format!("/locations/{}?deleteTwilioAccount=false", app.agency.location.location_id());
    app.delete(&close).token(&app.agency.token).send().await.expect(200);
    app.get(&path).token("").send().await.expect(404);
    send(&app, &path, ADA).await.expect(404);
    let content = app.database.content().await;
    for table in ["forms", "form_submissions"] {
        assert_eq!(content[table], Vec::<String>::new(), "{table}");
    }
}

#[tokio::test]
async fn what_visitors_send_stays_out_of_the_request_log() {
    let app = TestApp::start().await;
    let path = page_of(&made(&app, &contact_us()).await);
    let link = format!("{path}?first_name=Secretia&utm_source=news");
    let fields = [("first_name", "Secretia"), ("email", "secretia@example.com"), ("terms", "on")];
    let call = app
        .post(&link)
        .token("")
        .form(&fields)
        .header("referer", "https://site.example/?email=secretia@example.com");
    call.send().await.expect(303);
    app.write_log().await;
    let answer = app.get("/leadhold/v1/requests?limit=100").token(&app.agency.token).send().await.expect(200);
    let lines: Value = answer.json();
    assert!(!lines.to_string().to_lowercase().contains("secretia"), "{lines}");
}

#[tokio::test]
async fn a_link_agrees_to_nothing_in_a_visitors_name() {
    let app = TestApp::start().await;
    let mut body = contact_us();
    let path = page_of(&made(&app, &body).await);
    let html = text(&app.get(&format!("{path}?terms=1&no_texts=on")).token("").send().await.expect(200));
    assert!(html.contains("name=\"terms\" value=\"true\"") && !html.contains("checked"), "{html}");
    // What the visitor ticked stays ticked when something else is wrong.
    let ticked = text(&send(&app, &path, &[("terms", "true"), ("email", "ada@")]).await.expect(422));
    assert!(ticked.contains("name=\"terms\" value=\"true\" checked"), "{ticked}");
    let (first, last) = (json!({"type": "contact", "key": "email"}), body["fields"][5].take());
    let survey = json!({"name": "x", "slides": [{"fields": [first]}, {"fields": [last]}]});
    let made = app.post("/leadhold/v1/surveys").json(&survey).send().await.expect(201).json();
    let path = format!("/s/{}?terms=1", made["survey"]["id"].as_str().expect("an id"));
    let html = text(&app.get(&path).token("").send().await.expect(200));
    assert!(!html.contains("name=\"terms\""), "it is not carried to its page either: {html}");
}
