//! Workflows: what a location does by itself when something happens.
//!
//! The cast: a [`definition`] (triggers and steps, in versions), a [`trigger`] (which events start it), a run (one
//! passage of an event through one version), an [`action`] (what a step does), the [`engine`] (pure: where a run goes),
//! [`facts`] (what a run knows) and a [`condition`] (a question to the facts). Around them: `start` (a consumer of events
//! that begins runs), `listen` (one that wakes those that wait for an event), `enrol` (requests that begin and end them), `runner` (a job that takes them forward), `service` and `routes` (making and publishing).
//!
//! What is guaranteed:
//! - An event starts a published workflow at most once, and exactly once if a trigger fits.
//! - A run's step takes effect exactly once: its effects, its log, the run's new state and the end of its job are one
//!   transaction. What leaves the house leaves as a delivery made in that transaction.
//! - A wait is a row with a time, on the server's clock: it survives restarts and follows the sandbox clock.
//! - Runs are bounded: [`engine::MAX_VISITS`] visits of steps, [`start::DEEPEST`] runs that cause one another.
//! - A run stays on the version in which it began.

pub mod action;
mod admission;
mod alarms;
mod around;
mod booked;
mod call;
mod campaign;
mod changes;
pub mod condition;
mod counts;
mod deals;
pub mod definition;
pub mod dry_run;
pub mod engine;
pub mod enrol;
pub mod facts;
mod gather;
mod limits;
mod listen;
mod messages;
mod model;
mod pace;
mod pages;
mod perform;
pub mod prune;
mod records;
mod replay;
pub mod right_now;
mod routes;
mod runner;
mod runs;
mod schema;
mod service;
mod sql;
pub mod start;
mod trials;
pub mod trigger;
mod turns;
mod watch;
mod wire;

use leadhold_store::Sql;

pub use self::alarms::Ring;
pub use self::call::Call;
pub use self::campaign::CampaignRuns;
pub use self::listen::WakeRuns;
pub use self::model::{Draft, Run, RunStep, Status, Whole, Workflow};
pub use self::routes::routes;
pub use self::runner::StepRun;
pub use self::service::{create, get, list, publish, unpublish, update};
pub use self::start::StartRuns;

/// Every statement of this slice.
pub const STATEMENTS: &[Sql] = sql::ALL;
