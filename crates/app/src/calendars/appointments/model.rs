//! An appointment, and what may be said about one.

use leadhold_kernel::{Id, Patch, Timestamp, id};

use super::Moment;
use crate::contacts::Author;

/// A time that a contact booked.
#[derive(Clone, Debug, PartialEq)]
pub struct Appointment {
    /// Its id.
    pub id: Id<id::Appointment>,
    /// Where.
    pub location_id: Id<id::Location>,
    /// In which calendar, which may be gone.
    pub calendar_id: String,
    /// The calendar's group.
    pub group_id: Option<String>,
    /// Who booked it.
    pub contact_id: String,
    /// What it is called.
    pub title: String,
    /// What became of it.
    pub status: AppointmentStatus,
    /// The user who sees to it.
    pub assigned_user_id: Option<String>,
    /// The users who take part, the assigned one first.
    pub users: Vec<String>,
    /// When it begins.
    pub start: Moment,
    /// When it ends.
    pub end: Moment,
    /// Where people meet, or by what link.
    pub address: Option<String>,
    /// How they meet: `custom`, `zoom`, `gmeet`, `phone`, `address`, `ms_teams`, `google`.
    pub meeting_location_type: Option<String>,
    /// Which of the calendar's places it is.
    pub meeting_location_id: Option<String>,
    /// What it is about: `description` to the API, `notes` in events.
    pub description: Option<String>,
    /// What made it: `api`, `workflow`, `user`, or what its maker says.
    pub source: String,
    /// Who made it.
    pub created_by: Author,
    /// When it was made.
    pub date_added: Timestamp,
    /// When it was changed last.
    pub date_updated: Timestamp,
}

/// What became of an appointment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AppointmentStatus {
    /// Asked for.
    New,
    /// Agreed.
    Confirmed,
    /// Called off.
    Cancelled,
    /// The contact came.
    Showed,
    /// The contact did not come.
    NoShow,
    /// A mistake.
    Invalid,
    /// Under way (v3).
    Active,
    /// Over (v3).
    Completed,
}

impl AppointmentStatus {
    /// Each with its word.
    const WORDS: [(&str, Self); 8] = [
        ("new", Self::New),
        ("confirmed", Self::Confirmed),
        ("cancelled", Self::Cancelled),
        ("showed", Self::Showed),
        ("noshow", Self::NoShow),
        ("invalid", Self::Invalid),
        ("completed", Self::Completed),
        ("active", Self::Active),
    ];

    /// Those that clients of v2 write, and workflows: the first six.
    pub const USUAL: &[(&str, Self)] = Self::WORDS.split_at(6).0;

    /// The words of clients of v3.
    pub const NAMES: &[&str] = &{
        let (mut names, mut at) = ([""; 8], 0);
        while at < names.len() {
            names[at] = Self::WORDS[at].0;
            at += 1;
        }
        names
    };

    /// The word for it.
    #[must_use]
    pub fn name(self) -> &'static str {
        Self::WORDS.into_iter().find(|(_, one)| *one == self).map_or("new", |(name, _)| name)
    }

    /// The status of a word.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        Self::WORDS.into_iter().find(|(word, _)| *word == name).map(|(_, status)| status)
    }

    /// Whether it keeps its time from being booked by others.
    #[must_use]
    pub fn takes_time(self) -> bool {
        !matches!(self, Self::Cancelled | Self::Invalid)
    }
}

/// Which times can be booked.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum SlotRule {
    /// The calendar's free slots.
    #[default]
    Free,
    /// Its slots as if there were no shortest notice and no latest day (`ignoreDateRange`).
    AnyDay,
    /// Any time at all (`ignoreFreeSlotValidation`).
    Any,
}

impl SlotRule {
    /// By the two switches of the API: `ignoreFreeSlotValidation` implies `ignoreDateRange`.
    #[must_use]
    pub fn of(any_time: bool, any_day: bool) -> Self {
        match (any_time, any_day) {
            (true, _) => Self::Any,
            (false, true) => Self::AnyDay,
            (false, false) => Self::Free,
        }
    }
}

/// What a booking says; syntax has been checked.
#[derive(Clone, Debug, PartialEq)]
pub struct NewAppointment {
    /// In which calendar.
    pub calendar_id: String,
    /// For whom.
    pub contact_id: String,
    /// When it begins.
    pub start: Moment,
    /// When it ends; without it a slot of the calendar later.
    pub end: Option<Moment>,
    /// What it is called; without it as the calendar says.
    pub title: Option<String>,
    /// What became of it; without it confirmed, or new where the calendar does not confirm by itself.
    pub status: Option<AppointmentStatus>,
    /// Who sees to it; without it one of the calendar's people.
    pub assigned_user_id: Option<String>,
    /// Where people meet.
    pub address: Option<String>,
    /// How they meet.
    pub meeting_location_type: Option<String>,
    /// Which of the calendar's places it is.
    pub meeting_location_id: Option<String>,
    /// What it is about.
    pub description: Option<String>,
    /// What makes it, where the actor does not say enough: `booking_widget`.
    pub source: Option<String>,
    /// Which times can be booked.
    pub rule: SlotRule,
    /// Whether automation is to hear of it.
    pub notify: bool,
}

impl NewAppointment {
    /// A booking that says no more than it has to.
    #[must_use]
    pub fn at(calendar_id: &str, contact_id: &str, start: Moment) -> Self {
        Self {
            calendar_id: calendar_id.to_owned(),
            contact_id: contact_id.to_owned(),
            start,
            end: None,
            title: None,
            status: None,
            assigned_user_id: None,
            address: None,
            meeting_location_type: None,
            meeting_location_id: None,
            description: None,
            source: None,
            rule: SlotRule::Free,
            notify: true,
        }
    }
}

/// What is to change about an appointment; what is not said stays.
#[derive(Clone, Debug, PartialEq)]
pub struct AppointmentChange {
    /// In which calendar.
    pub calendar_id: Option<String>,
    /// When it begins. The end moves along unless it is said, too.
    pub start: Option<Moment>,
    /// When it ends.
    pub end: Option<Moment>,
    /// What it is called.
    pub title: Option<String>,
    /// What became of it.
    pub status: Option<AppointmentStatus>,
    /// Who sees to it.
    pub assigned_user_id: Patch<String>,
    /// Where people meet.
    pub address: Patch<String>,
    /// How they meet.
    pub meeting_location_type: Patch<String>,
    /// Which of the calendar's places it is.
    pub meeting_location_id: Patch<String>,
    /// What it is about.
    pub description: Patch<String>,
    /// Which times it can move to.
    pub rule: SlotRule,
    /// Whether automation is to hear of it.
    pub notify: bool,
}

impl Default for AppointmentChange {
    fn default() -> Self {
        Self {
            calendar_id: None,
            start: None,
            end: None,
            title: None,
            status: None,
            assigned_user_id: Patch::Absent,
            address: Patch::Absent,
            meeting_location_type: Patch::Absent,
            meeting_location_id: Patch::Absent,
            description: Patch::Absent,
            rule: SlotRule::Free,
            notify: true,
        }
    }
}
