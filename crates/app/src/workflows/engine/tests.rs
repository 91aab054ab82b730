//! Runs of small definitions told line by line, and the bounds that hold for any definition and any input.

use proptest::prelude::*;
use serde_json::json;

use leadhold_kernel::id::Id;

use super::*;
use crate::workflows::definition::unchecked;
use crate::workflows::facts::{ContactFacts, examples};

fn definition(steps: &Value) -> Definition {
    Definition::draft(&json!({"name": "Test", "steps": steps})).expect("a good definition").0
}

/// Drives a run to its end, waking it when it is due, and tells what happened, one line each.
fn told(
    definition: &Definition,
    mut facts: Facts,
    result: impl Fn(&dyn Effect) -> Result<Done, String>,
) -> String {
    let mut run = RunState::new(facts.contact.as_ref().map(|contact| contact.id.clone()));
    let mut input = Input::Begin;
    let mut story = String::new();
    loop {
        let stepped = step(&run, definition, input, &facts);
        for line in &stepped.log {
            let shown = line.result.as_ref().map_or_else(|e| format!("failed: {e}"), ToString::to_string);
            story += &format!("{} {}\n", line.step, shown);
        }
        run = stepped.run;
        input = match stepped.outcome {
            Outcome::Perform(effect) => {
                story += &format!("  perform {}\n", effect.shown());
                let done = result(effect.as_ref());
                if let Ok(Done { contact: Some(id), .. }) = &done {
                    facts.contact = Some(ContactFacts { id: id.clone(), ..examples::contact() });
                }
                Input::Performed(done)
            }
            Outcome::Rest(Some(until)) => {
                story += &format!("  rest until {until}\n");
                facts.now = until;
                Input::Woke
            }
            Outcome::Rest(None) | Outcome::Unchanged => return story + "  rest",
            Outcome::Over => {
                return story
                    + &match &run.phase {
                        Phase::Failed { reason } => format!("failed: {reason}"),
                        Phase::Stopped { reason } => format!("stopped: {reason}"),
                        _ => format!("finished, {} failed", run.failed_steps),
                    };
            }
        };
    }
}

#[expect(clippy::unnecessary_wraps, reason = "one of the two answers that a test may give")]
fn done(effect: &dyn Effect) -> Result<Done, String> {
    let makes_one = effect.shown()["effect"] == "upsertContact";
    let contact = makes_one.then(|| Id::parse("newContactnewContact")).flatten();
    Ok(Done { contact, ..Done::with(json!("ok")) })
}

#[test]
fn from_an_inbound_request_to_a_tagged_contact() {
    let definition = definition(&json!([
        {"id": "save", "type": "create_update_contact", "next": "score", "attributes": {
            "fields": {"email": "{{inboundWebhookRequest.email}}", "lastName": "{{inboundWebhookRequest.missing}}"},
            "customFields": [{"key": "{{ contact.interests }}", "value": "{{inboundWebhookRequest.interests}}"}]}},
        {"id": "score", "type": "if_else", "attributes": {"branches": [
            {"name": "Hot", "next": "tag", "segments": [{"conditions": [
                {"field": "inboundWebhookRequest.score", "operator": "greater_than", "value": 40},
                {"field": "contact.email", "operator": "is_not_empty"}]}]}]}},
        {"id": "tag", "type": "add_contact_tag", "attributes": {"tags": ["hot", "{{inboundWebhookRequest.interests}}"]},
         "next": "rest"},
        {"id": "rest", "type": "wait", "attributes": {"for": {"value": 2, "unit": "days"}}, "next": "tell"},
        {"id": "tell", "type": "webhook", "attributes": {"method": "GET", "url": "https://example.com/{{contact.id}}"}}
    ]));
    let facts = Facts { contact: None, ..examples::facts() };
    insta::assert_snapshot!(told(&definition, facts, done), @r#"
      perform {"effect":"upsertContact","runContact":null,"fields":{"email":"ada@example.com"},"customFields":[{"field":{"key":"interests"},"value":["tea","milk"]}],"tags":[]}
    save "ok"
    score {"branch":"Hot"}
      perform {"effect":"addTags","contactId":"newContactnewContact","tags":["hot","tea","milk"]}
    tag "ok"
      rest until 2025-11-07T21:30:07.000Z
    rest {"waitedUntil":"2025-11-07T21:30:07.000Z"}
      perform {"effect":"webhook","method":"GET","url":"https://example.com/newContactnewContact","headers":[]}
    tell "ok"
    finished, 0 failed
    "#);
}

#[test]
fn a_step_that_cannot_be_done_is_noted_and_passed() {
    let definition = definition(&json!([
        {"id": "tag", "type": "add_contact_tag", "attributes": {"tags": ["x"]}, "next": "save"},
        {"id": "save", "type": "create_update_contact", "attributes": {"fields": {"email": "{{contact.email}}"}},
         "next": "past"},
        {"id": "past", "type": "wait", "attributes": {"until": "2020-01-01"}, "next": "tell"},
        {"id": "tell", "type": "webhook", "attributes": {"method": "GET", "url": "https://example.com/"}}
    ]));
    let facts = Facts { contact: None, ..examples::facts() };
    let story = told(&definition, facts, |_| Err("The address is not allowed.".to_owned()));
    insta::assert_snapshot!(story, @r#"
    tag failed: This run has no contact: none was made yet, or it was deleted since. Put a create_update_contact step, with an e-mail or a phone, before this one.
    save failed: The contact would have neither e-mail nor phone: both came out empty, so there is nobody to create or find. Check that the merge fields name what was received.
    past {"until":"2020-01-01T06:00:00.000Z","passed":true}
      perform {"effect":"webhook","method":"GET","url":"https://example.com/","headers":[]}
    tell failed: The address is not allowed.
    finished, 3 failed
    "#);
}

#[test]
fn branches_are_tried_in_order_and_none_catches_the_rest() {
    let branch = |name: &str, tag: &str| {
        json!({"name": name, "match": "any", "next": "end", "segments": [
            {"conditions": [{"field": "contact.tags", "operator": "is", "value": tag},
                            {"field": "contact.city", "operator": "is", "value": "springfield"}]},
            {"conditions": [{"field": "contact.tags", "operator": "is", "value": "never"}]}]})
    };
    let chosen = |branches: Value| {
        let end = json!({"id": "end", "type": "wait", "attributes": {"until": "2020-01-01"}});
        let attributes = json!({"branches": branches, "none": {"name": "Else", "next": "end"}});
        let definition = definition(&json!([{"id": "if", "type": "if_else", "attributes": attributes}, end]));
        told(&definition, examples::facts(), done).lines().next().unwrap_or_default().to_owned()
    };
    assert_eq!(chosen(json!([branch("A", "lead"), branch("B", "website")])), r#"if {"branch":"A"}"#);
    assert_eq!(chosen(json!([branch("A", "vip"), branch("B", "website")])), r#"if {"branch":"B"}"#);
    assert_eq!(chosen(json!([branch("A", "vip"), branch("B", "other")])), r#"if {"branch":"none"}"#);
}

#[test]
fn a_step_that_fails_is_tried_again_and_then_goes_where_its_rule_says() {
    let definition = definition(&json!([
        {"id": "tag", "type": "add_contact_tag", "attributes": {"tags": ["x"]}, "next": "never",
         "onError": {"retry": {"times": 2, "pause": {"value": 10, "unit": "minutes"}}, "then": "tell"}},
        {"id": "never", "type": "wait", "attributes": {"until": "2020-01-01"}, "next": "tell"},
        {"id": "tell", "type": "add_contact_tag", "attributes": {"tags": ["y"]}, "onError": {"then": "end"}}
    ]));
    let story = told(&definition, examples::facts(), |_| Err("It is full.".to_owned()));
    insta::assert_snapshot!(story, @r#"
      perform {"effect":"addTags","contactId":"ocQHyuzHvysMo5N5VsXc","tags":["x"]}
    tag failed: It is full.
      rest until 2025-11-05T21:40:07.000Z
      perform {"effect":"addTags","contactId":"ocQHyuzHvysMo5N5VsXc","tags":["x"]}
    tag failed: It is full.
      rest until 2025-11-05T22:00:07.000Z
      perform {"effect":"addTags","contactId":"ocQHyuzHvysMo5N5VsXc","tags":["x"]}
    tag failed: It is full.
      perform {"effect":"addTags","contactId":"ocQHyuzHvysMo5N5VsXc","tags":["y"]}
    tell failed: It is full.
    stopped: The step `tell` failed: It is full.
    "#);
}

#[test]
fn a_later_step_reads_what_an_earlier_one_brought() {
    let definition = definition(&json!([
        {"id": "find", "type": "add_contact_tag", "attributes": {"tags": ["x"]}, "next": "use"},
        {"id": "use", "type": "add_contact_tag", "attributes": {"tags": ["{{steps.find}}", "{{steps.use}}"]}}
    ]));
    let story = told(&definition, examples::facts(), done);
    insta::assert_snapshot!(story, @r#"
      perform {"effect":"addTags","contactId":"ocQHyuzHvysMo5N5VsXc","tags":["x"]}
    find "ok"
      perform {"effect":"addTags","contactId":"ocQHyuzHvysMo5N5VsXc","tags":["ok"]}
    use "ok"
    finished, 0 failed
    "#);
}

#[test]
fn a_sleeping_run_does_not_wake_early() {
    let definition = definition(
        &json!([{"id": "w", "type": "wait", "attributes": {"for": {"value": 1, "unit": "hours"}}}]),
    );
    let mut facts = examples::facts();
    let asleep = step(&RunState::new(None), &definition, Input::Begin, &facts);
    let until = facts.now.plus_millis(3_600_000);
    assert!(matches!(asleep.outcome, Outcome::Rest(Some(at)) if at == until));
    facts.now = until.plus_millis(-1);
    for input in [Input::Woke, Input::Begin, Input::Performed(Ok(Done::default()))] {
        let still = step(&asleep.run, &definition, input.clone(), &facts);
        assert_eq!(still.run, asleep.run);
        let again = matches!(still.outcome, Outcome::Rest(Some(at)) if at == until);
        assert_eq!(again, input == Input::Woke, "only a wake-up has to be repeated");
    }
    facts.now = until;
    assert_eq!(step(&asleep.run, &definition, Input::Woke, &facts).run.phase, Phase::Finished);
}

#[test]
fn a_run_that_is_over_stays_over() {
    let definition = definition(&json!([]));
    let over = step(&RunState::new(None), &definition, Input::Begin, &examples::facts());
    assert_eq!(over.run.phase, Phase::Finished);
    assert_eq!(step(&over.run, &definition, Input::Begin, &examples::facts()).run, over.run);
}

#[test]
fn a_run_whose_step_is_gone_says_so() {
    let asleep = RunState {
        phase: Phase::Sleeping { step: "old".to_owned(), until: Timestamp(0) },
        ..RunState::new(None)
    };
    let failed = step(&asleep, &definition(&json!([])), Input::Woke, &examples::facts());
    let Phase::Failed { reason } = failed.run.phase else { panic!("not failed") };
    insta::assert_snapshot!(reason, @"The step `old` is not in the version of the workflow that this run follows.");
}

#[test]
fn a_loop_that_never_leaves_is_stopped() {
    let definition = definition(
        &json!([{"id": "w", "type": "wait", "next": "w", "attributes": {"for": {"value": 1, "unit": "days"}}}]),
    );
    let story = told(&definition, examples::facts(), done);
    assert_eq!(story.lines().filter(|line| line.starts_with("w ")).count(), 10_000);
    insta::assert_snapshot!(story.lines().last().unwrap_or_default(), @"failed: The run came to its steps 10000 times and was stopped. Look for a loop that never takes its exit.");
}

fn any_step(count: usize) -> impl Strategy<Value = Value> {
    let target = prop::option::of(0..count + 1);
    (0..7u8, target.clone(), target, "[ -~]{0,12}").prop_map(|(kind, next, other, text)| {
        let id = |n: Option<usize>| n.map(|n| format!("s{n}"));
        let (kind, attributes) = match kind {
            0 => ("wait", json!({"for": {"value": 3, "unit": "seconds"}})),
            1 => ("wait", json!({"until": text})),
            2 => ("add_contact_tag", json!({"tags": ["{{contact.city}}", text]})),
            3 => (
                "webhook",
                json!({"method": "POST", "url": "{{contact.website}}", "customData": {"k": text}}),
            ),
            4 => ("create_update_contact", json!({"fields": {"email": "{{inboundWebhookRequest.email}}"}})),
            _ => {
                let condition = json!({"field": "contact.city", "operator": "contains", "value": text});
                let branch =
                    json!({"name": "b", "segments": [{"conditions": [condition]}], "next": id(other)});
                ("if_else", json!({"branches": [branch], "none": {"next": id(next)}}))
            }
        };
        let next = if kind == "if_else" { None } else { id(next) };
        json!({"type": kind, "attributes": attributes, "next": next})
    })
}

/// Any graph, whether validation would let it through or not.
fn any_definition() -> impl Strategy<Value = Definition> {
    (1..6usize)
        .prop_flat_map(|count| prop::collection::vec(any_step(count), count))
        .prop_map(|mut steps| {
            for (i, step) in steps.iter_mut().enumerate() {
                step["id"] = json!(format!("s{i}"));
            }
            unchecked(&json!({"name": "any", "steps": steps}))
        })
        .prop_filter("templates of random text may be malformed", Option::is_some)
        .prop_map(|definition| definition.expect("filtered"))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn every_run_ends_and_the_same_inputs_give_the_same_run(
        definition in any_definition(), answers in prop::collection::vec(any::<bool>(), 1..8),
    ) {
        let story = || {
            let count = std::cell::Cell::new(0);
            told(&definition, examples::facts(), |effect| {
                count.set(count.get() + 1);
                if answers[count.get() % answers.len()] { done(effect) } else { Err("no".to_owned()) }
            })
        };
        prop_assert_eq!(story(), story());
    }

    #[test]
    fn no_input_out_of_turn_panics_or_revives_a_run(
        definition in any_definition(), inputs in prop::collection::vec((0..6u8, 0..100_000i64), 0..40),
    ) {
        let mut facts = examples::facts();
        let mut run = RunState::new(None);
        let mut over = false;
        for (input, later) in inputs {
            facts.now = facts.now.plus_millis(later);
            let input = match input {
                0 => Input::Begin,
                1 => Input::Woke,
                2 => Input::Performed(Ok(Done::default())),
                3 => Input::Answered(Ok(json!(1))),
                4 => Input::Happened(Happening {
                    kind: EventKind::ContactUpdate,
                    data: json!({}),
                    seen: Map::new(),
                }),
                _ => Input::Performed(Err("no".to_owned())),
            };
            let stepped = step(&run, &definition, input, &facts);
            prop_assert!(stepped.run.visits <= MAX_VISITS);
            prop_assert!(!over || stepped.run == run);
            over = stepped.run.is_over();
            run = stepped.run;
        }
    }
}
