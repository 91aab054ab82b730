//! Workflows: what a location does by itself when something happens.
//!
//! The cast: a [`definition`] (triggers and steps, in versions), a [`trigger`] (which events start it), a run (one
//! passage of an event through one version), an [`action`] (what a step does), the [`engine`] (pure: where a run goes),
//! [`facts`] (what a run knows) and a [`condition`] (a question to the facts).

pub mod action;
pub mod condition;
pub mod definition;
pub mod engine;
pub mod facts;
pub mod right_now;
pub mod trigger;
