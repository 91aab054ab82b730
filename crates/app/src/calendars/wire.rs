//! What clients write about a calendar.

use leadhold_kernel::{Cx, Error, Id, Patch, id};
use serde_json::{Map, Value, json};

use super::model::{Calendar, CalendarType};
use super::service::CalendarFields;
use crate::http::fields::Fields;

/// Characters of an id.
pub(super) const ID_LENGTH: usize = 64;
/// Characters of a name.
const NAME_LENGTH: usize = 500;
/// Characters of a longer text.
const TEXT_LENGTH: usize = 5000;
/// Elements of a list within a calendar.
const MOST: usize = 500;

/// What reads an object within a calendar.
type Reader = fn(&mut Fields<'_>) -> Value;

/// What a field may be.
#[derive(Clone, Copy)]
enum Shape {
    Text(usize),
    Flag,
    Whole(i64, i64),
    Word(&'static [&'static str]),
}

const MINS_OR_HOURS: Shape = Shape::Word(&["mins", "hours"]);
/// Minutes or hours of one appointment: a week at most, whatever the unit.
const LENGTH: Shape = Shape::Whole(1, 168 * 60);
const BUFFER: Shape = Shape::Whole(0, 168 * 60);

/// The fields that hold one value each.
const FIELDS: &[(&str, Shape)] = &[
    ("groupId", Shape::Text(ID_LENGTH)),
    ("isActive", Shape::Flag),
    (
        "eventType",
        Shape::Word(&["RoundRobin_OptimizeForAvailability", "RoundRobin_OptimizeForEqualDistribution"]),
    ),
    ("description", Shape::Text(TEXT_LENGTH)),
    ("slug", Shape::Text(NAME_LENGTH)),
    ("widgetSlug", Shape::Text(NAME_LENGTH)),
    ("widgetType", Shape::Word(&["default", "classic"])),
    ("eventTitle", Shape::Text(NAME_LENGTH)),
    ("eventColor", Shape::Text(ID_LENGTH)),
    ("meetingLocation", Shape::Text(NAME_LENGTH)),
    ("slotDuration", LENGTH),
    ("slotDurationUnit", MINS_OR_HOURS),
    ("slotInterval", LENGTH),
    ("slotIntervalUnit", MINS_OR_HOURS),
    ("slotBuffer", BUFFER),
    ("slotBufferUnit", MINS_OR_HOURS),
    ("preBuffer", BUFFER),
    ("preBufferUnit", MINS_OR_HOURS),
    ("appoinmentPerSlot", Shape::Whole(1, 10_000)),
    ("appoinmentPerDay", Shape::Whole(1, 10_000)),
    ("allowBookingAfter", Shape::Whole(0, 10_000)),
    ("allowBookingAfterUnit", Shape::Word(&["hours", "days", "weeks", "months"])),
    ("allowBookingFor", Shape::Whole(0, 10_000)),
    ("allowBookingForUnit", Shape::Word(&["days", "weeks", "months"])),
    ("enableRecurring", Shape::Flag),
    ("formId", Shape::Text(ID_LENGTH)),
    ("stickyContact", Shape::Flag),
    ("isLivePaymentMode", Shape::Flag),
    ("autoConfirm", Shape::Flag),
    ("shouldSendAlertEmailsToAssignedMember", Shape::Flag),
    ("alertEmail", Shape::Text(NAME_LENGTH)),
    ("googleInvitationEmails", Shape::Flag),
    ("allowReschedule", Shape::Flag),
    ("allowCancellation", Shape::Flag),
    ("shouldAssignContactToTeamMember", Shape::Flag),
    ("shouldSkipAssigningContactForExisting", Shape::Flag),
    ("notes", Shape::Text(TEXT_LENGTH)),
    ("pixelId", Shape::Text(NAME_LENGTH)),
    ("formSubmitType", Shape::Word(&["RedirectURL", "ThankYouMessage"])),
    ("formSubmitRedirectURL", Shape::Text(TEXT_LENGTH)),
    ("formSubmitThanksMessage", Shape::Text(TEXT_LENGTH)),
    ("availabilityType", Shape::Whole(0, 1)),
    ("guestType", Shape::Word(&["count_only", "collect_detail"])),
    ("consentLabel", Shape::Text(TEXT_LENGTH)),
    ("calendarCoverImage", Shape::Text(TEXT_LENGTH)),
];

const PLACES: &[&str] = &[
    "custom",
    "zoom_conference",
    "google_conference",
    "inbound_call",
    "outbound_call",
    "physical",
    "booker",
    "ms_teams_conference",
];

/// Reads `POST /calendars/`.
///
/// # Errors
/// All faults at once.
pub(super) fn create(body: &Map<String, Value>) -> Result<CalendarFields, Error> {
    let mut fields = Fields::of_body(body);
    fields.text("locationId"); // who may write there has been decided
    let name = fields.required_text_within("name", NAME_LENGTH).trim().to_owned();
    let kind = fields.one_of("calendarType", CalendarType::NAMES).and_then(CalendarType::parse);
    let settings = settings(&mut fields);
    fields.finish()?;
    Ok(CalendarFields { name: Some(name), kind, settings })
}

/// Reads `PUT /calendars/{calendarId}`, which knows no location and no type.
///
/// # Errors
/// All faults at once.
pub(super) fn update(body: &Map<String, Value>) -> Result<CalendarFields, Error> {
    let mut fields = Fields::of_body(body);
    let name = fields.given_text_within("name", NAME_LENGTH).map(|name| name.trim().to_owned());
    let settings = settings(&mut fields);
    fields.finish()?;
    Ok(CalendarFields { name, kind: None, settings })
}

/// What a calendar's type does not allow (the published descriptions).
pub(super) fn faults_of_type(calendar: &Calendar) -> Vec<String> {
    let team = calendar.team();
    let primary = team.iter().filter(|member| member.is_primary).count();
    let mut faults = Vec::new();
    if team.is_empty() && calendar.kind != CalendarType::Event {
        faults.push("A team member needs to be selected".to_owned());
    }
    if calendar.kind == CalendarType::Personal && team.len() > 1 {
        faults.push("teamMembers must contain no more than 1 elements".to_owned());
    }
    if calendar.kind == CalendarType::Collective && !team.is_empty() && primary != 1 {
        faults.push("teamMembers must contain exactly one primary member".to_owned());
    }
    if calendar.flag("enableRecurring") && team.len() != 1 {
        faults.push("enableRecurring must come with exactly one team member".to_owned());
    }
    let mut ids: Vec<&str> = team.iter().map(|member| member.user_id.as_str()).collect();
    ids.sort_unstable();
    if ids.windows(2).any(|pair| pair[0] == pair[1]) {
        faults.push("All teamMembers's elements must be unique".to_owned());
    }
    faults
}

/// Dates of availability as they are kept: each has an id, and those that were deleted are gone.
pub(super) fn dated(cx: &Cx, dates: &Value) -> Value {
    let kept = dates.as_array().into_iter().flatten().filter(|date| date["deleted"] != json!(true));
    let dated = kept.cloned().map(|mut date| {
        if date.get("id").is_none() {
            date["id"] = json!(Id::<id::Calendar>::generate(cx.random.as_ref()));
        }
        date
    });
    dated.collect()
}

/// The fields that both writes know.
fn settings(fields: &mut Fields<'_>) -> Map<String, Value> {
    let mut said = Map::new();
    for (name, shape) in FIELDS {
        if let Some(value) = one(fields, name, *shape) {
            said.insert((*name).to_owned(), value);
        }
    }
    let lists: [(&'static str, Reader); 5] = [
        ("teamMembers", team_member),
        ("notifications", notification),
        ("locationConfigurations", place),
        ("openHours", open_hours),
        ("availabilities", availability),
    ];
    for (name, read) in lists {
        if let Some(value) = list(fields, name, read) {
            said.insert(name.to_owned(), value);
        }
    }
    let objects: [(&'static str, Reader); 2] = [("recurring", recurring), ("lookBusyConfig", look_busy)];
    for (name, read) in objects {
        match fields.object(name, read) {
            Patch::Absent => {}
            Patch::Null => drop(said.insert(name.to_owned(), Value::Null)),
            Patch::Value(value) => drop(said.insert(name.to_owned(), value)),
        }
    }
    said
}

/// A field of one value; `null` takes back what was said.
fn one(fields: &mut Fields<'_>, name: &'static str, shape: Shape) -> Option<Value> {
    if fields.value(name)?.is_null() {
        return Some(Value::Null);
    }
    match shape {
        Shape::Text(longest) => fields.text_within(name, longest).into_option().map(Value::from),
        Shape::Flag => fields.flag(name).map(Value::from),
        Shape::Whole(least, most) => fields.integer(name, least, most).map(Value::from),
        Shape::Word(words) => fields.one_of(name, words).map(Value::from),
    }
}

fn list(
    fields: &mut Fields<'_>,
    name: &'static str,
    read: impl FnMut(&mut Fields<'_>) -> Value,
) -> Option<Value> {
    if fields.value(name)?.is_null() {
        return Some(Value::Null);
    }
    let all = fields.objects(name, read)?;
    if all.len() > MOST {
        fields.too_many(name, MOST);
    }
    Some(Value::Array(all))
}

/// Those of `shapes` that were said.
fn object(fields: &mut Fields<'_>, shapes: &[(&'static str, Shape)]) -> Map<String, Value> {
    let said = shapes.iter().filter_map(|(name, shape)| {
        let value = one(fields, name, *shape).filter(|value| !value.is_null())?;
        Some(((*name).to_owned(), value))
    });
    said.collect()
}

fn team_member(fields: &mut Fields<'_>) -> Value {
    let user = fields.required_text_within("userId", ID_LENGTH);
    let shapes = [
        (
            "meetingLocationType",
            Shape::Word(&["custom", "zoom", "gmeet", "phone", "address", "teams", "booker"]),
        ),
        ("meetingLocation", Shape::Text(NAME_LENGTH)),
        ("isPrimary", Shape::Flag),
    ];
    let mut said = object(fields, &shapes);
    said.insert("userId".into(), json!(user));
    let priority = fields.number("priority", 0.0, 1.0);
    if priority.is_some_and(|one| ![0.0, 0.5, 1.0].contains(&one)) {
        fields.fault("priority", "must be one of the following values: 0, 0.5, 1");
    }
    let priority = if priority == Some(0.0) {
        json!(0)
    } else if priority == Some(1.0) {
        json!(1)
    } else {
        json!(0.5)
    };
    said.insert("priority".into(), priority);
    if let Some(places) = list(fields, "locationConfigurations", place).filter(|value| !value.is_null()) {
        said.insert("locationConfigurations".into(), places);
    }
    Value::Object(said)
}

fn place(fields: &mut Fields<'_>) -> Value {
    let kind = required_word(fields, "kind", PLACES);
    let mut said =
        object(fields, &[("location", Shape::Text(NAME_LENGTH)), ("meetingId", Shape::Text(NAME_LENGTH))]);
    said.insert("kind".into(), json!(kind));
    Value::Object(said)
}

fn notification(fields: &mut Fields<'_>) -> Value {
    let shapes = [
        ("type", Shape::Word(&["email"])),
        ("shouldSendToContact", Shape::Flag),
        ("shouldSendToGuest", Shape::Flag),
        ("shouldSendToUser", Shape::Flag),
        ("shouldSendToSelectedUsers", Shape::Flag),
        ("selectedUsers", Shape::Text(NAME_LENGTH)),
    ];
    Value::Object(object(fields, &shapes))
}

fn open_hours(fields: &mut Fields<'_>) -> Value {
    let days = match fields.value("daysOfTheWeek") {
        Some(Value::Array(days)) => days.iter().map(Value::as_i64).collect::<Option<Vec<i64>>>(),
        _ => None,
    };
    let sound = days.as_ref().is_some_and(|days| days.iter().all(|day| (0..=6).contains(day)));
    if !sound {
        fields.fault("daysOfTheWeek", "must be an array of days from 0 (Sunday) to 6");
    }
    json!({ "daysOfTheWeek": days.unwrap_or_default(), "hours": hours(fields) })
}

fn availability(fields: &mut Fields<'_>) -> Value {
    let date = fields.required_text_within("date", ID_LENGTH);
    let day = date.get(..10).and_then(leadhold_kernel::date::Date::parse);
    if day.is_none() && !date.is_empty() {
        fields.fault("date", "must be a valid ISO 8601 date string");
    }
    let mut said = object(fields, &[("deleted", Shape::Flag), ("id", Shape::Text(ID_LENGTH))]);
    said.insert("date".into(), json!(date));
    said.insert("hours".into(), hours(fields));
    Value::Object(said)
}

/// When a day is open: hours and minutes; an end at 0:00 is the end of the day.
fn hours(fields: &mut Fields<'_>) -> Value {
    if fields.value("hours").is_none_or(Value::is_null) {
        fields.fault("hours", "must be an array");
    }
    let read = |hour: &mut Fields<'_>| {
        let mut said = Map::new();
        for (name, most) in [("openHour", 23), ("openMinute", 60), ("closeHour", 23), ("closeMinute", 60)] {
            said.insert(name.to_owned(), json!(hour.required_integer(name, 0, most)));
        }
        Value::Object(said)
    };
    list(fields, "hours", read).unwrap_or_else(|| json!([]))
}

fn recurring(fields: &mut Fields<'_>) -> Value {
    let shapes = [
        ("freq", Shape::Word(&["DAILY", "WEEKLY", "MONTHLY"])),
        ("count", Shape::Whole(1, 24)),
        ("bookingOption", Shape::Word(&["skip", "continue", "book_next"])),
        ("bookingOverlapDefaultStatus", Shape::Word(&["confirmed", "new"])),
    ];
    Value::Object(object(fields, &shapes))
}

fn look_busy(fields: &mut Fields<'_>) -> Value {
    let shapes = [("enabled", Shape::Flag), ("LookBusyPercentage", Shape::Whole(0, 100))];
    let mut said = object(fields, &shapes);
    for (name, _) in shapes {
        said.entry(name).or_insert(if name == "enabled" { json!(false) } else { json!(0) });
    }
    Value::Object(said)
}

fn required_word(fields: &mut Fields<'_>, name: &'static str, words: &[&'static str]) -> &'static str {
    if fields.value(name).is_none_or(Value::is_null) {
        fields.fault(name, format!("must be one of the following values: {}", words.join(", ")));
    }
    fields.one_of(name, words).unwrap_or_default()
}
