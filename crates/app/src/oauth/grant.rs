//! A grant: what one authorization led to, or what an agency's grant minted for one of its locations. A grant is a family
//! of tokens, each pair the successor of the one before. It works while its install is there and nobody revoked it, and one
//! that was minted only as long as the one that minted it.

use leadhold_kernel::{Cx, Id, ScopeSet, Timestamp, id};
use leadhold_store::{DbError, Json, Row, Tx, json_text, params};
use serde::{Deserialize, Serialize};

use super::sql;
use crate::audit::{self, Entry};
use crate::marketplace::Install;

/// A family of tokens.
#[derive(Clone, Debug)]
pub(super) struct Grant {
    pub(super) id: Id<id::Grant>,
    pub(super) app_id: Id<id::App>,
    pub(super) version_id: Id<id::AppVersion>,
    /// What its tokens name the app by.
    pub(super) client_id: String,
    pub(super) install_id: Id<id::Install>,
    pub(super) company_id: Id<id::Company>,
    /// `None`: the agency's.
    pub(super) location_id: Option<Id<id::Location>>,
    /// Who approved.
    pub(super) user_id: Option<Id<id::User>>,
    pub(super) scopes: ScopeSet,
    /// What an agency approved.
    pub(super) approval: Option<Approval>,
    /// The agency's grant that minted it.
    pub(super) parent_id: Option<Id<id::Grant>>,
    /// The plan of its install, as it is now.
    pub(super) plan_id: Option<Id<id::Plan>>,
}

/// Which of its locations an agency approved.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct Approval {
    /// These; empty when it installed the app for itself.
    pub(super) locations: Vec<Id<id::Location>>,
    /// All that there were.
    pub(super) all: bool,
    /// And those that are made later.
    pub(super) future: bool,
}

impl Approval {
    /// Whether the app went to locations at all.
    pub(super) fn is_bulk(&self) -> bool {
        self.all || self.future || !self.locations.is_empty()
    }
}

impl Grant {
    /// `Location` or `Company`.
    pub(super) fn user_type(&self) -> &'static str {
        if self.location_id.is_some() { "Location" } else { "Company" }
    }

    /// Whose data its tokens reach.
    pub(super) fn resource(&self) -> &str {
        self.location_id.as_ref().map_or(self.company_id.as_str(), Id::as_str)
    }
}

/// What a new grant is for.
pub(super) struct NewGrant<'a> {
    pub(super) client_id: &'a str,
    pub(super) install: &'a Install,
    pub(super) company_id: &'a Id<id::Company>,
    pub(super) location_id: Option<&'a Id<id::Location>>,
    pub(super) user_id: Option<&'a Id<id::User>>,
    pub(super) scopes: ScopeSet,
    pub(super) approval: Option<Approval>,
    pub(super) parent_id: Option<&'a Id<id::Grant>>,
}

/// Makes a grant.
pub(super) fn create(tx: &mut Tx<'_>, cx: &Cx, new: NewGrant<'_>) -> Result<Grant, DbError> {
    let grant = Grant {
        id: Id::generate(cx.random.as_ref()),
        app_id: new.install.app_id.clone(),
        version_id: new.install.version_id.clone(),
        client_id: new.client_id.to_owned(),
        install_id: new.install.id.clone(),
        company_id: new.company_id.clone(),
        location_id: new.location_id.cloned(),
        user_id: new.user_id.cloned(),
        scopes: new.scopes,
        approval: new.approval,
        parent_id: new.parent_id.cloned(),
        plan_id: new.install.plan_id.clone(),
    };
    tx.exec(
        sql::INSERT_GRANT,
        params![
            &grant.id,
            &grant.app_id,
            &grant.version_id,
            &grant.install_id,
            &grant.company_id,
            grant.location_id.as_ref(),
            grant.user_id.as_ref(),
            json_text(&grant.scopes),
            grant.approval.as_ref().map(json_text),
            grant.parent_id.as_ref(),
            cx.now
        ],
    )?;
    Ok(grant)
}

/// The grants that `parent` minted for a location and whose tokens still work, the newest first.
pub(super) fn minted(
    tx: &mut Tx<'_>,
    parent: &Id<id::Grant>,
    location: &Id<id::Location>,
) -> Result<Vec<Grant>, DbError> {
    tx.query(sql::MINTED_GRANTS, params![location, parent], read)
}

/// The grant with this id, where its tokens still work.
pub(super) fn living(
    tx: &mut Tx<'_>,
    company: &Id<id::Company>,
    id: &Id<id::Grant>,
) -> Result<Option<Grant>, DbError> {
    tx.query_opt(sql::LIVING_GRANT, params![company, id], read)
}

/// Ends a grant and those that it minted: all of their tokens stop working at once.
pub(super) fn revoke(
    tx: &mut Tx<'_>,
    cx: &Cx,
    company: &Id<id::Company>,
    id: &Id<id::Grant>,
    why: &'static str,
) -> Result<(), DbError> {
    if tx.exec(sql::REVOKE_GRANT, params![company, id, cx.now, why])? > 0 {
        let entry = Entry { action: "oauth.grant.revoked", subject: id.as_str(), detail: why.into() };
        audit::record(tx, cx, company, &entry)?;
    }
    Ok(())
}

/// Reads a row of the columns that every statement on grants selects.
pub(super) fn read(row: &Row<'_>) -> Result<Grant, DbError> {
    let Json(scopes) = row.get(8)?;
    let approval: Option<Json<Approval>> = row.get(9)?;
    Ok(Grant {
        id: row.get(0)?,
        app_id: row.get(1)?,
        version_id: row.get(2)?,
        client_id: row.get(3)?,
        install_id: row.get(4)?,
        company_id: row.get(5)?,
        location_id: row.get(6)?,
        user_id: row.get(7)?,
        scopes,
        approval: approval.map(|Json(approval)| approval),
        parent_id: row.get(10)?,
        plan_id: row.get(11)?,
    })
}

/// A moment in whole seconds, as claims count.
pub(super) fn seconds(at: Timestamp) -> i64 {
    at.millis().div_euclid(1000)
}
