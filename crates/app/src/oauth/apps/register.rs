//! Registering an app.

use leadhold_kernel::{Cx, Error, Id, Random, id};
use leadhold_store::{Tx, json_text, params};

use super::model::{NewApp, Registered, State};
use super::{rules, secrets, sql, subscriptions};
use crate::audit::{self, Entry};
use crate::tenant::CompanyScope;

/// Registers an app of the agency's developers. Its first version is live at once.
///
/// # Errors
/// 422 with everything that is wrong; when the store fails.
pub fn register(tx: &mut Tx<'_>, cx: &Cx, owner: &CompanyScope, new: &NewApp) -> Result<Registered, Error> {
    rules::refuse(new.faults())?;
    let app_id = Id::<id::App>::generate(cx.random.as_ref());
    let version_id = Id::<id::AppVersion>::generate(cx.random.as_ref());
    let client_id = format!("{app_id}-{}", suffix(cx.random.as_ref()));
    tx.exec(
        sql::INSERT,
        params![
            &app_id,
            owner.company_id(),
            new.name.trim(),
            &client_id,
            json_text(&new.redirect_uris),
            new.distribution.name(),
            new.public_client,
            new.webhook_url.as_deref(),
            new.logo_url.as_deref(),
            new.website.as_deref(),
            new.external_billing_url.as_deref(),
            cx.now
        ],
    )?;
    let (state, scopes) = (State::Live.name(), json_text(&new.scopes));
    tx.exec(sql::INSERT_VERSION, params![&version_id, &app_id, 1_i64, state, scopes, cx.now, cx.now])?;
    subscriptions::replace(tx, cx, &app_id, &new.wishes)?;
    let entry = Entry { action: "app.created", subject: app_id.as_str(), detail: String::new() };
    audit::record(tx, cx, owner.company_id(), &entry)?;
    let client_secret = match new.public_client {
        true => None,
        false => Some(secrets::insert(tx, cx, &app_id)?.secret),
    };
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
