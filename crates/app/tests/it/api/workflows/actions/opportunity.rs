//! Actions on opportunities.

use leadhold_app::opportunities::pipelines::Pipeline;
use leadhold_app::users::{Role, Type};
use leadhold_testkit::{Receiver, TestApp};
use serde_json::{Value, json};

use super::{called, events, input, passed, told};
use crate::api::contacts::make;
use crate::api::opportunities::pipeline;

struct Board {
    app: TestApp,
    sales: Pipeline,
    contact: String,
}

impl Board {
    async fn start() -> Self {
        let app = TestApp::start().await;
        let sales = pipeline(&app, "Sales", &["New", "Proposal Sent", "Closed"]).await;
        pipeline(&app, "Support", &["Asked"]).await;
        let contact =
            make(&app, json!({"firstName": "Ada", "lastName": "Lovelace", "email": "ada@example.com"})).await;
        Self { app, sales, contact }
    }

    /// The contact's opportunities by name: name, stage, status and value.
    async fn deals(&self) -> Vec<String> {
        let path = format!(
            "/opportunities/search?location_id={}&contact_id={}",
            self.app.agency.location.location_id(),
            self.contact
        );
        let found = self.app.get(&path).send().await.expect(200).json();
        let line = |deal: &Value| {
            let stage = self.sales.stages.iter().find(|stage| deal["pipelineStageId"] == json!(stage.id));
            let stage = stage.map_or("elsewhere", |stage| &stage.name);
            format!("{} {stage} {} {}", deal["name"], deal["status"], deal["monetaryValue"])
        };
        let mut lines: Vec<String> =
            found["opportunities"].as_array().expect("a list").iter().map(line).collect();
        lines.sort();
        lines
    }
}

#[tokio::test]
async fn an_opportunity_is_made_and_changed() {
    let board = Board::start().await;
    let app = &board.app;
    let path = format!("/locations/{}/customFields", app.agency.location.location_id());
    let body = json!({"name": "Product", "dataType": "TEXT", "model": "opportunity"});
    app.post(&path).json(&body).send().await.expect(201);
    let user = app.person(&app.agency, Type::Account, Role::User, &[&app.agency.location]).await;
    let steps = json!([
        {"id": "lost", "type": "create_update_opportunity", "attributes": {"stage": "New"}},
        {"id": "make", "type": "create_update_opportunity", "attributes": {
            "pipeline": "sales", "stage": "proposal sent", "monetaryValue": "12.50", "source": "web", "assignedTo": user.id,
            "customFields": [{"key": "opportunity.product", "value": "Engine"}, {"key": "nobody", "value": "x"}]}},
        {"id": "name", "type": "create_update_opportunity", "attributes": {
            "name": "{{opportunity.product}} for {{contact.first_name}}, {{opportunity.stage_name}}", "status": "won",
            "monetaryValue": "a lot", "assignedTo": "nobody", "closeDate": "soon"}},
        {"id": "back", "type": "create_update_opportunity", "attributes": {"pipeline": "Sales", "stage": "New"}},
        {"id": "forth", "type": "create_update_opportunity", "attributes": {
            "pipeline": board.sales.id, "stage": board.sales.stages[2].id}},
        {"id": "reallyBack", "type": "create_update_opportunity", "attributes": {"stage": "New", "allowMoveBackwards": true}},
        {"id": "second", "type": "create_update_opportunity", "attributes": {"pipeline": "Support", "name": "Help"}},
        {"id": "again", "type": "create_update_opportunity", "attributes": {"pipeline": "Sales", "name": "Engine"}},
        {"id": "double", "type": "create_update_opportunity", "attributes": {"pipeline": "Sales", "name": "Double", "allowDuplicates": true}},
        {"id": "nowhere", "type": "create_update_opportunity", "attributes": {"pipeline": "Nowhere"}},
        {"id": "nostage", "type": "create_update_opportunity", "attributes": {"pipeline": "Sales", "stage": "Nowhere"}}
    ]);
    let run = passed(app, &board.contact, steps).await;
    insta::assert_snapshot!(told(&run), @r#"
    lost: "The run has no opportunity yet, and no pipeline is named to make one in."
    make: {"opportunityId":"[id]","new":true,"leftOut":["nobody: the location has no such custom field"]}
    name: {"opportunityId":"[id]","new":false,"leftOut":["monetaryValue: `a lot` is no amount","closeDate: `soon` is no date","assignedTo: the location has no user `nobody`"]}
    back: {"opportunityId":"[id]","new":false,"leftOut":["stage: `New` lies before `Proposal Sent`"]}
    forth: {"opportunityId":"[id]","new":false}
    reallyBack: {"opportunityId":"[id]","new":false}
    second: {"opportunityId":"[id]","new":true}
    again: {"opportunityId":"[id]","new":false}
    double: {"opportunityId":"[id]","new":true}
    nowhere: "The location has no pipeline `Nowhere`."
    nostage: "The pipeline `Sales` has no stage `Nowhere`."
    finished
    "#);
    insta::assert_snapshot!(input(&run, 1), @r#"{"effect":"upsertOpportunity","contact":"[id]","pipeline":"sales","stage":"proposal sent","monetaryValue":"12.50","source":"web","assignedTo":"[id]","customFields":[{"field":{"key":"product"},"value":"Engine"},{"field":{"key":"nobody"},"value":"x"}],"allowDuplicates":false,"allowMoveBackwards":false}"#);
    insta::assert_debug_snapshot!(events(app).await, @r#"
    [
        "OpportunityCreate",
        "OpportunityUpdate",
        "OpportunityUpdate",
        "OpportunityStatusUpdate",
        "OpportunityWon",
        "OpportunityUpdate",
        "OpportunityStageUpdate",
        "OpportunityUpdate",
        "OpportunityStageUpdate",
        "OpportunityCreate",
        "OpportunityUpdate",
        "OpportunityUpdate",
        "OpportunityCreate",
        "OpportunityUpdate",
    ]
    "#);
    insta::assert_debug_snapshot!(board.deals().await, @r#"
    [
        "\"Double\" New \"open\" 0",
        "\"Engine\" New \"won\" 12.5",
        "\"Help\" elsewhere \"open\" 0",
    ]
    "#);
}

#[tokio::test]
async fn a_location_that_wants_no_doubles_gets_none() {
    let board = Board::start().await;
    let steps = json!([
        {"id": "make", "type": "create_update_opportunity", "attributes": {"pipeline": "Sales"}},
        {"id": "double", "type": "create_update_opportunity", "attributes": {"pipeline": "Sales", "allowDuplicates": true}}
    ]);
    let run = passed(&board.app, &board.contact, steps).await;
    insta::assert_snapshot!(told(&run), @r#"
    make: {"opportunityId":"[id]","new":true}
    double: "Can not create duplicate opportunity for the contact."
    finished
    "#);
}

#[tokio::test]
async fn an_opportunity_is_found_and_the_run_is_about_it() {
    let board = Board::start().await;
    let app = &board.app;
    for deal in [
        json!({"pipeline": "Sales", "name": "Engine", "status": "won"}),
        json!({"pipeline": "Support", "name": "Help"}),
    ] {
        let steps = json!([{"id": "make", "type": "create_update_opportunity", "attributes": deal}]);
        passed(app, &board.contact, steps).await;
        app.clock.advance(1000);
    }
    for (by, found) in [
        (json!({}), true),
        (json!({"pipeline": "Sales"}), true),
        (json!({"pipeline": "Sales", "stage": "New", "status": "WON", "name": "engine"}), true),
        (json!({"pipeline": "Sales", "status": "open"}), false),
        (json!({"name": "{{contact.website}}"}), false),
        (json!({"pipeline": "{{contact.website}}"}), false),
    ] {
        let mut attributes = by.clone();
        attributes["found"] = json!({"next": "yes"});
        attributes["notFound"] = json!({"next": "no"});
        let steps = json!([
            {"id": "find", "type": "find_opportunity", "attributes": attributes},
            {"id": "yes", "type": "add_contact_tag", "attributes": {"tags": ["{{opportunity.pipeline_name}}"]}, "next": null},
            {"id": "no", "type": "remove_assigned_user", "attributes": {}}
        ]);
        let log = told(&passed(app, &board.contact, steps).await);
        assert!(log.starts_with(&format!(r#"find: {{"found":{found},"#)), "{by}: {log}");
        assert_eq!(log.contains("yes: {\"added\""), found, "{by}: {log}");
        assert_eq!(log.contains("no: "), !found, "{by}: {log}");
    }
    let steps = json!([
        {"id": "find", "type": "find_opportunity", "attributes": {"name": "{{inboundWebhookRequest.deal}}", "order": "oldest"}},
        {"id": "tag", "type": "add_contact_tag", "attributes": {"tags": ["{{opportunity.name}}"]}}
    ]);
    let run = called(app, &json!({"deal": "engine"}), steps).await;
    assert_eq!(run["contactId"], json!(board.contact), "the run is about the opportunity's contact");
    insta::assert_snapshot!(told(&run), @r#"
    find: {"found":true,"opportunityId":"[id]"}
    tag: {"added":["engine"],"tags":["support","sales","engine"]}
    finished
    "#);
    let steps = json!([{"id": "find", "type": "find_opportunity", "attributes": {}}]);
    insta::assert_snapshot!(told(&called(app, &json!({}), steps).await), @r#"
    find: {"found":false,"opportunityId":null}
    finished
    "#);
}

#[tokio::test]
async fn opportunities_are_removed() {
    let board = Board::start().await;
    let app = &board.app;
    let steps = json!([
        {"id": "none", "type": "remove_opportunity", "attributes": {}},
        {"id": "a", "type": "create_update_opportunity", "attributes": {"pipeline": "Sales", "name": "A", "status": "lost"}},
        {"id": "b", "type": "create_update_opportunity", "attributes": {"pipeline": "Sales", "name": "B", "allowDuplicates": true}},
        {"id": "c", "type": "create_update_opportunity", "attributes": {"pipeline": "Support", "name": "C"}},
        {"id": "own", "type": "remove_opportunity", "attributes": {}},
        {"id": "again", "type": "remove_opportunity", "attributes": {}},
        {"id": "open", "type": "remove_opportunity", "attributes": {"pipeline": "Sales", "status": "open"}},
        {"id": "all", "type": "remove_opportunity", "attributes": {"pipeline": "Sales"}},
        {"id": "nothing", "type": "remove_opportunity", "attributes": {"pipeline": "Sales"}},
        {"id": "nowhere", "type": "remove_opportunity", "attributes": {"pipeline": "Nowhere"}}
    ]);
    let run = passed(app, &board.contact, steps).await;
    insta::assert_snapshot!(told(&run), @r#"
    none: "This run has no opportunity: none was made or found yet, or it was deleted since. Put a create_update_opportunity or a find_opportunity step before this one."
    a: {"opportunityId":"[id]","new":true}
    b: {"opportunityId":"[id]","new":true}
    c: {"opportunityId":"[id]","new":true}
    own: {"removed":["[id]"]}
    again: "This run has no opportunity: none was made or found yet, or it was deleted since. Put a create_update_opportunity or a find_opportunity step before this one."
    open: {"removed":["[id]"]}
    all: {"removed":["[id]"]}
    nothing: {"removed":[]}
    nowhere: "The location has no pipeline `Nowhere`."
    finished
    "#);
    let made = ["OpportunityCreate", "OpportunityUpdate"];
    let gone = ["OpportunityDelete", "OpportunityUpdate"];
    assert_eq!(events(app).await, [made, made, made, gone, gone, gone].concat());
    assert_eq!(board.deals().await, [""; 0]);
}

#[tokio::test]
async fn owners_and_followers_of_an_opportunity() {
    let board = Board::start().await;
    let app = &board.app;
    let one = app.person(&app.agency, Type::Account, Role::User, &[&app.agency.location]).await;
    let two = app.person(&app.agency, Type::Account, Role::User, &[&app.agency.location]).await;
    let steps = json!([
        {"id": "nobodys", "type": "add_opportunity_owner", "attributes": {"users": [one.id]}},
        {"id": "make", "type": "create_update_opportunity", "attributes": {"pipeline": "Sales"}},
        {"id": "own", "type": "add_opportunity_owner", "attributes": {"users": [one.id]}},
        {"id": "kept", "type": "add_opportunity_owner", "attributes": {"users": [two.id], "onlyUnassigned": true}},
        {"id": "stranger", "type": "add_opportunity_owner", "attributes": {"users": ["nobody"]}},
        {"id": "free", "type": "remove_opportunity_owner", "attributes": {}},
        {"id": "follow", "type": "add_opportunity_followers", "attributes": {"users": [one.id, two.id]}},
        {"id": "strange", "type": "add_opportunity_followers", "attributes": {"users": ["nobody"]}},
        {"id": "less", "type": "remove_opportunity_followers", "attributes": {"users": [one.id]}},
        {"id": "none", "type": "remove_opportunity_followers", "attributes": {}}
    ]);
    let run = passed(app, &board.contact, steps).await;
    insta::assert_snapshot!(told(&run), @r#"
    nobodys: "This run has no opportunity: none was made or found yet, or it was deleted since. Put a create_update_opportunity or a find_opportunity step before this one."
    make: {"opportunityId":"[id]","new":true}
    own: {"assignedTo":"[id]","assigned":true}
    kept: {"assignedTo":"[id]","assigned":false}
    stranger: "None of the users of this step is a user of the location."
    free: {"wasAssignedTo":"[id]"}
    follow: {"added":["[id]","[id]"],"followers":["[id]","[id]"]}
    strange: "The location has no user `nobody`."
    less: {"removed":["[id]"],"followers":["[id]"]}
    none: {"removed":["[id]"],"followers":[]}
    finished
    "#);
    insta::assert_debug_snapshot!(events(app).await, @r#"
    [
        "OpportunityCreate",
        "OpportunityUpdate",
        "OpportunityUpdate",
        "OpportunityAssignedToUpdate",
        "OpportunityUpdate",
        "OpportunityAssignedToUpdate",
    ]
    "#);
}

#[tokio::test]
async fn attributes_say_all_that_is_wrong_with_them() {
    let app = TestApp::start().await;
    let steps = json!([
        {"id": "a", "type": "create_update_opportunity", "attributes": {"status": "gone", "colour": "red"}, "next": "b"},
        {"id": "b", "type": "find_opportunity", "attributes": {"stage": "New", "order": "any"}, "next": "c"},
        {"id": "c", "type": "remove_opportunity", "attributes": {"status": "open"}, "next": "d"},
        {"id": "d", "type": "add_opportunity_owner", "attributes": {}, "next": "e"},
        {"id": "e", "type": "add_opportunity_followers", "attributes": {"users": []}}
    ]);
    insta::assert_snapshot!(super::faults(&app, steps).await, @"
    steps[0].attributes.status: must be one of open, won, lost, abandoned
    steps[0].attributes.colour: unknown key `colour`; known here: pipeline, stage, name, status, monetaryValue, source, assignedTo, lostReasonId, closeDate, customFields, allowDuplicates, allowMoveBackwards
    steps[1].attributes.stage: a stage is found in its pipeline; name that in `pipeline`
    steps[1].attributes.order: `any` is not one of newest, oldest
    steps[2].attributes.status: narrows the opportunities in a pipeline; name that in `pipeline`
    steps[3].attributes.users: `users` is missing; it must be a list of texts
    steps[4].attributes.users: `users` is empty
    ");
}

#[tokio::test]
async fn a_webhook_tells_of_the_opportunity_and_its_user() {
    let board = Board::start().await;
    let (app, endpoint) = (&board.app, Receiver::start().await);
    let user = app.person(&app.agency, Type::Account, Role::User, &[&app.agency.location]).await;
    let steps = json!([
        {"id": "make", "type": "create_update_opportunity", "attributes": {
            "pipeline": "Sales", "name": "Engine", "monetaryValue": 5, "source": "web", "assignedTo": user.id}},
        {"id": "tell", "type": "webhook", "attributes": {"method": "POST", "url": endpoint.url}}
    ]);
    passed(app, &board.contact, steps).await;
    let [sent] = endpoint.requests().try_into().expect("one request");
    let mut shown = sent.json();
    shown["user"]["email"] = json!("[email]");
    let keys = [
        "opportunity_name",
        "status",
        "lead_value",
        "opportunity_source",
        "source",
        "pipleline_stage",
        "pipeline_name",
        "user",
    ];
    let shown: serde_json::Map<_, _> =
        keys.into_iter().map(|key| (key.to_owned(), shown[key].clone())).collect();
    insta::assert_snapshot!(Value::Object(shown), @r#"{"opportunity_name":"Engine","status":"open","lead_value":5,"opportunity_source":"web","source":"web","pipleline_stage":"New","pipeline_name":"Sales","user":{"firstName":"Pat","lastName":"Person","email":"[email]","phone":"","extension":""}}"#);
}
