//! A person at a browser, signed in: what a session's cookie stands for.

use aws_lc_rs::digest;
use leadhold_kernel::{Actor, Error, Id, id};

use crate::tenant::CompanyScope;

/// Who looks at a page. Made by `sessions` from a cookie, and by nothing else.
#[derive(Clone, Debug)]
pub struct Visitor {
    /// The session, never its cookie.
    pub session_id: Id<id::Session>,
    /// The person.
    pub user_id: Id<id::User>,
    /// Their agency.
    pub company_id: Id<id::Company>,
    /// First and last name.
    pub name: String,
    /// Their address.
    pub email: String,
    /// Whether the account is the agency's (and so sees all of its locations) or that of some locations.
    pub agency: bool,
    /// Whether the account is an administrator's.
    pub admin: bool,
    /// What every form of theirs has to carry in `csrf`. Derived from the cookie, and known to pages of ours only.
    pub csrf: String,
}

/// What a session's forms carry and its API calls send as `x-csrf-token`: derived from the cookie, which other sites
/// cannot read. Never stored.
#[must_use]
pub fn csrf_of(cookie: &str) -> String {
    let text = format!("leadhold csrf token of session {cookie}");
    hex::encode(digest::digest(&digest::SHA256, text.as_bytes()))
}

impl Visitor {
    /// How records name this person in `createdBy`.
    #[must_use]
    pub fn actor(&self) -> Actor {
        Actor { source: "WEB_USER".into(), channel: "APP".into(), source_id: self.user_id.to_string() }
    }

    /// Proof of access to the agency, for its administrators.
    ///
    /// # Errors
    /// 403 for everyone else.
    pub fn agency_admin(&self) -> Result<CompanyScope, Error> {
        if self.agency && self.admin {
            return Ok(CompanyScope::proven(self.company_id.clone()));
        }
        Err(Error::forbidden("Only an administrator of the agency can do this. Ask one, or sign in as one."))
    }
}
