//! What surrounds a change: when it happens, by whose hand, why, and where its chance comes from.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::event::Cause;
use crate::random::Random;
use crate::time::Timestamp;

/// Who did it, as records show it in `createdBy` and `lastUpdatedBy`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Actor {
    /// `INTEGRATION`, `WORKFLOW_NEW`, `WEB_USER`, …
    pub source: String,
    /// `OAUTH`, `APP`, …
    pub channel: String,
    /// The token, workflow or user.
    pub source_id: String,
}

impl Actor {
    /// The person, where it was one who signed in.
    #[must_use]
    pub fn user(&self) -> Option<&str> {
        (self.source == "WEB_USER").then_some(self.source_id.as_str())
    }
}

/// Handed down with every change. Services read no clock and roll no dice but these.
#[derive(Clone)]
pub struct Cx {
    /// The moment of the request or job: one for all that it does.
    pub now: Timestamp,
    /// Where ids come from.
    pub random: Arc<dyn Random>,
    /// Why it happens.
    pub cause: Cause,
    /// Who does it.
    pub actor: Actor,
}

impl Cx {
    /// The surroundings of work that the system does by itself.
    #[must_use]
    pub fn system(now: Timestamp, random: Arc<dyn Random>) -> Self {
        let actor = Actor { source: "SYSTEM".into(), channel: "APP".into(), source_id: String::new() };
        Self { now, random, cause: Cause::default(), actor }
    }
}
