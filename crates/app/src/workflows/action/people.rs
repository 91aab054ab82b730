//! Users as steps name them: by id, or by a merge field that holds one.

use leadhold_kernel::Error;
use leadhold_kernel::id::Id;
use leadhold_kernel::merge_field::render;
use leadhold_store::Tx;
use serde_json::Value;

use crate::tenant::{CompanyScope, LocationScope};
use crate::users::{self, User};

/// The most users that one step names.
pub const MOST: usize = 100;

/// The ids that templates stand for, each once; empty ones drop out.
#[must_use]
pub fn ids(templates: &[String], fields: &Value) -> Vec<String> {
    let mut ids: Vec<String> = Vec::new();
    for template in templates {
        let text = render(template, fields);
        for id in text.split(',').map(str::trim).filter(|id| !id.is_empty()) {
            if !ids.iter().any(|known| known == id) && ids.len() < MOST {
                ids.push(id.to_owned());
            }
        }
    }
    ids
}

/// A user who has business at the location, the agency's people included; `None` when there is none of this id any more.
///
/// # Errors
/// When the store fails.
pub fn find(tx: &mut Tx<'_>, here: &LocationScope, id: &str) -> Result<Option<User>, Error> {
    let Some(id) = Id::parse(id) else { return Ok(None) };
    let agency = CompanyScope::proven(here.company_id().clone());
    Ok(users::get(tx, &agency, &id)?.filter(|user| user.may_enter(here.location_id())))
}

/// As [`find`], where there has to be one.
///
/// # Errors
/// 400 when there is none; when the store fails.
pub fn get(tx: &mut Tx<'_>, here: &LocationScope, id: &str) -> Result<User, Error> {
    let shown: String = id.chars().take(60).collect();
    find(tx, here, id)?.ok_or_else(|| Error::bad_request(format!("The location has no user `{shown}`.")))
}
