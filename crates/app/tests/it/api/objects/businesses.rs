//! Businesses as records: the same ones that `/businesses` has.

use leadhold_app::custom_fields::DataType;
use leadhold_testkit::TestApp;
use serde_json::json;

use super::{field, here, id, record, records, search};

#[tokio::test]
async fn a_business_is_one_record_under_two_addresses() {
    let app = TestApp::start().await;
    field(&app, "business", "VAT number", DataType::Text, &[]).await;
    let made = record(
        &app,
        "business",
        json!({"name": "Acme", "business.email": "a@acme.example", "postal_code": "1010", "vat_number": "X1"}),
    )
    .await;
    let firm = id(&made);
    insta::assert_json_snapshot!(made["properties"], @r#"
    {
      "name": "Acme",
      "email": "a@acme.example",
      "postalCode": "1010",
      "vat_number": "X1"
    }
    "#);
    let read = app.get(&format!("/businesses/{firm}")).send().await.expect(200).json();
    assert_eq!(
        (&read["business"]["name"], &read["business"]["postalCode"]),
        (&json!("Acme"), &json!("1010"))
    );
    let change = json!({"name": "Acme Ltd", "city": "Vienna"});
    app.put(&format!("/businesses/{firm}")).json(&change).send().await.expect(200);
    let path = format!("{}/{firm}", records("business"));
    let read = app.get(&path).send().await.expect(200).json()["record"].clone();
    assert_eq!(read["properties"]["vat_number"], "X1", "what the other address does not know stays");
    assert_eq!(
        (&read["properties"]["name"], &read["properties"]["city"]),
        (&json!("Acme Ltd"), &json!("Vienna"))
    );
    let change = json!({"properties": {"vat_number": "X2", "city": null}});
    let changed = app.put(&path).json(&change).send().await.expect(200).json()["record"].clone();
    assert_eq!(
        (changed["properties"].get("city"), &changed["properties"]["vat_number"]),
        (None, &json!("X2"))
    );
    app.put(&path).json(&change).send().await.expect(200); // changes nothing, announces nothing
    let found = json!({"filters": [{"field": "properties.vat_number", "operator": "eq", "value": "x2"}]});
    assert_eq!(search(&app, "business", found).await, (vec!["Acme Ltd".to_owned()], 1));
    assert_eq!(search(&app, "business", json!({"query": "acme"})).await.1, 1);
    assert_eq!(search(&app, "business", json!({"query": "vienna"})).await.1, 0);
    app.delete(&path).send().await.expect(200);
    app.get(&format!("/businesses/{firm}")).send().await.expect(400);
    assert_eq!(search(&app, "business", json!({})).await, (vec![], 0));
    let events = app.new_events().await;
    let kinds: Vec<&str> = events.iter().map(|(kind, ..)| kind.as_str()).collect();
    assert_eq!(kinds, ["RecordCreate", "RecordUpdate", "RecordUpdate", "RecordDelete"]);
    insta::assert_json_snapshot!(events[2].2["properties"], @r#"
    [
      {
        "key": "name",
        "valueString": "Acme Ltd"
      },
      {
        "key": "email",
        "valueString": "a@acme.example"
      },
      {
        "key": "postalCode",
        "valueString": "1010"
      },
      {
        "key": "vat_number",
        "valueString": "X2"
      }
    ]
    "#);
}

#[tokio::test]
async fn what_cannot_be_a_business_is_refused() {
    let app = TestApp::start().await;
    let refused = async |body: serde_json::Value| {
        app.post(&records("business")).json(&body).send().await.expect(422).json()["message"].clone()
    };
    let here = here(&app);
    let faulty = json!({"locationId": here, "properties": {"email": "nobody", "phone": 1}});
    insta::assert_json_snapshot!(refused(faulty).await, @r#"
    [
      "properties.name must be a string",
      "properties.name should not be empty",
      "properties.phone must be a string",
      "properties.email must be an email"
    ]
    "#);
    let unknown = json!({"locationId": here, "properties": {"name": "Acme", "colour": "red"}});
    insta::assert_json_snapshot!(refused(unknown).await, @r#"
    [
      "properties.property colour should not exist"
    ]
    "#);
    let owned = json!({"locationId": here, "properties": {"name": "Acme"}, "owners": ["a"]});
    insta::assert_json_snapshot!(refused(owned).await, @r#"
    [
      "owners and followers are only supported for custom objects"
    ]
    "#);
    assert_eq!(app.new_event_kinds().await, Vec::<String>::new());
}
