//! What an app is told of the agency that it is installed in.

use leadhold_kernel::{Error, Id, id};
use leadhold_store::{Tx, params};
use serde_json::{Value, json};

use super::sql;
use crate::companies;
use crate::tenant::CompanyScope;

/// An agency as installers' details and events show it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Agency {
    pub(super) name: String,
    pub(super) email: Option<String>,
    pub(super) owner: Option<String>,
    pub(super) relationship_number: Option<String>,
    pub(super) plan: Option<String>,
    pub(super) whitelabel: Option<Whitelabel>,
}

/// An agency's own face.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Whitelabel {
    pub(super) domain: String,
    pub(super) logo_url: String,
}

impl Agency {
    /// `whitelabelDetails`; an empty object where there is none.
    pub(super) fn whitelabel_details(&self) -> Value {
        match &self.whitelabel {
            Some(face) => json!({ "domain": face.domain, "logoUrl": face.logo_url }),
            None => json!({}),
        }
    }
}

/// The agency of a place. It has a face of its own when it has both a domain and a logo.
pub(super) fn of(tx: &mut Tx<'_>, company: &Id<id::Company>) -> Result<Agency, Error> {
    let agency = companies::get(tx, &CompanyScope::proven(company.clone()))?;
    let owner = tx.query_opt(sql::OWNER, params![company], |row| {
        let (first, last): (String, String) = (row.get(0)?, row.get(1)?);
        Ok(format!("{first} {last}").trim().to_owned())
    })?;
    let face = agency.profile.domain.zip(agency.logo_url);
    Ok(Agency {
        name: agency.name,
        email: agency.email,
        owner,
        relationship_number: agency.profile.relationship_number,
        plan: agency.profile.plan.map(|plan| plan.to_string()),
        whitelabel: face.map(|(domain, logo_url)| Whitelabel { domain, logo_url }),
    })
}
