//! What a person may do, as scopes: so the edge asks people and tokens the same question.

use leadhold_kernel::ScopeSet;

use super::person::Identity;

/// The scopes of a person at a location, or at their agency.
#[must_use]
pub fn scopes(who: &Identity, _at_location: bool) -> ScopeSet {
    match (who.agency, who.admin) {
        (true, true) => ScopeSet::all(),
        _ => ScopeSet::default(),
    }
}
