//! From a secret to its caller: one read by key per request. Nothing is cached, so a revocation holds at once, on every
//! node.

use leadhold_kernel::Error;
use leadhold_store::{DbError, params};

use super::{Token, Uses, read, sql};
use crate::http::authenticate::Lookup;
use crate::http::{Caller, TokenLookup};
use crate::secret;
use crate::world::World;

/// The tokens of the store.
pub struct Tokens {
    world: World,
    uses: Uses,
}

impl Tokens {
    /// Those of `world`; their uses are noted in `uses`.
    #[must_use]
    pub fn new(world: World, uses: Uses) -> Self {
        Self { world, uses }
    }

    async fn find(&self, secret: &str) -> Result<Option<Caller>, Error> {
        let kept = secret::kept(secret);
        let token: Option<Token> = self
            .world
            .store
            .read_by_key(move |tx| tx.query_opt(sql::BY_SECRET, params![&kept], read))
            .await
            .map_err(|e: DbError| e)?;
        let now = self.world.clock.now();
        let Some(token) = token.filter(|token| token.works_at(now)) else { return Ok(None) };
        self.uses.note(&token, now);
        Ok(Some(Caller {
            token_id: token.id,
            kind: token.kind.into(),
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
