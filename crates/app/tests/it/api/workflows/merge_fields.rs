//! The table of `docs/merge-fields.md`, field by field.

use leadhold_app::users::{Role, Type};
use leadhold_testkit::TestApp;
use serde_json::{Value, json};

use super::actions::{run_of, told, workflow};
use crate::api::calendars::calendar;
use crate::api::contacts::make;
use crate::api::opportunities::pipeline;

const DOCUMENTED: &str = include_str!("../../../../../../docs/merge-fields.md");

/// The fields of the two tables with what they show.
fn documented() -> Vec<(String, String)> {
    let (shown, _) = DOCUMENTED.split_once("## From what started the run").expect("the third table");
    let row = |line: &str| {
        let mut cells = line.strip_prefix("| `{{")?.split('|');
        let (field, _) = cells.next()?.split_once("}}`")?;
        Some((field.to_owned(), cells.next()?.trim().to_owned()))
    };
    shown.lines().filter_map(row).collect()
}

/// The contact, location, user and so on that the table speaks of; answers the contact.
async fn world(app: &TestApp) -> String {
    let here = app.agency.location.location_id().clone();
    let about = json!({"companyId": app.agency.company.company_id(), "name": "Downtown", "address": "2 High St",
        "city": "Chicago", "state": "IL", "country": "US", "postalCode": "60601", "phone": "+13125550100",
        "website": "https://downtown.example.com", "timezone": "America/Chicago",
        "prospectInfo": {"firstName": "Grace", "lastName": "Hopper", "email": "downtown@example.com"}});
    app.put(&format!("/locations/{here}")).token(&app.agency.token).json(&about).send().await.expect(200);
    for (model, name, kind) in [("contact", "Shoe Size", "NUMERICAL"), ("opportunity", "Product", "TEXT")] {
        let body = json!({"name": name, "dataType": kind, "model": model});
        app.post(&format!("/locations/{here}/customFields")).json(&body).send().await.expect(201);
    }
    let value = json!({"name": "Booking link", "value": "https://example.com/book"});
    app.post(&format!("/locations/{here}/customValues")).json(&value).send().await.expect(201);
    let user = app.person(&app.agency, Type::Account, Role::User, &[&app.agency.location]).await;
    let phone = json!({"phone": "+15155550001"});
    app.put(&format!("/users/{}", user.id)).token(&app.agency.token).json(&phone).send().await.expect(200);
    pipeline(app, "Sales", &["New", "Proposal Sent"]).await;
    let contact = json!({"firstName": "Ada", "lastName": "Lovelace", "email": "ada@example.com", "phone": "5155552345",
        "companyName": "Analytical Engines", "address1": "1 Main St", "city": "Springfield", "state": "IL",
        "country": "US", "postalCode": "62701", "timezone": "America/New_York", "dateOfBirth": "1815-12-10",
        "source": "web form", "website": "https://example.com", "tags": ["lead", "vip"], "assignedTo": user.id,
        "customFields": [{"key": "shoe_size", "field_value": 41}]});
    let contact = make(app, contact).await;
    let firm = json!({"name": "Analytical Engines", "locationId": here, "email": "engines@example.com", "phone": "+15155550002"});
    let firm = app.post("/businesses/").json(&firm).send().await.expect(201).json();
    let business =
        firm["buiseness"]["id"].as_str().or(firm["business"]["id"].as_str()).expect("an id").to_owned();
    let join = json!({"locationId": here, "ids": [contact], "businessId": business});
    app.post("/contacts/bulk/business").json(&join).send().await.expect(200);
    let team = json!({"calendarType": "personal", "teamMembers": [{"userId": user.id}], "name": "Visits"});
    calendar(app, team).await;
    contact
}

#[tokio::test]
async fn every_documented_field_shows_what_the_table_says() {
    let app = TestApp::start().await;
    let contact = world(&app).await;
    let fields = documented();
    assert!(fields.len() > 80, "the tables are read: {}", fields.len());
    let body: String = fields.iter().map(|(field, _)| format!("{{{{ {field} }}}}\n")).collect();
    let steps = json!([
        {"id": "deal", "type": "create_update_opportunity", "attributes": {"pipeline": "Sales", "stage": "Proposal Sent",
            "name": "Engine", "monetaryValue": 12.5, "source": "web", "assignedTo": "{{user.id}}",
            "customFields": [{"key": "product", "value": "Difference Engine"}]}},
        {"id": "visit", "type": "book_appointment", "attributes": {
            "calendar": "Visits", "startTime": "2026-06-22 21:30", "title": "Visit of {{contact.first_name}}",
            "notes": "Bring the plans", "address": "1 Main St", "ignoreFreeSlots": true}},
        {"id": "note", "type": "add_note", "attributes": {"body": body}}
    ]);
    let workflow = workflow(&app, steps).await;
    let path = format!("/contacts/{contact}/workflow/{}", workflow["id"].as_str().expect("an id"));
    let moment = json!({"eventStartTime": "2026-06-23T03:30:00+01:00"});
    app.post(&path).json(&moment).send().await.expect(200);
    app.run_until_idle().await;
    let run = run_of(&app, &workflow).await;
    assert!(told(&run).ends_with("finished"), "{}", told(&run));
    let notes = app.get(&format!("/contacts/{contact}/notes")).send().await.expect(200).json();
    let shown: Vec<&str> = notes["notes"][0]["body"].as_str().expect("a note").lines().collect();
    let mut wrong = Vec::new();
    for ((field, expected), shown) in fields.iter().zip(shown) {
        let right = match expected.as_str() {
            "*empty*" => shown.is_empty(),
            "*its id*" => matches!(shown.len(), 20 | 36),
            "pat@example.com" => shown.starts_with("person") && shown.ends_with("@example.com"),
            text => shown == text,
        };
        if !right {
            wrong.push(format!("{field}: `{shown}` is not `{expected}`"));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[tokio::test]
async fn without_those_records_their_fields_are_empty() {
    let app = TestApp::start().await;
    let objects = [
        "contact.name",
        "user.name",
        "opportunity.name",
        "company.name",
        "campaign.event_date",
        "message.body",
        "appointment.title",
        "appointment.user.name",
        "calendar.name",
        "invoice.name",
        "courses.postTitle",
        "nobody.knows",
    ];
    let body: String = objects.iter().map(|field| format!("{{{{{field}}}}}")).collect();
    let steps = json!([{"id": "save", "type": "create_update_contact", "attributes": {
        "fields": {"email": "ada@example.com", "firstName": format!("[{body}]"), "lastName": "{{user.name | default: 'Nobody'}}"}}}]);
    let run = super::actions::called(&app, &json!({}), steps).await;
    let contact = run["contactId"].as_str().expect("a contact");
    let shown = app.get(&format!("/contacts/{contact}")).send().await.expect(200).json()["contact"].clone();
    assert_eq!((&shown["firstName"], &shown["lastName"]), (&json!("[]"), &json!("Nobody")));
}

#[tokio::test]
async fn a_user_who_is_gone_is_nobody() {
    let app = TestApp::start().await;
    let user = app.person(&app.agency, Type::Account, Role::User, &[&app.agency.location]).await;
    let contact = make(&app, json!({"firstName": "Ada", "assignedTo": user.id})).await;
    app.delete_person(&user).await;
    let steps =
        json!([{"id": "note", "type": "add_note", "attributes": {"body": "[{{user.name}}{{user.email}}]"}}]);
    super::actions::passed(&app, &contact, steps).await;
    let notes: Value = app.get(&format!("/contacts/{contact}/notes")).send().await.expect(200).json();
    assert_eq!(notes["notes"][0]["body"], "[]");
}
