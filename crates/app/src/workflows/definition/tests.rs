//! What a definition may say, and the sentence for each way in which it may be wrong.

use serde_json::json;

use super::*;
use crate::workflows::trigger;

fn good() -> Value {
    json!({
        "name": "New leads",
        "triggers": [
            {"id": "hook", "type": "inbound_webhook",
             "filters": [{"field": "inboundWebhookRequest.source", "operator": "is", "value": "web"}]},
            {"id": "new", "type": "contact_created"}
        ],
        "steps": [
            {"id": "save", "type": "create_update_contact", "name": "Save", "next": "hot", "attributes": {
                "fields": {"email": "{{inboundWebhookRequest.email}}"},
                "customFields": [{"key": "contact.shoe_size", "value": "{{inboundWebhookRequest.size}}"}],
                "tags": ["lead"]}},
            {"id": "hot", "type": "if_else", "attributes": {
                "branches": [{"name": "Hot", "segments": [{"match": "any", "conditions": [
                    {"field": "contact.tags", "operator": "includes_any", "value": ["hot", "vip"]},
                    {"field": "inboundWebhookRequest.score", "operator": "greater_than", "value": 9}]}], "next": "tell"}],
                "none": {"next": "rest"}}},
            {"id": "rest", "type": "wait", "attributes": {"for": {"value": 2, "unit": "days"}}, "next": "hot"},
            {"id": "tell", "type": "webhook", "next": "tag", "attributes": {
                "method": "POST", "url": "https://example.com/hook", "customData": {"id": "{{contact.id}}"}}},
            {"id": "tag", "type": "add_contact_tag", "attributes": {"tags": ["told"]}, "next": null}
        ],
        "settings": {}
    })
}

/// The faults of `good()` after a change to it, one a line.
fn faults(change: impl FnOnce(&mut Value)) -> String {
    let mut json = good();
    change(&mut json);
    let faults = Definition::publishable(&json).expect_err("a fault");
    faults.iter().map(|fault| format!("{}: {}\n", fault.at, fault.message)).collect()
}

#[test]
fn a_good_definition_is_read() {
    let definition = Definition::publishable(&good()).expect("no fault");
    assert_eq!(definition.name, "New leads");
    let kinds: Vec<&str> = definition.steps.iter().map(|step| step.kind).collect();
    assert_eq!(kinds, ["create_update_contact", "if_else", "wait", "webhook", "add_contact_tag"]);
    assert_eq!(definition.triggers[0].filters.len(), 1);
}

#[test]
fn all_faults_come_at_once_with_their_places() {
    let all = faults(|json| {
        json["nmae"] = json!("x");
        json["triggers"][0]["type"] = json!("full_moon");
        json["triggers"][0]["filters"][0]["operator"] = json!("resembles");
        json["steps"][0]["attributes"]["fields"]["eMail"] = json!("x");
        json["steps"][0]["attributes"]["customFields"][0] = json!({"value": []});
        json["steps"][1]["attributes"]["branches"][0]["segments"][0]["conditions"] = json!([]);
        json["steps"][2]["attributes"]["for"] = json!({"value": 0.5, "unit": "days"});
        json["steps"][3]["attributes"]["url"] = json!("ftp://example.com/{{contact id}}");
        json["steps"][3]["attributes"]["headers"] = json!({"Host": "a", "X Y": "b"});
        json["steps"][4]["type"] = json!("send_pigeon");
        json["settings"]["allowReentry"] = json!(true);
    });
    let names = |names: Vec<&str>| names.join(", ");
    let all = all
        .replace(&names(action::KINDS.iter().map(|kind| kind.name).collect()), "[every action]")
        .replace(&names(trigger::KINDS.iter().map(|kind| kind.name).collect()), "[every trigger]");
    insta::assert_snapshot!(all, @"
    triggers[0].type: `full_moon` is not one of [every trigger]
    triggers[0].filters[0].operator: `resembles` is not one of is, is_not, contains, not_contains, is_empty, is_not_empty, greater_than, less_than, includes_any, has_changed, has_changed_to, has_changed_from
    steps[0].attributes.fields.eMail: a contact has no field `eMail`; there are firstName, lastName, name, email, phone, companyName, address1, city, state, country, postalCode, website, timezone, dateOfBirth, gender, source
    steps[0].attributes.customFields[0].id: name the custom field by `id` or by `key`, one of the two
    steps[0].attributes.customFields[0].value: must be a text, a number or a boolean, not a list
    steps[1].attributes.branches[0].segments[0].conditions: `conditions` is empty; at least one is needed
    steps[2].attributes.for.value: `value` must be a whole number, at least 1 and no more than ten years
    steps[3].attributes.url: `{{contact id}}` is no merge field; write {{object.field}} without spaces inside the name
    steps[3].attributes.headers.Host: this header is set by the sender itself; leave it out
    steps[3].attributes.headers.X Y: is no header name; use letters, digits and dashes
    steps[4].type: `send_pigeon` is not one of [every action]
    nmae: unknown key `nmae`; known here: name, triggers, steps, settings
    ");
}

#[test]
fn the_graph_is_checked() {
    let all = faults(|json| {
        json["triggers"][1]["id"] = json!("hook");
        json["steps"][4]["next"] = json!("nowhere");
        json["steps"][1]["next"] = json!("tell");
        json["steps"][3]["next"] = json!("hot");
        json["steps"][4]["id"] = json!("save");
    });
    insta::assert_snapshot!(all, @r#"
    triggers[1].id: `hook` is already the id of triggers[0]
    steps[4].id: `save` is already the id of steps[0]
    steps[1].next: a step of type if_else goes on where its branches say; move `next` into them
    steps[4].next: there is no step `nowhere`; name a step's id, or leave it out to end here
    steps[3].next: leads back to `hot` without a wait in between, so a run would never end; put a wait `for` some time into the loop
    "#);
}

#[test]
fn a_wait_until_a_moment_does_not_make_a_loop_rest() {
    let all = faults(|json| json["steps"][2]["attributes"] = json!({"until": "2020-01-01"}));
    insta::assert_snapshot!(all, @"steps[2].next: leads back to `hot` without a wait in between, so a run would never end; put a wait `for` some time into the loop");
}

#[test]
fn a_draft_may_be_unfinished_but_not_wrong() {
    let unfinished = json!({"name": "Later", "steps": [
        {"id": "a", "type": "add_contact_tag", "attributes": {"tags": ["x"]}},
        {"id": "b", "type": "add_contact_tag", "attributes": {"tags": ["y"]}}]});
    assert!(Definition::draft(&unfinished).is_ok());
    assert!(Definition::draft(&json!({"name": "Empty"})).is_ok());
    let faults = Definition::publishable(&unfinished).expect_err("unfinished");
    insta::assert_debug_snapshot!(faults, @r#"
    [
        Fault {
            at: "triggers",
            message: "nothing starts this workflow; add a trigger before publishing it",
            may_stay_in_draft: true,
        },
        Fault {
            at: "steps[1]",
            message: "no step leads to `b`; name it in the `next` of another, or take it out",
            may_stay_in_draft: true,
        },
    ]
    "#);
    let faults = Definition::draft(&json!({"name": " ", "steps": {}})).expect_err("wrong");
    insta::assert_debug_snapshot!(faults, @r#"
    [
        Fault {
            at: "name",
            message: "`name` is empty",
            may_stay_in_draft: false,
        },
        Fault {
            at: "steps",
            message: "must be a list, not an object",
            may_stay_in_draft: false,
        },
    ]
    "#);
}

#[test]
fn what_is_no_object_is_one_fault() {
    for (json, message) in [(json!([]), "not a list"), (json!(null), "not null"), (json!("x"), "not a text")]
    {
        let faults = Definition::draft(&json).expect_err("no object");
        assert!(faults[0].message.ends_with(message), "{faults:?}");
    }
}

#[test]
fn conditions_say_what_they_lack() {
    let all = faults(|json| {
        json["triggers"][0]["filters"] = json!([
            {"field": "contact email", "operator": "is", "value": "x"},
            {"field": "{{ contact.email }}", "operator": "is"},
            {"field": "contact.email", "operator": "is_empty", "value": "ignored"},
            {"field": "contact.tags", "operator": "includes_any", "value": []},
            {"operator": 7, "value": {"a": 1}},
            "contact.email is x"
        ]);
    });
    insta::assert_snapshot!(all, @r#"
    triggers[0].filters[0].field: `contact email` names no field; write it as in a merge field, `contact.email`
    triggers[0].filters[1].value: `value` is missing; it must be a text, a number or a boolean
    triggers[0].filters[3].value: `value` is empty
    triggers[0].filters[4].field: `field` is missing; it must be a text
    triggers[0].filters[4].operator: must be a text, not a number
    triggers[0].filters[4].value: must be a text, a number or a boolean, not an object
    triggers[0].filters[5]: must be an object, not a text
    "#);
}
