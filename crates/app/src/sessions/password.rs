//! A person changes their password.

use std::net::IpAddr;
use std::sync::Arc;

use leadhold_kernel::{Cx, Error};
use leadhold_store::params;

use super::session::{self, Origin};
use super::sign_in::prove_again;
use super::sql;
use crate::users;
use crate::world::World;

/// Characters of a password: length is what makes it strong, so nothing else is asked of it (OWASP ASVS 5, 6.2).
const SHORTEST: usize = 8;
const LONGEST: usize = 256;

/// Puts `new` in the place of `current`, ends all of the person's sessions, and opens a new one; answers its cookie.
///
/// # Errors
/// 422 for a password that is too short or too long or not a new one, 401 when `current` is wrong, 429 after too many of
/// these.
pub async fn change(
    world: &World,
    cx: Cx,
    email: &str,
    [current, new]: [String; 2],
    peer: Option<IpAddr>,
    origin: Origin,
) -> Result<String, Error> {
    check(email, &current, &new)?;
    let user = prove_again(world, email, current, peer).await?;
    let hash = users::hashing::hash(new, Arc::clone(&cx.random)).await?;
    let changed = world.write(move |tx| {
        tx.exec(sql::SET_PASSWORD, params![&user.company_id, &user.id, &hash, cx.now])?;
        session::end_all(tx, &user.company_id, &user.id)?;
        session::open(tx, &cx, &user, &origin)
    });
    changed.await
}

fn check(email: &str, current: &str, new: &str) -> Result<(), Error> {
    let length = new.chars().count();
    if length < SHORTEST {
        return Err(Error::field(format!("The new password must have at least {SHORTEST} characters.")));
    }
    if length > LONGEST {
        return Err(Error::field(format!("The new password must have at most {LONGEST} characters.")));
    }
    if new == current || new.eq_ignore_ascii_case(email) {
        return Err(Error::field("The new password must differ from the old one and from your address."));
    }
    Ok(())
}
