//! From a secret to its caller: one read by key per request. Nothing is cached, so a revocation holds at once, on every
//! node.

use std::sync::Arc;

use leadhold_kernel::{Clock, Error};
use leadhold_store::{DbError, Store, params};

use super::{Token, hash, read, sql};
use crate::http::authenticate::Lookup;
use crate::http::{Caller, TokenLookup};

/// The tokens of the store.
pub struct Tokens {
    store: Store,
    clock: Arc<dyn Clock>,
}

impl Tokens {
    /// Looks into `store`; what has expired is judged by `clock`.
    #[must_use]
    pub fn new(store: Store, clock: Arc<dyn Clock>) -> Self {
        Self { store, clock }
    }

    async fn find(&self, secret: &str) -> Result<Option<Caller>, Error> {
        let hash = hash(secret);
        let token: Option<Token> = self
            .store
            .read_by_key(move |tx| tx.query_opt(sql::BY_SECRET, params![&hash], read))
            .await
            .map_err(|e: DbError| e)?;
        Ok(token.filter(|token| token.works_at(self.clock.now())).map(|token| Caller {
            token_id: token.id,
            kind: token.kind,
            company_id: token.company_id,
            location_id: token.location_id,
            scopes: token.scopes,
        }))
    }
}

impl TokenLookup for Tokens {
    fn look_up<'a>(&'a self, secret: &'a str) -> Lookup<'a> {
        Box::pin(self.find(secret))
    }
}
