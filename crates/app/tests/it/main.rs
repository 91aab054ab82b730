//! The application from outside, in one binary (linking is what costs): `api/` mirrors the URLs, `flows/` crosses slices,
//! the other files hold what is true of all of them.

mod api;
mod contract;
mod flows;
mod fuzz;
mod isolation;
mod model;
mod scopes;
mod storage;
mod sweep;
mod victim;

/// How much a test that can always do more is to do: the environment's word, or what the suite can afford.
#[expect(clippy::disallowed_methods, reason = "a longer run is asked for by the environment")]
fn how_many(name: &str, usual: usize) -> usize {
    std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(usual)
}
