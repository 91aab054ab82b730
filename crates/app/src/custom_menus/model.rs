//! A custom menu.

use leadhold_kernel::fold::fold;
use leadhold_kernel::{Id, id};
use serde::{Deserialize, Serialize};

use super::Wanted;

/// A menu at its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CustomMenu {
    /// Its id.
    pub id: Id<id::CustomMenu>,
    /// Its place among the agency's, from 1.
    pub order: i64,
    /// What it shows, and to whom.
    pub link: Link,
}

/// What a menu shows, where it leads, and who sees it. As JSON it has the fields that bodies name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[expect(missing_docs, reason = "the names say it all")]
pub struct Link {
    pub icon: Icon,
    pub title: String,
    pub url: String,
    pub show_on_company: bool,
    pub show_on_location: bool,
    pub show_to_all_locations: bool,
    /// Counts where it is shown to locations, and not to all.
    pub locations: Vec<String>,
    pub open_mode: String,
    pub user_role: String,
    pub allow_camera: bool,
    pub allow_microphone: bool,
}

/// An icon of Font Awesome.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[expect(missing_docs, reason = "the names say it all")]
pub struct Icon {
    pub name: String,
    /// `fab`, `fas` or `far`.
    pub font_family: String,
}

impl Link {
    /// Whether a location's pages show it.
    #[must_use]
    pub fn is_shown_at(&self, location: &str) -> bool {
        self.show_on_location
            && (self.show_to_all_locations || self.locations.iter().any(|shown| shown == location))
    }

    pub(super) fn fits(&self, wanted: &Wanted) -> bool {
        let place = match (&wanted.location, wanted.on_company) {
            (Some(location), _) => self.is_shown_at(location),
            (None, Some(on_company)) => self.show_on_company == on_company,
            (None, None) => true,
        };
        place && fold(&self.title).contains(&wanted.query)
    }
}
