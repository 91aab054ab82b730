//! `/developer/…`: the pages for developers.

#![expect(clippy::unwrap_used, reason = "a helper of a test may fail the test")]

mod apps;
mod sandbox;
mod subscriptions;
mod tokens;
mod webhook_keys;

use leadhold_app::users::{Role, Type};
use leadhold_testkit::{Answer, SignedIn, TestApp};

/// An administrator of the test's agency, signed in.
pub async fn admin(app: &TestApp) -> SignedIn {
    let person = app.person(&app.agency, Type::Agency, Role::Admin, &[]).await;
    app.sign_in(&person).await
}

/// A page as `who` sees it.
async fn see(app: &TestApp, who: &SignedIn, path: &str) -> Answer {
    app.get(path).cookie(&who.cookie).send().await
}

/// Sends a form as its page would.
pub async fn send(app: &TestApp, who: &SignedIn, path: &str, fields: &[(&str, &str)]) -> Answer {
    let fields: Vec<_> = [&[("csrf", who.csrf.as_str())], fields].concat();
    app.post(path).cookie(&who.cookie).form(&fields).send().await
}

fn text(answer: &Answer) -> String {
    String::from_utf8(answer.body.to_vec()).unwrap()
}

/// A page as `who` sees it, with the slashes and quotes that templates escape as they are.
pub async fn seen(app: &TestApp, who: &SignedIn, path: &str, status: u16) -> String {
    unescaped(&see(app, who, path).await.expect(status))
}

/// The text of a page, likewise.
pub fn unescaped(answer: &Answer) -> String {
    text(answer).replace("&#x2f;", "/").replace("&#x27;", "'").replace("&quot;", "\"")
}

/// What stands between `before` and `after`.
fn between(page: &str, before: &str, after: &str) -> String {
    let rest = page.split(before).nth(1).unwrap_or_else(|| panic!("no `{before}` in {page}"));
    rest.split(after).next().unwrap().to_owned()
}

/// The faults that a page shows.
fn faults(answer: &Answer) -> Vec<String> {
    let shown = between(&text(answer), "role=\"alert\"><ul>", "</ul>");
    shown.split("<li>").skip(1).map(|one| one.trim_end_matches("</li>").to_owned()).collect()
}

#[tokio::test]
async fn strangers_are_led_to_sign_in_and_back_and_others_are_refused() {
    let app = TestApp::start().await;
    let paths = [
        "/developer/apps",
        "/developer/apps/new",
        "/developer/apps/nothing",
        "/developer/sandbox",
        "/developer/tokens",
        "/developer/tokens/nothing",
    ];
    let colleague = app.person(&app.agency, Type::Agency, Role::User, &[]).await;
    let at_location = app.person(&app.agency, Type::Account, Role::Admin, &[&app.agency.location]).await;
    let others = [app.sign_in(&colleague).await, app.sign_in(&at_location).await];
    let before = app.database.content().await;
    for path in paths {
        let asked = format!("{path}?x=1&y=2");
        let answer = app.get(&asked).token("").send().await.expect(303);
        let next = format!("/login?next={}%3Fx%3D1%26y%3D2", path.replace('/', "%2F"));
        assert_eq!(answer.header("location"), next);
        if path != "/developer/apps" {
            app.post(path).token("").form(&[("action", "create")]).send().await.expect(303);
        }
        for who in &others {
            let page = see(&app, who, path).await.expect(403);
            assert!(text(&page).contains("Only an administrator of the agency can do this."));
            if path != "/developer/apps" {
                send(&app, who, path, &[("action", "create")]).await.expect(403);
            }
        }
    }
    assert_eq!(app.database.content().await, before);
}

#[tokio::test]
async fn a_form_of_another_site_does_nothing() {
    let app = TestApp::start().await;
    let who = admin(&app).await;
    let before = app.database.content().await;
    for path in ["/developer/apps/new", "/developer/tokens", "/developer/sandbox"] {
        let form = [
            ("csrf", "guessed"),
            ("name", "x"),
            ("action", "create"),
            ("owner", "agency"),
            ("scopes", "users.write"),
        ];
        app.post(path).cookie(&who.cookie).form(&form).send().await.expect(403);
    }
    assert_eq!(app.database.content().await, before);
}
