//! For whom an alarm rings, and when it rings next.

use aws_lc_rs::digest;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Span, ToSpan};
use leadhold_kernel::id::{self, Id};
use leadhold_kernel::{Cx, Error, Event, EventKind, Timestamp};
use leadhold_queue::outbox;
use leadhold_store::Tx;
use serde_json::{Value, json};

use super::{Alarm, MADE_UP, STEP};
use crate::custom_fields::{self, Model};
use crate::tenant::LocationScope;
use crate::workflows::action::moment::{of_local, written};
use crate::workflows::right_now::zoned;
use crate::workflows::trigger::schedule::{DayOf, Schedule};
use crate::{contacts, locations, opportunities, tasks};

const DAY: i64 = 86_400_000;

/// Whom and what an alarm rings for.
struct Occasion {
    /// Unique with the trigger.
    name: String,
    record: String,
    contact: Option<String>,
    opportunity: Option<String>,
    data: Value,
}

/// Rings for the next records that it is time for; `false` when there may be more.
///
/// # Errors
/// When the store fails.
pub fn ring(tx: &mut Tx<'_>, cx: &Cx, here: &LocationScope, alarm: &mut Alarm) -> Result<bool, Error> {
    let earliest = cx.now.plus_millis(-MADE_UP);
    if alarm.rung_until < earliest {
        (alarm.rung_until, alarm.cursor) = (earliest, String::new());
    }
    let zone = locations::zone(tx, here)?;
    let occasions = match alarm.schedule.clone() {
        Schedule::Birthday(day) => {
            of_day(tx, cx, alarm, day, &zone, |tx, on, after| birthdays(tx, here, on, after))?
        }
        Schedule::CustomDate { field, day } => {
            of_day(tx, cx, alarm, day, &zone, |tx, on, after| dates(tx, here, &field, on, after))?
        }
        Schedule::TaskDue { later } => due_tasks(tx, cx, here, alarm, later)?,
        Schedule::Decay { rest } => at_rest(tx, cx, here, alarm, rest)?,
        Schedule::Once { .. } | Schedule::Cron(_) => {
            let mut latest = None;
            skip_missed(cx, alarm, &zone);
            while let Some(at) = scheduled(alarm, &zone).filter(|at| *at <= cx.now) {
                alarm.rung_until = at;
                latest = Some(at);
            }
            let occasion = latest.map(|at| Occasion {
                name: at.iso(),
                record: alarm.workflow_id.to_string(),
                contact: None,
                opportunity: None,
                data: json!({ "at": at.iso() }),
            });
            (occasion.into_iter().collect(), true)
        }
    };
    let (occasions, whole) = occasions;
    for occasion in &occasions {
        outbox::append_once(tx, &event(cx, here, alarm, occasion)?)?;
    }
    Ok(whole)
}

/// When an alarm that has rung for all it was time for rings next; `None`: never again.
///
/// # Errors
/// When the store fails.
pub fn next(
    tx: &mut Tx<'_>,
    cx: &Cx,
    here: &LocationScope,
    alarm: &Alarm,
) -> Result<Option<Timestamp>, Error> {
    let zone = locations::zone(tx, here)?;
    let position = |back: i64| (alarm.rung_until.plus_millis(-back), alarm.cursor.as_str());
    let ever = Timestamp(i64::MAX);
    Ok(match &alarm.schedule {
        Schedule::Birthday(day) | Schedule::CustomDate { day, .. } => {
            day_after(alarm.rung_until, *day, &zone).map(|(_, at)| at)
        }
        // Without a task it looks again in a day; a new one sets it forward.
        Schedule::TaskDue { later } => {
            let first = tasks::due(tx, here, position(*later), ever, 1)?;
            let at = first.first().map(|task| task.due_date.plus_millis(*later));
            Some(at.unwrap_or(cx.now.plus_millis(DAY)))
        }
        // One that is made or changed later is at rest later.
        Schedule::Decay { rest } => {
            let first = opportunities::at_rest(tx, here, position(*rest), ever, 1)?;
            Some(first.first().map_or(cx.now, |one| one.since).plus_millis(*rest))
        }
        Schedule::Once { .. } | Schedule::Cron(_) => scheduled(alarm, &zone),
    })
}

fn scheduled(alarm: &Alarm, zone: &TimeZone) -> Option<Timestamp> {
    match &alarm.schedule {
        Schedule::Once { at } => written(at, zone).filter(|at| *at > alarm.rung_until),
        Schedule::Cron(cron) => cron.first_after(alarm.rung_until, zone),
        _ => None,
    }
}

/// Of the moments that were missed only the latest counts: those of which a later one is near enough are left out.
fn skip_missed(cx: &Cx, alarm: &mut Alarm, zone: &TimeZone) {
    for back in [DAY / 1440, DAY / 24, DAY] {
        let from = cx.now.plus_millis(-back - 1);
        let near = Alarm { rung_until: from, ..alarm.clone() };
        if from > alarm.rung_until && scheduled(&near, zone).is_some_and(|at| at <= cx.now) {
            alarm.rung_until = from;
            return;
        }
    }
}

/// The first day whose time is behind a moment, and that time.
fn day_after(after: Timestamp, day: DayOf, zone: &TimeZone) -> Option<(Date, Timestamp)> {
    let local = zoned(after, zone)?;
    let mut date = local.date();
    for _ in 0..3 {
        let at = of_local(date.to_datetime(day.time()), zone)?;
        if at > after {
            return Some((date, at));
        }
        date = date.tomorrow().ok()?;
    }
    None
}

type Found = Vec<(String, Occasion)>;

/// A page of a day's occasions: `find` gives those of the date that the day is counted from, behind an id.
fn of_day(
    tx: &mut Tx<'_>,
    cx: &Cx,
    alarm: &mut Alarm,
    day: DayOf,
    zone: &TimeZone,
    find: impl FnOnce(&mut Tx<'_>, Date, &str) -> Result<Found, Error>,
) -> Result<(Vec<Occasion>, bool), Error> {
    let Some((date, at)) = day_after(alarm.rung_until, day, zone).filter(|(_, at)| *at <= cx.now) else {
        return Ok((Vec::new(), true));
    };
    let back: Span = day.days.days();
    let Ok(on) = date.checked_sub(back) else { return Ok((Vec::new(), true)) };
    let found = find(tx, on, &alarm.cursor)?;
    match found.last() {
        Some((last, _)) if found.len() as i64 == STEP => alarm.cursor.clone_from(last),
        _ => (alarm.rung_until, alarm.cursor) = (at, String::new()),
    }
    let whole = alarm.rung_until >= at && day_after(at, day, zone).is_none_or(|(_, next)| next > cx.now);
    Ok((found.into_iter().map(|(_, occasion)| occasion).collect(), whole))
}

/// Born on the 29th of February, one celebrates on the 28th in other years.
fn birthdays(tx: &mut Tx<'_>, here: &LocationScope, on: Date, after: &str) -> Result<Found, Error> {
    let day = on.strftime("%m-%d").to_string();
    let leap = if day == "02-28" && !on.in_leap_year() { "02-29" } else { &day };
    let found = contacts::born_on(tx, here, [&day, leap], after, STEP)?;
    let occasion = |(contact, born): (Id<id::Contact>, Option<leadhold_kernel::date::Date>)| {
        let year = born.and_then(|born| born.iso().get(..4)?.parse::<i64>().ok());
        let age = year.map(|year| i64::from(on.year()) - year);
        let data = json!({ "date": on.to_string(), "age": age, "month": on.month(), "day": on.day() });
        (contact.to_string(), of_contact(&contact, on, data))
    };
    Ok(found.into_iter().map(occasion).collect())
}

fn dates(tx: &mut Tx<'_>, here: &LocationScope, field: &str, on: Date, after: &str) -> Result<Found, Error> {
    let fields = custom_fields::list(tx, here, &Model::Contact)?;
    let Some(field) = fields.iter().find(|one| one.is_named(field)) else { return Ok(Vec::new()) };
    let Some(date) = leadhold_kernel::date::Date::parse(&on.to_string()) else { return Ok(Vec::new()) };
    let span = (Timestamp(date.millis()), Timestamp(date.millis() + DAY));
    let found = contacts::dated(tx, here, field.id.as_str(), span, after, STEP)?;
    let occasion = |contact: Id<id::Contact>| {
        let data = json!({ "date": on.to_string(), "field": field.field_key });
        (contact.to_string(), of_contact(&contact, on, data))
    };
    Ok(found.into_iter().map(occasion).collect())
}

fn of_contact(contact: &Id<id::Contact>, on: Date, data: Value) -> Occasion {
    Occasion {
        name: on.to_string(),
        record: contact.to_string(),
        contact: Some(contact.to_string()),
        opportunity: None,
        data,
    }
}

/// A reminder whose time was over before its task was made is left out.
fn due_tasks(
    tx: &mut Tx<'_>,
    cx: &Cx,
    here: &LocationScope,
    alarm: &mut Alarm,
    later: i64,
) -> Result<(Vec<Occasion>, bool), Error> {
    let after = (alarm.rung_until.plus_millis(-later), alarm.cursor.as_str());
    let found = tasks::due(tx, here, after, cx.now.plus_millis(-later), STEP)?;
    let last = found.last().map(|task| (task.due_date.plus_millis(later), task.id.to_string()));
    let whole = advance(cx, alarm, found.len(), last);
    let in_time = found.into_iter().filter(|task| task.due_date.plus_millis(later) >= task.date_added);
    let occasion = |task: tasks::Task| Occasion {
        name: task.due_date.iso(),
        record: task.id.to_string(),
        opportunity: None,
        data: json!({
            "id": task.id, "title": task.title, "body": task.body, "assigned_to": task.assigned_to,
            "due_date": task.due_date.iso(), "dueDate": task.due_date.iso(),
        }),
        contact: task.contact_id,
    };
    Ok((in_time.map(occasion).collect(), whole))
}

fn at_rest(
    tx: &mut Tx<'_>,
    cx: &Cx,
    here: &LocationScope,
    alarm: &mut Alarm,
    rest: i64,
) -> Result<(Vec<Occasion>, bool), Error> {
    let after = (alarm.rung_until.plus_millis(-rest), alarm.cursor.as_str());
    let found = opportunities::at_rest(tx, here, after, cx.now.plus_millis(-rest), STEP)?;
    let last = found.last().map(|one| (one.since.plus_millis(rest), one.id.to_string()));
    let whole = advance(cx, alarm, found.len(), last);
    let occasion = |one: opportunities::AtRest| Occasion {
        name: one.since.iso(),
        record: one.id.to_string(),
        contact: Some(one.contact_id.to_string()),
        opportunity: Some(one.id.to_string()),
        data: json!({ "days": rest / DAY, "since": one.since.iso() }),
    };
    Ok((found.into_iter().map(occasion).collect(), whole))
}

/// Moves an alarm behind a page that ends with a record of this moment and id; whether that was all.
fn advance(cx: &Cx, alarm: &mut Alarm, count: usize, last: Option<(Timestamp, String)>) -> bool {
    match last.filter(|_| count as i64 == STEP) {
        Some(last) => {
            (alarm.rung_until, alarm.cursor) = last;
            false
        }
        None => {
            (alarm.rung_until, alarm.cursor) = (cx.now.plus_millis(1), String::new());
            true
        }
    }
}

fn event(cx: &Cx, here: &LocationScope, alarm: &Alarm, occasion: &Occasion) -> Result<Event, Error> {
    let payload = json!({
        "type": alarm.kind,
        "workflowId": alarm.workflow_id,
        "triggerId": alarm.trigger_id,
        "contactId": occasion.contact,
        "opportunityId": occasion.opportunity,
        "data": occasion.data,
    });
    let about = format!("{}|{}|{}|{}", alarm.workflow_id, alarm.trigger_id, occasion.record, occasion.name);
    let id = named(&about).ok_or_else(|| Error::internal("an id that is made of a name is no id"))?;
    Ok(Event { id, ..here.event(cx, EventKind::ReminderDue, &occasion.record, payload) })
}

/// The id that a name has: always the same one.
fn named(name: &str) -> Option<Id<id::Event>> {
    let hash = digest::digest(&digest::SHA256, name.as_bytes());
    let mut bytes: [u8; 16] = hash.as_ref().get(..16)?.try_into().ok()?;
    bytes[6] = (bytes[6] & 0x0f) | 0x80;
    bytes[8] = (bytes[8] & 0x3f) | 0x80;
    let hex = hex::encode(bytes);
    Id::parse(&format!("{}-{}-{}-{}-{}", &hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_has_one_id() {
        assert_eq!(named("a"), named("a"));
        assert_ne!(named("a"), named("b"));
        assert!(named("a").is_some());
    }

    #[test]
    fn a_day_comes_once_however_the_clock_leaps() {
        let zone = TimeZone::get("America/Chicago").expect("the zone table is compiled in");
        let day = DayOf { days: 0, hour: 2, minute: 30 };
        let mut at = Timestamp::parse("2026-03-07T12:00:00Z").expect("RFC 3339");
        let mut seen = Vec::new();
        for _ in 0..3 {
            let (date, next) = day_after(at, day, &zone).expect("a day");
            seen.push(format!("{date} {}", next.iso()));
            at = next;
        }
        assert_eq!(
            seen,
            [
                "2026-03-08 2026-03-08T08:30:00.000Z",
                "2026-03-09 2026-03-09T07:30:00.000Z",
                "2026-03-10 2026-03-10T07:30:00.000Z"
            ]
        );
    }
}
