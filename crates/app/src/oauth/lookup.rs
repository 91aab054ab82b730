//! From an access token to its caller.

use crate::http::TokenLookup;
use crate::http::authenticate::Lookup;
use crate::world::World;

/// The access tokens of the store.
pub struct AccessTokens(#[expect(dead_code, reason = "read once tokens are issued")] World);

impl AccessTokens {
    /// Those of `world`.
    #[must_use]
    pub fn new(world: World) -> Self {
        Self(world)
    }
}

impl TokenLookup for AccessTokens {
    fn look_up<'a>(&'a self, _secret: &'a str) -> Lookup<'a> {
        Box::pin(async { Ok(None) })
    }
}
