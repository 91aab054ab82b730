//! The application from outside, in one binary (linking is what costs): `api/` mirrors the URLs, `flows/` crosses slices,
//! the other files hold what is true of all of them.

mod api;
mod contract;
mod flows;
mod fuzz;
mod isolation;
mod scopes;
mod storage;
mod victim;
