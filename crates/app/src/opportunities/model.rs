//! An opportunity, and what a client may say about one.

use leadhold_kernel::{Id, Patch, Timestamp, date::Date, id};

use crate::contacts::Author;
use crate::custom_fields::{FieldValue, FieldWrite};

/// A deal with a contact on its way through a pipeline.
#[derive(Clone, Debug, PartialEq)]
pub struct Opportunity {
    /// The row's short name in index tables; 0 before it is stored.
    pub(super) no: i64,
    /// Its id.
    pub id: Id<id::Opportunity>,
    /// Whose deal.
    pub location_id: Id<id::Location>,
    /// With whom.
    pub contact_id: Id<id::Contact>,
    /// Through which pipeline.
    pub pipeline_id: Id<id::Pipeline>,
    /// Where it stands there.
    pub stage_id: Id<id::Stage>,
    /// Its name.
    pub name: String,
    /// What became of it.
    pub status: Status,
    /// What it is worth.
    pub monetary_value: f64,
    /// Where it came from.
    pub source: Option<String>,
    /// The user who looks after it.
    pub assigned_to: Option<String>,
    /// Why it was lost.
    pub lost_reason_id: Option<String>,
    /// Users who follow it.
    pub followers: Vec<String>,
    /// Values of custom fields, in the order in which they were first set.
    pub custom_fields: Vec<FieldValue>,
    /// When it is expected to close.
    pub forecast: Forecast,
    /// How probably it will be won, 0 to 100; `None`: as its stage says.
    pub probability: Option<f64>,
    /// Grows by one with each change.
    pub version: i64,
    /// Who made it.
    pub created_by: Author,
    /// Who changed it last.
    pub updated_by: Author,
    /// When its status was set.
    pub last_status_change: Timestamp,
    /// When it came to its stage.
    pub last_stage_change: Timestamp,
    /// When it was made.
    pub date_added: Timestamp,
    /// When it was changed last.
    pub date_updated: Timestamp,
}

/// What became of a deal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Status {
    /// It may be won.
    Open,
    /// It was.
    Won,
    /// It was not.
    Lost,
    /// Nobody pursues it.
    Abandoned,
}

impl Status {
    /// The words that clients write.
    pub const NAMES: &[&str] = &["open", "won", "lost", "abandoned"];

    /// The word for it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Won => "won",
            Self::Lost => "lost",
            Self::Abandoned => "abandoned",
        }
    }

    /// The status of a word.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        [Self::Open, Self::Won, Self::Lost, Self::Abandoned].into_iter().find(|status| status.name() == name)
    }

    /// Whether a deal of this status has been lost for a reason.
    pub(super) fn has_reason(self) -> bool {
        matches!(self, Self::Lost | Self::Abandoned)
    }
}

/// When a deal is expected to close, and how that expectation slipped.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Forecast {
    /// The day.
    pub close: Option<Date>,
    /// The day that was expected first.
    pub original: Option<Date>,
    /// How often it was put off.
    pub slippage_count: i64,
    /// When it was put off last.
    pub last_slipped_at: Option<Timestamp>,
}

impl Forecast {
    /// The expectation after it was said anew, at `now`.
    pub(super) fn expecting(mut self, close: Option<Date>, now: Timestamp) -> Self {
        if let (Some(before), Some(after)) = (self.close, close)
            && after > before
        {
            self.slippage_count += 1;
            self.last_slipped_at = Some(now);
        }
        self.close = close;
        self.original = self.original.or(close);
        self
    }

    /// How many days later than first expected; `None` while nothing is expected.
    #[must_use]
    pub fn days_slipped(&self) -> Option<i64> {
        const DAY: i64 = 86_400_000;
        let (close, original) = (self.close?, self.original?);
        Some(((close.millis() - original.millis()) / DAY).max(0))
    }
}

/// What a client says about an opportunity, of which a creation takes the values and an update the changes.
///
/// Only syntax has been checked: whether a pipeline, stage or reason is the location's is seen when they are applied.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct OpportunityFields {
    /// The pipeline; a creation needs one.
    pub pipeline_id: Option<String>,
    /// The stage; without one a creation, or a change of the pipeline, takes the first.
    pub stage_id: Option<String>,
    /// Its name; a creation without one takes the contact's.
    pub name: Option<String>,
    /// What became of it; a creation without one is open.
    pub status: Option<Status>,
    /// What it is worth; null is nothing.
    pub monetary_value: Patch<f64>,
    /// Where it came from.
    pub source: Patch<String>,
    /// The user who looks after it.
    pub assigned_to: Patch<String>,
    /// Why it was lost.
    pub lost_reason_id: Patch<String>,
    /// The day on which it is expected to close.
    pub close_date: Patch<Date>,
    /// How probably it will be won, 0 to 100.
    pub probability: Patch<f64>,
    /// Who comes to follow it, and who leaves.
    pub followers: Option<FollowerChange>,
    /// Values of custom fields; others stay.
    pub custom_fields: Vec<FieldWrite>,
}

/// A change of who follows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FollowerChange {
    /// These come.
    Add(Vec<String>),
    /// These leave.
    Remove(Vec<String>),
    /// Everyone leaves.
    RemoveAll,
}

impl FollowerChange {
    /// Those who follow afterwards.
    pub(super) fn apply(&self, before: &[String]) -> Vec<String> {
        match self {
            Self::Add(ids) => {
                let mut all = before.to_vec();
                for id in ids {
                    if !all.contains(id) {
                        all.push(id.clone());
                    }
                }
                all
            }
            Self::Remove(ids) => before.iter().filter(|id| !ids.contains(id)).cloned().collect(),
            Self::RemoveAll => Vec::new(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_expectation_slips_when_it_is_put_off() {
        let day = |text| Date::parse(text);
        let first = Forecast::default().expecting(day("2026-05-01"), Timestamp(1));
        assert_eq!((first.slippage_count, first.days_slipped()), (0, Some(0)));
        let later = first.expecting(day("2026-05-20"), Timestamp(2));
        assert_eq!((later.slippage_count, later.days_slipped()), (1, Some(19)));
        assert_eq!((later.original, later.last_slipped_at), (day("2026-05-01"), Some(Timestamp(2))));
        let earlier = later.expecting(day("2026-04-20"), Timestamp(3));
        assert_eq!((earlier.slippage_count, earlier.days_slipped()), (1, Some(0)));
        let never = earlier.expecting(None, Timestamp(4));
        assert_eq!((never.days_slipped(), never.original), (None, day("2026-05-01")));
    }

    #[test]
    fn followers_come_and_go() {
        let ids = |text: &str| text.split_whitespace().map(str::to_owned).collect::<Vec<_>>();
        assert_eq!(FollowerChange::Add(ids("b c b")).apply(&ids("a b")), ids("a b c"));
        assert_eq!(FollowerChange::Remove(ids("b x")).apply(&ids("a b")), ids("a"));
        assert_eq!(FollowerChange::RemoveAll.apply(&ids("a b")), ids(""));
    }
}
