//! People who sign in.

use std::sync::LazyLock;
use std::sync::atomic::{AtomicU64, Ordering};

use http::Method;
use leadhold_app::LocationScope;
use leadhold_app::users::{self, NewUser, Permissions, Role, Type};
use leadhold_kernel::random::SeededRandom;
use leadhold_kernel::{Id, id};
use leadhold_store::{json_text, params};
use serde_json::json;

use crate::app::{Agency, TestApp};

leadhold_store::statements! {
    PERMIT across tenants "a test of permissions" = "update users set permissions = $2 where id = $1";
    DELETE across tenants "a test of deleted people" = "update users set deleted_at = $2, email_lower = $1 where id = $1";
}

/// Every person's password. One hash serves them all: making it takes longer than most tests do.
const PASSWORD: &str = "correct horse battery";
static HASH: LazyLock<String> =
    LazyLock::new(|| users::hash(PASSWORD, &SeededRandom::new(1)).expect("a hash"));

/// Somebody with a password.
#[derive(Clone, Debug)]
pub struct Person {
    /// The person.
    pub id: Id<id::User>,
    /// The address to sign in with.
    pub email: String,
    /// The password.
    pub password: String,
}

/// A session as its owner holds it.
#[derive(Clone, Debug)]
pub struct SignedIn {
    /// The cookie's value.
    pub cookie: String,
    /// What goes into `x-csrf-token`, and into forms as `csrf`.
    pub csrf: String,
}

impl TestApp {
    /// Somebody new in `agency` who sees `locations`.
    pub async fn person(
        &self,
        agency: &Agency,
        kind: Type,
        role: Role,
        locations: &[&LocationScope],
    ) -> Person {
        static COUNT: AtomicU64 = AtomicU64::new(0);
        let email = format!("person{}@example.com", COUNT.fetch_add(1, Ordering::Relaxed));
        let new = NewUser {
            email: email.clone(),
            first_name: "Pat".into(),
            last_name: "Person".into(),
            password_hash: HASH.clone(),
            kind,
            role,
        };
        let (company, locations) =
            (agency.company.clone(), locations.iter().copied().cloned().collect::<Vec<_>>());
        let id = self.write(move |tx, cx| users::create(tx, cx, &company, &new, &locations)).await;
        Person { id, email, password: PASSWORD.into() }
    }

    /// Gives a person these switches.
    pub async fn permit(&self, person: &Person, permissions: Permissions) {
        let (id, text) = (person.id.clone(), json_text(&permissions));
        self.write(move |tx, _| Ok(tx.exec(PERMIT, params![&id, &text]).map(drop)?)).await;
    }

    /// Marks a person as deleted.
    pub async fn delete_person(&self, person: &Person) {
        let id = person.id.clone();
        self.write(move |tx, cx| Ok(tx.exec(DELETE, params![&id, cx.now]).map(drop)?)).await;
    }

    /// Signs a person in, without a code.
    ///
    /// # Panics
    /// When it is refused.
    pub async fn sign_in(&self, person: &Person) -> SignedIn {
        let body = json!({ "email": person.email, "password": person.password });
        let call = self.call(Method::POST, "/leadhold/v1/sessions").token("").json(&body);
        SignedIn::from(&call.send().await.expect(201))
    }
}

impl SignedIn {
    /// The session that an answer opened, whose `csrf` is derived from the cookie.
    ///
    /// # Panics
    /// When it sets no cookie.
    #[must_use]
    pub fn from(answer: &crate::Answer) -> Self {
        let set = answer.header("set-cookie");
        let pair = set.split(';').next().unwrap_or_default();
        let cookie = pair.strip_prefix("leadhold_session=").filter(|value| !value.is_empty());
        let cookie = cookie.unwrap_or_else(|| panic!("no session in `{set}`")).to_owned();
        Self { csrf: leadhold_app::http::visitor::csrf_of(&cookie), cookie }
    }
}
