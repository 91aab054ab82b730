//! What a person may grant to an app, and what they picked.

use leadhold_kernel::{Error, Id, fold, id};
use leadhold_store::{DbError, Row, Tx, params};
use serde::Serialize;

use super::super::apps::App;
use super::super::code::Choice;
use super::super::grant::Approval;
use super::super::sql;
use crate::http::Visitor;
use crate::locations;
use crate::tenant::CompanyScope;
use crate::users::{Role, Type, User};

/// How many locations a page lists; beyond that people search.
const LISTED: usize = 200;
/// The most that one approval names; more are `all`.
const MOST: usize = 1000;

/// Who grants.
#[derive(Clone, Debug)]
pub struct Person {
    /// The person.
    pub user_id: Id<id::User>,
    /// Their agency.
    pub company_id: Id<id::Company>,
    /// Whether the account is the agency's.
    pub agency: bool,
    /// Whether it is an administrator's.
    pub admin: bool,
}

impl From<&Visitor> for Person {
    fn from(visitor: &Visitor) -> Self {
        Self {
            user_id: visitor.user_id.clone(),
            company_id: visitor.company_id.clone(),
            agency: visitor.agency,
            admin: visitor.admin,
        }
    }
}

impl From<&User> for Person {
    fn from(user: &User) -> Self {
        Self {
            user_id: user.id.clone(),
            company_id: user.company_id.clone(),
            agency: user.kind == Type::Agency,
            admin: user.role == Role::Admin,
        }
    }
}

/// What they may grant.
#[derive(Clone, Debug)]
pub(super) struct Offer {
    agency: CompanyScope,
    /// The app on the agency itself.
    pub(super) company: bool,
    /// Several locations at once, all, and future ones.
    pub(super) bulk: bool,
    /// The locations to choose from, by name.
    pub(super) locations: Vec<Offered>,
}

/// A location to choose.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Offered {
    /// Its id.
    pub(super) id: Id<id::Location>,
    /// Its name.
    pub(super) name: String,
    /// Where it is, as far as that is known.
    pub(super) place: String,
}

/// What they picked.
#[derive(Clone, Debug, Default)]
pub struct Pick {
    /// The agency itself.
    pub company: bool,
    /// These locations.
    pub locations: Vec<String>,
    /// All locations.
    pub all: bool,
    /// Those that are made later, too.
    pub future: bool,
}

impl Offer {
    /// What `person` may grant to `app`.
    pub(super) fn of(tx: &mut Tx<'_>, app: &App, person: &Person) -> Result<Self, DbError> {
        // Whoever may offer is known by the session; what belongs to them is asked of the tables.
        let agency = CompanyScope::proven(person.company_id.clone());
        let locations = match (person.admin && app.distribution.fits_locations(), person.agency) {
            (false, _) => Vec::new(),
            (true, true) => tx.query(sql::LOCATIONS, params![&person.company_id], read)?,
            (true, false) => {
                tx.query(sql::LOCATIONS_OF_USER, params![&person.company_id, &person.user_id], read)?
            }
        };
        Ok(Self {
            agency,
            company: person.admin && person.agency && app.distribution.fits_companies(),
            bulk: person.agency && !locations.is_empty(),
            locations,
        })
    }

    /// Whether there is nothing to grant.
    pub(super) fn is_empty(&self) -> bool {
        !self.company && self.locations.is_empty()
    }

    /// The locations whose names hold `text`, as many as a page lists.
    pub(super) fn matching(&self, text: &str) -> Vec<&Offered> {
        let text = fold(text.trim());
        self.locations.iter().filter(|offered| fold(&offered.name).contains(&text)).take(LISTED).collect()
    }

    /// The choice that a pick stands for.
    ///
    /// # Errors
    /// 422 when it is none, or holds what was not offered.
    pub(super) fn accept(&self, tx: &mut Tx<'_>, pick: &Pick) -> Result<Choice, Error> {
        let refuse = |sentence: &str| Err(Error::field(sentence));
        let at_locations = pick.all || pick.future || !pick.locations.is_empty();
        if pick.company && at_locations {
            return refuse("choose either the agency or locations");
        }
        if pick.company {
            return match self.company {
                true => Ok(Choice::Company(Approval::default())),
                false => refuse("this app cannot be installed on the agency by this account"),
            };
        }
        if !at_locations {
            return refuse("choose where to install the app");
        }
        if pick.locations.len() > MOST {
            return refuse("choose at most 1000 locations, or all of them");
        }
        let mut chosen = Vec::with_capacity(pick.locations.len());
        for text in &pick.locations {
            let offered = self.locations.iter().find(|offered| offered.id.as_str() == text);
            match offered
                .map(|offered| locations::of_company(tx, &self.agency, &offered.id))
                .transpose()?
                .flatten()
            {
                Some(here) if !chosen.contains(here.location_id()) => chosen.push(here.location_id().clone()),
                Some(_) => {}
                None => return refuse("a chosen location is not yours to install this app on"),
            }
        }
        match (&chosen[..], pick.all || pick.future) {
            ([one], false) => Ok(Choice::Location(one.clone())),
            _ if !self.bulk => refuse("choose one location"),
            _ => Ok(Choice::Company(Approval { locations: chosen, all: pick.all, future: pick.future })),
        }
    }
}

fn read(row: &Row<'_>) -> Result<Offered, DbError> {
    let parts: [Option<String>; 3] = [row.get(2)?, row.get(3)?, row.get(4)?];
    let place = parts.into_iter().flatten().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(", ");
    Ok(Offered { id: row.get(0)?, name: row.get(1)?, place })
}
