//! OAuth 2.0: apps that developers register ([`apps`]), people who let them in ([`authorize`]), and the tokens that follow.
//!
//! Cast: a **code** is what a person's approval becomes on its way through the browser; its exchange installs the app and
//! makes a **grant**, a family of tokens; a **pair** is an access token and its refresh token, whose one use makes the next
//! pair. An agency's grant mints grants for its locations (`location_token`).
//!
//! What is guaranteed:
//! - **Nothing usable is kept**: the tables have SHA-256 hashes. Tokens are RS256 JWTs whose text follows from ids, moments
//!   and the grant, so that the pair of a moment ago can be made again for a client that lost a race.
//! - **A code and a refresh token are used once.** Whoever shows one again ends the family, in the transaction in which it
//!   is noticed; the refusal that follows is the one kind of non-2xx that changes something.
//! - **A token works while its grant and its install do**: revoking or uninstalling ends it at once, on every node.

pub mod apps;
pub mod authorize;
mod billing;
mod client;
mod code;
mod grant;
mod installed_locations;
mod location_token;
mod lookup;
mod pair;
mod refresh;
mod refusal;
mod revocation;
mod routes;
pub mod scope_words;
mod sql;

use leadhold_store::Sql;

pub use self::lookup::AccessTokens;
use crate::http::Route;

/// Every statement of this folder but those of [`apps`].
pub const STATEMENTS: &[Sql] = sql::ALL;

/// The slice's routes.
#[must_use]
pub fn routes() -> Vec<Route> {
    [
        routes::routes(),
        installed_locations::routes(),
        authorize::pages(),
        authorize::routes(),
        billing::routes(),
    ]
    .concat()
}
