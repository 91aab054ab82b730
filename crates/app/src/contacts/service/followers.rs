//! Users who follow a contact.

use leadhold_kernel::{Cx, Error, EventKind, fold};
use leadhold_queue::outbox;
use leadhold_store::{Tx, json_text, params};

use super::index::FOLLOWER;
use super::{hold, touch};
use crate::contacts::model::Contact;
use crate::contacts::{events, sql};
use crate::tenant::LocationScope;
use crate::users::{self, Access};

/// Users that can follow one contact.
const MOST: usize = 100;

/// What became of a contact's followers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FollowerChange {
    /// All of them now.
    pub followers: Vec<String>,
    /// Those that did not follow, or did, before.
    pub changed: Vec<String>,
}

/// Lets users of the location follow a contact.
///
/// Event: `ContactUpdate`, when one of them did not.
///
/// # Errors
/// 400 when the location has no such contact, there is no such user, or the contact would have too many followers; 403
/// when the contact or a user is another location's; when the store fails.
pub fn add_followers(
    tx: &mut Tx<'_>,
    cx: &Cx,
    here: &LocationScope,
    id: &str,
    users: &[String],
) -> Result<FollowerChange, Error> {
    let before = hold(tx, here, id)?;
    let mut changed: Vec<String> = Vec::new();
    for user in users {
        users::reach(tx, &Access::at(here), user)?;
        if !before.followers.contains(user) && !changed.contains(user) {
            changed.push(user.clone());
        }
    }
    let followers = [before.followers.clone(), changed.clone()].concat();
    if followers.len() > MOST {
        return Err(Error::bad_request(format!("A contact has at most {MOST} followers.")));
    }
    for user in &changed {
        tx.exec(sql::ADD_FACET, params![here.location_id(), before.no, FOLLOWER, fold(user)])?;
    }
    save(tx, cx, here, before, followers, changed)
}

/// Lets users follow a contact no longer; they need not be there any more.
///
/// Event: `ContactUpdate`, when one of them did.
///
/// # Errors
/// 400 when the location has no such contact, 403 when it is another's; when the store fails.
pub fn remove_followers(
    tx: &mut Tx<'_>,
    cx: &Cx,
    here: &LocationScope,
    id: &str,
    users: &[String],
) -> Result<FollowerChange, Error> {
    let before = hold(tx, here, id)?;
    let (changed, followers): (Vec<String>, Vec<String>) =
        before.followers.iter().cloned().partition(|user| users.contains(user));
    for user in &changed {
        tx.exec(sql::REMOVE_FACET, params![here.location_id(), before.no, FOLLOWER, fold(user)])?;
    }
    save(tx, cx, here, before, followers, changed)
}

fn save(
    tx: &mut Tx<'_>,
    cx: &Cx,
    here: &LocationScope,
    before: Contact,
    followers: Vec<String>,
    changed: Vec<String>,
) -> Result<FollowerChange, Error> {
    if !changed.is_empty() {
        let mut after = Contact { followers: followers.clone(), ..before.clone() };
        touch(cx, &mut after);
        let (all, author) = (json_text(&followers), json_text(&after.updated_by));
        let row = params![here.location_id(), after.no, all, author, after.date_updated];
        tx.exec(sql::UPDATE_FOLLOWERS, row)?;
        outbox::append(tx, &events::change(cx, here, EventKind::ContactUpdate, &before, &after))?;
    }
    Ok(FollowerChange { followers, changed })
}
