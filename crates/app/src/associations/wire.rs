//! Associations and relations as clients write and read them, spelled alike in both versions of the API.

use leadhold_kernel::Error;
use serde_json::{Map, Value, json};

use super::model::{
    Association, CARDINALITIES, End, HIGHEST_LIMIT, NewAssociation, NewRelation, Relation, USUAL_LIMIT,
    cardinality,
};
use super::relations::Asked;
use crate::http::Query;
use crate::http::fields::Fields;
use crate::tenant::LocationScope;

const KEY_LENGTH: usize = 100;
const LABEL_LENGTH: usize = 255;
/// Longer than any id.
const ID_LENGTH: usize = 64;
const LONGEST_PAGE: i64 = 1000;
const FARTHEST: i64 = 100_000;
/// Associations by which a page of relations can be filtered.
const MAX_FILTERED: usize = 100;

/// Reads the body of a definition.
///
/// # Errors
/// All faults at once.
pub(super) fn new_association(body: &Map<String, Value>) -> Result<NewAssociation, Error> {
    let mut fields = Fields::of_body(body);
    fields.required_text("locationId"); // the edge has seen that it is the caller's
    let key = fields.required_text_within("key", KEY_LENGTH);
    if key.contains(|char: char| !char.is_alphanumeric() && !matches!(char, '_' | '-' | '.')) {
        fields.fault("key", "must only contain letters, digits, underscores, hyphens and dots");
    }
    let (first_label, first_key) = labelled(&mut fields, "firstObjectLabel", "firstObjectKey");
    let (second_label, second_key) = labelled(&mut fields, "secondObjectLabel", "secondObjectKey");
    let (first_limit, second_limit) = limits(&mut fields);
    fields.finish()?;
    let end = |object_key, label, limit| End { object_key, label, limit };
    Ok(NewAssociation {
        key,
        first: end(first_key, first_label, first_limit),
        second: end(second_key, second_label, second_limit),
    })
}

fn labelled(fields: &mut Fields<'_>, label: &'static str, key: &'static str) -> (String, String) {
    (fields.required_text_within(label, LABEL_LENGTH), fields.required_text_within(key, LABEL_LENGTH))
}

/// How many seconds a first may have, and how many firsts a second. Clients may name the cardinality of either direction
/// and a limit for each; what they say must agree.
fn limits(fields: &mut Fields<'_>) -> (i64, i64) {
    let forth = fields.one_of("firstObjectToSecondObjectCardinality", CARDINALITIES);
    let back = fields.one_of("secondObjectToFirstObjectCardinality", CARDINALITIES);
    let (first, second) = (
        limit(fields, "firstObjectToSecondObjectMaxLimit"),
        limit(fields, "secondObjectToFirstObjectMaxLimit"),
    );
    let mirrored = |word: &str| match word {
        "ONE_TO_MANY" => "MANY_TO_ONE",
        "MANY_TO_ONE" => "ONE_TO_MANY",
        same => CARDINALITIES.iter().copied().find(|known| *known == same).unwrap_or("MANY_TO_MANY"),
    };
    if let (Some(forth), Some(back)) = (forth, back)
        && mirrored(forth) != back
    {
        let expected = mirrored(forth);
        fields.fault(
            "secondObjectToFirstObjectCardinality",
            format!("must be {expected}, as {forth} seen from the other side"),
        );
    }
    let named = forth.or_else(|| back.map(mirrored));
    let side = |fields: &mut Fields<'_>, name, limit: Option<i64>, many: Option<bool>| match (many, limit) {
        (Some(false), Some(limit)) if limit > 1 => {
            fields.fault(name, "must not be greater than 1 for this cardinality");
            1
        }
        (Some(true), Some(1)) => {
            fields.fault(name, "must not be less than 2 for this cardinality");
            1
        }
        (Some(false), None) => 1,
        (_, limit) => limit.unwrap_or(USUAL_LIMIT),
    };
    let many = |words: [&str; 2]| named.map(|named| words.contains(&named));
    (
        side(fields, "firstObjectToSecondObjectMaxLimit", first, many(["ONE_TO_MANY", "MANY_TO_MANY"])),
        side(fields, "secondObjectToFirstObjectMaxLimit", second, many(["MANY_TO_ONE", "MANY_TO_MANY"])),
    )
}

fn limit(fields: &mut Fields<'_>, name: &'static str) -> Option<i64> {
    fields.integer(name, 1, HIGHEST_LIMIT)
}

/// Reads the body of a change: the two labels.
///
/// # Errors
/// All faults at once.
pub(super) fn labels(body: &Map<String, Value>) -> Result<(String, String), Error> {
    let mut fields = Fields::of_body(body);
    let first = fields.required_text_within("firstObjectLabel", LABEL_LENGTH);
    let second = fields.required_text_within("secondObjectLabel", LABEL_LENGTH);
    fields.finish()?;
    Ok((first, second))
}

/// Reads the body of a relation.
///
/// # Errors
/// All faults at once.
pub fn new_relation(body: &Map<String, Value>) -> Result<NewRelation, Error> {
    let mut fields = Fields::of_body(body);
    fields.required_text("locationId"); // the edge has seen that it is the caller's
    let association_id = fields.required_text_within("associationId", ID_LENGTH);
    let first = fields.required_text_within("firstRecordId", ID_LENGTH);
    let second = fields.required_text_within("secondRecordId", ID_LENGTH);
    fields.finish()?;
    Ok(NewRelation { association_id, first, second })
}

/// Reads the query of the list: how many to leave out, and how many to show.
///
/// # Errors
/// All faults at once.
pub(super) fn page(query: &Query) -> Result<(usize, usize), Error> {
    let mut fields = Fields::of_list(query);
    let (skip, limit) = bounds(&mut fields);
    fields.finish()?;
    Ok((usize::try_from(skip).unwrap_or(0), usize::try_from(limit).unwrap_or(0)))
}

/// Reads the query of a record's relations.
///
/// # Errors
/// All faults at once.
pub(super) fn asked(query: &Query) -> Result<Asked, Error> {
    let mut fields = Fields::of_list(query);
    let (skip, limit) = bounds(&mut fields);
    let associations = fields.texts_within("associationIds", ID_LENGTH).unwrap_or_default();
    if associations.len() > MAX_FILTERED {
        fields.too_many("associationIds", MAX_FILTERED);
    }
    fields.finish()?;
    Ok(Asked { associations, skip, limit })
}

fn bounds(fields: &mut Fields<'_>) -> (i64, i64) {
    fields.text("locationId"); // the edge has seen that it is the caller's
    let skip = fields.integer("skip", 0, FARTHEST).unwrap_or(0);
    (skip, fields.integer("limit", 1, LONGEST_PAGE).unwrap_or(100))
}

/// Reads the query of the operations that name all they need in their path.
///
/// # Errors
/// All faults at once.
pub(super) fn only_location(query: &Query) -> Result<(), Error> {
    let mut fields = Fields::of_list(query);
    fields.text("locationId"); // the edge has seen that it is the caller's
    // What the real service's own pages send besides; we have no associations of tasks to leave out.
    fields.flag("includeInternalAssociations");
    fields.flag("relationsCount");
    fields.finish()
}

/// An association as it is read.
#[must_use]
pub(super) fn shown(association: &Association, here: &LocationScope) -> Value {
    let Association { id, key, first, second, .. } = association;
    json!({
        "id": id,
        "locationId": here.location_id(),
        "key": key,
        "associationType": association.kind(),
        "firstObjectKey": first.object_key,
        "firstObjectLabel": first.label,
        "firstObjectToSecondObjectCardinality": cardinality(first, second),
        "firstObjectToSecondObjectMaxLimit": first.limit,
        "secondObjectKey": second.object_key,
        "secondObjectLabel": second.label,
        "secondObjectToFirstObjectCardinality": cardinality(second, first),
        "secondObjectToFirstObjectMaxLimit": second.limit,
    })
}

/// A relation as it is read: with what its records are to each other.
#[must_use]
pub fn shown_relation(relation: &Relation, here: &LocationScope) -> Value {
    let Relation { id, association, first, second, created_at } = relation;
    json!({
        "id": id,
        "locationId": here.location_id(),
        "associationId": association.id,
        "associationKey": association.key,
        "key": association.key,
        "associationType": association.kind(),
        "firstObjectKey": association.first.object_key,
        "firstObjectLabel": association.first.label,
        "firstRecordId": first,
        "secondObjectKey": association.second.object_key,
        "secondObjectLabel": association.second.label,
        "secondRecordId": second,
        "createdAt": created_at.iso(),
    })
}

/// A list as the real service answers it. Its description has one entry where the list is, so the first one's fields
/// stand beside: clients made from either read what they look for.
#[must_use]
pub(super) fn listed(name: &str, entries: Vec<Value>, total: usize) -> Value {
    let mut answer = match entries.first() {
        Some(Value::Object(first)) => first.clone(),
        _ => Map::new(),
    };
    answer.insert(name.to_owned(), entries.into());
    answer.insert("total".to_owned(), total.into());
    answer.into()
}
