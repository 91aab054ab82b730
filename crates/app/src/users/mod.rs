//! People: they belong to an agency, see some or all of its locations, and sign in with e-mail and password.

pub mod hashing;
mod password;
mod sql;

use leadhold_kernel::{Cx, Error, Id, id};
use leadhold_store::{Sql, Tx, params};

pub use self::password::{hash, matches};
use crate::tenant::{CompanyScope, LocationScope};

/// Every statement of this slice.
pub const STATEMENTS: &[Sql] = sql::ALL;

/// How far a user's account reaches.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Type {
    /// The agency and all of its locations.
    Agency,
    /// The locations that are named.
    Account,
}

/// What a user may do there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// Everything.
    Admin,
    /// What the permissions say.
    User,
}

/// What a new user is given.
#[derive(Clone, Debug)]
pub struct NewUser {
    /// The address to sign in with; unique without case.
    pub email: String,
    /// First name.
    pub first_name: String,
    /// Last name.
    pub last_name: String,
    /// The password's hash ([`hash`]): hashing takes tens of milliseconds and has no place in a transaction.
    pub password_hash: String,
    /// How far the account reaches.
    pub kind: Type,
    /// What it may do.
    pub role: Role,
}

/// Makes a user of an agency who sees `locations`.
///
/// # Errors
/// When the address is taken or the store fails.
pub fn create(
    tx: &mut Tx<'_>,
    cx: &Cx,
    agency: &CompanyScope,
    new: &NewUser,
    locations: &[LocationScope],
) -> Result<Id<id::User>, Error> {
    let id = Id::<id::User>::generate(cx.random.as_ref());
    let email = new.email.trim();
    let made = tx.exec(
        sql::INSERT,
        params![
            &id,
            agency.company_id(),
            email,
            email.to_lowercase(),
            &new.first_name,
            &new.last_name,
            &new.password_hash,
            if new.kind == Type::Agency { "agency" } else { "account" },
            if new.role == Role::Admin { "admin" } else { "user" },
            cx.now
        ],
    )?;
    if made == 0 {
        return Err(Error::bad_request(format!("A user with the email {email} exists already.")));
    }
    for here in locations {
        tx.exec(sql::INSERT_LOCATION, params![&id, here.company_id(), here.location_id()])?;
    }
    Ok(id)
}
