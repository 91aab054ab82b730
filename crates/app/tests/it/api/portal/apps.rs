//! `/developer/apps`

use super::*;

const NEW: &[(&str, &str)] = &[
    ("name", "Partner <b>"),
    ("redirectUris", "https://partner.example/callback\r\nhttp://localhost:3000/callback\r\n"),
    ("distribution", "location"),
    ("webhookUrl", "https://partner.example/hooks"),
    ("events", "ContactCreate"),
    ("events", "NoteCreate"),
    ("eventUrls", "NoteCreate https://partner.example/notes"),
    ("scopes", "contacts.readonly"),
    ("scopes", "contacts.write"),
];

/// Registers an app through the form: its path and the page that follows.
async fn made(app: &TestApp, who: &SignedIn) -> (String, String) {
    let page = text(&send(app, who, "/developer/apps/new", NEW).await.expect(201));
    let id = between(&page, "action=\"/developer/apps/", "\"");
    (format!("/developer/apps/{id}"), page)
}

#[tokio::test]
async fn an_app_is_registered_and_its_secret_shown_once() {
    let app = TestApp::start().await;
    let who = admin(&app).await;
    let empty = text(&see(&app, &who, "/developer/apps").await.expect(200));
    assert!(empty.contains("There are no apps yet."));
    let blank = text(&see(&app, &who, "/developer/apps/new").await.expect(200));
    assert!(
        blank.contains("See contacts, their notes, tasks and tags")
            && blank.contains("value=\"ContactCreate\"")
    );
    assert!(!blank.contains("tokens.write"), "no app is granted that");
    assert!(!blank.contains("value=\"INSTALL\""), "that is no choice");

    let (path, page) = made(&app, &who).await;
    let secret = between(&page, "shown this once", "</div>");
    let secret = between(&secret, "<pre>", "</pre>");
    assert_eq!(secret.len(), 36);
    assert!(page.contains("Partner &lt;b&gt;") && !page.contains("Partner <b>"), "what is shown is escaped");
    let client_id = between(&page, "<th scope=\"row\">Client id</th><td><code>", "</code>");
    let link = between(&page, "class=\"button second\" href=\"", "\"");
    assert!(link.contains("oauth&#x2f;chooselocation") || link.contains("/oauth/chooselocation"), "{link}");
    assert!(link.contains(&client_id) && page.contains("grant_type=authorization_code"));

    let again = text(&see(&app, &who, &path).await.expect(200));
    assert!(!again.contains(&secret) && again.contains(&secret[..8]));
    assert!(
        again.contains("value=\"NoteCreate\" checked") && !again.contains("value=\"NoteDelete\" checked")
    );
    let list = text(&see(&app, &who, "/developer/apps").await.expect(200));
    assert!(list.contains(&client_id) && list.contains(&path));
}

#[tokio::test]
async fn what_is_wrong_is_said_and_what_was_typed_is_kept() {
    let app = TestApp::start().await;
    let who = admin(&app).await;
    let bad = [
        ("name", ""),
        ("redirectUris", "http://partner.example/\nhttps://good.example/"),
        ("events", "ContactCreate"),
        ("scopes", "contacts.readonly"),
        ("scopes", "users.everything"),
        ("eventUrls", "Nonsense https://a.example/"),
        ("website", "partner"),
        ("publicClient", "on"),
    ];
    let answer = send(&app, &who, "/developer/apps/new", &bad).await.expect(422);
    insta::assert_snapshot!(faults(&answer).join("\n"), @"
    name should not be empty
    scopes must not contain users.everything, which is no scope
    eventUrls must not contain Nonsense, which is no event
    redirectUris.0 must use https unless it is on localhost, 127.0.0.1 or [::1]; write it like https:&#x2f;&#x2f;example.com&#x2f;path
    website must be an absolute URL; write it like https:&#x2f;&#x2f;example.com&#x2f;path
    webhookUrl should not be empty, since there are events without a URL of their own
    ");
    let page = text(&answer);
    assert!(page.contains("https:&#x2f;&#x2f;good.example&#x2f;") || page.contains("https://good.example/"));
    assert!(
        page.contains("value=\"contacts.readonly\" checked")
            && page.contains("value=\"ContactCreate\" checked")
    );
    assert!(page.contains("name=\"publicClient\" checked"));
    assert!(text(&see(&app, &who, "/developer/apps").await).contains("There are no apps yet."));
}

#[tokio::test]
async fn the_details_are_changed() {
    let app = TestApp::start().await;
    let who = admin(&app).await;
    let (path, _) = made(&app, &who).await;
    let changed = [
        ("action", "change"),
        ("name", "Renamed"),
        ("distribution", "both"),
        ("webhookUrl", ""),
        ("events", ""),
    ];
    let answer = send(&app, &who, &path, &changed).await.expect(422);
    assert_eq!(faults(&answer), ["events must not contain , which is no event"]);
    let changed = [
        ("action", "change"),
        ("name", "Renamed"),
        ("distribution", "both"),
        ("redirectUris", "https://b.example/"),
    ];
    let answer = send(&app, &who, &path, &changed).await.expect(303);
    assert_eq!(answer.header("location"), format!("{path}?done=change"));
    let page = text(&see(&app, &who, answer.header("location")).await.expect(200));
    assert!(page.contains("The details were saved.") && page.contains("<h1>Renamed</h1>"));
    assert!(!page.contains("value=\"NoteCreate\" checked"), "what is not ticked is not wanted");
    let nonsense = send(&app, &who, &path, &[("action", "explode")]).await.expect(400);
    assert_eq!(faults(&nonsense), ["The form names nothing that can be done here."]);
    send(&app, &who, "/developer/apps/nothing", &[("action", "draft")]).await.expect(404);
    see(&app, &who, "/developer/apps/nothing").await.expect(404);
}

#[tokio::test]
async fn a_version_is_drafted_and_published() {
    let app = TestApp::start().await;
    let who = admin(&app).await;
    let (path, _) = made(&app, &who).await;
    let go = async |fields: &[(&str, &str)]| {
        let answer = send(&app, &who, &path, fields).await.expect(303);
        text(&see(&app, &who, answer.header("location")).await.expect(200))
    };
    let page = go(&[("action", "draft")]).await;
    let draft = between(&page, "name=\"version\" value=\"", "\"");
    assert!(page.contains("Draft: version 2"));
    assert_eq!(
        faults(&send(&app, &who, &path, &[("action", "draft")]).await.expect(409)),
        [format!("Version 2 is a draft already ({draft}). Change, publish or discard it.")]
    );
    go(&[("action", "scopes"), ("version", &draft), ("scopes", "users.readonly")]).await;
    let page = go(&[("action", "publish"), ("version", &draft)]).await;
    assert!(
        page.contains("Version 2 is live.") && page.contains("See users") && !page.contains("Draft: version")
    );
    let page = go(&[("action", "draft")]).await;
    let draft = between(&page, "name=\"version\" value=\"", "\"");
    let page = go(&[("action", "discard"), ("version", &draft)]).await;
    assert!(page.contains("The draft was discarded."));
}

#[tokio::test]
async fn secrets_are_made_and_ended() {
    let app = TestApp::start().await;
    let who = admin(&app).await;
    let (path, first) = made(&app, &who).await;
    assert!(!first.contains("remove-secret"), "not the only one");
    let page = text(&send(&app, &who, &path, &[("action", "secret")]).await.expect(201));
    assert!(page.contains("shown this once") && !page.contains("value=\"secret\" class"), "two are the most");
    send(&app, &who, &path, &[("action", "secret")]).await.expect(409);
    let id = between(&page, "name=\"secret\" value=\"", "\"");
    let gone = send(&app, &who, &path, &[("action", "remove-secret"), ("secret", &id)]).await.expect(303);
    assert_eq!(gone.header("location"), format!("{path}?done=remove-secret"));
    send(&app, &who, &path, &[("action", "remove-secret"), ("secret", &id)]).await.expect(404);
}

#[tokio::test]
async fn an_app_is_deleted_by_its_name() {
    let app = TestApp::start().await;
    let who = admin(&app).await;
    let (path, _) = made(&app, &who).await;
    let wrong = send(&app, &who, &path, &[("action", "delete"), ("confirm", "partner")]).await.expect(422);
    assert_eq!(faults(&wrong), ["Type the app&#x27;s name to the letter to delete it."]);
    let answer =
        send(&app, &who, &path, &[("action", "delete"), ("confirm", "Partner <b>")]).await.expect(303);
    assert_eq!(answer.header("location"), "/developer/apps?done=deleted");
    assert!(text(&see(&app, &who, answer.header("location")).await).contains("The app was deleted"));
    see(&app, &who, &path).await.expect(404);
}

#[tokio::test]
async fn another_agencys_app_is_not_there() {
    let app = TestApp::start().await;
    let who = admin(&app).await;
    let (path, _) = made(&app, &who).await;
    let stranger = app.person(&app.other, Type::Agency, Role::Admin, &[]).await;
    let stranger = app.sign_in(&stranger).await;
    see(&app, &stranger, &path).await.expect(404);
    for action in ["change", "draft", "secret", "delete"] {
        let form =
            [("action", action), ("name", "Mine"), ("distribution", "both"), ("confirm", "Partner <b>")];
        send(&app, &stranger, &path, &form).await.expect(404);
    }
    assert!(text(&see(&app, &stranger, "/developer/apps").await).contains("There are no apps yet."));
    see(&app, &who, &path).await.expect(200);
}
