//! The two exits of a step that looks for something: `"found": {"next": "…"}, "notFound": {"next": "…"}`. Where neither is
//! written, the run goes on with the step's `next`.

use super::Then;
use crate::workflows::definition::reader::Fields;

/// Where a run goes on.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Exits(Option<[Option<String>; 2]>);

const NAMES: [&str; 2] = ["found", "notFound"];

impl Exits {
    /// Reads both; faults go where `from` says.
    pub fn parse(from: &Fields<'_>) -> Self {
        let next = |name| {
            let exit = from.optional_object(name, |exit| {
                exit.ignore("name");
                Some(exit.optional_text("next"))
            });
            exit.flatten()
        };
        let written = NAMES.iter().any(|name| from.has(name));
        let exits = NAMES.map(next);
        Self(written.then_some(exits))
    }

    /// How the run goes on.
    #[must_use]
    pub fn then(&self, found: bool) -> Then {
        match &self.0 {
            None => Then::Next,
            Some([yes, no]) => Then::GoTo(if found { yes } else { no }.clone()),
        }
    }

    /// Both, as an action answers them.
    #[must_use]
    pub fn all(&self) -> Vec<(String, Option<String>)> {
        let name = |(name, next): (&str, &Option<String>)| (format!("{name}.next"), next.clone());
        self.0.iter().flat_map(|exits| NAMES.into_iter().zip(exits)).map(name).collect()
    }
}
