//! Records are written while their object changes.

use leadhold_app::custom_fields::DataType;
use serde_json::json;
use tokio::task::JoinSet;

use super::{field, here, object, records, search, unlimited};

const PET: &str = "custom_objects.pet";
const AT_ONCE: usize = 24;

#[tokio::test(flavor = "multi_thread")]
async fn records_that_are_made_while_a_property_becomes_searched_are_found_by_it() {
    let app = unlimited().await;
    object(&app, PET).await;
    field(&app, PET, "Coat", DataType::Text, &[]).await;
    let body = json!({"locationId": here(&app), "properties": {"name": "Rex", "coat": "zebra"}});
    let mut calls = JoinSet::new();
    for _ in 0..AT_ONCE / 2 {
        calls.spawn(app.post(&records(PET)).json(&body).send());
    }
    let searched = json!({"locationId": here(&app), "searchableProperties": ["coat"]});
    calls.spawn(app.put(&format!("/objects/{PET}")).json(&searched).send());
    for _ in 0..AT_ONCE / 2 {
        calls.spawn(app.post(&records(PET)).json(&body).send());
    }
    for answer in calls.join_all().await {
        assert!([200, 201].contains(&answer.status.as_u16()), "{answer:?}");
    }
    app.run_until_idle().await;
    let (_, found) = search(&app, PET, json!({"query": "zebra", "pageLimit": 5})).await;
    assert_eq!(found, AT_ONCE as i64);
}

#[tokio::test(flavor = "multi_thread")]
async fn no_record_keeps_a_property_that_goes_while_it_is_made() {
    let app = unlimited().await;
    object(&app, PET).await;
    field(&app, PET, "Coat", DataType::Text, &[]).await;
    let listed = app.get(&format!("/custom-fields/object-key/{PET}?locationId={}", here(&app))).send().await;
    let fields = listed.expect(200).json()["fields"].clone();
    let coat =
        fields.as_array().expect("fields").iter().find(|field| field["name"] == "Coat").expect("it").clone();
    let body = json!({"locationId": here(&app), "properties": {"name": "Rex", "coat": "zebra"}});
    let mut calls = JoinSet::new();
    for at in 0..=AT_ONCE {
        if at == AT_ONCE / 2 {
            let gone =
                format!("/custom-fields/{}?locationId={}", coat["id"].as_str().expect("an id"), here(&app));
            calls.spawn(app.delete(&gone).send());
        }
        calls.spawn(app.post(&records(PET)).json(&body).send());
    }
    for answer in calls.join_all().await {
        assert!([200, 201, 422].contains(&answer.status.as_u16()), "{answer:?}");
    }
    app.run_until_idle().await;
    let kept = format!("{:?}", app.database.content().await["object_records"]);
    assert!(!kept.contains("zebra"), "{kept}");
}
