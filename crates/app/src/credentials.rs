//! From a bearer credential to its caller: the one place that knows who keeps which kind.

use crate::http::TokenLookup;
use crate::http::authenticate::Lookup;
use crate::oauth::AccessTokens;
use crate::tokens::{Tokens, Uses};
use crate::world::World;

/// Everyone who keeps credentials.
pub struct Credentials {
    tokens: Tokens,
    access_tokens: AccessTokens,
}

impl Credentials {
    /// Those of `world`; the uses of tokens are noted in `uses`.
    #[must_use]
    pub fn new(world: &World, uses: Uses) -> Self {
        Self { tokens: Tokens::new(world.clone(), uses), access_tokens: AccessTokens::new(world.clone()) }
    }
}

impl TokenLookup for Credentials {
    /// An access token is a JWT, and so begins as every JSON object does in base 64.
    fn look_up<'a>(&'a self, secret: &'a str) -> Lookup<'a> {
        if secret.starts_with("eyJ") {
            self.access_tokens.look_up(secret)
        } else {
            self.tokens.look_up(secret)
        }
    }
}
