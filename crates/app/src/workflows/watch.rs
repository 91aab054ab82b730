//! Events that a run waits for, in the words of triggers: `{"type": "contact_tag", "filters": [...]}`.

use leadhold_kernel::EventKind;

use super::action::Visit;
use super::booked;
use super::condition::{Condition, all_hold};
use super::definition::reader::Fields;
use super::engine::Happening;
use super::trigger::Kind;

/// The JSON Schema of one.
pub const SCHEMA: &str = r##"{"type": "object", "required": ["type"], "additionalProperties": false, "properties": {
    "type": {"$ref": "#/$defs/triggerType"}, "filters": {"type": "array", "items": {"$ref": "#/$defs/filter"}}}}"##;

/// An event of the run's contact, and what must hold of it.
#[derive(Clone, Debug)]
pub struct Watch {
    kind: &'static Kind,
    filters: Vec<Condition>,
}

/// Several of them: any will do.
#[derive(Clone, Debug)]
pub struct Watches {
    any: Vec<Watch>,
    kinds: Vec<EventKind>,
}

impl Watch {
    fn parse(from: &Fields<'_>) -> Option<Self> {
        let kind = Kind::parse(from);
        let filters = from.objects("filters", 50, Condition::parse_filter);
        Some(Self { kind: kind?, filters })
    }

    fn fits(&self, visit: &Visit<'_>, what: &Happening) -> bool {
        let Some(data) = what.seen.get(self.kind.name) else { return false };
        let mut fields = visit.fields.clone();
        if let Some(object) = self.kind.object {
            fields[object] = data.clone();
        }
        if self.kind.appointment {
            for (name, told) in booked::spelled(data, &visit.facts.zone) {
                fields[name] = told;
            }
        }
        fields["changed"] = data.get("changed").cloned().unwrap_or_default();
        all_hold(&self.filters, &fields)
    }
}

impl Watches {
    /// Reads a list of at least one; faults go where `from` says.
    pub fn parse(from: &Fields<'_>, key: &str) -> Self {
        let any = from.some_objects(key, 20, Watch::parse);
        let mut kinds: Vec<EventKind> = any.iter().flat_map(|watch| watch.kind.events).copied().collect();
        kinds.sort_by_key(|kind| kind.name());
        kinds.dedup();
        Self { any, kinds }
    }

    /// The kinds of events to listen to.
    #[must_use]
    pub fn kinds(&self) -> &[EventKind] {
        &self.kinds
    }

    /// The type of the first that an event fits.
    #[must_use]
    pub fn fit(&self, visit: &Visit<'_>, what: &Happening) -> Option<&'static str> {
        self.any.iter().find(|watch| watch.fits(visit, what)).map(|watch| watch.kind.name)
    }
}
