//! Actions on the run's contact.

use leadhold_app::users::{Role, Type};
use leadhold_testkit::{Person, TestApp};
use serde_json::{Value, json};

use super::{called, enrolled, events, faults, input, passed, run_of, told, workflow};
use crate::api::contacts::{make, shown};

async fn ada(app: &TestApp) -> String {
    let body = json!({"firstName": "Ada", "lastName": "Lovelace", "email": "ada@example.com", "city": "London",
        "website": "https://example.com", "tags": ["lead", "vip"]});
    make(app, body).await
}

async fn field(app: &TestApp, name: &str, data_type: &str) {
    let path = format!("/locations/{}/customFields", app.agency.location.location_id());
    let body = json!({"name": name, "dataType": data_type, "model": "contact"});
    app.post(&path).json(&body).send().await.expect(201);
}

async fn user(app: &TestApp) -> Person {
    app.person(&app.agency, Type::Account, Role::User, &[&app.agency.location]).await
}

#[tokio::test]
async fn fields_are_updated_and_cleared() {
    let app = TestApp::start().await;
    field(&app, "Shoe Size", "NUMERICAL").await;
    field(&app, "Motto", "TEXT").await;
    let contact = ada(&app).await;
    let steps = json!([
        {"id": "set", "type": "update_contact_field", "attributes": {
            "fields": {"city": "{{contact.first_name}}ville", "state": "{{contact.state}}", "dateOfBirth": "soon"},
            "customFields": [{"key": "shoe_size", "value": 41}, {"key": "{{contact.motto}}", "value": "{{contact.city}}!"},
                             {"key": "nobody", "value": "x"}]}},
        {"id": "clear", "type": "update_contact_field", "attributes": {"clear": ["website", "contact.motto", "nobody"]}},
        {"id": "same", "type": "update_contact_field", "attributes": {"clear": ["website"]}},
        {"id": "bad", "type": "update_contact_field", "attributes": {"fields": {"email": "nobody"}}}
    ]);
    let run = passed(&app, &contact, steps).await;
    insta::assert_snapshot!(told(&run), @r#"
    set: {"contactId":"[id]","leftOut":["dateOfBirth: `soon` is no date","nobody: the location has no such custom field"]}
    clear: {"contactId":"[id]","leftOut":["nobody: the location has no such custom field"]}
    same: {"contactId":"[id]"}
    bad: "`nobody` is no e-mail address"
    finished
    "#);
    insta::assert_snapshot!(input(&run, 0), @r#"{"effect":"updateContact","contact":"[id]","fields":{"city":"Adaville","dateOfBirth":"soon"},"customFields":[{"field":{"key":"shoe_size"},"value":"41"},{"field":{"key":"motto"},"value":"London!"},{"field":{"key":"nobody"},"value":"x"}],"clear":[]}"#);
    assert_eq!(events(&app).await, ["ContactUpdate", "ContactUpdate"]);
    let after = shown(&app, &contact).await;
    assert_eq!(
        (&after["city"], &after["website"], &after["email"]),
        (&json!("Adaville"), &Value::Null, &json!("ada@example.com"))
    );
    assert_eq!(after["customFields"].as_array().map(Vec::len), Some(1));
    assert_eq!(after["customFields"][0]["value"], 41);
}

#[tokio::test]
async fn a_contact_is_found_and_the_run_is_about_it() {
    let app = TestApp::start().await;
    field(&app, "Customer Number", "NUMERICAL").await;
    let path = format!("/locations/{}/customFields", app.agency.location.location_id());
    let fields = app.get(&path).send().await.expect(200).json();
    let id = fields["customFields"][0]["id"].clone();
    let contact = make(
        &app,
        json!({"firstName": "Ada", "email": "Ada@Example.com", "phone": "+15155552345",
        "customFields": [{"id": id, "field_value": 7}]}),
    )
    .await;
    make(&app, json!({"firstName": "Ada", "email": "other@example.com"})).await;
    let find = |attributes: Value| {
        let mut attributes = attributes;
        attributes["found"] = json!({"next": "tag"});
        attributes["notFound"] = json!({"next": "none"});
        json!([
            {"id": "find", "type": "find_contact", "attributes": attributes},
            {"id": "tag", "type": "add_contact_tag", "attributes": {"tags": ["found"]}, "next": null},
            {"id": "none", "type": "webhook", "attributes": {"method": "GET", "url": "{{contact.email}}"}}
        ])
    };
    for (by, body, found) in [
        (
            json!({"fields": {"email": "{{inboundWebhookRequest.email}}"}}),
            json!({"email": "ada@example.COM"}),
            true,
        ),
        (
            json!({"fields": {"phone": "{{inboundWebhookRequest.phone}}"}}),
            json!({"phone": "(515) 555-2345"}),
            true,
        ),
        (
            json!({"fields": {"email": "{{inboundWebhookRequest.email}}", "firstName": "ada"}}),
            json!({"email": "ada@example.com"}),
            true,
        ),
        (
            json!({"fields": {"email": "{{inboundWebhookRequest.email}}", "firstName": "bob"}}),
            json!({"email": "ada@example.com"}),
            false,
        ),
        (
            json!({"fields": {"email": "{{inboundWebhookRequest.email}}", "firstName": "ada"}}),
            json!({}),
            false,
        ),
        (
            json!({"match": "any", "fields": {"email": "{{inboundWebhookRequest.email}}", "phone": "5155552345"}}),
            json!({"email": "nobody@example.com"}),
            true,
        ),
        (
            json!({"customFields": [{"key": "customer_number", "value": "{{inboundWebhookRequest.number}}"}]}),
            json!({"number": 7}),
            true,
        ),
        (
            json!({"customFields": [{"key": "customer_number", "value": "{{inboundWebhookRequest.number}}"}]}),
            json!({"number": 8}),
            false,
        ),
        (
            json!({"fields": {"email": "{{inboundWebhookRequest.email}}"}}),
            json!({"email": "' or 1 = 1"}),
            false,
        ),
    ] {
        let run = called(&app, &body, find(by.clone())).await;
        let log = told(&run);
        assert!(log.starts_with(&format!(r#"find: {{"found":{found},"#)), "{by} {body}: {log}");
        assert_eq!(run["contactId"], if found { json!(contact) } else { Value::Null }, "{by}");
        assert_eq!(log.contains("tag: "), found);
    }
    assert_eq!(shown(&app, &contact).await["tags"], json!(["found"]));
}

#[tokio::test]
async fn a_field_that_does_not_exist_finds_nobody_and_says_so() {
    let app = TestApp::start().await;
    let steps = json!([
        {"id": "find", "type": "find_contact", "attributes": {"customFields": [{"key": "nobody", "value": "x"}]}},
        {"id": "again", "type": "find_contact", "attributes": {"fields": {"email": "a@example.com"}}}
    ]);
    let run = called(&app, &json!({}), steps).await;
    insta::assert_snapshot!(told(&run), @r#"
    find: "nobody: the location has no such custom field"
    again: {"found":false,"contactId":null}
    finished
    "#);
}

#[tokio::test]
async fn tags_are_taken_away() {
    let app = TestApp::start().await;
    let contact = ada(&app).await;
    let steps = json!([
        {"id": "less", "type": "remove_contact_tag", "attributes": {"tags": ["LEAD", "unknown"]}},
        {"id": "same", "type": "remove_contact_tag", "attributes": {"tags": ["lead"]}},
        {"id": "none", "type": "remove_contact_tag", "attributes": {"tags": ["{{contact.state}}"]}}
    ]);
    let run = passed(&app, &contact, steps).await;
    insta::assert_snapshot!(told(&run), @r#"
    less: {"removed":["lead"],"tags":["vip"]}
    same: {"removed":[],"tags":["vip"]}
    none: "Every tag of this step came out empty; check the merge fields in it."
    finished
    "#);
    assert_eq!(events(&app).await, ["ContactTagUpdate"]);
    assert_eq!(shown(&app, &contact).await["tags"], json!(["vip"]));
}

#[tokio::test]
async fn users_take_turns() {
    let app = TestApp::start().await;
    let (one, two) = (user(&app).await, user(&app).await);
    let gone = user(&app).await;
    app.delete_person(&gone).await;
    let steps = json!([{"id": "whose", "type": "assign_user", "attributes": {
        "users": [one.id, gone.id, two.id], "weights": [2, 1, 1]}}]);
    let workflow = workflow(&app, steps).await;
    let mut whose = Vec::new();
    for n in 0..6 {
        let contact = make(&app, json!({"firstName": "Ann", "email": format!("ann{n}@example.com")})).await;
        app.new_events().await;
        enrolled(&app, &contact, &workflow).await;
        assert_eq!(events(&app).await, ["ContactUpdate"]);
        whose.push(shown(&app, &contact).await["assignedTo"].clone());
    }
    let (a, b) = (json!(one.id), json!(two.id));
    assert_eq!(whose, [&a, &a, &b, &b, &a, &a].map(Clone::clone), "the one who is gone is passed over");
}

#[tokio::test]
async fn turns_are_shared_by_runs_side_by_side() {
    let app = TestApp::start().await;
    let (one, two) = (user(&app).await, user(&app).await);
    let steps = json!([{"id": "whose", "type": "assign_user", "attributes": {"users": [one.id, two.id]}}]);
    let workflow = workflow(&app, steps).await;
    let mut contacts = Vec::new();
    for n in 0..8 {
        let contact = make(&app, json!({"firstName": "Ann", "email": format!("ann{n}@example.com")})).await;
        let path = format!("/contacts/{contact}/workflow/{}", workflow["id"].as_str().expect("an id"));
        app.post(&path).json(&json!({})).send().await.expect(200);
        contacts.push(contact);
    }
    app.run_until_idle().await;
    let mut counts = [0, 0];
    for contact in &contacts {
        let whose = shown(&app, contact).await["assignedTo"].clone();
        counts[usize::from(whose == json!(two.id))] += 1;
    }
    assert_eq!(counts, [4, 4]);
}

#[tokio::test]
async fn only_who_has_nobody_is_assigned_and_an_assignee_is_removed() {
    let app = TestApp::start().await;
    let (one, two) = (user(&app).await, user(&app).await);
    let elsewhere = app.person(&app.agency, Type::Account, Role::User, &[&app.agency.second]).await;
    let contact = ada(&app).await;
    let steps = json!([
        {"id": "first", "type": "assign_user", "attributes": {"users": [one.id], "onlyUnassigned": true}},
        {"id": "kept", "type": "assign_user", "attributes": {"users": [two.id], "onlyUnassigned": true}},
        {"id": "stranger", "type": "assign_user", "attributes": {"users": [elsewhere.id, "nobody"]}},
        {"id": "empty", "type": "assign_user", "attributes": {"users": ["{{contact.state}}"]}},
        {"id": "free", "type": "remove_assigned_user", "attributes": {}},
        {"id": "again", "type": "remove_assigned_user", "attributes": {}}
    ]);
    let run = passed(&app, &contact, steps).await;
    insta::assert_snapshot!(told(&run), @r#"
    first: {"assignedTo":"[id]","assigned":true}
    kept: {"assignedTo":"[id]","assigned":false}
    stranger: "None of the users of this step is a user of the location."
    empty: "Every user of this step came out empty; check the merge fields in it."
    free: {"wasAssignedTo":"[id]"}
    again: {"wasAssignedTo":null}
    finished
    "#);
    assert_eq!(events(&app).await, ["ContactUpdate", "ContactUpdate"]);
    assert_eq!(shown(&app, &contact).await["assignedTo"], Value::Null);
}

#[tokio::test]
async fn dnd_is_set_and_unset() {
    let app = TestApp::start().await;
    let contact = ada(&app).await;
    let closed = json!({"dndSettings": {"Email": {"status": "permanent", "message": "carrier"}}});
    app.put(&format!("/contacts/{contact}")).json(&closed).send().await.expect(200);
    let steps = json!([
        {"id": "all", "type": "set_contact_dnd", "attributes": {"dnd": "enable"}},
        {"id": "two", "type": "set_contact_dnd", "attributes": {"dnd": "enable", "channels": ["SMS", "Call"]}},
        {"id": "same", "type": "set_contact_dnd", "attributes": {"dnd": "enable", "channels": ["SMS"]}},
        {"id": "one", "type": "set_contact_dnd", "attributes": {"dnd": "disable", "channels": ["SMS", "Email"]}},
        {"id": "none", "type": "set_contact_dnd", "attributes": {"dnd": "disable"}}
    ]);
    let run = passed(&app, &contact, steps).await;
    insta::assert_snapshot!(told(&run), @r#"
    all: {"dnd":true,"dndSettings":{"Email":{"status":"permanent","message":"carrier"}}}
    two: {"dnd":true,"dndSettings":{"Call":{"status":"active","message":"Updated by a workflow"},"Email":{"status":"permanent","message":"carrier"},"SMS":{"status":"active","message":"Updated by a workflow"}}}
    same: {"dnd":true,"dndSettings":{"Call":{"status":"active","message":"Updated by a workflow"},"Email":{"status":"permanent","message":"carrier"},"SMS":{"status":"active","message":"Updated by a workflow"}}}
    one: {"dnd":true,"dndSettings":{"Call":{"status":"active","message":"Updated by a workflow"},"Email":{"status":"permanent","message":"carrier"},"SMS":{"status":"inactive","message":"Updated by a workflow"}}}
    none: {"dnd":false,"dndSettings":{"Call":{"status":"inactive","message":"Updated by a workflow"},"Email":{"status":"permanent","message":"carrier"},"SMS":{"status":"inactive","message":"Updated by a workflow"}}}
    finished
    "#);
    let change = ["ContactUpdate", "ContactDndUpdate"];
    assert_eq!(events(&app).await, [change, change, change, change].concat());
}

#[tokio::test]
async fn notes_and_tasks_are_made_and_tasks_completed() {
    let app = TestApp::start().await;
    let (contact, person) = (ada(&app).await, user(&app).await);
    let steps = json!([
        {"id": "note", "type": "add_note", "attributes": {"title": "T", "body": "{{contact.name}}: {{contact.tags}}", "userId": person.id}},
        {"id": "blank", "type": "add_note", "attributes": {"body": "{{contact.state}}"}},
        {"id": "stranger", "type": "add_note", "attributes": {"body": "x", "userId": "nobody"}},
        {"id": "call", "type": "add_task", "attributes": {"title": "Call {{contact.first_name}}", "body": "today",
            "due": {"value": 2, "unit": "days"}, "assignedTo": person.id}},
        {"id": "write", "type": "add_task", "attributes": {"title": "Write", "dueDate": "2026-02-01T09:00:00"}},
        {"id": "never", "type": "add_task", "attributes": {"title": "Never", "dueDate": "soon"}},
        {"id": "whose", "type": "add_task", "attributes": {"title": "x", "assignedTo": "nobody"}},
        {"id": "done", "type": "complete_task", "attributes": {"taskId": "{{steps.call.taskId}}"}},
        {"id": "unknown", "type": "complete_task", "attributes": {"taskId": "nobody"}},
        {"id": "rest", "type": "complete_task", "attributes": {}},
        {"id": "nothing", "type": "complete_task", "attributes": {}}
    ]);
    let run = passed(&app, &contact, steps).await;
    insta::assert_snapshot!(told(&run), @r#"
    note: {"noteId":"[id]"}
    blank: "The note came out empty; check the merge fields in it."
    stranger: "The location has no user `nobody`."
    call: {"taskId":"[id]","dueDate":"2026-01-17T10:00:00.000Z"}
    write: {"taskId":"[id]","dueDate":"2026-02-01T15:00:00.000Z"}
    never: "`soon` is no moment. Write 2026-05-01T09:00:00 or 2026-05-01."
    whose: "The location has no user `nobody`."
    done: {"completed":["[id]"]}
    unknown: "Task with id nobody not found"
    rest: {"completed":["[id]"]}
    nothing: {"completed":[]}
    finished
    "#);
    insta::assert_snapshot!(input(&run, 3), @r#"{"effect":"addTask","contact":"[id]","title":"Call Ada","body":"today","assignedTo":"[id]","due":"2026-01-17T10:00:00.000Z"}"#);
    assert_eq!(
        events(&app).await,
        ["NoteCreate", "TaskCreate", "TaskCreate", "TaskComplete", "TaskComplete"]
    );
    let notes = app.get(&format!("/contacts/{contact}/notes")).send().await.expect(200).json();
    assert_eq!(
        (&notes["notes"][0]["body"], &notes["notes"][0]["userId"], notes["notes"].as_array().map(Vec::len)),
        (&json!("Ada Lovelace: lead,vip"), &json!(person.id), Some(1))
    );
}

#[tokio::test]
async fn followers_come_and_go() {
    let app = TestApp::start().await;
    let (contact, one, two) = (ada(&app).await, user(&app).await, user(&app).await);
    let steps = json!([
        {"id": "come", "type": "add_contact_followers", "attributes": {"users": [one.id, two.id]}},
        {"id": "stranger", "type": "add_contact_followers", "attributes": {"users": ["nobody"]}},
        {"id": "go", "type": "remove_contact_followers", "attributes": {"users": [one.id]}},
        {"id": "all", "type": "remove_contact_followers", "attributes": {}},
        {"id": "none", "type": "remove_contact_followers", "attributes": {}}
    ]);
    let run = passed(&app, &contact, steps).await;
    insta::assert_snapshot!(told(&run), @r#"
    come: {"added":["[id]","[id]"],"followers":["[id]","[id]"]}
    stranger: "User with id nobody not found"
    go: {"removed":["[id]"],"followers":["[id]"]}
    all: {"removed":["[id]"],"followers":[]}
    none: {"removed":[],"followers":[]}
    finished
    "#);
    assert_eq!(events(&app).await, ["ContactUpdate"; 3]);
    assert_eq!(shown(&app, &contact).await["followers"], json!([]));
}

#[tokio::test]
async fn a_deleted_contact_leaves_the_run_without_one() {
    let app = TestApp::start().await;
    let contact = ada(&app).await;
    let steps = json!([
        {"id": "away", "type": "delete_contact", "attributes": {}},
        {"id": "again", "type": "delete_contact", "attributes": {}},
        {"id": "note", "type": "add_note", "attributes": {"body": "x"}},
        {"id": "new", "type": "create_update_contact", "attributes": {"fields": {"email": "next@example.com"}}}
    ]);
    let run = passed(&app, &contact, steps).await;
    insta::assert_snapshot!(told(&run), @r#"
    away: {"deleted":"[id]"}
    again: "This run has no contact: none was made yet, or it was deleted since. Put a create_update_contact step, with an e-mail or a phone, before this one."
    note: "This run has no contact: none was made yet, or it was deleted since. Put a create_update_contact step, with an e-mail or a phone, before this one."
    new: {"contactId":"[id]","new":true}
    finished
    "#);
    assert_eq!(events(&app).await, ["ContactDelete", "ContactCreate"]);
    app.get(&format!("/contacts/{contact}")).send().await.expect(400);
}

#[tokio::test]
async fn a_step_of_nobody_says_so() {
    let app = TestApp::start().await;
    for (kind, attributes) in [
        ("update_contact_field", json!({"clear": ["city"]})),
        ("remove_contact_tag", json!({"tags": ["x"]})),
        ("assign_user", json!({"users": ["x"]})),
        ("remove_assigned_user", json!({})),
        ("set_contact_dnd", json!({"dnd": "enable"})),
        ("add_note", json!({"body": "x"})),
        ("add_task", json!({"title": "x"})),
        ("complete_task", json!({})),
        ("add_contact_followers", json!({"users": ["x"]})),
        ("remove_contact_followers", json!({})),
        ("delete_contact", json!({})),
    ] {
        let workflow = workflow(&app, json!([{"id": "step", "type": kind, "attributes": attributes}])).await;
        app.new_events().await;
        let hook = workflow["inboundHookPath"].as_str().expect("a hook");
        app.post(hook).token("").json(&json!({})).send().await.expect(200);
        app.run_until_idle().await;
        let run = run_of(&app, &workflow).await;
        assert!(told(&run).starts_with("step: \"This run has no contact"), "{kind}: {}", told(&run));
        assert_eq!(events(&app).await, [""; 0]);
    }
}

#[tokio::test]
async fn attributes_say_all_that_is_wrong_with_them() {
    let app = TestApp::start().await;
    let steps = json!([
        {"id": "a", "type": "update_contact_field", "attributes": {}, "next": "b"},
        {"id": "b", "type": "find_contact", "attributes": {"fields": {"shoe": "x"}, "match": "some"}, "next": "c"},
        {"id": "c", "type": "find_contact", "attributes": {}, "next": "d"},
        {"id": "d", "type": "assign_user", "attributes": {"users": ["a", "b"], "weights": [1, 0]}, "next": "e"},
        {"id": "e", "type": "set_contact_dnd", "attributes": {"dnd": "on", "channels": ["Pigeon"]}, "next": "f"},
        {"id": "f", "type": "add_note", "attributes": {"body": "{{contact name}}"}, "next": "g"},
        {"id": "g", "type": "add_task", "attributes": {"due": {"value": 0, "unit": "moons"}}, "next": "h"},
        {"id": "h", "type": "add_task", "attributes": {"title": "x", "due": {"value": 1, "unit": "days"}, "dueDate": "x"}, "next": "i"},
        {"id": "i", "type": "delete_contact", "attributes": {"really": true}}
    ]);
    let faults = faults(&app, steps).await;
    insta::assert_snapshot!(faults, @"
    steps[0].attributes.fields: name at least one field, in `fields`, `customFields` or `clear`
    steps[1].attributes.fields.shoe: a contact is not found by `shoe`; there are id, email, phone, name, firstName, lastName, companyName, address1, city, state, country, postalCode, source, assignedTo
    steps[1].attributes.match: `some` is not one of all, any
    steps[2].attributes.fields: name at least one field to find the contact by
    steps[3].attributes.weights: must be a list with a whole number from 1 to 100 for each user
    steps[4].attributes.dnd: `on` is not one of enable, disable
    steps[4].attributes.channels[0]: is not one of Call, Email, SMS, WhatsApp, GMB, FB, RCS, IG, Live_Chat
    steps[5].attributes.body: `{{contact name}}` is no merge field; write {{object.field}} without spaces inside the name
    steps[6].attributes.title: `title` is missing; it must be a text
    steps[6].attributes.due.unit: `moons` is not one of seconds, minutes, hours, days, weeks, months, years
    steps[6].attributes.due.value: must be a whole number from 1 to 100000
    steps[7].attributes.dueDate: say when by `due` or by `dueDate`, one of the two
    steps[8].attributes.really: unknown key `really`; there is no such setting yet
    ");
}
