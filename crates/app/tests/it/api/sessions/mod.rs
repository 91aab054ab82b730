//! Sign-in: the pages and `/leadhold/v1/sessions`.

#![expect(clippy::unwrap_used, reason = "a helper of a test may fail the test")]

mod account;
mod callers;
mod codes;
mod life;
mod login;
mod permissions;
mod throttle;

use leadhold_app::users::{Role, Type};
use leadhold_testkit::{Answer, Person, SignedIn, TestApp};
use serde_json::{Value, json};

pub const HOUR: i64 = 3_600_000;

/// An administrator of the test's agency.
pub async fn admin(app: &TestApp) -> Person {
    app.person(&app.agency, Type::Agency, Role::Admin, &[]).await
}

/// The `Set-Cookie` of an answer, its secret redacted.
pub fn set_cookie(answer: &Answer) -> String {
    let set = answer.header("set-cookie");
    let value = set.split(';').next().unwrap().trim_start_matches("leadhold_session=");
    if value.is_empty() { set.to_owned() } else { set.replacen(value, "[secret]", 1) }
}

pub fn text(answer: &Answer) -> String {
    String::from_utf8(answer.body.to_vec()).unwrap()
}

/// The value of a hidden field of a page.
pub fn hidden(answer: &Answer, name: &str) -> String {
    let page = text(answer);
    let after = page.split(&format!("name=\"{name}\" value=\"")).nth(1);
    after.unwrap_or_else(|| panic!("no {name} in {page}")).split('"').next().unwrap().to_owned()
}

/// Sends the sign-in form.
pub async fn login(app: &TestApp, fields: &[(&str, &str)]) -> Answer {
    app.post("/login").token("").form(fields).send().await
}

/// Sends a form of the account page.
pub async fn account(app: &TestApp, who: &SignedIn, fields: &[(&str, &str)]) -> Answer {
    let fields: Vec<_> = [&[("csrf", who.csrf.as_str())], fields].concat();
    app.post("/account").cookie(&who.cookie).form(&fields).send().await
}

/// Tries to sign in over the API.
pub async fn attempt(app: &TestApp, body: Value) -> Answer {
    app.post("/leadhold/v1/sessions").token("").json(&body).send().await
}

/// The status of a request that needs a session.
pub async fn status(app: &TestApp, cookie: &str) -> u16 {
    app.get("/leadhold/v1/sessions/current").cookie(cookie).send().await.status.as_u16()
}

/// A person's address and password as a body.
pub fn body(person: &Person) -> Value {
    json!({ "email": person.email, "password": person.password })
}
