//! From a secret to its caller: one read by key per request. Nothing is cached, so a revocation holds at once, on every
//! node.

use leadhold_kernel::Error;
use leadhold_store::{DbError, params};

use super::{Token, hash, read, sql};
use crate::http::authenticate::Lookup;
use crate::http::{Caller, TokenLookup};
use crate::world::World;

/// The tokens of the store.
pub struct Tokens(World);

impl Tokens {
    /// Those of `world`.
    #[must_use]
    pub fn new(world: World) -> Self {
        Self(world)
    }

    async fn find(&self, secret: &str) -> Result<Option<Caller>, Error> {
        let hash = hash(secret);
        let token: Option<Token> = self
            .0
            .store
            .read_by_key(move |tx| tx.query_opt(sql::BY_SECRET, params![&hash], read))
            .await
            .map_err(|e: DbError| e)?;
        Ok(token.filter(|token| token.works_at(self.0.clock.now())).map(|token| Caller {
            token_id: token.id,
            kind: token.kind,
            company_id: token.company_id,
            location_id: token.location_id,
            scopes: token.scopes,
            app: None,
            user_id: None,
        }))
    }
}

impl TokenLookup for Tokens {
    fn look_up<'a>(&'a self, secret: &'a str) -> Lookup<'a> {
        Box::pin(self.find(secret))
    }
}
