//! Making, reading and changing objects.

use leadhold_app::custom_fields::{self, DataType, Face};
use leadhold_app::objects;
use leadhold_testkit::TestApp;
use serde_json::{Value, json};

use super::{field, here, id, new_object, object, record, search, unlimited};

#[tokio::test]
async fn an_object_is_made_read_and_changed() {
    let app = TestApp::start().await;
    let made = app.post("/objects/").json(&new_object(&app, "pet")).send().await.expect(201).json();
    insta::assert_json_snapshot!(made, { ".object.id" => "[object]", ".object.locationId" => "[location]" }, @r#"
    {
      "object": {
        "id": "[object]",
        "standard": false,
        "key": "custom_objects.pet",
        "labels": {
          "singular": "Pet",
          "plural": "Pets"
        },
        "description": "Who lives with us",
        "locationId": "[location]",
        "primaryDisplayProperty": "custom_objects.pet.name",
        "searchableProperties": [
          "custom_objects.pet.name"
        ],
        "dateAdded": "2026-01-15T10:00:00.000Z",
        "dateUpdated": "2026-01-15T10:00:00.000Z",
        "type": "USER_DEFINED"
      }
    }
    "#);
    let url = format!("/objects/custom_objects.pet?locationId={}", here(&app));
    let read = app.get(&format!("{url}&fetchProperties=true")).send().await.expect(200).json();
    assert_eq!(read["object"], made["object"]);
    insta::assert_json_snapshot!(read["fields"], {
        "[].id" => "[field]", "[].locationId" => "[location]", "[].parentId" => "[folder]",
    }, @r#"
    [
      {
        "id": "[field]",
        "locationId": "[location]",
        "objectKey": "custom_objects.pet",
        "fieldKey": "custom_objects.pet.name",
        "name": "Pet name",
        "description": "",
        "placeholder": "",
        "dataType": "TEXT",
        "parentId": "[folder]",
        "showInForms": true,
        "allowCustomOption": false,
        "standard": true,
        "dateAdded": "2026-01-15T10:00:00.000Z",
        "dateUpdated": "2026-01-15T10:00:00.000Z",
        "documentType": "field"
      }
    ]
    "#);
    let by_id = format!("/objects/{}?locationId={}", id(&made["object"]), here(&app));
    let plain = app.get(&by_id).version("v3").send().await.expect(200).json();
    assert_eq!(plain, json!({"object": made["object"], "cache": false, "fields": []}));
    field(&app, "pet", "Kind", DataType::Text, &[]).await;
    let change = json!({
        "locationId": here(&app), "labels": {"singular": "Animal", "plural": "Animals"}, "description": null,
        "searchableProperties": ["custom_objects.pet.kind", "name", "kind"],
    });
    let url = "/objects/custom_objects.pet";
    let changed = app.put(url).json(&change).send().await.expect(200).json();
    assert_eq!(changed["object"]["labels"], json!({"singular": "Animal", "plural": "Animals"}));
    assert_eq!(
        changed["object"]["searchableProperties"],
        json!(["custom_objects.pet.kind", "custom_objects.pet.name"])
    );
    app.put(url).json(&change).send().await.expect(200); // changes nothing, announces nothing
    let events = app.new_events().await;
    let kinds: Vec<&str> = events.iter().map(|(kind, ..)| kind.as_str()).collect();
    assert_eq!(kinds, ["ObjectSchemaCreate", "ObjectSchemaUpdate"]);
    insta::assert_json_snapshot!(events[0].2, {
        ".id" => "[object]", ".locationId" => "[location]", ".**.sourceId" => "[token]",
    }, @r#"
    {
      "id": "[object]",
      "labels": {
        "singular": "Pet",
        "plural": "Pets"
      },
      "description": "Who lives with us",
      "searchableProperties": [
        "custom_objects.pet.name"
      ],
      "primaryDisplayProperty": "custom_objects.pet.name",
      "key": "custom_objects.pet",
      "locationId": "[location]",
      "objectType": "USER_DEFINED",
      "createdBy": {
        "channel": "OAUTH",
        "createdAt": "2026-01-15T10:00:00.000Z",
        "source": "INTEGRATION",
        "sourceId": "[token]"
      },
      "updatedBy": {
        "channel": "OAUTH",
        "createdAt": "2026-01-15T10:00:00.000Z",
        "source": "INTEGRATION",
        "sourceId": "[token]"
      },
      "createdAt": "2026-01-15T10:00:00.000Z",
      "updatedAt": "2026-01-15T10:00:00.000Z",
      "timestamp": "2026-01-15T10:00:00.000Z"
    }
    "#);
}

#[tokio::test]
async fn an_agency_makes_objects_for_its_locations_and_no_others() {
    let app = TestApp::start().await;
    let made = app.post("/objects/").token(&app.agency.token).json(&new_object(&app, "custom_objects.car"));
    let made = made.send().await.expect(201).json();
    assert_eq!(made["object"]["key"], "custom_objects.car");
    let foreign = app.post("/objects/").token(&app.other.token).json(&new_object(&app, "boat"));
    foreign.send().await.expect(403);
    assert_eq!(app.new_event_kinds().await, ["ObjectSchemaCreate"]);
}

#[tokio::test]
async fn every_location_has_three_objects_of_its_own_accord() {
    let app = TestApp::start().await;
    object(&app, "pet").await;
    field(&app, "business", "VAT number", DataType::Text, &[]).await;
    let url = format!("/objects/?locationId={}", here(&app));
    let all = app.get(&url).send().await.expect(200).json();
    let keys: Vec<&Value> =
        all["objects"].as_array().expect("a list").iter().map(|one| &one["key"]).collect();
    assert_eq!(keys, ["contact", "opportunity", "business", "custom_objects.pet"]);
    let fields = async |key: &str| -> Vec<String> {
        let url = format!("/objects/{key}?locationId={}&fetchProperties=true", here(&app));
        let read = app.get(&url).send().await.expect(200).json();
        assert_eq!(
            (&read["object"]["type"], &read["object"]["standard"]),
            (&json!("SYSTEM_DEFINED"), &json!(true))
        );
        let fields = read["fields"].as_array().expect("a list").clone();
        fields.iter().map(|field| field["fieldKey"].as_str().expect("a key").to_owned()).collect()
    };
    assert!(fields("contact").await.contains(&"contact.first_name".to_owned()));
    assert!(fields("opportunity").await.contains(&"opportunity.name".to_owned()));
    let of_business = fields("business").await;
    assert_eq!((of_business[0].as_str(), of_business[10].as_str()), ("business.name", "business.vat_number"));
}

#[tokio::test]
async fn what_cannot_be_an_object_is_refused_in_words() {
    let app = TestApp::start().await;
    object(&app, "pet").await;
    app.new_events().await;
    let taken = app.post("/objects/").json(&new_object(&app, "custom_objects.pet")).send().await.expect(400);
    assert_eq!(taken.json()["message"], "Object with key custom_objects.pet already exists.");
    let faulty = json!({
        "locationId": here(&app), "key": "My Pet", "labels": {"singular": "", "many": 1}, "colour": "red",
        "primaryDisplayPropertyDetails": {"key": "name", "dataType": "DATE"},
    });
    let refused = app.post("/objects/").json(&faulty).send().await.expect(422).json();
    insta::assert_json_snapshot!(refused["message"], @r#"
    [
      "property colour should not exist",
      "labels.property many should not exist",
      "labels.singular should not be empty",
      "labels.plural must be a string",
      "labels.plural should not be empty",
      "key must be made of lower-case letters, digits and underscores",
      "primaryDisplayPropertyDetails.name must be a string",
      "primaryDisplayPropertyDetails.name should not be empty",
      "primaryDisplayPropertyDetails.dataType must be one of the following values: TEXT, NUMERICAL"
    ]
    "#);
    let refused =
        app.post("/objects/").json(&json!({"locationId": here(&app)})).send().await.expect(422).json();
    insta::assert_json_snapshot!(refused["message"], @r#"
    [
      "labels should not be empty",
      "key must be a string",
      "key should not be empty",
      "primaryDisplayPropertyDetails should not be empty"
    ]
    "#);
    app.get("/objects/custom_objects.boat").send().await.expect(404);
    let change = json!({"locationId": here(&app), "searchableProperties": ["custom_objects.pet.size"]});
    let refused = app.put("/objects/custom_objects.pet").json(&change).send().await.expect(422).json();
    insta::assert_json_snapshot!(refused["message"], @r#"
    [
      "each value in searchableProperties must be a property, not custom_objects.pet.size"
    ]
    "#);
    app.put("/objects/custom_objects.boat").json(&change).send().await.expect(404);
    let change = json!({
        "locationId": here(&app), "searchableProperties": ["name"], "labels": {"singular": "Firm", "plural": "Firms"},
    });
    for standard in ["business", "contact", "opportunity"] {
        app.put(&format!("/objects/{standard}")).json(&change).send().await.expect(400);
    }
    app.put("/objects/custom_objects.pet").json(&json!({"locationId": here(&app)})).send().await.expect(422);
    assert_eq!(app.new_event_kinds().await, Vec::<String>::new());
}

#[tokio::test]
async fn records_follow_what_is_searched_and_what_is_gone() {
    let app = unlimited().await;
    object(&app, "pet").await;
    field(&app, "pet", "Kind", DataType::Text, &[]).await;
    for at in 0..205 {
        record(&app, "custom_objects.pet", json!({"name": format!("P{at}"), "kind": "hamster"})).await;
    }
    let hamsters =
        async || search(&app, "custom_objects.pet", json!({"query": "hamster", "pageLimit": 1})).await.1;
    assert_eq!(hamsters().await, 0);
    let change = json!({"locationId": here(&app), "searchableProperties": ["name", "kind"]});
    app.put("/objects/custom_objects.pet").json(&change).send().await.expect(200);
    assert_eq!(hamsters().await, 200);
    app.run_until_idle().await;
    assert_eq!(hamsters().await, 205);
    app.new_events().await;
    let url = format!("/objects/custom_objects.pet?locationId={}&fetchProperties=true", here(&app));
    let fields = app.get(&url).send().await.expect(200).json()["fields"].clone();
    let kind =
        fields.as_array().expect("a list").iter().find(|one| one["name"] == "Kind").expect("the field");
    let (place, kind) = (app.agency.location.clone(), id(kind));
    app.write(move |tx, cx| {
        let gone = custom_fields::forget(tx, &place, Face::Objects, &kind)?;
        objects::forget_field(tx, cx, &place, &gone)
    })
    .await;
    app.run_until_idle().await;
    assert_eq!(hamsters().await, 0);
    let all = search(&app, "custom_objects.pet", json!({"query": "P204"})).await;
    assert_eq!(all, (vec!["P204".to_owned()], 1));
    let read = app.get(&url).send().await.expect(200).json();
    assert_eq!(read["object"]["searchableProperties"], json!(["custom_objects.pet.name"]));
    assert_eq!(app.new_event_kinds().await, Vec::<String>::new());
}
