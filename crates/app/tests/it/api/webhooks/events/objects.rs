//! Objects, records, associations and relations.

use serde_json::{Value, json};

use super::{Stage, id, shown};
use crate::api::{associations, objects, users};

/// The life of an object and of a record.
pub async fn object(stage: &mut Stage) -> Vec<Value> {
    let user = users::add(&stage.app, json!({"email": "keeper@example.com"})).await;
    stage.delivered().await;
    let app = &stage.app;
    objects::object(app, "pet").await;
    let change = json!({
        "locationId": objects::here(app), "labels": {"singular": "Animal", "plural": "Animals"}, "searchableProperties": ["name"],
    });
    app.put("/objects/custom_objects.pet").json(&change).send().await.expect(200);
    let records = objects::records("custom_objects.pet");
    let new = json!({
        "locationId": objects::here(app), "properties": {"name": "Rex"}, "owners": [user], "followers": [user],
    });
    let made = app.post(&records).json(&new).send().await.expect(201).json();
    let here = objects::here(app);
    let url = format!("{records}/{}?locationId={here}", id(&made, "/record/id"));
    app.put(&url).json(&json!({"properties": {"name": "Max"}})).send().await.expect(200);
    app.delete(&url).send().await.expect(200);
    stage.delivered().await
}

/// The life of an association and of a relation.
pub async fn association(stage: &mut Stage) -> Vec<Value> {
    let app = &stage.app;
    let contact = associations::contact(app, "Ann").await;
    let business = associations::business(app, "Acme").await;
    stage.delivered().await;
    let app = &stage.app;
    let works =
        associations::association(app, &associations::between(app, "works_for", "contact", "business")).await;
    let labels = json!({"firstObjectLabel": "employee", "secondObjectLabel": "employer"});
    app.put(&format!("/associations/{works}")).json(&labels).send().await.expect(200);
    let related = associations::relate(app, &works, &contact, &business).await;
    let url = format!("/associations/relations/{related}?locationId={}", associations::here(app));
    app.delete(&url).send().await.expect(200);
    app.delete(&format!("/associations/{works}")).send().await.expect(200);
    stage.delivered().await
}

#[tokio::test]
async fn objects_and_records_are_announced() {
    let bodies = object(&mut Stage::set().await).await;
    insta::assert_json_snapshot!(shown(&json!(bodies)), @r#"
    [
      {
        "type": "ObjectSchemaCreate",
        "locationId": "[id]",
        "companyId": "[id]",
        "appId": "[hex24]",
        "versionId": "[hex24]",
        "timestamp": "2026-01-15T10:00:00.000Z",
        "webhookId": "[uuid]",
        "sequence": "[sequence]",
        "id": "[hex24]",
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
        "objectType": "USER_DEFINED",
        "createdBy": {
          "channel": "OAUTH",
          "createdAt": "2026-01-15T10:00:00.000Z",
          "source": "INTEGRATION",
          "sourceId": "[id]"
        },
        "updatedBy": {
          "channel": "OAUTH",
          "createdAt": "2026-01-15T10:00:00.000Z",
          "source": "INTEGRATION",
          "sourceId": "[id]"
        },
        "createdAt": "2026-01-15T10:00:00.000Z",
        "updatedAt": "2026-01-15T10:00:00.000Z"
      },
      {
        "type": "ObjectSchemaUpdate",
        "locationId": "[id]",
        "companyId": "[id]",
        "appId": "[hex24]",
        "versionId": "[hex24]",
        "timestamp": "2026-01-15T10:00:00.000Z",
        "webhookId": "[uuid]",
        "sequence": "[sequence]",
        "id": "[hex24]",
        "labels": {
          "singular": "Animal",
          "plural": "Animals"
        },
        "description": "Who lives with us",
        "searchableProperties": [
          "custom_objects.pet.name"
        ],
        "primaryDisplayProperty": "custom_objects.pet.name",
        "key": "custom_objects.pet",
        "objectType": "USER_DEFINED",
        "createdBy": {
          "channel": "OAUTH",
          "createdAt": "2026-01-15T10:00:00.000Z",
          "source": "INTEGRATION",
          "sourceId": "[id]"
        },
        "updatedBy": {
          "channel": "OAUTH",
          "createdAt": "2026-01-15T10:00:00.000Z",
          "source": "INTEGRATION",
          "sourceId": "[id]"
        },
        "createdAt": "2026-01-15T10:00:00.000Z",
        "updatedAt": "2026-01-15T10:00:00.000Z"
      },
      {
        "type": "RecordCreate",
        "locationId": "[id]",
        "companyId": "[id]",
        "appId": "[hex24]",
        "versionId": "[hex24]",
        "timestamp": "2026-01-15T10:00:00.000Z",
        "webhookId": "[uuid]",
        "sequence": "[sequence]",
        "id": "[hex24]",
        "owners": [
          "[id]"
        ],
        "followers": [
          "[id]"
        ],
        "properties": [
          {
            "key": "name",
            "valueString": "Rex"
          }
        ]
      },
      {
        "type": "RecordDelete",
        "locationId": "[id]",
        "companyId": "[id]",
        "appId": "[hex24]",
        "versionId": "[hex24]",
        "timestamp": "2026-01-15T10:00:00.000Z",
        "webhookId": "[uuid]",
        "sequence": "[sequence]",
        "id": "[hex24]",
        "owners": [
          "[id]"
        ],
        "followers": [
          "[id]"
        ],
        "properties": [
          {
            "key": "name",
            "valueString": "Max"
          }
        ]
      },
      {
        "type": "RecordUpdate",
        "locationId": "[id]",
        "companyId": "[id]",
        "appId": "[hex24]",
        "versionId": "[hex24]",
        "timestamp": "2026-01-15T10:00:00.000Z",
        "webhookId": "[uuid]",
        "sequence": "[sequence]",
        "id": "[hex24]",
        "owners": [
          "[id]"
        ],
        "followers": [
          "[id]"
        ],
        "properties": [
          {
            "key": "name",
            "valueString": "Max"
          }
        ]
      }
    ]
    "#);
}

#[tokio::test]
async fn a_business_is_a_record_to_the_outside() {
    let mut stage = Stage::set().await;
    associations::business(&stage.app, "Acme").await;
    let [body] = stage.delivered().await.try_into().expect("one event and nothing else");
    assert_eq!(body["type"], "RecordCreate");
    assert_eq!(body["properties"], json!([{"key": "name", "valueString": "Acme"}]));
}

#[tokio::test]
async fn associations_and_relations_are_announced() {
    let bodies = association(&mut Stage::set().await).await;
    insta::assert_json_snapshot!(shown(&json!(bodies)), @r#"
    [
      {
        "type": "AssociationCreate",
        "locationId": "[id]",
        "companyId": "[id]",
        "appId": "[hex24]",
        "versionId": "[hex24]",
        "timestamp": "2026-01-15T10:00:00.000Z",
        "webhookId": "[uuid]",
        "sequence": "[sequence]",
        "id": "[hex24]",
        "associationType": "USER_DEFINED",
        "firstObjectKey": "contact",
        "firstObjectLabel": "contact side",
        "secondObjectKey": "business",
        "secondObjectLabel": "business other side",
        "key": "works_for"
      },
      {
        "type": "AssociationDelete",
        "locationId": "[id]",
        "companyId": "[id]",
        "appId": "[hex24]",
        "versionId": "[hex24]",
        "timestamp": "2026-01-15T10:00:00.000Z",
        "webhookId": "[uuid]",
        "sequence": "[sequence]",
        "id": "[hex24]",
        "associationType": "USER_DEFINED",
        "firstObjectKey": "contact",
        "firstObjectLabel": "employee",
        "secondObjectKey": "business",
        "secondObjectLabel": "employer",
        "key": "works_for",
        "firstObjectToSecondObjectCardinality": "MANY_TO_MANY",
        "secondObjectToFirstObjectCardinality": "MANY_TO_MANY"
      },
      {
        "type": "AssociationUpdate",
        "locationId": "[id]",
        "companyId": "[id]",
        "appId": "[hex24]",
        "versionId": "[hex24]",
        "timestamp": "2026-01-15T10:00:00.000Z",
        "webhookId": "[uuid]",
        "sequence": "[sequence]",
        "id": "[hex24]",
        "associationType": "USER_DEFINED",
        "firstObjectKey": "contact",
        "firstObjectLabel": "employee",
        "secondObjectKey": "business",
        "secondObjectLabel": "employer",
        "key": "works_for",
        "firstObjectToSecondObjectCardinality": "MANY_TO_MANY",
        "secondObjectToFirstObjectCardinality": "MANY_TO_MANY"
      },
      {
        "type": "RelationCreate",
        "locationId": "[id]",
        "companyId": "[id]",
        "appId": "[hex24]",
        "versionId": "[hex24]",
        "timestamp": "2026-01-15T10:00:00.000Z",
        "webhookId": "[uuid]",
        "sequence": "[sequence]",
        "id": "[hex24]",
        "firstObjectKey": "contact",
        "firstRecordId": "[id]",
        "secondObjectKey": "business",
        "secondRecordId": "[hex24]",
        "associationId": "[hex24]"
      },
      {
        "type": "RelationDelete",
        "locationId": "[id]",
        "companyId": "[id]",
        "appId": "[hex24]",
        "versionId": "[hex24]",
        "timestamp": "2026-01-15T10:00:00.000Z",
        "webhookId": "[uuid]",
        "sequence": "[sequence]",
        "id": "[hex24]",
        "firstObjectKey": "contact",
        "firstRecordId": "[id]",
        "secondObjectKey": "business",
        "secondRecordId": "[hex24]",
        "associationId": "[hex24]"
      }
    ]
    "#);
}
