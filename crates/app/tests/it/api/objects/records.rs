//! Records of custom objects.

use leadhold_app::custom_fields::DataType;
use leadhold_testkit::TestApp;
use serde_json::{Value, json};

use super::{field, here, id, object, record, records};

/// A pet store: an object with a field of every kind.
async fn store(app: &TestApp) {
    object(app, "pet").await;
    for (name, data_type, options) in [
        ("Legs", DataType::Numerical, &[][..]),
        ("Price", DataType::Monetory, &[]),
        ("Born", DataType::Date, &[]),
        ("Kind", DataType::SingleOptions, &["Cat", "Dog"]),
        ("Skills", DataType::MultipleOptions, &["Sit", "Roll Over"]),
        ("Notes", DataType::TextboxList, &["Food", "Sleep"]),
        ("Phone", DataType::Phone, &[]),
        ("Papers", DataType::FileUpload, &[]),
    ] {
        field(app, "pet", name, data_type, options).await;
    }
}

#[tokio::test]
async fn a_record_is_made_read_changed_and_removed() {
    let app = TestApp::start().await;
    store(&app).await;
    app.new_events().await;
    let body = json!({
        "locationId": here(&app), "owners": ["sx6wyHhbFdRXh302Lunr"], "followers": ["v5cEPM428h8vShlRW1KT"],
        "properties": {
            "name": "Rex", "custom_objects.pet.legs": "4", "price": 100, "born": "07/11/2024", "kind": "Dog",
            "skills": ["sit", "Roll Over"], "notes.food": "Bones", "notes.sleep": "Outside",
            "phone": "(415) 555-2671", "papers": [{"url": "https://example.com/rex.pdf"}],
        },
    });
    let url = records("custom_objects.pet");
    let made = app.post(&url).json(&body).send().await.expect(201).json();
    insta::assert_json_snapshot!(made, {
        ".record.id" => "[record]", ".record.locationId" => "[location]", ".record.objectId" => "[object]",
        ".**.sourceId" => "[token]",
    }, @r#"
    {
      "record": {
        "id": "[record]",
        "owner": [
          "sx6wyHhbFdRXh302Lunr"
        ],
        "owners": [
          "sx6wyHhbFdRXh302Lunr"
        ],
        "followers": [
          "v5cEPM428h8vShlRW1KT"
        ],
        "properties": {
          "name": "Rex",
          "legs": 4,
          "price": {
            "currency": "default",
            "value": 100
          },
          "born": "2024-07-11",
          "kind": "dog",
          "skills": [
            "sit",
            "roll_over"
          ],
          "notes.food": "Bones",
          "notes.sleep": "Outside",
          "phone": "+14155552671",
          "papers": [
            {
              "url": "https://example.com/rex.pdf"
            }
          ]
        },
        "locationId": "[location]",
        "objectId": "[object]",
        "objectKey": "custom_objects.pet",
        "createdBy": {
          "channel": "OAUTH",
          "createdAt": "2026-01-15T10:00:00.000Z",
          "source": "INTEGRATION",
          "sourceId": "[token]"
        },
        "lastUpdatedBy": {
          "channel": "OAUTH",
          "createdAt": "2026-01-15T10:00:00.000Z",
          "source": "INTEGRATION",
          "sourceId": "[token]"
        },
        "dateAdded": "2026-01-15T10:00:00.000Z",
        "dateUpdated": "2026-01-15T10:00:00.000Z",
        "createdAt": "2026-01-15T10:00:00.000Z",
        "updatedAt": "2026-01-15T10:00:00.000Z"
      }
    }
    "#);
    let path = format!("{url}/{}", id(&made["record"]));
    assert_eq!(app.get(&path).version("v3").send().await.expect(200).json(), made);
    app.clock.advance(1000);
    let change = json!({"properties": {"legs": 3, "notes.food": "", "price": {"currency": "default", "value": 50}}, "followers": []});
    let by_query = format!("{path}?locationId={}", here(&app));
    let changed = app.put(&by_query).json(&change).send().await.expect(200).json()["record"].clone();
    assert_eq!((&changed["properties"]["legs"], &changed["followers"]), (&json!(3), &json!([])));
    assert_eq!(changed["properties"].get("notes.food"), None);
    assert_eq!(
        (&changed["properties"]["notes.sleep"], &changed["owner"]),
        (&json!("Outside"), &json!(["sx6wyHhbFdRXh302Lunr"]))
    );
    assert_eq!(changed["updatedAt"], "2026-01-15T10:00:01.000Z");
    app.put(&by_query).json(&change).send().await.expect(200); // changes nothing, announces nothing
    let gone = app.delete(&path).send().await.expect(200).json();
    assert_eq!(gone, json!({"id": id(&made["record"]), "success": true}));
    let missing = app.get(&path).send().await.expect(400).json();
    assert_eq!(missing["message"], format!("Record with id {} not found", id(&made["record"])));
    let events = app.new_events().await;
    let kinds: Vec<&str> = events.iter().map(|(kind, ..)| kind.as_str()).collect();
    assert_eq!(kinds, ["RecordCreate", "RecordUpdate", "RecordDelete"]);
    insta::assert_json_snapshot!(events[0].2, { ".id" => "[record]", ".locationId" => "[location]" }, @r#"
    {
      "id": "[record]",
      "locationId": "[location]",
      "owners": [
        "sx6wyHhbFdRXh302Lunr"
      ],
      "followers": [
        "v5cEPM428h8vShlRW1KT"
      ],
      "properties": [
        {
          "key": "name",
          "valueString": "Rex"
        },
        {
          "key": "legs",
          "valueString": "4"
        },
        {
          "key": "price",
          "valueString": "{\"currency\":\"default\",\"value\":100}"
        },
        {
          "key": "born",
          "valueString": "2024-07-11"
        },
        {
          "key": "kind",
          "valueString": "dog"
        },
        {
          "key": "skills",
          "valueString": "sit, roll_over"
        },
        {
          "key": "notes",
          "valueString": "{\"food\":\"Bones\",\"sleep\":\"Outside\"}"
        },
        {
          "key": "phone",
          "valueString": "+14155552671"
        },
        {
          "key": "papers",
          "valueString": "[{\"url\":\"https://example.com/rex.pdf\"}]"
        }
      ],
      "timestamp": "2026-01-15T10:00:00.000Z"
    }
    "#);
}

#[tokio::test]
async fn what_cannot_be_a_record_is_refused_with_all_faults() {
    let app = TestApp::start().await;
    store(&app).await;
    let rex = record(&app, "custom_objects.pet", json!({"name": "Rex"})).await;
    app.new_events().await;
    let url = records("custom_objects.pet");
    let refused = async |properties: Value| -> Value {
        let body = json!({"locationId": here(&app), "properties": properties});
        app.post(&url).json(&body).send().await.expect(422).json()["message"].clone()
    };
    let faulty = json!({
        "name": ["Rex"], "legs": "four", "born": "soon", "kind": "Bird", "notes.taste": "x", "colour": "red",
        "kind.x": 1, "price": {"value": "much"},
    });
    insta::assert_json_snapshot!(refused(faulty).await, @r#"
    [
      "properties.name must be a string",
      "properties.legs must be a number conforming to the specified constraints",
      "properties.born must be a valid date string: YYYY-MM-DD or MM/DD/YYYY",
      "properties.kind must be one of the following values: cat, dog",
      "properties.notes.taste must not have the option taste",
      "properties.property colour should not exist",
      "properties.property kind.x should not exist",
      "properties.price must be a number conforming to the specified constraints"
    ]
    "#);
    assert_eq!(refused(json!({"legs": 4})).await, json!(["properties.name should not be empty"]));
    let people: Vec<String> = (0..11).map(|at| format!("user{at}")).collect();
    let body = json!({"locationId": here(&app), "owners": ["a", "b"], "followers": people, "extra": 1});
    let many = app.post(&url).json(&body).send().await.expect(422).json();
    insta::assert_json_snapshot!(many["message"], @r#"
    [
      "property extra should not exist",
      "owners must contain no more than 1 elements",
      "followers must contain no more than 10 elements",
      "properties must be an object"
    ]
    "#);
    let path = format!("{url}/{}", id(&rex));
    let cleared = app.put(&path).json(&json!({"properties": {"name": null}})).send().await.expect(422).json();
    assert_eq!(cleared["message"], json!(["properties.name should not be empty"]));
    app.post(&records("custom_objects.boat")).json(&json!({})).send().await.expect(404);
    for key in ["contact", "opportunity"] {
        let body = json!({"locationId": here(&app), "properties": {}});
        app.post(&records(key)).json(&body).send().await.expect(400);
    }
    let stranger = app.get(&path).token(&app.agency.second_token).send().await;
    stranger.expect(404); // who does not have the object either
    assert_eq!(app.new_event_kinds().await, Vec::<String>::new());
}

#[tokio::test]
async fn a_record_takes_its_relations_along() {
    let app = TestApp::start().await;
    object(&app, "pet").await;
    let rex = id(&record(&app, "custom_objects.pet", json!({"name": "Rex"})).await);
    let ann = app.post("/contacts/").json(&json!({"firstName": "Ann"})).send().await.expect(201).json();
    let ann = id(&ann["contact"]);
    let association = json!({
        "locationId": here(&app), "key": "owner", "firstObjectKey": "contact", "firstObjectLabel": "Owner",
        "secondObjectKey": "custom_objects.pet", "secondObjectLabel": "Pet",
    });
    let association = id(&app.post("/associations/").json(&association).send().await.expect(201).json());
    let body = |first: &str, second: &str| json!({"locationId": here(&app), "associationId": association, "firstRecordId": first, "secondRecordId": second});
    app.post("/associations/relations").json(&body(&ann, "nobody")).send().await.expect(400);
    app.post("/associations/relations").json(&body(&ann, &rex)).send().await.expect(201);
    app.new_events().await;
    app.delete(&format!("{}/{rex}", records("custom_objects.pet"))).send().await.expect(200);
    assert_eq!(app.new_event_kinds().await, ["RelationDelete", "RecordDelete"]);
    let url = format!("/associations/relations/{ann}?locationId={}&skip=0&limit=10", here(&app));
    assert_eq!(app.get(&url).send().await.expect(200).json(), json!({"relations": [], "total": 0}));
}
