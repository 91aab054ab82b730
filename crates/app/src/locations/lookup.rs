//! Whose a location is, for the edge.

use leadhold_kernel::{Id, id};

use super::of_company;
use crate::http::LocationLookup;
use crate::http::authenticate::Owns;
use crate::tenant::CompanyScope;
use crate::world::World;

/// The locations of the store.
pub struct Locations(World);

impl Locations {
    /// Those of `world`.
    #[must_use]
    pub fn new(world: World) -> Self {
        Self(world)
    }
}

impl LocationLookup for Locations {
    fn has<'a>(&'a self, company: &'a Id<id::Company>, location: &'a str) -> Owns<'a> {
        let agency = CompanyScope::proven(company.clone()); // the caller's own
        let location = Id::parse(location);
        Box::pin(async move {
            let Some(location) = location else { return Ok(false) };
            let found = self.0.store.read_by_key(move |tx| of_company(tx, &agency, &location)).await?;
            Ok(found.is_some())
        })
    }
}
