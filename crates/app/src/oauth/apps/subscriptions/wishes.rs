//! The app's own wishes: some kinds of events or all of them go to its default URL, and single kinds to URLs of their own
//! instead. What happens to the app itself, such as INSTALL, goes to the default URL whatever was chosen.

use std::collections::{BTreeMap, BTreeSet};

use leadhold_kernel::{Cx, Id, id};
use leadhold_store::{DbError, Tx, json_text, params};

use super::find::read;
use super::manage::insert;
use super::model::{Kinds, NewSubscription, Subscriptions, Wishes};
use super::sql;

/// What the app wishes for.
///
/// # Errors
/// When the store fails.
pub fn wishes(tx: &mut Tx<'_>, app: &Id<id::App>) -> Result<Wishes, DbError> {
    Ok(tx.query(sql::WISHED, params![app], read).map(Subscriptions)?.wishes())
}

/// Makes `wishes` the app's only ones. A URL that stays keeps its subscription; that of the default URL always stays.
///
/// # Errors
/// When the store fails.
pub fn replace(tx: &mut Tx<'_>, cx: &Cx, app: &Id<id::App>, wishes: &Wishes) -> Result<(), DbError> {
    let mut rows: BTreeMap<Option<&str>, Option<Vec<&str>>> = BTreeMap::new();
    let to_default = match &wishes.wanted {
        Kinds::All => None,
        Kinds::Only(kinds) => {
            let rest: BTreeSet<_> = kinds.iter().filter(|kind| !wishes.urls.contains_key(kind)).collect();
            Some(rest.into_iter().map(|kind| kind.name()).collect::<Vec<_>>())
        }
    };
    rows.insert(None, to_default);
    for (kind, url) in &wishes.urls {
        let names = rows.entry(Some(url)).or_insert_with(|| Some(Vec::new()));
        names.get_or_insert_default().push(kind.name());
    }
    let before = tx.query(sql::WISHED, params![app], read)?;
    for old in &before {
        match rows.remove(&old.url.as_deref()) {
            Some(kinds) => {
                let kinds = kinds.map(|kinds| json_text(&kinds));
                tx.exec(sql::CHANGE_KINDS, params![app, &old.id, kinds, cx.now])?
            }
            None => tx.exec(sql::END, params![app, &old.id, cx.now])?,
        };
    }
    for (url, kinds) in rows {
        let kinds = kinds.map(|kinds| json_text(&kinds));
        insert(tx, cx, app, url, kinds.as_deref(), true, &NewSubscription::default())?;
    }
    Ok(())
}
