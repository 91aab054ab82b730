//! `/custom-fields`: the properties of businesses and of custom objects' records, and their folders. They are the same
//! definitions as a location's other fields; this API names them by key, and knows no contacts and opportunities.

mod routes;
mod wire;

pub use self::routes::routes;
pub use self::wire::shown;
