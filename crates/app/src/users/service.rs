//! The verbs of the API: finding, adding, changing and deleting people.
//!
//! A location's credential reaches the people of that location who are no users of the agency. It writes only those who
//! belong to no other location, too: whoever sets a person's password can sign in as the person, and would so come from
//! one location to another.

use leadhold_kernel::{Cx, Error, Id, fold, id, patch};
use leadhold_store::{Tx, json_text, params};
use serde_json::{Map, Value};

use super::{NewUser, Type, User, create, events, get, name_lower, sql};
use crate::http::Caller;
use crate::http::caller::no_access;
use crate::locations;
use crate::tenant::{CompanyScope, LocationScope};

/// From where people are looked at.
#[derive(Clone, Debug)]
pub struct Access {
    agency: CompanyScope,
    /// The location whose credential it is; `None`: the agency's.
    pub(super) location: Option<LocationScope>,
}

impl Access {
    /// What the caller's credential is good for.
    ///
    /// # Errors
    /// 403 when it is good for nothing.
    pub fn of(caller: &Caller) -> Result<Self, Error> {
        match caller.location_id {
            None => Ok(Self { agency: caller.company(None)?, location: None }),
            Some(_) => Ok(Self::at(&caller.location(None)?)),
        }
    }

    /// What the credential of a location is good for: its people are rows of its agency.
    #[must_use]
    pub fn at(here: &LocationScope) -> Self {
        let agency = CompanyScope::proven(here.company_id().clone());
        Self { agency, location: Some(here.clone()) }
    }

    /// The agency whose rows are read.
    pub(super) fn agency(&self) -> &CompanyScope {
        &self.agency
    }

    fn may_see(&self, user: &User) -> bool {
        self.location
            .as_ref()
            .is_none_or(|here| user.kind == Type::Account && user.location_ids.contains(here.location_id()))
    }

    fn may_write(&self, user: &User) -> bool {
        self.location
            .as_ref()
            .is_none_or(|here| user.location_ids.iter().all(|location| location == here.location_id()))
    }
}

/// A person that the caller may see.
///
/// # Errors
/// 400 when there is nobody with this id, 403 when the person is not the caller's to see; when the store fails.
pub fn reach(tx: &mut Tx<'_>, access: &Access, id: &str) -> Result<User, Error> {
    let unknown = || Error::bad_request(format!("User with id {id} not found"));
    let id = Id::<id::User>::parse(id).ok_or_else(unknown)?;
    match get(tx, access.agency(), &id)? {
        Some(user) if !access.may_see(&user) => Err(no_access()),
        Some(user) if user.deleted => Err(unknown()),
        Some(user) => Ok(user),
        None => {
            let elsewhere = tx.query_opt(sql::ELSEWHERE, params![&id], |row| row.get::<String>(0))?;
            Err(if elsewhere.is_some() { no_access() } else { unknown() })
        }
    }
}

/// A person that the caller may change.
///
/// # Errors
/// As [`reach`], and 403 when the person belongs elsewhere, too.
pub(super) fn hold(tx: &mut Tx<'_>, access: &Access, id: &str) -> Result<User, Error> {
    tx.lock(&format!("user:{id}"))?;
    let user = reach(tx, access, id)?;
    if access.may_write(&user) { Ok(user) } else { Err(no_access()) }
}

/// Somebody new.
#[derive(Clone, Debug)]
pub struct Addition {
    /// Who.
    pub user: NewUser,
    /// The locations that are named.
    pub location_ids: Vec<String>,
    /// What else is said, as a merge-patch of a [`User`].
    pub details: Map<String, Value>,
}

/// Adds a person.
///
/// Events: `UserCreate`, at the agency or at each of the person's locations.
///
/// # Errors
/// 400 when the address is taken, 403 when the agency has no such location, or a location's credential adds somebody who
/// reaches further; when the store fails.
pub fn add(tx: &mut Tx<'_>, cx: &Cx, access: &Access, new: &Addition) -> Result<User, Error> {
    let locations = named(tx, access, new.user.kind, &new.location_ids)?;
    let id = create(tx, cx, access.agency(), &new.user, &locations)?;
    let made = get(tx, access.agency(), &id)?.ok_or_else(|| Error::internal("a new user is not there"))?;
    let user = patch::merged(&made, &new.details).map_err(Error::internal)?;
    save(tx, cx, &user)?;
    events::announce(tx, cx, None, Some(&user))?;
    Ok(user)
}

/// The hash of a new password, made before the transaction.
#[derive(Clone, Debug)]
pub struct Password(pub String);

/// Changes what `changes` names, a merge-patch of a [`User`].
///
/// Events: `UserUpdate` where the person stays, `UserCreate` and `UserDelete` at locations that the person comes to and
/// leaves; nothing when nothing changed that anyone may see.
///
/// # Errors
/// 400 when there is nobody with this id, or the address is another; 403 as [`add`] and [`reach`]; when the store fails.
pub fn update(
    tx: &mut Tx<'_>,
    cx: &Cx,
    access: &Access,
    id: &str,
    changes: &Map<String, Value>,
    password: Option<&Password>,
) -> Result<User, Error> {
    let before = hold(tx, access, id)?;
    let mut after: User = patch::merged(&before, changes).map_err(Error::internal)?;
    // It is a map that is replaced, as documented, and not merged.
    if let Some(numbers) = changes.get("twilioPhone") {
        after.twilio_phone = serde_json::from_value(numbers.clone()).map_err(Error::internal)?;
    }
    if fold(&after.email) != fold(&before.email) {
        return Err(Error::bad_request("The email of a user cannot be changed."));
    }
    after.email.clone_from(&before.email);
    let mut locations = Vec::new();
    if after.location_ids != before.location_ids || after.kind != before.kind {
        let asked: Vec<String> = after.location_ids.iter().map(ToString::to_string).collect();
        locations = named(tx, access, after.kind, &asked)?;
        after.location_ids = locations.iter().map(|here| here.location_id().clone()).collect();
    }
    if let Some(Password(hash)) = password {
        tx.exec(sql::SET_PASSWORD, params![&after.company_id, &after.id, hash, cx.now])?;
    }
    if after == before {
        return Ok(after);
    }
    save(tx, cx, &after)?;
    for left in before.location_ids.iter().filter(|id| !after.location_ids.contains(id)) {
        tx.exec(sql::DROP_LOCATION, params![&after.company_id, &after.id, left])?;
    }
    for come in &locations {
        tx.exec(sql::INSERT_LOCATION, params![&after.id, come.company_id(), come.location_id()])?;
    }
    events::announce(tx, cx, Some(&before), Some(&after))?;
    Ok(after)
}

/// Deletes a person: nobody signs in with the account, and its address is free again.
///
/// Events: `UserDelete`, at the agency or at each of the person's locations.
///
/// # Errors
/// As [`update`].
pub fn delete(tx: &mut Tx<'_>, cx: &Cx, access: &Access, id: &str) -> Result<User, Error> {
    let user = hold(tx, access, id)?;
    tx.exec(sql::DELETE, params![&user.company_id, &user.id, cx.now])?;
    events::announce(tx, cx, Some(&user), None)?;
    Ok(user)
}

/// Whether the caller may ask for the people of this location.
///
/// # Errors
/// 403 when it is not the caller's; when the store fails.
pub(super) fn may_ask(tx: &mut Tx<'_>, access: &Access, location: &str) -> Result<(), Error> {
    named(tx, access, Type::Account, &[location.to_owned()]).map(drop)
}

/// Proof of access to the locations that are named, each once, in the order of their ids.
fn named(tx: &mut Tx<'_>, access: &Access, kind: Type, ids: &[String]) -> Result<Vec<LocationScope>, Error> {
    if access.location.is_some() && kind == Type::Agency {
        return Err(no_access());
    }
    if kind == Type::Account && ids.is_empty() {
        return Err(Error::field("locationIds should not be empty"));
    }
    let mut ids: Vec<&String> = ids.iter().collect();
    ids.sort();
    ids.dedup();
    let own = access.location.as_ref().map(LocationScope::location_id);
    let mut locations = Vec::with_capacity(ids.len());
    for id in ids {
        let found = match Id::parse(id) {
            Some(id) if own.is_none_or(|own| *own == id) => locations::of_company(tx, access.agency(), &id)?,
            _ => None,
        };
        locations.push(found.ok_or_else(no_access)?);
    }
    Ok(locations)
}

fn save(tx: &mut Tx<'_>, cx: &Cx, user: &User) -> Result<(), Error> {
    let list = |words: &Option<Vec<String>>| words.as_ref().map(json_text);
    tx.exec(
        sql::UPDATE,
        params![
            &user.company_id,
            &user.id,
            &user.first_name,
            &user.last_name,
            name_lower(&user.first_name, &user.last_name),
            user.phone.as_deref(),
            user.kind.name(),
            user.role.name(),
            json_text(&user.permissions),
            list(&user.scopes),
            list(&user.scopes_assigned_to_only),
            user.profile_photo.as_deref(),
            json_text(&user.twilio_phone),
            user.platform_language.as_deref(),
            cx.now
        ],
    )?;
    Ok(())
}
