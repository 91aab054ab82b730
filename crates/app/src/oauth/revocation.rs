//! Revocation (RFC 7009): a refresh token takes its whole family with it, an access token goes alone.

use leadhold_kernel::{Cx, Error, Id, id};
use leadhold_store::{Tx, params};

use super::apps::App;
use super::{grant, sql};
use crate::secret;

/// Revokes a token of `app`; anything else is no token of its.
pub(super) fn revoke(tx: &mut Tx<'_>, cx: &Cx, app: &App, token: &str) -> Result<(), Error> {
    let hash = secret::kept(token);
    let refresh = tx.query_opt(sql::REFRESH_BY_TOKEN, params![&hash], |row| {
        let (grant, company, owner): (Id<id::Grant>, Id<id::Company>, Id<id::App>) =
            (row.get(1)?, row.get(2)?, row.get(3)?);
        Ok((grant, company, owner))
    })?;
    if let Some((id, company, owner)) = refresh {
        if owner == app.id {
            grant::revoke(tx, cx, &company, &id, "its app revoked it")?;
        }
        return Ok(());
    }
    let access = tx.query_opt(sql::ACCESS_BY_TOKEN, params![&hash], grant::read)?;
    if let Some(grant) = access.filter(|grant| grant.app_id == app.id) {
        tx.exec(sql::REVOKE_ACCESS, params![&grant.company_id, &hash])?;
    }
    Ok(())
}
