//! `/leadhold/v1/contacts/duplicates` and `/leadhold/v1/contacts/{contactId}/merge`

use leadhold_app::users::{Role, Type};
use leadhold_testkit::{Answer, TestApp};
use serde_json::{Value, json};

use super::contacts::{field, lenient, location_with, make, shown, unlimited};
use super::forms;

async fn merge(app: &TestApp, master: &str, body: Value) -> Answer {
    app.post(&format!("/leadhold/v1/contacts/{master}/merge")).json(&body).send().await
}

/// Groups as lines: the value, how many have it, and who is shown.
async fn groups(app: &TestApp, token: &str, query: &str) -> String {
    let path = format!("/leadhold/v1/contacts/duplicates{query}");
    let answer = app.get(&path).token(token).send().await.expect(200).json();
    let line = |group: &Value| {
        let contacts = group["contacts"].as_array().into_iter().flatten();
        let names: Vec<&str> = contacts.filter_map(|contact| contact["name"].as_str()).collect();
        format!("{} {} {}", group["value"], group["count"], names.join(", "))
    };
    let lines: Vec<String> = answer["groups"].as_array().into_iter().flatten().map(line).collect();
    format!("{}\nnext {}", lines.join("\n"), answer["nextAfter"])
}

#[tokio::test]
async fn those_who_share_an_address_a_number_or_a_name_are_found() {
    let app = unlimited().await;
    let (_, token) = location_with(&app, lenient()).await;
    for (name, email, phone) in [
        ("Ada Lovelace", "ada@example.com", "+18888888881"),
        ("ada lovelace", "ADA@example.com", "+18888888882"),
        ("Grace Hopper", "grace@example.com", "+18888888882"),
        ("Alan Turing", "alan@example.com", ""),
        ("A. Turing", "alan@example.com", ""),
    ] {
        let body = json!({"name": name, "email": email, "phone": phone});
        app.clock.advance(1); // or their order is that of their ids
        app.post("/contacts/").token(&token).json(&body).send().await.expect(201);
    }
    let mut all = Vec::new();
    for query in ["", "?by=phone", "?by=name", "?limit=1", "?limit=1&after=ada@example.com"] {
        all.push(format!("{query}\n{}", groups(&app, &token, query).await));
    }
    insta::assert_snapshot!(all.join("\n"), @r#"

    "ada@example.com" 2 Ada Lovelace, ada lovelace
    "alan@example.com" 2 Alan Turing, A. Turing
    next null
    ?by=phone
    "+18888888882" 2 ada lovelace, Grace Hopper
    next null
    ?by=name
    "ada lovelace" 2 Ada Lovelace, ada lovelace
    next null
    ?limit=1
    "ada@example.com" 2 Ada Lovelace, ada lovelace
    next "ada@example.com"
    ?limit=1&after=ada@example.com
    "alan@example.com" 2 Alan Turing, A. Turing
    next null
    "#);
    assert_eq!(groups(&app, &app.agency.location_token, "").await, "\nnext null");
    app.get("/leadhold/v1/contacts/duplicates?by=shoe").send().await.expect(422);
}

#[tokio::test]
async fn of_two_closed_channels_the_firmer_one_stays() {
    let app = unlimited().await;
    let dnd = |settings: Value| json!({"firstName": "Ada", "dndSettings": settings});
    let by_hand = json!({"status": "active", "message": "By hand"});
    let ada = make(&app, dnd(json!({
        "SMS": by_hand, "Email": by_hand, "Call": by_hand, "WhatsApp": {"status": "permanent"}, "FB": {"status": "inactive"},
    })))
    .await;
    let stopped = json!({"status": "active", "code": "STOP"});
    let other = make(
        &app,
        dnd(json!({
            "SMS": {"status": "permanent", "code": "30004"}, "Email": stopped, "Call": {"status": "inactive"},
            "WhatsApp": stopped, "FB": by_hand,
        })),
    )
    .await;
    let done = merge(&app, &ada, json!({"contactIds": [other]})).await.expect(200).json();
    insta::assert_snapshot!(done["contact"]["dndSettings"].to_string().replace("},", "},\n"), @r#"
    {"Call":{"status":"active","message":"By hand"},
    "Email":{"status":"active","code":"STOP"},
    "SMS":{"status":"permanent","code":"30004"},
    "WhatsApp":{"status":"permanent"},
    "FB":{"status":"active","message":"By hand"}}
    "#);
}

#[tokio::test]
async fn the_one_that_stays_has_what_all_knew_and_had() {
    let app = unlimited().await;
    let score = field(&app, "Score", "NUMERICAL", json!({})).await;
    let shoe = field(&app, "Shoe", "TEXT", json!({})).await;
    let ada = make(&app, json!({
        "firstName": "Ada", "email": "ada@example.com", "tags": ["vip"], "customFields": [{"id": score, "value": 1}],
    }))
    .await;
    let other = make(&app, json!({
        "firstName": "A.", "lastName": "Lovelace", "email": "ada@work.example", "phone": "+18888888888", "city": "London",
        "tags": ["lead", "vip"], "customFields": [{"id": score, "value": 2}, {"id": shoe, "value": "red"}],
        "dndSettings": {"SMS": {"status": "active"}},
    }))
    .await;
    let third = make(&app, json!({"lastName": "King", "phone": "+18888888889", "source": "fair"})).await;
    app.post(&format!("/contacts/{other}/notes")).json(&json!({"body": "called"})).send().await.expect(201);
    let task = json!({"title": "call", "dueDate": "2026-02-01T10:00:00Z", "completed": false});
    app.post(&format!("/contacts/{third}/tasks")).json(&task).send().await.expect(201);
    app.new_events().await;

    let body = json!({"contactIds": [other, third]});
    let before = app.database.content().await;
    let mut rehearsal = body.clone();
    rehearsal["dryRun"] = json!(true);
    let rehearsed = merge(&app, &ada, rehearsal).await.expect(200).json();
    assert_eq!(app.database.content().await, before);
    assert_eq!(app.new_event_kinds().await, [""; 0]);

    let done = merge(&app, &ada, body).await.expect(200).json();
    let told = |answer: &Value| ["contact", "merged", "filled", "moved"].map(|key| answer[key].clone());
    assert_eq!(told(&rehearsed), told(&done));
    assert_eq!(done["merged"], json!([other, third]));
    let kept = [
        "firstName",
        "lastName",
        "email",
        "phone",
        "city",
        "source",
        "tags",
        "additionalEmails",
        "additionalPhones",
        "dndSettings",
    ]
    .map(|key| format!("{key}: {}", done["contact"][key]));
    insta::assert_snapshot!(kept.join("\n"), @r#"
    firstName: "Ada"
    lastName: "Lovelace"
    email: "ada@example.com"
    phone: "+18888888888"
    city: "London"
    source: "fair"
    tags: ["vip","lead"]
    additionalEmails: [{"email":"ada@work.example"}]
    additionalPhones: [{"phone":"+18888888889"}]
    dndSettings: {"SMS":{"status":"active"}}
    "#);
    insta::assert_snapshot!(format!("{} {}", done["filled"], done["moved"]), @r#"["lastName","phone","city","source"] {"notes":1,"tasks":1,"opportunities":0,"appointments":0,"relations":0,"submissions":0,"campaigns":0,"messages":0}"#);
    assert_eq!(
        done["contact"]["customFields"],
        json!([
            {"id": score, "key": "contact.score", "value": 1},
            {"id": shoe, "key": "contact.shoe", "value": "red"},
        ])
    );
    assert_eq!(shown(&app, &ada).await, done["contact"]);
    insta::assert_snapshot!(app.new_event_kinds().await.join("\n"), @"
    ContactUpdate
    ContactTagUpdate
    ContactDndUpdate
    ContactDelete
    ContactDelete
    ");
    for gone in [&other, &third] {
        app.get(&format!("/contacts/{gone}")).send().await.expect(400);
    }
    let notes = app.get(&format!("/contacts/{ada}/notes")).send().await.expect(200).json();
    let tasks = app.get(&format!("/contacts/{ada}/tasks")).send().await.expect(200).json();
    assert_eq!((&notes["notes"][0]["body"], &tasks["tasks"][0]["title"]), (&json!("called"), &json!("call")));
    let found = app.get("/contacts/?query=lovelace").send().await.expect(200).json();
    assert_eq!(found["contacts"][0]["id"], json!(ada));
}

/// The contacts that a search by one value finds.
async fn found(app: &TestApp, field: &str, value: &str) -> Vec<Value> {
    let body = json!({"locationId": app.agency.location.location_id(), "pageLimit": 10,
        "filters": [{"field": field, "operator": "eq", "value": value}]});
    let answer = app.post("/contacts/search").json(&body).send().await.expect(200).json();
    answer["contacts"].as_array().into_iter().flatten().map(|contact| contact["id"].clone()).collect()
}

#[tokio::test]
async fn the_one_that_stays_is_found_by_those_who_follow_and_by_every_address() {
    let app = unlimited().await;
    let user =
        app.person(&app.agency, Type::Account, Role::User, &[&app.agency.location]).await.id.to_string();
    let ada = make(&app, json!({"firstName": "Ada", "email": "ada@example.com"})).await;
    let other = make(&app, json!({"firstName": "A.", "email": "ada@work.example"})).await;
    let third = make(&app, json!({"firstName": "A. L.", "email": "ada@home.example"})).await;
    let follows = json!({"followers": [user]});
    app.post(&format!("/contacts/{other}/followers")).json(&follows).send().await.expect(201);
    merge(&app, &ada, json!({"contactIds": [other]})).await.expect(200);
    assert_eq!(found(&app, "followers", &user).await, [json!(ada)]);
    assert_eq!(found(&app, "additionalEmails", "ada@work.example").await, [json!(ada)]);

    // The first address of before becomes a further one, and those that were further ones stay so.
    app.clock.advance(1000);
    app.put(&format!("/contacts/{third}")).json(&json!({"city": "Rome"})).send().await.expect(200);
    merge(&app, &ada, json!({"contactIds": [third], "prefer": "newest"})).await.expect(200);
    for address in ["ada@work.example", "ada@example.com"] {
        assert_eq!(found(&app, "additionalEmails", address).await, [json!(ada)], "{address}");
    }
    app.delete(&format!("/contacts/{ada}/followers")).json(&follows).send().await.expect(200);
    assert!(found(&app, "followers", &user).await.is_empty());
}

#[tokio::test]
async fn the_one_that_stays_belongs_to_a_business_with_its_name() {
    let app = unlimited().await;
    let here = app.agency.location.location_id();
    let business = json!({"locationId": here, "name": "Engines Ltd"});
    let business = app.post("/businesses/").json(&business).send().await.expect(201).json();
    let business = business["buiseness"]["id"].clone();
    let (ada, other) =
        (make(&app, json!({"firstName": "Ada"})).await, make(&app, json!({"firstName": "Augusta"})).await);
    let joined = json!({"locationId": here, "ids": [other], "businessId": business});
    app.post("/contacts/bulk/business").json(&joined).send().await.expect(200);
    let done = merge(&app, &ada, json!({"contactIds": [other]})).await.expect(200).json();
    assert_eq!((&done["contact"]["businessId"], &done["filled"]), (&business, &json!(["businessId"])));
    let body = json!({"locationId": here, "pageLimit": 10,
        "filters": [{"field": "businessName", "operator": "eq", "value": "engines ltd"}]});
    let found = app.post("/contacts/search").json(&body).send().await.expect(200).json();
    let found = &found["contacts"][0];
    assert_eq!((&found["id"], &found["businessName"]), (&json!(ada), &json!("Engines Ltd")));
}

#[tokio::test]
async fn the_newest_values_can_be_preferred() {
    let app = unlimited().await;
    let ada = make(&app, json!({"firstName": "Ada", "email": "ada@example.com", "city": "Rome"})).await;
    app.clock.advance(1000);
    let other = make(&app, json!({"firstName": "Augusta", "email": "ada@work.example"})).await;
    let done =
        merge(&app, &ada, json!({"contactIds": [other, other], "prefer": "newest"})).await.expect(200).json();
    let contact = &done["contact"];
    assert_eq!(
        json!([contact["firstName"], contact["email"], contact["city"]]),
        json!(["Augusta", "ada@work.example", "Rome"])
    );
    assert_eq!(contact["additionalEmails"], json!([{"email": "ada@example.com"}]));
}

#[tokio::test]
async fn what_cannot_be_merged_stays_as_it_is() {
    let app = unlimited().await;
    let ada = make(&app, json!({"firstName": "Ada"})).await;
    let foreign = json!({"firstName": "Eve"});
    let foreign =
        app.post("/contacts/").token(&app.agency.second_token).json(&foreign).send().await.expect(201);
    let foreign = foreign.json()["contact"]["id"].as_str().expect("an id").to_owned();
    let before = app.database.content().await;
    merge(&app, &ada, json!({"contactIds": [ada]})).await.expect(422);
    merge(&app, &ada, json!({})).await.expect(422);
    merge(&app, &ada, json!({"contactIds": ["aaaaaaaaaaaaaaaaaaaa"]})).await.expect(400);
    merge(&app, &ada, json!({"contactIds": [foreign]})).await.expect(403);
    merge(&app, &foreign, json!({"contactIds": [ada]})).await.expect(403);
    assert_eq!(app.database.content().await, before);
}

#[tokio::test]
async fn two_who_merge_the_same_contacts_at_once_do_it_once() {
    let app = unlimited().await;
    let ada = make(&app, json!({"firstName": "Ada", "email": "ada@example.com"})).await;
    let other = make(&app, json!({"firstName": "A.", "email": "ada@work.example"})).await;
    app.new_events().await;
    let one = merge(&app, &ada, json!({"contactIds": [other]}));
    let two = merge(&app, &other, json!({"contactIds": [ada]}));
    let (one, two) = tokio::join!(one, two);
    let mut statuses = [one.status.as_u16(), two.status.as_u16()];
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 400]);
    assert_eq!(app.new_event_kinds().await, ["ContactUpdate", "ContactDelete"]);
}

#[tokio::test]
async fn what_was_submitted_and_the_campaigns_move_too() {
    let app = unlimited().await;
    let master = make(&app, json!({"firstName": "Augusta", "phone": "+18888888881"})).await;
    let form = forms::made(&app, &forms::contact_us()).await;
    forms::send(&app, &forms::page_of(&form), forms::ADA).await.expect(303);
    let sent = forms::submissions(&app).await;
    let other = sent[0]["contactId"].as_str().expect("a contact").to_owned();
    let campaign = json!({"name": "Spring", "status": "published"});
    let campaign = app.post("/leadhold/v1/campaigns").json(&campaign).send().await.expect(201).json();
    let campaign = campaign["campaign"]["id"].as_str().expect("an id").to_owned();
    app.post(&format!("/contacts/{other}/campaigns/{campaign}")).send().await.expect(201);

    let arrived = shown(&app, &other).await["attributionSource"].clone();

    let done = merge(&app, &master, json!({"contactIds": [other]})).await.expect(200).json();
    assert!(arrived.is_object() && shown(&app, &master).await["attributionSource"] == arrived, "{arrived}");
    assert_eq!((&done["moved"]["submissions"], &done["moved"]["campaigns"]), (&json!(1), &json!(1)));
    app.run_until_idle().await; // what follows the end of a contact finds nothing to forget
    let kept = forms::submissions(&app).await;
    assert_eq!((&kept[0]["contactId"], &kept[0]["name"]), (&json!(master), &sent[0]["name"]));
    app.delete(&format!("/contacts/{master}/campaigns/{campaign}")).send().await.expect(200);
}
