//! A calendar, and what its settings mean.

use std::sync::LazyLock;

use leadhold_kernel::{Id, Timestamp, id};
use serde_json::{Map, Value};

/// When, with whom and how a contact can book a time.
#[derive(Clone, Debug, PartialEq)]
pub struct Calendar {
    /// Its id.
    pub id: Id<id::Calendar>,
    /// Whose it is.
    pub location_id: Id<id::Location>,
    /// Its name.
    pub name: String,
    /// How its people share the work.
    pub kind: CalendarType,
    /// The group that it belongs to.
    pub group_id: Option<String>,
    /// Whether it can be booked.
    pub is_active: bool,
    /// What else was said about it, as clients spell it; what was not said is as [`Calendar::setting`] says.
    pub settings: Map<String, Value>,
    /// When it was made.
    pub date_added: Timestamp,
    /// When it was changed last.
    pub date_updated: Timestamp,
}

/// How the people of a calendar share its appointments.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CalendarType {
    /// One of several, whoever is free.
    RoundRobin,
    /// Nobody in particular.
    Event,
    /// One with many.
    ClassBooking,
    /// All at once.
    Collective,
    /// One of those who offer a service.
    ServiceBooking,
    /// One person's own.
    Personal,
}

impl CalendarType {
    /// The words that clients write.
    pub const NAMES: &[&str] =
        &["round_robin", "event", "class_booking", "collective", "service_booking", "personal"];

    const ALL: [Self; 6] = [
        Self::RoundRobin,
        Self::Event,
        Self::ClassBooking,
        Self::Collective,
        Self::ServiceBooking,
        Self::Personal,
    ];

    /// The word for it.
    #[must_use]
    pub fn name(self) -> &'static str {
        Self::ALL
            .into_iter()
            .zip(Self::NAMES)
            .find(|(kind, _)| *kind == self)
            .map_or("event", |(_, name)| name)
    }

    /// The type of a word.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }
}

/// Somebody whose time is booked.
#[derive(Clone, Debug, PartialEq)]
pub struct TeamMember {
    /// The user.
    pub user_id: String,
    /// Who of those that are free comes first: 0, 0.5 or 1.
    pub priority: f64,
    /// Whether this is the one that a collective booking is assigned to.
    pub is_primary: bool,
}

impl Calendar {
    /// A setting, or what stands for one that was not said.
    #[must_use]
    pub fn setting(&self, name: &str) -> Option<&Value> {
        self.settings.get(name).or_else(|| DEFAULTS.get(name))
    }

    /// A text of the settings; empty when there is none.
    #[must_use]
    pub fn text(&self, name: &str) -> &str {
        self.setting(name).and_then(Value::as_str).unwrap_or_default()
    }

    /// A whole number of the settings.
    #[must_use]
    pub fn number(&self, name: &str) -> Option<i64> {
        self.setting(name)?.as_i64()
    }

    /// A length of time of the settings in minutes, by the unit beside it.
    #[must_use]
    pub fn minutes(&self, name: &str) -> Option<i64> {
        let hours = self.text(&format!("{name}Unit")) == "hours";
        self.number(name).map(|count| if hours { count * 60 } else { count })
    }

    /// A switch of the settings.
    #[must_use]
    pub fn flag(&self, name: &str) -> bool {
        self.setting(name).and_then(Value::as_bool).unwrap_or_default()
    }

    /// Whose time is booked, in the order in which they were named.
    #[must_use]
    pub fn team(&self) -> Vec<TeamMember> {
        let members = self.settings.get("teamMembers").and_then(Value::as_array);
        members.into_iter().flatten().map(member).collect()
    }

    /// The users of [`Calendar::team`].
    #[must_use]
    pub fn people(&self) -> Vec<String> {
        self.team().into_iter().map(|member| member.user_id).collect()
    }
}

fn member(value: &Value) -> TeamMember {
    TeamMember {
        user_id: value["userId"].as_str().unwrap_or_default().to_owned(),
        priority: value["priority"].as_f64().unwrap_or(0.5),
        is_primary: value["isPrimary"].as_bool().unwrap_or_default(),
    }
}

/// What the settings are that nobody said (the published descriptions).
pub(super) static DEFAULTS: LazyLock<Map<String, Value>> = LazyLock::new(|| {
    let pairs = [
        ("eventType", Value::from("RoundRobin_OptimizeForAvailability")),
        ("widgetType", Value::from("classic")),
        ("eventTitle", Value::from("{{contact.name}}")),
        ("eventColor", Value::from("#039be5")),
        ("slotDuration", Value::from(30)),
        ("slotDurationUnit", Value::from("mins")),
        ("slotInterval", Value::from(30)),
        ("slotIntervalUnit", Value::from("mins")),
        ("appoinmentPerSlot", Value::from(1)),
        ("enableRecurring", Value::from(false)),
        ("autoConfirm", Value::from(true)),
        ("allowReschedule", Value::from(true)),
        ("allowCancellation", Value::from(true)),
        ("googleInvitationEmails", Value::from(false)),
        ("formSubmitType", Value::from("ThankYouMessage")),
        ("openHours", Value::Array(Vec::new())),
    ];
    pairs.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
});
