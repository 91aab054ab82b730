//! From an access token to its caller: one read by key per request. A token works while its grant was not revoked and its
//! install is there, so both hold at once, on every node.

use leadhold_kernel::{Error, Id, ScopeSet, Timestamp, id};
use leadhold_store::{DbError, Json, params};

use super::grant::{self, Grant};
use super::sql;
use crate::http::authenticate::Lookup;
use crate::http::{Caller, CallingApp, CredentialKind, TokenLookup};
use crate::secret;
use crate::world::World;

/// The access tokens of the store.
pub struct AccessTokens(World);

impl AccessTokens {
    /// Those of `world`.
    #[must_use]
    pub fn new(world: World) -> Self {
        Self(world)
    }

    async fn find(&self, token: &str) -> Result<Option<Caller>, Error> {
        let hash = secret::kept(token);
        let found: Option<(Grant, Id<id::Token>, Timestamp)> = self
            .0
            .store
            .read_by_key(move |tx| {
                tx.query_opt(sql::ACCESS_BY_TOKEN, params![&hash], |row| {
                    let mut grant = grant::read(row)?;
                    // A person who approves anew for less narrows the tokens that are out, too.
                    let Json(installed): Json<ScopeSet> = row.get(14)?;
                    grant.scopes = grant.scopes.and(installed);
                    Ok((grant, row.get(12)?, row.get(13)?))
                })
            })
            .await
            .map_err(|e: DbError| e)?;
        let now = self.0.clock.now();
        Ok(found.filter(|(_, _, expires_at)| *expires_at > now).map(|(grant, token_id, _)| Caller {
            token_id,
            kind: CredentialKind::AppToken,
            company_id: grant.company_id,
            location_id: grant.location_id,
            scopes: grant.scopes,
            app: Some(CallingApp {
                app_id: grant.app_id,
                version_id: grant.version_id,
                client_id: grant.client_id,
            }),
            user_id: grant.user_id,
        }))
    }
}

impl TokenLookup for AccessTokens {
    fn look_up<'a>(&'a self, secret: &'a str) -> Lookup<'a> {
        Box::pin(self.find(secret))
    }
}
