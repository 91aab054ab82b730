//! `/developer/sandbox`

use std::collections::BTreeSet;

use leadhold_app::Config;
use serde_json::json;

use super::*;
use crate::api::workflows::{made, published};

const SANDBOX: &str = "/developer/sandbox";

/// The page as `who` sees it, with its structure looked at.
async fn page(app: &TestApp, who: &SignedIn, path: &str) -> String {
    sound(&see(app, who, path).await.expect(200))
}

/// Sends a form; answers the page, likewise.
async fn sent(app: &TestApp, who: &SignedIn, status: u16, form: &[(&str, &str)]) -> String {
    sound(&send(app, who, SANDBOX, form).await.expect(status))
}

/// Sends a form that is taken; answers the page that it leads to.
async fn done(app: &TestApp, who: &SignedIn, form: &[(&str, &str)]) -> String {
    let led = send(app, who, SANDBOX, form).await.expect(303);
    page(app, who, led.header("location").split('#').next().unwrap()).await
}

/// Whether assistive software finds its way: one heading of the first order, ids that are there once, a name for every
/// control, and nothing that points nowhere.
fn sound(answer: &Answer) -> String {
    let page = unescaped(answer);
    assert_eq!(page.matches("<h1>").count(), 1, "{page}");
    assert!(!page.contains("<script") && !page.contains(" style=") && !page.contains(" onclick="), "{page}");
    let values = |name: &str| -> Vec<&str> {
        page.split(&format!(" {name}=\"")).skip(1).filter_map(|rest| rest.split('"').next()).collect()
    };
    let ids: BTreeSet<&str> = values("id").into_iter().collect();
    assert_eq!(ids.len(), values("id").len(), "an id is there twice");
    let named: BTreeSet<&str> = values("for").into_iter().collect();
    for name in ["for", "aria-labelledby", "aria-describedby"] {
        assert!(values(name).iter().all(|id| ids.contains(id)), "{name} points nowhere in {page}");
    }
    for control in ["<input ", "<select ", "<textarea "] {
        for (before, tag) in page.match_indices(control).map(|(at, _)| (&page[..at], &page[at..])) {
            let tag = tag.split('>').next().unwrap();
            let id = tag.split(" id=\"").nth(1).and_then(|rest| rest.split('"').next());
            let within = before.rfind("<label").is_some_and(|label| !before[label..].contains("</label>"));
            let is_named =
                within || tag.contains("type=\"hidden\"") || id.is_some_and(|id| named.contains(id));
            assert!(is_named, "{tag} has no name");
        }
    }
    page
}

/// What the page says is wrong, and in which part.
fn wrong(page: &str) -> (String, Vec<String>) {
    let (before, after) =
        page.split_once("role=\"alert\"").unwrap_or_else(|| panic!("nothing is wrong in {page}"));
    let part = before.rsplit("<section class=\"card wide\" id=\"").next().unwrap().split('"').next().unwrap();
    let list = after.split("</ul>").next().unwrap().split("<li>").skip(1);
    (part.to_owned(), list.map(|one| one.trim_end_matches("</li>").to_owned()).collect())
}

#[tokio::test]
async fn without_a_sandbox_it_says_how_to_start_one() {
    let app = TestApp::with(Config::default()).await;
    let who = admin(&app).await;
    let shown = page(&app, &who, SANDBOX).await;
    assert!(shown.contains("This server is no sandbox") && shown.contains("leadhold serve --sandbox"));
    assert!(!shown.contains("<form method=\"post\" action=\"/developer/sandbox"), "{shown}");
    assert!(!shown.contains("href=\"/developer/sandbox\""), "no way leads here: {shown}");
    for action in ["advance", "fault", "snapshot", "restore", "reset"] {
        let refused =
            send(&app, &who, SANDBOX, &[("action", action), ("by", "1h"), ("confirm", "yes")]).await;
        assert!(text(&refused.expect(403)).contains("only when the server runs with --sandbox"));
    }
}

#[tokio::test]
async fn the_administrator_of_each_agency_is_led_to_it() {
    let app = TestApp::start().await;
    let other = app.person(&app.other, Type::Agency, Role::Admin, &[]).await;
    for who in [admin(&app).await, app.sign_in(&other).await] {
        let shown = page(&app, &who, "/developer/tokens").await;
        assert!(shown.contains("<a href=\"/developer/sandbox\">Sandbox</a>"), "{shown}");
        let shown = page(&app, &who, SANDBOX).await;
        for part in [
            "2026-01-15 10:00:00</time> UTC",
            "It shows the machine's time.",
            "Nothing goes wrong by your wish.",
            "There is no snapshot yet.",
            "The state of the first start was not kept",
        ] {
            assert!(shown.contains(part), "{part}: {shown}");
        }
    }
}

#[tokio::test]
async fn the_clock_is_turned_and_says_what_fell_due() {
    let app = TestApp::start().await;
    let who = admin(&app).await;
    let rest = json!({"id": "rest", "type": "wait", "attributes": {"for": {"value": 1, "unit": "days"}}, "next": "mail"});
    let mail = json!({"id": "mail", "type": "send_sms", "attributes": {"message": "Hello"}});
    let workflow = published(json!({
        "name": "W", "triggers": [{"id": "new", "type": "contact_created"}], "steps": [rest, mail], "settings": {},
    }));
    made(&app, &workflow).await;
    crate::api::conversations::ada(&app).await;
    app.run_until_idle().await;

    let turned = sent(&app, &who, 200, &[("action", "advance"), ("by", "1w")]).await;
    for part in [
        "<strong>The clock was turned.</strong>",
        "It stopped at 1 moment before the end",
        "<li><code>OutboundMessage</code> 2</li>",
        "2026-01-22 10:00:00</time> UTC",
        "7 days ahead of the machine's 2026-01-15 10:00:00.",
    ] {
        assert!(turned.contains(part), "{part}: {turned}");
    }
    assert!(page(&app, &who, SANDBOX).await.contains("7 days ahead"), "who turned it is still signed in");
    assert!(
        sent(&app, &who, 200, &[("action", "advance"), ("by", "2h 30m")]).await.contains("Nothing fell due.")
    );

    let refused = sent(&app, &who, 422, &[("action", "advance"), ("by", "soon & \"later\"")]).await;
    let words = "advance must be a duration such as \"2h 30m\", \"7d\" or \"P7D\"";
    assert_eq!(wrong(&refused), ("clock".to_owned(), vec![words.to_owned()]));
    assert!(
        refused.contains("name=\"by\" value=\"soon &amp; \"later\"\""),
        "what was typed is kept: {refused}"
    );
    assert!(refused.contains("2026-01-22 12:30:00</time>"), "and nothing has changed");
    for by in ["-1h", "9999999d", ""] {
        sent(&app, &who, 422, &[("action", "advance"), ("by", by)]).await;
    }
    let until = [("action", "until"), ("until", "2026-02-01T00:00:00Z")];
    assert!(sent(&app, &who, 200, &until).await.contains("2026-02-01 00:00:00</time>"));
}

#[tokio::test]
async fn faults_are_added_struck_counted_and_removed() {
    let app = TestApp::start().await;
    let who = admin(&app).await;
    let form = [
        ("action", "fault"),
        ("target", "route"),
        ("name", "GET /contacts/"),
        ("fault", "status"),
        ("status", "503"),
        ("times", "1"),
        ("delay", ""),
        ("json", ""),
    ];
    let shown = done(&app, &who, &form).await;
    assert!(shown.contains("The fault was added."), "{shown}");
    let contacts = format!("/contacts/?locationId={}", app.agency.location.location_id());
    app.get(&contacts).send().await.expect(503);
    app.get(&contacts).send().await.expect(200);
    let shown = page(&app, &who, SANDBOX).await;
    for part in [
        "<code>GET /contacts/</code>",
        "<code>status</code> 503",
        "each, 1 at most",
        "<td data-label=\"Struck\">1</td>",
    ] {
        assert!(shown.contains(part), "{part}: {shown}");
    }
    let rule =
        r#"{"event": "ContactCreate", "fault": "delay", "delay": "2h", "probability": 0.25, "seed": 7}"#;
    let shown = done(&app, &who, &[("action", "fault"), ("json", rule)]).await;
    for part in
        ["webhooks of <code>ContactCreate</code>", "<code>delay</code>, 2 hours", "25 % of them", "seed 7"]
    {
        assert!(shown.contains(part), "{part}: {shown}");
    }
    let row = shown.split("<tr>").find(|row| row.contains("<code>GET /contacts/</code>")).unwrap();
    let id = between(row, "name=\"id\" value=\"", "\"");
    let shown = done(&app, &who, &[("action", "remove-fault"), ("id", &id)]).await;
    assert!(shown.contains("The fault was removed.") && !shown.contains("<code>GET /contacts/</code></td>"));
    let gone = sent(&app, &who, 404, &[("action", "remove-fault"), ("id", &id)]).await;
    assert_eq!(wrong(&gone), ("faults".to_owned(), vec![format!("There is no fault {id}.")]));
    assert!(
        done(&app, &who, &[("action", "clear-faults")]).await.contains("Nothing goes wrong by your wish.")
    );
}

#[tokio::test]
async fn what_is_wrong_with_a_fault_is_said_beside_what_was_typed() {
    let app = TestApp::start().await;
    let who = admin(&app).await;
    let before = app.database.content().await;
    let form = [
        ("action", "fault"),
        ("target", "provider"),
        ("name", "SMS"),
        ("fault", "drop"),
        ("status", "200"),
        ("delay", "soon"),
        ("times", "many"),
        ("after", "on"),
        ("seed", "<7>"),
    ];
    let refused = sent(&app, &who, 422, &form).await;
    let (part, faults) = wrong(&refused);
    assert_eq!(part, "faults");
    insta::assert_snapshot!(faults.join("\n"), @r#"
    fault must be one of the following values: rate_limited, expired_token, status, slow, cut
    status must not be less than 400
    delay must be a duration such as "2h 30m", "7d" or "P7D"
    times must be a number conforming to the specified constraints
    seed must be a number conforming to the specified constraints
    "#);
    for kept in [
        "<option value=\"provider\" selected>",
        "name=\"name\" value=\"SMS\"",
        "<option value=\"drop\" selected>",
        "name=\"status\" value=\"200\"",
        "name=\"delay\" value=\"soon\"",
        "name=\"times\" value=\"many\"",
        "name=\"after\" checked",
        "name=\"seed\" value=\"&lt;7&gt;\"",
    ] {
        assert!(refused.contains(kept), "{kept}: {refused}");
    }
    let refused = sent(&app, &who, 422, &[("action", "fault"), ("json", "{\"route\":")]).await;
    assert!(wrong(&refused).1[0].starts_with("The rule is not valid JSON: "), "{refused}");
    assert!(refused.contains(">{\"route\":</textarea>"), "{refused}");
    send(&app, &who, SANDBOX, &[("action", "nothing")]).await.expect(400);
    assert_eq!(app.database.content().await, before);
}

#[tokio::test]
async fn snapshots_are_taken_restored_when_confirmed_and_removed() {
    let app = TestApp::start().await;
    let who = admin(&app).await;
    let refused = sent(&app, &who, 422, &[("action", "snapshot"), ("snapshot", "Before Import")]).await;
    let words = "name must be 1 to 40 lower-case letters, digits, dashes and underscores";
    assert_eq!(wrong(&refused), ("snapshots".to_owned(), vec![words.to_owned()]));
    assert!(refused.contains("name=\"snapshot\" value=\"Before Import\""), "{refused}");
    let take = [("action", "snapshot"), ("snapshot", "before")];
    let shown = done(&app, &who, &take).await;
    assert!(shown.contains("The snapshot was taken.") && shown.contains("<code>before</code>"), "{shown}");
    let again = sent(&app, &who, 409, &take).await;
    assert_eq!(wrong(&again).1, ["There is a snapshot before already."]);
    done(&app, &who, &[take[0], take[1], ("replace", "on")]).await;

    let ada = crate::api::conversations::ada(&app).await;
    let restore = [("action", "restore"), ("snapshot", "before")];
    let refused = sent(&app, &who, 422, &restore).await;
    assert_eq!(wrong(&refused).1, ["Tick the box: what has happened since will be gone."]);
    app.get(&format!("/contacts/{ada}")).send().await.expect(200);
    let shown = done(&app, &who, &[restore[0], restore[1], ("confirm", "yes")]).await;
    assert!(shown.contains("Everything is again as it was in the snapshot."), "{shown}");
    app.get(&format!("/contacts/{ada}")).send().await.expect(400);
    app.new_events().await;

    let remove = [("action", "remove-snapshot"), ("snapshot", "before")];
    assert!(done(&app, &who, &remove).await.contains("There is no snapshot yet."));
    assert_eq!(wrong(&sent(&app, &who, 404, &remove).await).1, ["There is no snapshot before."]);
}

#[tokio::test]
async fn reset_asks_first_and_ends_the_session_with_all_else() {
    let app = TestApp::start().await;
    let sandbox = app.app.sandbox.clone().expect("a sandbox");
    sandbox.keep_first_start(&app.app).await.expect("it is kept");
    let who = admin(&app).await;
    let shown = page(&app, &who, SANDBOX).await;
    assert!(shown.contains("<code>first-start</code>") && !shown.contains("Remove the snapshot"), "{shown}");
    let refused = sent(&app, &who, 422, &[("action", "reset")]).await;
    assert_eq!(wrong(&refused).0, "reset");
    let remove = sent(&app, &who, 409, &[("action", "remove-snapshot"), ("snapshot", "first-start")]).await;
    assert_eq!(wrong(&remove).1, ["first-start is what reset goes back to."]);
    let led = send(&app, &who, SANDBOX, &[("action", "reset"), ("confirm", "yes")]).await.expect(303);
    assert_eq!(led.header("location"), "/developer/sandbox?done=reset#reset");
    let next = see(&app, &who, SANDBOX).await.expect(303);
    assert_eq!(next.header("location"), "/login?next=%2Fdeveloper%2Fsandbox");
}
