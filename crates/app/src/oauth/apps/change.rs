//! Changing and deleting an app.

use leadhold_kernel::{Cx, Error, Patch};
use leadhold_store::{Tx, json_text, params};

use super::model::{App, Distribution};
use super::rules::{self, Fault};
use super::subscriptions::{self, Wishes};
use super::{get, note, sql};
use crate::marketplace;
use crate::tenant::CompanyScope;

/// What is different; what is absent stays. Scopes are changed in a draft version, and whether a client is public never.
#[derive(Clone, Debug, Default)]
pub struct AppChanges {
    /// What installers read.
    pub name: Option<String>,
    /// All of them.
    pub redirect_uris: Option<Vec<String>>,
    /// Where it can be installed. Installs that there are stay.
    pub distribution: Option<Distribution>,
    /// Where events go.
    pub webhook_url: Patch<String>,
    /// All of them.
    pub wishes: Option<Wishes>,
    /// A picture.
    pub logo_url: Patch<String>,
    /// Where installers read more.
    pub website: Patch<String>,
    /// Where installers pay.
    pub external_billing_url: Patch<String>,
}

impl AppChanges {
    /// What is wrong with it whatever the app.
    #[must_use]
    pub fn faults(&self) -> Vec<Fault> {
        let text = |patch: &Patch<String>| match patch {
            Patch::Value(text) => Some(text.clone()),
            Patch::Absent | Patch::Null => None,
        };
        let mut faults = self.name.as_deref().map(rules::name).unwrap_or_default();
        faults.extend(rules::redirect_uris(self.redirect_uris.as_deref().unwrap_or_default()));
        faults.extend(rules::webhook_url(text(&self.webhook_url).as_deref()));
        faults.extend(rules::page("logoUrl", text(&self.logo_url).as_deref()));
        faults.extend(rules::page("website", text(&self.website).as_deref()));
        faults.extend(rules::page("externalBillingUrl", text(&self.external_billing_url).as_deref()));
        faults
    }
}

/// Changes one of the agency's apps.
///
/// # Errors
/// 404 when the agency has no such app; 422 with everything that is wrong; when the store fails.
pub fn change(
    tx: &mut Tx<'_>,
    cx: &Cx,
    owner: &CompanyScope,
    id: &str,
    changes: &AppChanges,
) -> Result<App, Error> {
    super::lock(tx, id)?;
    let before = get(tx, owner, id)?;
    let wishes = match &changes.wishes {
        Some(wishes) => wishes.clone(),
        None => subscriptions::wishes(tx, &before.id)?,
    };
    let changes = changes.clone();
    let mut faults = changes.faults();
    let after = App {
        name: changes.name.map_or(before.name, |name| name.trim().to_owned()),
        redirect_uris: changes.redirect_uris.unwrap_or(before.redirect_uris),
        distribution: changes.distribution.unwrap_or(before.distribution),
        webhook_url: changes.webhook_url.apply(before.webhook_url),
        logo_url: changes.logo_url.apply(before.logo_url),
        website: changes.website.apply(before.website),
        external_billing_url: changes.external_billing_url.apply(before.external_billing_url),
        updated_at: cx.now,
        ..before
    };
    faults.extend(rules::wishes(&wishes, after.webhook_url.as_deref()));
    rules::refuse(faults)?;
    tx.exec(
        sql::UPDATE,
        params![
            owner.company_id(),
            &after.id,
            &after.name,
            json_text(&after.redirect_uris),
            after.distribution.name(),
            after.webhook_url.as_deref(),
            after.logo_url.as_deref(),
            after.website.as_deref(),
            after.external_billing_url.as_deref(),
            after.updated_at
        ],
    )?;
    if changes.wishes.is_some() {
        subscriptions::replace(tx, cx, &after.id, &wishes)?;
    }
    note(tx, cx, &after, "app.changed", "")?;
    Ok(after)
}

/// Deletes one of the agency's apps. With `everywhere` it is uninstalled first from wherever it is, and told so.
///
/// # Errors
/// 404 when the agency has no such app; 409 when it is installed and not to be removed everywhere; when the store fails.
pub fn delete(
    tx: &mut Tx<'_>,
    cx: &Cx,
    owner: &CompanyScope,
    id: &str,
    everywhere: bool,
) -> Result<(), Error> {
    super::lock(tx, id)?;
    let app = get(tx, owner, id)?;
    let installs = marketplace::count_installs_of_app(tx, &app.id)?;
    if installs > 0 && !everywhere {
        let places = if installs == 1 { "one place".to_owned() } else { format!("{installs} places") };
        return Err(Error::Conflict(format!(
            "The app is installed in {places}. Remove it there first, or delete it with ?force=true, which uninstalls it \
             everywhere."
        )));
    }
    for (place, _) in marketplace::installs_of_app(tx, &app.id, i64::MAX)? {
        marketplace::uninstall(tx, cx, &place, &app.id, Some("The app was deleted."))?;
    }
    subscriptions::end_all(tx, &app.id, cx.now)?;
    tx.exec(sql::DELETE_SECRETS, params![&app.id])?;
    tx.exec(sql::DELETE, params![owner.company_id(), &app.id, cx.now])?;
    Ok(note(tx, cx, &app, "app.deleted", &format!("uninstalled from {installs}"))?)
}
