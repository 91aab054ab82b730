//! Waits for time, as one arrives at them.

use super::*;
use crate::workflows::engine::{Phase, RunState};
use crate::workflows::facts::examples;

fn turn(attributes: &serde_json::Value) -> Turn {
    let faults = crate::workflows::definition::reader::Faults::default();
    let action = Fields::of(attributes, "attributes".to_owned(), &faults, parse);
    assert!(faults.is_empty(), "{faults:?}");
    let (facts, run) = (examples::facts(), RunState::new(None));
    let visit = Visit { facts: &facts, fields: &facts.fields(), run: &run, step: "wait" };
    action.expect("no faults").arrive(&visit)
}

fn until(template: &str) -> Turn {
    turn(&json!({"until": template}))
}

#[test]
fn each_form_rests_until_its_moment() {
    // Wednesday, 5 November 2025, half past three in the afternoon in Chicago.
    for (attributes, moment) in [
        (json!({"for": {"value": 2, "unit": "hours"}}), "2025-11-05T23:30:07.000Z"),
        (
            json!({"for": {"value": "{{inboundWebhookRequest.score}}", "unit": "minutes"}}),
            "2025-11-05T22:12:07.000Z",
        ),
        (
            json!({"until": "2025-12-01", "offset": {"value": 1, "unit": "days", "when": "before"}}),
            "2025-11-30T06:00:00.000Z",
        ),
        (
            json!({"every": {"unit": "week", "days": ["wednesday"], "at": "15:00"}}),
            "2025-11-12T21:00:00.000Z",
        ),
        (
            json!({"for": {"value": 1, "unit": "days"}, "window": {"days": ["monday"], "from": "08:00", "to": "12:00"}}),
            "2025-11-10T14:00:00.000Z",
        ),
    ] {
        let Turn::Sleep(until) = turn(&attributes) else { panic!("no rest: {attributes}") };
        assert_eq!(until.iso(), moment, "{attributes}");
    }
}

#[test]
fn what_has_passed_means_what_the_step_says() {
    let passed = |rule: &str| turn(&json!({"until": "2025-11-01", "ifPassed": rule}));
    assert!(matches!(passed("continue"), Turn::Done(_)));
    assert!(matches!(passed("end"), Turn::End(_)));
    assert!(matches!(passed("skip_messages"), Turn::Hush(_)));
    assert!(matches!(passed("other"), Turn::GoTo(Some(step), _) if step == "other"));
    let Turn::Skip(reason) = turn(&json!({"event": {"when": "at"}})) else { panic!("not skipped") };
    insta::assert_snapshot!(reason, @"This run is about no event: none started it, and no set_event_start_date step came before.");
}

#[test]
fn moments_without_an_offset_are_the_locations() {
    for (template, moment) in [
        ("2025-12-01", "2025-12-01T06:00:00.000Z"),
        ("2025-12-01T09:00", "2025-12-01T15:00:00.000Z"),
        ("2025-12-01T09:00:00+01:00", "2025-12-01T08:00:00.000Z"),
        ("{{right_now.year}}-12-01", "2025-12-01T06:00:00.000Z"),
    ] {
        let Turn::Sleep(until) = until(template) else { panic!("no rest until {template}") };
        assert_eq!(until.iso(), moment, "{template}");
    }
}

#[test]
fn a_moment_that_has_passed_is_no_wait_and_nonsense_is_skipped() {
    assert!(matches!(until("2025-11-01"), Turn::Done(_)));
    let Turn::Skip(reason) = until("{{contact.website}}soon") else { panic!("not skipped") };
    insta::assert_snapshot!(reason, @"`soon` is no moment to wait for. Write 2026-05-01T09:00:00 or 2026-05-01.");
}

/// A wait for an hour before an appointment, when its time is up; `None` of it is deleted.
fn time_is_up(appointment: Option<(&str, &str)>) -> Turn {
    let mut facts = examples::facts();
    let told = appointment.map(|(start, status)| json!({"startTime": start, "status": status}));
    facts.objects.insert("appointment".to_owned(), told.unwrap_or_default());
    let run = RunState {
        appointment: leadhold_kernel::Id::parse("aPpointmentaPpointme"),
        phase: Phase::Awaiting { step: "wait".to_owned(), events: Vec::new(), until: Some(examples::NOW) },
        ..RunState::new(None)
    };
    let visit = Visit { facts: &facts, fields: &facts.fields(), run: &run, step: "wait" };
    let faults = crate::workflows::definition::reader::Faults::default();
    let before = json!({"event": {"when": "before", "value": 1, "unit": "hours"}, "ifCancelled": "sorry"});
    let action = Fields::of(&before, "attributes".to_owned(), &faults, parse).expect("no faults");
    assert!(faults.is_empty(), "{faults:?}");
    action.timed_out(&visit)
}

#[test]
fn when_the_time_is_up_the_appointment_is_asked_once_more() {
    let told = |appointment| match time_is_up(appointment) {
        Turn::Done(output) => output.to_string(),
        Turn::GoTo(step, output) => format!("to {step:?} {output}"),
        Turn::Await { until, .. } => format!("until {:?}", until.map(Timestamp::iso)),
        other => format!("{other:?}"),
    };
    insta::assert_snapshot!(told(Some(("2025-11-05T16:30:07-06:00", "confirmed"))), @r#"{"waitedUntil":"2025-11-05T21:30:07.000Z"}"#);
    insta::assert_snapshot!(told(Some(("2025-11-05T18:30:07-06:00", "confirmed"))), @r#"until Some("2025-11-05T23:30:07.000Z")"#);
    insta::assert_snapshot!(told(Some(("2025-11-05T16:30:07-06:00", "cancelled"))), @r#"to Some("sorry") {"appointment":"cancelled"}"#);
    insta::assert_snapshot!(told(None), @r#"to Some("sorry") {"appointment":"deleted"}"#);
}
