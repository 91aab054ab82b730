//! `POST /contacts/bulk/business` and `GET /contacts/business/{businessId}`

use leadhold_testkit::TestApp;
use serde_json::{Value, json};

use super::{here, make};
use crate::api::contacts::{make as make_contact, shown};

async fn join(app: &TestApp, ids: Value, business: Value) -> Value {
    let body = json!({"locationId": here(app), "ids": ids, "businessId": business});
    app.post("/contacts/bulk/business").json(&body).send().await.expect(200).json()
}

async fn members(app: &TestApp, business: &str, query: &str) -> Vec<String> {
    let url = format!("/contacts/business/{business}?locationId={}{query}", here(app));
    let page = app.get(&url).send().await.expect(200).json();
    let name = |one: &Value| one["firstName"].as_str().expect("a name").to_owned();
    page["contacts"].as_array().expect("contacts").iter().map(name).collect()
}

/// How many contacts a search by the business's name finds.
async fn named(app: &TestApp, name: &str) -> Value {
    let body = json!({"locationId": here(app), "pageLimit": 10,
        "filters": [{"field": "businessName", "operator": "eq", "value": name}]});
    app.post("/contacts/search").json(&body).send().await.expect(200).json()["total"].clone()
}

#[tokio::test]
async fn contacts_follow_the_last_of_several_names() {
    let app = crate::api::contacts::unlimited().await;
    let business = make(&app, "First").await;
    let (here, joined) = (app.agency.location.clone(), business.clone());
    leadhold_store::statements! {
        JOIN across tenants "five hundred requests would be slow" = "update contacts set business_id = $2,
            business_name = 'First', business_name_lower = 'first' where location_id = $1";
    }
    app.write(move |tx, cx| {
        for number in 0..503 {
            let first_name = leadhold_kernel::Patch::Value(format!("N{number}"));
            let fields = leadhold_app::contacts::ContactFields { first_name, ..Default::default() };
            leadhold_app::contacts::create(tx, cx, &here, &fields)?;
        }
        Ok(tx.exec(JOIN, leadhold_store::params![here.location_id(), &joined]).map(drop)?)
    })
    .await;
    for name in ["Second", "Third"] {
        let url = format!("/businesses/{business}");
        app.put(&url).json(&json!({"name": name})).send().await.expect(200);
    }
    app.run_until_idle().await;
    assert_eq!((named(&app, "Third").await, named(&app, "Second").await), (json!(503), json!(0)));
}

#[tokio::test]
async fn contacts_join_and_leave_a_business() {
    let app = TestApp::start().await;
    let business = make(&app, "Acme Ltd").await;
    let (ada, bob) = (
        make_contact(&app, json!({"firstName": "Ada", "tags": ["x"]})).await,
        make_contact(&app, json!({"firstName": "Bob"})).await,
    );
    app.new_events().await;
    let answer = join(&app, json!([ada, bob, ada, "aaaaaaaaaaaaaaaaaaaa"]), json!(business)).await;
    assert_eq!(answer, json!({"success": true, "ids": [ada, bob]}));
    assert_eq!(app.new_event_kinds().await, ["ContactUpdate", "ContactUpdate"]);
    assert_eq!(shown(&app, &ada).await["businessId"], json!(business));
    assert_eq!((named(&app, "acme ltd").await, named(&app, "Acme").await), (json!(2), json!(0)));
    assert_eq!(join(&app, json!([ada]), json!(business)).await["ids"], json!([ada]));
    assert!(app.new_events().await.is_empty());

    app.put(&format!("/businesses/{business}")).json(&json!({"name": "Umbrella"})).send().await.expect(200);
    assert_eq!((named(&app, "Acme Ltd").await, named(&app, "UMBRELLA").await), (json!(0), json!(2)));
    assert_eq!(app.new_event_kinds().await, ["RecordUpdate"]);

    assert_eq!(join(&app, json!([ada]), Value::Null).await["ids"], json!([ada]));
    assert_eq!(app.new_event_kinds().await, ["ContactUpdate"]);
    assert_eq!(shown(&app, &ada).await["businessId"], Value::Null);
    assert_eq!(named(&app, "umbrella").await, json!(1));
    app.delete(&format!("/businesses/{business}")).send().await.expect(200);
    assert_eq!(named(&app, "umbrella").await, json!(0));
}

#[tokio::test]
async fn the_contacts_of_a_business_come_by_name_in_pages() {
    let app = TestApp::start().await;
    let business = make(&app, "Acme").await;
    let mut ids = Vec::new();
    for (name, email) in
        [("Cleo, the first", "c@b.co"), ("ada", "a@b.co"), ("Bob", "b@b.co"), ("Dan", "d@b.co")]
    {
        ids.push(make_contact(&app, json!({"firstName": name, "email": email})).await);
    }
    make_contact(&app, json!({"firstName": "Eve"})).await;
    join(&app, json!(ids), json!(business)).await;
    assert_eq!(members(&app, &business, "").await, ["ada", "Bob", "Cleo, the first", "Dan"]);
    assert_eq!(members(&app, &business, "&limit=2&skip=1").await, ["Bob", "Cleo, the first"]);
    assert_eq!(members(&app, &business, "&query=b.co%20BOB").await, ["Bob"]);
    assert_eq!(
        members(&app, &business, &format!("&startAfter=cleo,%20the%20first,{}", ids[0])).await,
        ["Dan"]
    );
    assert_eq!(
        members(&app, &business, &format!("&startAfter[]=Bob&startAfter[]={}", ids[2])).await,
        ["Cleo, the first", "Dan"]
    );
    let url = format!("/contacts/business/{business}?locationId={}&limit=1", here(&app));
    let page = app.get(&url).version("v3").send().await.expect(200).json();
    insta::assert_json_snapshot!(page, {
        ".**.id" => "[contact]", ".**.locationId" => "[location]", ".**.businessId" => "[business]", ".**.sourceId" => "[token]",
    }, @r#"
    {
      "contacts": [
        {
          "id": "[contact]",
          "name": "ada",
          "contactName": "ada",
          "locationId": "[location]",
          "firstName": "ada",
          "firstNameLowerCase": "ada",
          "fullNameLowerCase": "ada",
          "email": "a@b.co",
          "emailLowerCase": "a@b.co",
          "businessId": "[business]",
          "type": "lead",
          "dnd": false,
          "dndSettings": {},
          "inboundDndSettings": {},
          "tags": [],
          "customFields": [],
          "additionalEmails": [],
          "additionalPhones": [],
          "followers": [],
          "dateAdded": "2026-01-15T10:00:00.000Z",
          "dateUpdated": "2026-01-15T10:00:00.000Z",
          "createdBy": {
            "source": "INTEGRATION",
            "channel": "OAUTH",
            "sourceId": "[token]",
            "timestamp": "2026-01-15T10:00:00.000Z"
          },
          "lastUpdatedBy": {
            "source": "INTEGRATION",
            "channel": "OAUTH",
            "sourceId": "[token]",
            "timestamp": "2026-01-15T10:00:00.000Z"
          },
          "businessName": "Acme",
          "attributions": []
        }
      ],
      "count": 4
    }
    "#);
}

#[tokio::test]
async fn faults_and_strangers() {
    let app = TestApp::start().await;
    let (business, contact) =
        (make(&app, "Acme").await, make_contact(&app, json!({"firstName": "Ada"})).await);
    app.new_events().await;
    let answer =
        app.post("/contacts/bulk/business").json(&json!({"locationId": here(&app), "x": 1})).send().await;
    insta::assert_json_snapshot!(answer.expect(422).json()["message"], @r#"
    [
      "property x should not exist",
      "ids must be an array",
      "businessId must be a string"
    ]
    "#);
    let body = json!({"locationId": here(&app), "ids": vec!["x"; 51], "businessId": business});
    app.post("/contacts/bulk/business").json(&body).send().await.expect(422);
    let body = json!({"locationId": here(&app), "ids": [contact], "businessId": "63b7ec34ea409a9a8bd2a4ff"});
    let answer = app.post("/contacts/bulk/business").json(&body).send().await.expect(400).json();
    assert_eq!(answer["message"], "Business with id 63b7ec34ea409a9a8bd2a4ff not found");
    let url = format!("/contacts/business/{business}?locationId={}", here(&app));
    app.get(&format!("{url}&limit=101")).send().await.expect(422);
    app.get("/contacts/business/63b7ec34ea409a9a8bd2a4ff").send().await.expect(400);
    for token in [&app.agency.second_token, &app.other.location_token] {
        app.post("/contacts/bulk/business").token(token).json(&body).send().await.expect(403);
        app.get(&url).token(token).send().await.expect(403);
        app.get(&format!("/contacts/business/{business}?limit=x")).token(token).send().await.expect(403);
    }
    assert!(app.new_events().await.is_empty());
}
