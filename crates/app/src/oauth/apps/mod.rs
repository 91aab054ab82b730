//! Apps: integrations that developers register. An app has a client id and secrets, the addresses that authorization may lead
//! back to, its wishes for events, and versions, of which one is live.
//!
//! The client id is the app's id, a dash and a suffix: SDKs take the app's id from it, to recognise their own webhooks. A
//! secret is a UUID, shown once; the table has its SHA-256.
//!
//! Invariants: exactly one version is live; only a draft's scopes change; a confidential client has one or two secrets, a
//! public one none; what an app asks for is within [`ScopeSet::grantable`](leadhold_kernel::ScopeSet::grantable).

mod change;
mod find;
mod model;
mod register;
mod routes;
mod rules;
mod secrets;
mod sql;
pub mod subscriptions;
mod versions;
mod wire;

use leadhold_kernel::Cx;
use leadhold_store::{DbError, Sql, Tx};

use crate::audit::{self, Entry};

pub use self::change::{AppChanges, change, delete};
pub use self::find::{DefaultWebhook, default_webhook, find, find_by_client_id, get, list, version};
pub use self::model::{App, ClientSecret, Distribution, NewApp, Registered, State, Version};
pub use self::register::register;
pub use self::routes::routes;
pub use self::rules::{is_chosen, is_of_one_app};
pub use self::secrets::{
    IssuedSecret, MAX_SECRETS, add_secret, note_secret_use, remove_secret, secret_matches, secrets,
};
pub use self::subscriptions::{Kinds, Subscriptions, Wishes, subscribe, wishes};
pub use self::versions::{discard_version, draft_version, edit_version, publish_version, versions};
pub use self::wire::{changes as read_changes, new as read_new};

/// Every statement of this folder.
pub const STATEMENTS: &[Sql] = sql::ALL;

/// A line in the audit log of the agency whose app it is.
fn note(tx: &mut Tx<'_>, cx: &Cx, app: &App, action: &'static str, detail: &str) -> Result<(), DbError> {
    let entry = Entry { action, subject: app.id.as_str(), detail: detail.to_owned() };
    audit::record(tx, cx, &app.owner_company_id, &entry)
}

/// One change of an app at a time: the invariants span rows.
fn lock(tx: &mut Tx<'_>, app: &str) -> Result<(), DbError> {
    tx.lock(&format!("app {app}"))
}
