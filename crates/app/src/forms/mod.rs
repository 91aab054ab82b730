//! Forms and surveys: what a location asks the visitors of its sites.
//!
//! Cast: [`model`] is a form as its location defined it, `wire` how clients write it, `question` what it asks today;
//! `public` shows it to visitors and takes what they send; `answers` holds that against the questions, `submit` keeps it
//! and makes the contact, `submissions` finds it again; `upload` knows the files. A survey is a form with several pages.
//!
//! What is guaranteed:
//! - A submission, its contact and their events commit together; whoever reads "thank you" can rely on all of them.
//! - A page that is sent twice is one submission.
//! - What does not fit changes nothing, and every fault is named at once. A survey's pages are kept when all of it fits.
//! - The event (`FormSubmission`, `SurveySubmission`) names the submission and does not hold it; no webhook carries it.
//! - When a contact is deleted, what it said of itself goes from its submissions, and its files end. When a location is, all
//!   that was sent goes, with its files.

mod answers;
mod contact_field;
mod embed;
mod model;
mod origin;
pub mod public;
mod question;
mod routes;
mod service;
mod sql;
mod submissions;
mod submit;
mod upload;
mod upload_routes;
mod wire;

use std::sync::Arc;

use leadhold_queue::Job;
use leadhold_store::Sql;

pub use self::model::{Form, Kind};
pub use self::service::{forget_location, move_to_contact};
pub use self::submissions::{ForgetContacts, facts};
use crate::http::Route;
use crate::steps::{InLocation, StepJob};
use crate::world::World;

/// Every statement of this slice.
pub const STATEMENTS: &[Sql] = sql::ALL;

/// The slice's routes.
#[must_use]
pub fn routes() -> Vec<Route> {
    [routes::routes(), upload_routes::routes(), public::routes()].concat()
}

/// What goes on in steps.
#[must_use]
pub fn jobs(world: &World) -> Vec<Arc<dyn Job>> {
    vec![Arc::new(StepJob::<InLocation<upload::ForgetFiles>>::new(world))]
}
