//! Apps: integrations that developers register. An app has a client id and secret, the addresses that authorization may
//! lead back to, and a version that installs are made with.
//!
//! The client id is the app's id, a dash and a suffix: SDKs take the app's id from it, to recognise their own webhooks. The
//! secret is a UUID, shown once; the table has its SHA-256.

pub mod apps;
mod lookup;
mod sql;

use aws_lc_rs::digest;
use leadhold_kernel::{Cx, Error, Id, Random, ScopeSet, id};
use leadhold_store::{Sql, Tx, json_text, params};

pub use self::lookup::AccessTokens;
use crate::tenant::CompanyScope;

/// Every statement of this slice.
pub const STATEMENTS: &[Sql] = sql::ALL;

/// What a developer says about a new app.
#[derive(Clone, Debug)]
pub struct NewApp {
    /// What installers read.
    pub name: String,
    /// Absolute URLs that authorization may lead back to.
    pub redirect_uris: Vec<String>,
    /// What installs are asked to grant.
    pub scopes: ScopeSet,
}

/// A registered app, with the secret that is shown this once.
#[derive(Clone, Debug)]
pub struct Registered {
    /// The app.
    pub app_id: Id<id::App>,
    /// Its first version.
    pub version_id: Id<id::AppVersion>,
    /// `<app id>-<suffix>`.
    pub client_id: String,
    /// A UUID.
    pub client_secret: String,
}

/// Registers an app of the agency's developers.
///
/// # Errors
/// When the store fails.
pub fn register(tx: &mut Tx<'_>, cx: &Cx, owner: &CompanyScope, new: &NewApp) -> Result<Registered, Error> {
    let app_id = Id::<id::App>::generate(cx.random.as_ref());
    let version_id = Id::<id::AppVersion>::generate(cx.random.as_ref());
    let client_id = format!("{app_id}-{}", suffix(cx.random.as_ref()));
    let client_secret = Id::<id::Event>::generate(cx.random.as_ref()).to_string(); // any kind whose ids are UUIDs
    tx.exec(
        sql::INSERT,
        params![
            &app_id,
            owner.company_id(),
            &new.name,
            &version_id,
            &client_id,
            digest::digest(&digest::SHA256, client_secret.as_bytes()).as_ref(),
            json_text(&new.redirect_uris),
            json_text(&new.scopes),
            cx.now
        ],
    )?;
    Ok(Registered { app_id, version_id, client_id, client_secret })
}

/// Eight characters of `[a-z0-9]`, as client ids of the real service end. Not a secret.
fn suffix(random: &dyn Random) -> String {
    const ALPHABET: &[u8; 36] = b"abcdefghijklmnopqrstuvwxyz0123456789";
    (0..8).map(|_| char::from(ALPHABET[usize::try_from(random.below(36)).unwrap_or(0)])).collect()
}

#[cfg(test)]
mod tests {
    use leadhold_kernel::random::SeededRandom;

    use super::*;

    #[test]
    fn a_suffix_has_no_dash_that_would_hide_the_apps_id() {
        let random = SeededRandom::new(3);
        for _ in 0..100 {
            let suffix = suffix(&random);
            assert_eq!(suffix.len(), 8);
            assert!(suffix.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit()), "{suffix}");
        }
    }
}
