//! The sandbox over HTTP. Its rows in the contract ask for no credential, and for `--sandbox`.

mod clock;
mod faults;
mod snapshots;

use std::sync::Arc;

use leadhold_kernel::Error;

pub(super) use self::clock::turn;
pub(super) use self::snapshots::{reset_to_first_start, take};
use super::{Sandbox, pages};
use crate::http::{Request, Route};

/// The sandbox's routes.
#[must_use]
pub fn routes() -> Vec<Route> {
    [clock::routes(), faults::routes(), snapshots::routes(), pages::routes()].concat()
}

pub(super) fn sandbox(request: &Request) -> Result<Arc<Sandbox>, Error> {
    let sandbox = request.app.sandbox.clone();
    sandbox.ok_or_else(|| Error::forbidden("This route exists only when the server runs with --sandbox."))
}
