use leadhold_kernel::{Id, Timestamp};
use proptest::prelude::*;
use serde_json::json;

use super::super::model::{Choice, Details, Model, ObjectKey, TextBox};
use super::*;

fn field(data_type: DataType) -> CustomField {
    CustomField {
        id: Id::parse("f").unwrap(),
        name: "Field".into(),
        field_key: "contact.field".into(),
        model: Model::Contact,
        data_type,
        description: String::new(),
        placeholder: String::new(),
        position: 0,
        show_in_forms: true,
        parent_id: None,
        standard: false,
        details: Details::default(),
        date_added: Timestamp(0),
        date_updated: Timestamp(0),
    }
}

fn choosing(data_type: DataType) -> CustomField {
    let choice = |key: &str, label: &str| Choice { key: key.into(), label: label.into(), url: None };
    let options = vec![choice("red", "Red"), choice("blue", "Blue")];
    let details = Details { options, ..Details::default() };
    CustomField { details, ..field(data_type) }
}

fn listing() -> CustomField {
    let boxes = vec![TextBox { id: "box1".into(), label: "First".into(), prefill: String::new() }];
    CustomField { details: Details { boxes, ..Details::default() }, ..field(DataType::TextboxList) }
}

fn kept(field: &CustomField, given: Value) -> Value {
    check(field, &given, "US").unwrap_or_else(|fault| panic!("{fault}")).expect("not cleared")
}

fn fault(field: &CustomField, given: Value) -> String {
    check(field, &given, "US").expect_err("refused")
}

#[test]
fn blank_clears_whatever_the_type() {
    for name in DataType::NAMES {
        let field = field(DataType::parse(name).unwrap());
        for blank in [Value::Null, json!(""), json!("  "), json!([]), json!({})] {
            assert_eq!(check(&field, &blank, "US"), Ok(None), "{name} {blank}");
        }
    }
    assert_eq!(check(&choosing(DataType::Checkbox), &json!([""]), "US"), Ok(None));
}

#[test]
fn each_type_keeps_what_it_takes() {
    assert_eq!(kept(&field(DataType::Text), json!(7)), json!("7"));
    assert_eq!(kept(&field(DataType::LargeText), json!(" a ")), json!(" a "));
    assert_eq!(kept(&field(DataType::Phone), json!("(415) 555-2671")), json!("+14155552671"));
    assert_eq!(kept(&field(DataType::Email), json!(" A@b.co ")), json!("A@b.co"));
    assert_eq!(kept(&field(DataType::Numerical), json!("100")), json!(100));
    assert_eq!(kept(&field(DataType::Monetory), json!(100.5)), json!(100.5));
    assert_eq!(kept(&field(DataType::Float), json!("1e3")), json!(1000));
    assert_eq!(kept(&field(DataType::Date), json!("09/25/1990")), json!("1990-09-25"));
    assert_eq!(kept(&field(DataType::Date), json!(86_400_000)), json!("1970-01-02"));
    assert_eq!(kept(&choosing(DataType::Radio), json!("Red")), json!("Red"));
    assert_eq!(kept(&choosing(DataType::SingleOptions), json!(["Blue"])), json!("Blue"));
    assert_eq!(kept(&choosing(DataType::Checkbox), json!(["Red", "Red", "Blue"])), json!(["Red", "Blue"]));
    assert_eq!(kept(&choosing(DataType::MultipleOptions), json!("Red")), json!(["Red"]));
    assert_eq!(kept(&field(DataType::Checkbox), json!(["anything"])), json!(["anything"]));
    assert_eq!(kept(&listing(), json!({"First": "a", "box1": "b"})), json!({"box1": "b"}));
    assert_eq!(kept(&field(DataType::FileUpload), json!({"u": {"url": "x"}})), json!({"u": {"url": "x"}}));
    assert_eq!(kept(&field(DataType::Signature), json!("data:")), json!("data:"));
}

#[test]
fn records_of_objects_hold_keys_and_currencies() {
    let on_pet =
        |field: CustomField| CustomField { model: Model::Object(ObjectKey::parse("pet").unwrap()), ..field };
    for spelling in ["red", "Red"] {
        assert_eq!(kept(&on_pet(choosing(DataType::Radio)), json!(spelling)), json!("red"));
    }
    assert_eq!(kept(&on_pet(choosing(DataType::Checkbox)), json!(["Blue", "blue"])), json!(["blue"]));
    assert_eq!(
        fault(&on_pet(choosing(DataType::Radio)), json!("Green")),
        "must be one of the following values: red, blue"
    );
    let money = on_pet(field(DataType::Monetory));
    assert_eq!(kept(&money, json!(5)), json!({"currency": "default", "value": 5}));
    assert_eq!(
        kept(&money, json!({"currency": "EUR", "value": "5.5"})),
        json!({"currency": "EUR", "value": 5.5})
    );
    assert_eq!(fault(&money, json!({"currency": 1, "value": 5})), "must name its currency by a code");
    assert_eq!(entries(DataType::Monetory, &json!({"currency": "EUR", "value": 5.5}))[0].number, Some(5.5));
    let files = json!([{"url": "https://example.com/a.pdf"}]);
    assert_eq!(kept(&on_pet(field(DataType::FileUpload)), files.clone()), files);
}

#[test]
fn each_type_names_what_it_does_not_take() {
    assert_eq!(fault(&field(DataType::Text), json!(["a"])), "must be a string");
    assert_eq!(fault(&field(DataType::Email), json!("nobody")), "must be an email");
    let number = "must be a number conforming to the specified constraints";
    for bad in [json!("ten"), json!("1,000"), json!(true), json!("NaN"), json!("inf"), json!([1])] {
        assert_eq!(fault(&field(DataType::Numerical), bad), number);
    }
    assert_eq!(
        fault(&field(DataType::Date), json!("soon")),
        "must be a valid date string: YYYY-MM-DD or MM/DD/YYYY"
    );
    assert_eq!(
        fault(&choosing(DataType::Radio), json!("Green")),
        "must be one of the following values: Red, Blue"
    );
    assert_eq!(
        fault(&choosing(DataType::Checkbox), json!(["Green"])),
        "must contain only the following values: Red, Blue"
    );
    assert_eq!(fault(&choosing(DataType::Checkbox), json!({"a": 1})), "must be an array");
    assert_eq!(fault(&listing(), json!({"Second": "x"})), "must not have the option Second");
    assert_eq!(fault(&listing(), json!("x")), "must be an object of texts by option");
    assert_eq!(
        fault(&field(DataType::FileUpload), json!(5)),
        "must be an object of files or an array of URLs"
    );
    assert_eq!(fault(&field(DataType::Signature), json!(5)), "must be a string or an object");
}

#[test]
fn entries_are_what_a_search_compares() {
    let heads = |data_type, value: Value| -> Vec<(String, String, Option<f64>)> {
        entries(data_type, &value)
            .into_iter()
            .map(|entry| (entry.option_id, entry.head, entry.number))
            .collect()
    };
    assert_eq!(heads(DataType::Text, json!(" ÄB ")), [("".into(), "äb".into(), None)]);
    assert_eq!(heads(DataType::Numerical, json!(100.0)), [("".into(), "100".into(), Some(100.0))]);
    assert_eq!(
        heads(DataType::Date, json!("1970-01-02")),
        [("".into(), "1970-01-02".into(), Some(86_400_000.0))]
    );
    assert_eq!(heads(DataType::Checkbox, json!(["A", "B"])).len(), 2);
    assert_eq!(heads(DataType::TextboxList, json!({"box1": "X"})), [("box1".into(), "x".into(), None)]);
    let long = entries(DataType::LargeText, &json!("é".repeat(500)));
    assert_eq!((long[0].head.chars().count(), long[0].body.chars().count()), (HEAD, 500));
    assert_eq!(entries(DataType::FileUpload, &json!({"u": {}})).len(), 1, "so that `exists` finds it");
}

fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        ".{0,12}".prop_map(Value::from),
        "[0-9]{4}-[0-9]{2}-[0-9]{2}".prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 12, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::vec((".{0,4}", inner), 0..4)
                .prop_map(|pairs| Value::Object(pairs.into_iter().collect())),
        ]
    })
}

#[test]
fn a_list_of_one_blank_choice_is_none() {
    for name in ["SINGLE_OPTIONS", "RADIO"] {
        let field = field(DataType::parse(name).unwrap());
        assert_eq!(check(&field, &json!([""]), "US"), Ok(None), "{name}");
        assert_eq!(check(&field, &json!([null]), "US"), Ok(None), "{name}");
    }
}

proptest! {
    #[test]
    fn what_was_kept_is_kept_again(given in any_json(), at in 0..DataType::NAMES.len()) {
        let data_type = DataType::parse(DataType::NAMES[at]).unwrap();
        let field = field(data_type);
        if let Ok(Some(kept)) = check(&field, &given, "US") {
            prop_assert_eq!(check(&field, &kept, "US"), Ok(Some(kept.clone())));
            prop_assert!(!entries(data_type, &kept).is_empty());
        }
    }
}

#[test]
fn a_value_has_no_more_choices_than_a_field() {
    let free = field(DataType::MultipleOptions);
    assert_eq!(kept(&free, json!(vec!["x"; 1000])), json!(["x"]));
    let fault = check(&free, &json!(vec!["x"; 1001]), "US").unwrap_err();
    assert_eq!(fault, "must contain no more than 1000 elements");
}

#[test]
fn a_value_is_no_longer_than_a_list_can_bear() {
    let told = |data_type, value: Value| check(&field(data_type), &value, "US").err().unwrap_or_default();
    let long = "é".repeat(65_536);
    for data_type in [DataType::Text, DataType::LargeText, DataType::Phone, DataType::Radio] {
        assert_eq!(told(data_type, json!(long)), "");
        assert_eq!(
            told(data_type, json!(format!("{long}x"))),
            "must be shorter than or equal to 65536 characters"
        );
    }
    let listed = json!({ "a": long });
    assert_eq!(told(DataType::TextboxList, listed), "must be shorter than or equal to 65536 characters");
    assert_eq!(told(DataType::Signature, json!("x".repeat(500_000))), "");
    for (data_type, value) in [
        (DataType::Signature, json!({"image": "x".repeat(500_000)})),
        (DataType::FileUpload, json!(["x".repeat(500_001)])),
    ] {
        assert_eq!(told(data_type, value), "must be shorter than or equal to 500000 characters");
    }
}
