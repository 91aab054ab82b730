//! Every spelling of a custom value that is seen in the wild, and what it is read as.

use leadhold_testkit::TestApp;
use serde_json::{Value, json};

use super::{field, make, shown, unlimited};

/// Type, what its definition says besides, what is written, what is read.
fn values() -> Vec<(&'static str, Value, Value, Value)> {
    let colours = json!({"options": ["Red", "Light Blue"]});
    let of = |data_type, written: Value, read: Value| (data_type, json!({}), written, read);
    let choice = |data_type, written: Value, read: Value| (data_type, colours.clone(), written, read);
    vec![
        of("TEXT", json!("a"), json!("a")),
        of("TEXT", json!(7), json!("7")),
        of("TEXT", json!(true), json!("true")),
        of("LARGE_TEXT", json!("a\nb"), json!("a\nb")),
        of("TIME", json!("10:30"), json!("10:30")),
        of("NUMERICAL", json!(42), json!(42)),
        of("NUMERICAL", json!(" 42.5 "), json!(42.5)),
        of("FLOAT", json!("-1e3"), json!(-1000)),
        of("FLOAT", json!(2.0), json!(2)),
        of("MONETORY", json!("$1,000.50"), json!(1000.5)),
        of("MONETORY", json!({"currency": "USD", "value": 5}), json!(5)),
        of("PHONE", json!("(415) 555-2671"), json!("+14155552671")),
        of("EMAIL", json!(" Ada@Example.com "), json!("Ada@Example.com")),
        of("DATE", json!("1990-09-25"), json!("1990-09-25")),
        of("DATE", json!("09/25/1990"), json!("1990-09-25")),
        of("DATE", json!("9.25.1990"), json!("1990-09-25")),
        of("DATE", json!("1990-09-25T10:00:00.000Z"), json!("1990-09-25")),
        of("DATE", json!("Sep 25, 1990"), json!("1990-09-25")),
        of("DATE", json!("25th September 1990"), json!("1990-09-25")),
        of("DATE", json!(654_220_800_000_i64), json!("1990-09-25")),
        of("DATE", json!("654220800000"), json!("1990-09-25")),
        choice("RADIO", json!("Red"), json!("Red")),
        choice("RADIO", json!(" light BLUE"), json!("Light Blue")),
        choice("RADIO", json!("light_blue"), json!("Light Blue")),
        choice("SINGLE_OPTIONS", json!(["Red"]), json!("Red")),
        choice("CHECKBOX", json!(["Red", "Light Blue"]), json!(["Red", "Light Blue"])),
        choice("CHECKBOX", json!("Red"), json!(["Red"])),
        choice("CHECKBOX", json!("Red, Light Blue"), json!(["Red", "Light Blue"])),
        choice("MULTIPLE_OPTIONS", json!("[\"Red\",\"Light Blue\"]"), json!(["Red", "Light Blue"])),
        (
            "FILE_UPLOAD",
            json!({"acceptedFormat": [".pdf"], "maxNumberOfFiles": 2}),
            json!({"1f": {"meta": {"originalname": "a.PDF", "size": 1}, "url": "https://x/1", "documentId": "d"}}),
            json!({"1f": {"meta": {"originalname": "a.PDF", "size": 1}, "url": "https://x/1", "documentId": "d"}}),
        ),
        of("FILE_UPLOAD", json!(["https://x/a.png"]), json!(["https://x/a.png"])),
        of("FILE_UPLOAD", json!([{"url": "https://x/a.png"}]), json!([{"url": "https://x/a.png"}])),
    ]
}

#[tokio::test]
async fn each_type_is_read_in_every_spelling() {
    let app = unlimited().await;
    for (at, (data_type, more, written, read)) in values().into_iter().enumerate() {
        let id = field(&app, &format!("Field {at}"), data_type, more).await;
        let contact = json!({"firstName": "A", "customFields": [{"id": id, "field_value": written}]});
        let contact = make(&app, contact).await;
        let expected = json!([{"id": id, "key": format!("contact.field_{at}"), "value": read}]);
        assert_eq!(shown(&app, &contact).await["customFields"], expected, "{data_type} {written}");
    }
}

#[tokio::test]
async fn boxes_are_named_by_label_id_or_place() {
    let app = TestApp::start().await;
    let boxes = json!({"textBoxListOptions": [{"label": "One"}, {"label": "Two"}]});
    let id = field(&app, "Boxes", "TEXTBOX_LIST", boxes).await;
    let path = format!("/locations/{}/customFields/{id}", app.agency.location.location_id());
    let boxes = app.get(&path).send().await.expect(200).json();
    let boxes = &boxes["customField"]["textBoxListOptions"];
    let (one, two) = (boxes[0]["id"].as_str().unwrap(), boxes[1]["id"].as_str().unwrap());
    for written in [
        json!({"One": "a", "Two": "b"}),
        json!({one: "a", two: "b"}),
        json!({one: "a", "Two": "b"}),
        json!(["a", "b"]),
        json!([{"label": "One", "value": "a"}, {"id": two, "field_value": "b"}]),
    ] {
        let contact = json!({"firstName": "A", "customFields": [{"id": id, "value": written}]});
        let contact = make(&app, contact).await;
        let value = &shown(&app, &contact).await["customFields"][0]["value"];
        assert_eq!(*value, json!({one: "a", two: "b"}), "{written}");
    }
}

#[tokio::test]
async fn a_field_is_named_and_its_value_spelled_in_many_ways() {
    let app = unlimited().await;
    let id = field(&app, "Shoe Size", "TEXT", json!({})).await;
    for names in [
        json!({"id": id}),
        json!({"id": "contact.shoe_size"}),
        json!({"key": "contact.shoe_size"}),
        json!({"key": "shoe_size"}),
        json!({"key": "Shoe_Size"}),
        json!({"key": "{{ contact.shoe_size }}"}),
        json!({"fieldKey": "contact.shoe_size"}),
        json!({"id": id, "key": "something_else"}),
        json!({"id": "something_else", "key": "shoe_size"}),
    ] {
        for spelling in ["field_value", "fieldValue", "value", "fieldValueString"] {
            let mut write = names.clone();
            write[spelling] = json!("42");
            let contact = make(&app, json!({"firstName": "A", "customFields": [write]})).await;
            let expected = json!([{"id": id, "key": "contact.shoe_size", "value": "42"}]);
            assert_eq!(shown(&app, &contact).await["customFields"], expected, "{write}");
        }
    }
}

#[tokio::test]
async fn what_a_field_does_not_take_is_named_with_what_is_expected() {
    let app = TestApp::start().await;
    let mut writes = Vec::new();
    for (data_type, more, written) in [
        ("NUMERICAL", json!({}), json!("1,000")),
        ("MONETORY", json!({}), json!("1,00")),
        ("DATE", json!({}), json!("31/12/1990")),
        ("EMAIL", json!({}), json!("nobody")),
        ("RADIO", json!({"options": ["Red"]}), json!("Green")),
        ("CHECKBOX", json!({"options": ["Red"]}), json!("Red, Green")),
        ("FILE_UPLOAD", json!({"acceptedFormat": [".pdf"]}), json!(["https://x/a.exe?b=c.pdf"])),
        ("FILE_UPLOAD", json!({"maxNumberOfFiles": 1}), json!(["https://x/a", "https://x/b"])),
        ("TEXTBOX_LIST", json!({"textBoxListOptions": [{"label": "One"}]}), json!(["a", "b"])),
    ] {
        let id = field(&app, data_type, data_type, more).await;
        writes.push(json!({"id": id, "field_value": written}));
    }
    let refused = app.post("/contacts/").json(&json!({"firstName": "A", "customFields": writes}));
    insta::assert_json_snapshot!(refused.send().await.expect(422).json()["message"], @r#"
    [
      "customFields.0.field_value must be a number conforming to the specified constraints",
      "customFields.1.field_value must be a number conforming to the specified constraints",
      "customFields.2.field_value must be a valid date string: YYYY-MM-DD or MM/DD/YYYY",
      "customFields.3.field_value must be an email",
      "customFields.4.field_value must be one of the following values: Red",
      "customFields.5.field_value must contain only the following values: Red",
      "customFields.6.field_value must be a file of one of the following formats: .pdf",
      "customFields.7.field_value must contain no more than 1 files",
      "customFields.8.field_value must have an option for each of its texts"
    ]
    "#);
    assert!(app.new_events().await.is_empty());
}
