//! The tokens that a recipe's requests show: the user's, or two that are made for it and end with it.

use leadhold_app::locations::{self, Search};
use leadhold_app::tokens::{self, Issued, Kind, Owner};
use leadhold_app::{CompanyScope, LocationScope, companies};
use leadhold_kernel::{Cx, Error, Id, ScopeSet};
use leadhold_store::{Store, Tx};

use super::super::on;
use super::known::Known;
use crate::compose;
use crate::config::Config;
use crate::fault::Fault;
use crate::place::Place;

/// What the tokens are called in the list of tokens.
const NAME: &str = "leadhold trigger";

/// Tokens to show.
pub struct Tokens {
    location: String,
    agency: Option<String>,
    borrowed: Option<Borrowed>,
}

/// Which tokens end with the command.
struct Borrowed {
    store: Store,
    owners: [Owner; 2],
    ids: [String; 2],
}

impl Tokens {
    /// The user's own.
    pub fn given(location: &str, agency: Option<&str>) -> Self {
        Self { location: location.to_owned(), agency: agency.map(str::to_owned), borrowed: None }
    }

    /// Makes two in the store beside the server, for `location` or the first one, whose ids become known.
    pub fn borrow(
        place: &Place,
        config: &Config,
        location: Option<&str>,
        known: &mut Known,
    ) -> Result<Self, Fault> {
        let wanted = location.map(str::to_owned);
        let store = compose::open(place, &config.database.backend(&place.data))?;
        let (here, issued) = on(&store, move |tx, cx| {
            let (here, agency) = find(tx, wanted.as_deref())?;
            let location = make(tx, cx, Owner::Location(here.clone()))?;
            Ok((here, [location, make(tx, cx, Owner::Company(agency))?]))
        })?;
        known.put("locationId", here.location_id().as_str());
        known.put("companyId", here.company_id().as_str());
        let [(location, at), (agency, of)] = issued;
        let ids = [location.id.to_string(), agency.id.to_string()];
        let borrowed = Some(Borrowed { store, owners: [at, of], ids });
        Ok(Self { location: location.secret, agency: Some(agency.secret), borrowed })
    }

    pub fn location(&self) -> &str {
        &self.location
    }

    pub fn agency(&self) -> Result<&str, Fault> {
        let none = || Fault::usage("this event is the agency's to make: give its token with --agency-token");
        self.agency.as_deref().ok_or_else(none)
    }

    /// Ends those that were made.
    pub fn give_back(self) -> Result<(), Fault> {
        let Some(Borrowed { store, owners, ids }) = self.borrowed else { return Ok(()) };
        on(&store, move |tx, cx| {
            for (owner, id) in owners.iter().zip(&ids) {
                tokens::revoke(tx, cx, owner, id)?;
            }
            Ok(())
        })
    }
}

fn make(tx: &mut Tx<'_>, cx: &Cx, owner: Owner) -> Result<(Issued, Owner), Error> {
    let issued = tokens::create(tx, cx, &owner, Kind::Private, NAME, ScopeSet::all())?;
    Ok((issued, owner))
}

/// The location of this id, or else the first that was made, and its agency.
fn find(tx: &mut Tx<'_>, wanted: Option<&str>) -> Result<(LocationScope, CompanyScope), Error> {
    let mut agencies = companies::all(tx)?.into_iter().map(|(agency, _)| agency);
    if let Some(text) = wanted {
        let found = Id::parse(text).map(|id| locations::for_operator(tx, &id)).transpose()?.flatten();
        let here = found.ok_or_else(|| Error::NotFound(format!("there is no location `{text}`")))?;
        let agency = agencies.find(|agency| agency.company_id() == here.company_id());
        return agency
            .map(|agency| (here, agency))
            .ok_or_else(|| Error::internal("a location without an agency"));
    }
    for agency in agencies {
        let first = Search { email: String::new(), newest_first: false, skip: 0, limit: 1 };
        if let Some(location) = locations::search(tx, &agency, &first)?.into_iter().next()
            && let Some(here) = locations::for_operator(tx, &location.id)?
        {
            return Ok((here, agency));
        }
    }
    Err(Error::NotFound("there is no location yet; make one, or name its token with --token".to_owned()))
}
