//! A business and who wrote it.

use leadhold_kernel::{Cx, Id, Timestamp, id};
use serde::{Deserialize, Serialize};

/// A firm. As JSON it has the fields that bodies name, so that a merge-patch fits.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Business {
    /// Its id.
    pub id: Id<id::Business>,
    /// Its location.
    pub location_id: Id<id::Location>,
    /// Its name.
    pub name: String,
    /// How it is reached.
    #[serde(flatten)]
    pub profile: Profile,
    /// Who made it.
    pub created_by: Author,
    /// Who changed it last.
    pub updated_by: Author,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub updated_at: Timestamp,
}

/// How a firm is reached.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[expect(missing_docs, reason = "the names say it all")]
pub struct Profile {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub phone: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub website: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub address: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub city: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub state: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub postal_code: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub country: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
}

/// Who wrote it, and when.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Author {
    /// `INTEGRATION`, `WEB_USER`, …
    pub source: String,
    /// `OAUTH`, `APP`, …
    pub channel: String,
    /// The credential, workflow or user.
    pub source_id: String,
    /// ISO 8601.
    pub created_at: String,
}

impl Author {
    /// Whoever acts in `cx`, now.
    #[must_use]
    pub fn of(cx: &Cx) -> Self {
        let actor = cx.actor.clone();
        Self {
            source: actor.source,
            channel: actor.channel,
            source_id: actor.source_id,
            created_at: cx.now.iso(),
        }
    }
}
