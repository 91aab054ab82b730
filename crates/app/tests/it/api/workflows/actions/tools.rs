//! Formatters, maths, code, custom values, and other workflows.

use leadhold_testkit::TestApp;
use serde_json::{Value, json};

use super::{called, enrolled, events, input, passed, run_of, told, workflow};
use crate::api::contacts::{make, shown};

async fn field(app: &TestApp, model: &str, name: &str, data_type: &str) {
    let path = format!("/locations/{}/customFields", app.agency.location.location_id());
    let body = json!({"name": name, "dataType": data_type, "model": model});
    app.post(&path).json(&body).send().await.expect(201);
}

#[tokio::test]
async fn results_go_on_and_into_fields() {
    let app = TestApp::start().await;
    field(&app, "contact", "Points", "NUMERICAL").await;
    field(&app, "contact", "Renewal", "DATE").await;
    let contact = make(&app, json!({"firstName": "ada", "email": "ada@example.com",
        "customFields": [{"key": "points", "field_value": 0.1}, {"key": "renewal", "field_value": "2026-01-31"}]})).await;
    let steps = json!([
        {"id": "sum", "type": "math_operation", "attributes": {"value": "{{contact.points}}",
            "operations": [{"operator": "add", "by": "0.2"}], "field": "contact.points"}},
        {"id": "again", "type": "math_operation", "attributes": {"value": "{{contact.points}}",
            "operations": [{"operator": "multiply", "by": "{{steps.sum.result}}"}]}},
        {"id": "renew", "type": "math_operation", "attributes": {"date": "{{contact.renewal}}",
            "operations": [{"operator": "add", "by": 1, "unit": "months"}], "field": "{{contact.renewal}}"}},
        {"id": "name", "type": "text_formatter", "attributes": {"value": "{{contact.first_name}}",
            "operations": [{"do": "title"}], "field": "contact.firstName"}},
        {"id": "shown", "type": "number_formatter", "attributes": {"value": "1234.5", "as": "currency", "currency": "EUR"}},
        {"id": "die", "type": "number_formatter", "attributes": {"as": "random", "from": 1, "to": 6}},
        {"id": "when", "type": "date_formatter", "attributes": {"value": "{{contact.renewal}}", "toFormat": "MMM D, YYYY"}},
        {"id": "list", "type": "array_formatter", "attributes": {"value": "b,a", "operations": [{"do": "sort"}]}},
        {"id": "code", "type": "custom_code", "attributes": {"expression": "{'n': number(steps.sum.result) * 10, 'l': steps.list.result}"}},
        {"id": "bad", "type": "math_operation", "attributes": {"value": "{{contact.website}}", "operations": [{"operator": "add", "by": 1}]}},
        {"id": "wrong", "type": "text_formatter", "attributes": {"value": "x", "operations": [{"do": "upper"}], "field": "contact.points"}},
        {"id": "nobody", "type": "text_formatter", "attributes": {"value": "x", "operations": [{"do": "upper"}], "field": "opportunity.x"}},
        {"id": "note", "type": "add_note", "attributes": {"body": "{{steps.again.result}} {{contact.renewal}} {{steps.when.result}} {{steps.code.n}} {{steps.code.l.0}} {{contact.first_name}}"}}
    ]);
    let run = passed(&app, &contact, steps).await;
    let log = told(&run);
    let die = run["steps"][5]["output"]["result"].as_str().and_then(|drawn| drawn.parse::<u8>().ok());
    assert!(die.is_some_and(|die| (1..=6).contains(&die)), "{log}");
    let log: String =
        log.lines().filter(|line| !line.starts_with("die:")).map(|line| format!("{line}\n")).collect();
    insta::assert_snapshot!(log, @r#"
    sum: {"result":"0.3"}
    again: {"result":"0.09"}
    renew: {"result":"2026-02-28"}
    name: {"result":"Ada"}
    shown: {"result":"€1,234.50"}
    when: {"result":"Feb 28, 2026","date":"2026-02-28","time":"00:00:00","timestamp":1772258400000,"dayOfWeek":"Saturday"}
    list: {"result":["a","b"]}
    code: {"l":["a","b"],"n":3}
    bad: "A number came out empty; check the merge fields, or write {{… | default: \"0\"}}."
    wrong: "points must be a number conforming to the specified constraints"
    nobody: "This run has no opportunity: none was made or found yet, or it was deleted since. Put a create_update_opportunity or a find_opportunity step before this one."
    note: {"noteId":"[id]"}
    finished
    "#);
    insta::assert_snapshot!(input(&run, 0), @r#"{"effect":"keepResult","field":"contact.points","value":"0.3"}"#);
    assert_eq!(events(&app).await, ["ContactUpdate", "ContactUpdate", "ContactUpdate", "NoteCreate"]);
    let notes = app.get(&format!("/contacts/{contact}/notes")).send().await.expect(200).json();
    assert_eq!(notes["notes"][0]["body"], "0.09 2026-02-28 Feb 28, 2026 3 a Ada");
}

#[tokio::test]
async fn a_custom_value_changes_from_the_next_step_on() {
    let app = TestApp::start().await;
    let here = app.agency.location.location_id().clone();
    let path = format!("/locations/{here}/customValues");
    app.post(&path).json(&json!({"name": "Last lead", "value": "nobody"})).send().await.expect(201);
    let contact = make(&app, json!({"firstName": "Ada"})).await;
    let steps = json!([
        {"id": "set", "type": "update_custom_value", "attributes": {"key": "custom_values.last_lead", "value": "{{contact.first_name}} after {{custom_values.last_lead}}"}},
        {"id": "tag", "type": "add_contact_tag", "attributes": {"tags": ["{{custom_values.last_lead}}"]}},
        {"id": "unknown", "type": "update_custom_value", "attributes": {"key": "nobody", "value": "x"}}
    ]);
    let run = passed(&app, &contact, steps).await;
    insta::assert_snapshot!(told(&run), @r#"
    set: {"customValueId":"[id]","was":"nobody"}
    tag: {"added":["ada after nobody"],"tags":["ada after nobody"]}
    unknown: "The location has no custom value `nobody`."
    finished
    "#);
    let values = app.get(&path).send().await.expect(200).json();
    assert_eq!(values["customValues"][0]["value"], "Ada after nobody");
    assert_eq!(values["customValues"][0]["name"], "Last lead");
    assert_eq!(events(&app).await, ["ContactTagUpdate"]);
}

#[tokio::test]
async fn a_contact_comes_into_another_workflow_and_leaves_it() {
    let app = TestApp::start().await;
    let contact = make(&app, json!({"firstName": "Ada"})).await;
    let patient = workflow(
        &app,
        json!([{"id": "rest", "type": "wait", "attributes": {"for": {"value": 1, "unit": "days"}}}]),
    )
    .await;
    let other = workflow(
        &app,
        json!([{"id": "rest", "type": "wait", "attributes": {"for": {"value": 2, "unit": "days"}}}]),
    )
    .await;
    app.new_events().await;
    let steps = json!([
        {"id": "in", "type": "add_to_workflow", "attributes": {"workflow": patient["id"]}},
        {"id": "twice", "type": "add_to_workflow", "attributes": {"workflow": patient["id"]}},
        {"id": "nowhere", "type": "add_to_workflow", "attributes": {"workflow": "Nowhere"}}
    ]);
    let run = passed(&app, &contact, steps).await;
    let log = told(&run).replace(patient["id"].as_str().expect("an id"), "[patient]");
    assert!(log.contains(r#"in: {"workflowId":"[patient]","added":true,"#), "{log}");
    assert!(log.contains(r#"twice: {"workflowId":"[patient]","added":false,"runId":null}"#), "{log}");
    assert!(log.contains(r#"nowhere: "The location has no workflow `Nowhere`.""#), "{log}");
    assert_eq!(run_of(&app, &patient).await["status"], "sleeping");
    enrolled(&app, &contact, &other).await;
    let steps =
        json!([{"id": "out", "type": "remove_from_workflow", "attributes": {"workflow": patient["id"]}}]);
    passed(&app, &contact, steps).await;
    assert_eq!(run_of(&app, &patient).await["status"], "removed");
    assert_eq!(run_of(&app, &other).await["status"], "sleeping");
    let steps = json!([
        {"id": "out", "type": "remove_from_workflow", "attributes": {"workflow": "all"}},
        {"id": "end", "type": "remove_from_workflow", "attributes": {"workflow": "current"}},
        {"id": "never", "type": "add_contact_tag", "attributes": {"tags": ["never"]}}
    ]);
    let run = passed(&app, &contact, steps).await;
    insta::assert_snapshot!(told(&run), @r#"
    out: {"removedFrom":"all","runs":1}
    end: {"removedFrom":"current"}
    finished
    "#);
    assert_eq!(run_of(&app, &other).await["status"], "removed");
    assert_eq!(events(&app).await, [""; 0]);
    assert_eq!(shown(&app, &contact).await["tags"], json!([]));
}

#[tokio::test]
async fn workflows_that_put_a_contact_into_one_another_come_to_an_end() {
    let app = TestApp::start().await;
    let contact = make(&app, json!({"firstName": "Ada"})).await;
    let circle = |name: &str, other: &str| {
        json!({"name": name, "status": "published", "triggers": [{"id": "hook", "type": "inbound_webhook"}],
            "steps": [{"id": "tag", "type": "add_contact_tag", "attributes": {"tags": [name]}, "next": "on"},
                      {"id": "on", "type": "add_to_workflow", "attributes": {"workflow": other}}]})
    };
    let one = super::made(&app, &circle("One", "Two")).await;
    let two = super::made(&app, &circle("Two", "One")).await;
    enrolled(&app, &contact, &one).await;
    let mut stories = Vec::new();
    for workflow in [&one, &two] {
        let path = format!("{}/runs?limit=100", super::path_of(workflow));
        let runs = app.get(&path).send().await.expect(200).json();
        for run in runs["runs"].as_array().expect("a list") {
            let path = format!("/leadhold/v1/runs/{}", run["id"].as_str().expect("an id"));
            stories.push(told(&app.get(&path).send().await.expect(200).json()["run"]));
        }
    }
    assert_eq!(stories.len(), 26);
    let stopped: Vec<&String> = stories.iter().filter(|story| story.contains("in a circle")).collect();
    assert_eq!(stopped.len(), 1, "{stories:#?}");
    insta::assert_snapshot!(stopped[0], @r#"
    tag: {"added":[],"tags":["one","two"]}
    on: "Not started: 25 runs in a row led here, so workflows put a contact into one another in a circle."
    finished
    "#);
}

#[tokio::test]
async fn records_are_made_changed_and_related() {
    let app = TestApp::start().await;
    let here = app.agency.location.location_id().clone();
    let pet = json!({"labels": {"singular": "Pet", "plural": "Pets"}, "key": "custom_objects.pet", "locationId": here,
        "primaryDisplayPropertyDetails": {"key": "custom_objects.pet.name", "name": "Name", "dataType": "TEXT"}});
    app.post("/objects/").json(&pet).send().await.expect(201);
    let age = json!({"locationId": here, "name": "Age", "dataType": "NUMERICAL", "fieldKey": "custom_objects.pet.age",
        "objectKey": "custom_objects.pet", "parentId": "", "showInForms": false});
    let folder = json!({"objectKey": "custom_objects.pet", "name": "More", "locationId": here});
    let folder = app.post("/custom-fields/folder").json(&folder).send().await.expect(201).json();
    let mut age = age;
    age["parentId"] = folder["id"].clone();
    app.post("/custom-fields/").json(&age).send().await.expect(201);
    let association = json!({"locationId": here, "key": "owner", "firstObjectLabel": "Owner", "firstObjectKey": "contact",
        "secondObjectLabel": "Pet", "secondObjectKey": "custom_objects.pet"});
    let association = app.post("/associations/").json(&association).send().await.expect(201).json();
    let contact = make(&app, json!({"firstName": "Ada", "email": "ada@example.com"})).await;
    let steps = json!([
        {"id": "find", "type": "find_contact", "attributes": {"fields": {"email": "ada@example.com"}}},
        {"id": "pet", "type": "create_custom_object_record", "attributes": {"object": "custom_objects.pet",
            "properties": {"name": "{{inboundWebhookRequest.pet}}", "custom_objects.pet.age": "{{inboundWebhookRequest.age}}"}}},
        {"id": "older", "type": "update_custom_object_record", "attributes": {"object": "custom_objects.pet",
            "recordId": "{{steps.pet.recordId}}", "properties": {"name": "{{inboundWebhookRequest.nothing}}"}, "clear": ["age"]}},
        {"id": "whose", "type": "associate_records", "attributes": {"association": association["id"],
            "first": "{{contact.id}}", "second": "{{steps.pet.recordId}}"}},
        {"id": "twice", "type": "associate_records", "attributes": {"association": association["id"],
            "first": "{{contact.id}}", "second": "{{steps.pet.recordId}}"}},
        {"id": "nothing", "type": "associate_records", "attributes": {"association": association["id"],
            "first": "{{contact.id}}", "second": "{{steps.nobody.recordId}}"}},
        {"id": "noname", "type": "create_custom_object_record", "attributes": {"object": "custom_objects.pet", "properties": {"age": 1}}},
        {"id": "noobject", "type": "create_custom_object_record", "attributes": {"object": "custom_objects.car", "properties": {"age": 1}}}
    ]);
    let run = called(&app, &json!({"pet": "Rex", "age": 3}), steps).await;
    assert_eq!(run["contactId"], json!(contact));
    insta::assert_snapshot!(told(&run), @r#"
    find: {"found":true,"contactId":"[id]"}
    pet: {"recordId":"[id]","object":"custom_objects.pet"}
    older: {"recordId":"[id]","object":"custom_objects.pet"}
    whose: {"relationId":"[id]"}
    twice: "Cannot create duplicate relation: the records are related already."
    nothing: "`second` came out empty; check the merge field in it."
    noname: "properties.name should not be empty"
    noobject: "Object with key custom_objects.car not found"
    finished
    "#);
    assert_eq!(events(&app).await, ["RecordCreate", "RecordUpdate", "RelationCreate"]);
    let id = run["steps"][1]["output"]["recordId"].as_str().expect("a record").to_owned();
    let record =
        app.get(&format!("/objects/custom_objects.pet/records/{id}")).send().await.expect(200).json();
    assert_eq!(record["record"]["properties"], json!({"name": "Rex"}));
}

#[tokio::test]
async fn code_that_fails_says_where_and_the_run_goes_on() {
    let app = TestApp::start().await;
    let steps = json!([
        {"id": "code", "type": "custom_code", "attributes": {"expression": "inputData.items\n  .map(i, i.price * 2)", "inputData": {"items": "{{inboundWebhookRequest.items}}"}}},
        {"id": "good", "type": "custom_code", "attributes": {"expression": "inputData.items.map(i, number(i.price) * 2).sum()", "inputData": {"items": "{{inboundWebhookRequest.items}}"}}}
    ]);
    let run = called(&app, &json!({"items": [{"price": "1.10"}, {"price": "2"}]}), steps).await;
    insta::assert_snapshot!(told(&run), @r#"
    code: "The code failed in line 2, column 11: a text and a number cannot be calculated with; string(…) and number(…) make one of the other."
    good: {"result":6.2}
    finished
    "#);
    let wrong = json!([{"id": "code", "type": "custom_code", "attributes": {"expression": "1 +\n  )"}}]);
    insta::assert_snapshot!(super::faults(&app, wrong).await, @"steps[0].attributes.expression: line 2, column 3: expected a value, found `)`");
    let _: Value = run;
}
