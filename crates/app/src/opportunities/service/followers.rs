//! Who follows an opportunity.

use leadhold_kernel::{Cx, Error};
use leadhold_store::Tx;

use super::{hold, save};
use crate::opportunities::model::{FollowerChange, Opportunity};
use crate::tenant::LocationScope;

/// What became of those who follow.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Followed {
    /// All who follow now.
    pub followers: Vec<String>,
    /// Those who came, or left.
    pub changed: Vec<String>,
}

/// Changes who follows. No event: the real service has none either.
///
/// # Errors
/// 400 when the location has no such opportunity; when the store fails.
pub fn change_followers(
    tx: &mut Tx<'_>,
    cx: &Cx,
    here: &LocationScope,
    id: &str,
    change: &FollowerChange,
) -> Result<Followed, Error> {
    let before = hold(tx, here, id)?;
    let followers = change.apply(&before.followers);
    let not_in = |other: &[String]| {
        let other = other.to_vec();
        move |id: &&String| !other.contains(id)
    };
    let come = followers.iter().filter(not_in(&before.followers));
    let left = before.followers.iter().filter(not_in(&followers));
    let changed = come.chain(left).cloned().collect();
    save(tx, cx, here, &before, Opportunity { followers: followers.clone(), ..before.clone() })?;
    Ok(Followed { followers, changed })
}
