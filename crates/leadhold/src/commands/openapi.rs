//! `leadhold openapi`.

use super::print_json;
use crate::fault::Fault;

/// Print the OpenAPI description of what this program serves
///
/// The same as GET /openapi.json, without a server or a store.
#[derive(clap::Args)]
pub struct Openapi {}

impl Openapi {
    pub fn run(self) -> Result<(), Fault> {
        print_json(&leadhold_app::http::openapi::document())
    }
}
