//! People: they belong to an agency, see some or all of its locations, and sign in with e-mail and password. An address is
//! one person's in the whole installation, since the sign-in page asks for no agency.
//!
//! A deleted person keeps the row, so that what names the person still has a name to show; nobody signs in with it, and
//! its address is free again.

mod events;
pub mod hashing;
mod list;
mod model;
mod password;
mod permissions;
mod routes;
mod service;
mod sql;
mod wire;
mod words;

use leadhold_kernel::{Cx, Error, Id, fold, id};
use leadhold_store::{DbError, Json, Row, Sql, Tx, params};

pub use self::list::{Search, search};
pub use self::model::{NewUser, Role, SignIn, Type, User};
pub use self::password::{hash, matches};
pub use self::permissions::{Permission, Permissions};
pub use self::routes::routes;
pub use self::service::{Access, Addition, Password, add, delete, reach, update};
use crate::tenant::{CompanyScope, LocationScope};

/// Every statement of this slice.
pub const STATEMENTS: &[Sql] = sql::ALL;

/// The addresses of an agency's administrators, the oldest first; at most `most`.
///
/// # Errors
/// When the store fails.
pub fn administrators(tx: &mut Tx<'_>, agency: &CompanyScope, most: i64) -> Result<Vec<String>, DbError> {
    tx.query(sql::ADMINISTRATORS, params![agency.company_id(), most], |row| row.get(0))
}

/// Makes a user of an agency who sees `locations`. Announces nothing: [`add`] does.
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
            fold(email),
            &new.first_name,
            &new.last_name,
            name_lower(&new.first_name, &new.last_name),
            &new.password_hash,
            new.kind.name(),
            new.role.name(),
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

/// What lists are sorted and searched by.
fn name_lower(first_name: &str, last_name: &str) -> String {
    fold(format!("{first_name} {last_name}").trim())
}

/// The person who signs in with this address; `None` when there is none, or the account was deleted.
///
/// # Errors
/// When the store fails.
pub fn by_email(tx: &mut Tx<'_>, email: &str) -> Result<Option<SignIn>, Error> {
    let lower = fold(email.trim());
    let found = tx.query_opt(sql::BY_EMAIL, params![&lower], |row| Ok((read(row)?, row.get(15)?)))?;
    let Some((mut user, password_hash)) = found else { return Ok(None) };
    user.location_ids = locations_of(tx, &user)?;
    Ok(Some(SignIn { user, password_hash }))
}

/// A person of the agency, also a deleted one; `None` when there is none.
///
/// # Errors
/// When the store fails.
pub fn get(tx: &mut Tx<'_>, agency: &CompanyScope, id: &Id<id::User>) -> Result<Option<User>, Error> {
    let Some(mut user) = tx.query_opt(sql::GET, params![agency.company_id(), id], read)? else {
        return Ok(None);
    };
    user.location_ids = locations_of(tx, &user)?;
    Ok(Some(user))
}

/// Everybody loses their way to a location, which comes to its end.
///
/// # Errors
/// When the store fails.
pub fn leave_location(tx: &mut Tx<'_>, here: &LocationScope) -> Result<(), Error> {
    tx.exec(sql::LEAVE_LOCATION, params![here.company_id(), here.location_id()])?;
    Ok(())
}

fn locations_of(tx: &mut Tx<'_>, user: &User) -> Result<Vec<Id<id::Location>>, DbError> {
    tx.query(sql::LOCATIONS, params![&user.company_id, &user.id], |row| row.get(0))
}

/// Without the locations, which are rows of their own.
fn read(row: &Row<'_>) -> Result<User, DbError> {
    let (Json(permissions), Json(twilio_phone)) = (row.get(8)?, row.get(12)?);
    let (scopes, assigned): (Option<Json<_>>, Option<Json<_>>) = (row.get(9)?, row.get(10)?);
    Ok(User {
        id: row.get(0)?,
        company_id: row.get(1)?,
        email: row.get(2)?,
        first_name: row.get(3)?,
        last_name: row.get(4)?,
        phone: row.get(5)?,
        kind: word(
            &row.get::<String>(6)?,
            "users.type",
            &[("agency", Type::Agency), ("account", Type::Account)],
        )?,
        role: word(&row.get::<String>(7)?, "users.role", &[("admin", Role::Admin), ("user", Role::User)])?,
        location_ids: Vec::new(),
        permissions,
        scopes: scopes.map(|Json(list)| list),
        scopes_assigned_to_only: assigned.map(|Json(list)| list),
        profile_photo: row.get(11)?,
        twilio_phone,
        platform_language: row.get(13)?,
        created_at: row.get(14)?,
        deleted: row.get::<Option<leadhold_kernel::Timestamp>>(16)?.is_some(),
    })
}

fn word<T: Copy>(text: &str, place: &str, words: &[(&str, T)]) -> Result<T, DbError> {
    let found = words.iter().find(|(word, _)| *word == text).map(|(_, value)| *value);
    found.ok_or_else(|| DbError::Inconsistent {
        place: place.into(),
        fault: format!("`{text}` is no word for it"),
    })
}
