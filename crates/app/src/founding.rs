//! The first agency of an installation, or a further one: with a location to work in, an administrator, and a credential
//! for each, made by the same services that requests use.

use leadhold_kernel::{Cx, Error, Id, ScopeSet, id};
use leadhold_store::Tx;
use serde::Serialize;

use crate::companies::{self, NewCompany};
use crate::locations::{self, NewLocation, Settings};
use crate::tokens::{self, Kind, Owner};
use crate::users::{self, NewUser, Role, Type};

/// What a new agency needs to be told.
#[derive(Clone, Debug)]
pub struct Founding {
    /// The agency's name.
    pub agency: String,
    /// Its first location's name.
    pub location: String,
    /// The administrator's address, to sign in with.
    pub email: String,
    /// The administrator's first and last name.
    pub name: [String; 2],
    /// The hash of the administrator's password.
    pub password_hash: String,
    /// ISO 3166 two-letter country: how telephone numbers without a country code are read.
    pub country: String,
    /// IANA time zone.
    pub timezone: String,
}

impl Founding {
    fn check(&self) -> Result<(), Error> {
        let mut faults = Vec::new();
        if self.country.len() != 2 || !self.country.bytes().all(|letter| letter.is_ascii_uppercase()) {
            faults.push(format!("country `{}` must be two capital letters, such as US", self.country));
        }
        if jiff::tz::TimeZone::get(&self.timezone).is_err() {
            faults.push(format!("timezone `{}` must be an IANA name, such as Europe/Berlin", self.timezone));
        }
        if !self.email.contains('@') {
            faults.push(format!("email `{}` must be an e-mail address", self.email));
        }
        if faults.is_empty() { Ok(()) } else { Err(Error::Validation(faults)) }
    }
}

/// An agency that was founded.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Founded {
    /// The agency.
    pub company_id: Id<id::Company>,
    /// Its first location.
    pub location_id: Id<id::Location>,
    /// Its administrator.
    pub user_id: Id<id::User>,
    /// The agency's API key.
    pub agency_key: String,
    /// The agency's private integration token.
    pub agency_token: String,
    /// The location's private integration token.
    pub location_token: String,
}

/// Founds an agency.
///
/// # Errors
/// 422 when the country or the time zone is none; 400 when the address is taken; the store's failure.
pub fn found(tx: &mut Tx<'_>, cx: &Cx, founding: &Founding) -> Result<Founded, Error> {
    founding.check()?;
    let Founding { agency, location, email, name, password_hash, country, timezone } = founding;
    let company = NewCompany {
        name: agency.clone(),
        email: Some(email.clone()),
        country: country.clone(),
        timezone: timezone.clone(),
    };
    let company = companies::create(tx, cx, &company)?;
    let first = NewLocation {
        name: location.clone(),
        email: None,
        phone: None,
        country: country.clone(),
        timezone: timezone.clone(),
        settings: Settings::default(),
    };
    let here = locations::create(tx, cx, &company, &first)?;
    let [first_name, last_name] = name.clone();
    let admin = NewUser {
        email: email.clone(),
        first_name,
        last_name,
        password_hash: password_hash.clone(),
        kind: Type::Agency,
        role: Role::Admin,
    };
    let user_id = users::create(tx, cx, &company, &admin, std::slice::from_ref(&here))?;
    let (company_id, location_id) = (company.company_id().clone(), here.location_id().clone());
    let mut issue = |owner: &Owner, kind| -> Result<String, Error> {
        Ok(tokens::create(tx, cx, owner, kind, "First", ScopeSet::all())?.secret)
    };
    let agency = Owner::Company(company);
    Ok(Founded {
        company_id,
        location_id,
        user_id,
        agency_key: issue(&agency, Kind::AgencyKey)?,
        agency_token: issue(&agency, Kind::Private)?,
        location_token: issue(&Owner::Location(here), Kind::Private)?,
    })
}
