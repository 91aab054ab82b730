//! Filters: which events of a kind go out, by what their bodies say.

use leadhold_kernel::condition::{OPERATORS, Operator};
use leadhold_kernel::merge_field;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::http::fields::Fields;

/// Filters of one subscription.
const MAX_FILTERS: usize = 20;
/// Values of one `includes_any`.
const MAX_VALUES: usize = 100;
/// Characters of a path or of a value.
const MAX_TEXT: usize = 500;

/// A comparison of one field of a body. What an operator means is said in [`leadhold_kernel::condition`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Filter {
    /// The path of the field in the delivered body: `tags`, `customFields[0].value`.
    pub field: String,
    /// The operator's name.
    pub operator: String,
    /// What it is compared with.
    #[serde(default, skip_serializing_if = "Compared::is_nothing")]
    pub value: Compared,
}

/// The right-hand side of a comparison.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Compared {
    /// Of the operators that take none.
    #[default]
    Nothing,
    /// One text.
    Text(String),
    /// Some texts, one of which has to fit.
    Texts(Vec<String>),
}

impl Compared {
    fn is_nothing(&self) -> bool {
        *self == Self::Nothing
    }
}

impl Filter {
    /// Whether it holds of a body. One that this version cannot read does not.
    #[must_use]
    pub fn holds(&self, body: &Value) -> bool {
        let (Some(path), Some(operator)) = (merge_field::path(&self.field), Operator::parse(&self.operator))
        else {
            return false;
        };
        let right = match &self.value {
            Compared::Nothing => &[][..],
            Compared::Text(text) => std::slice::from_ref(text),
            Compared::Texts(texts) => texts,
        };
        operator.holds(merge_field::find(body, &path).unwrap_or(&Value::Null), right)
    }
}

/// Whether all of them hold; none lets everything pass.
#[must_use]
pub fn all_hold(filters: &[Filter], body: &Value) -> bool {
    filters.iter().all(|filter| filter.holds(body))
}

/// Reads `filters`, when the body has any.
pub(super) fn read(fields: &mut Fields<'_>) -> Option<Vec<Filter>> {
    let filters = fields.objects("filters", |inner| {
        let field = inner.required_text_within("field", MAX_TEXT);
        if !field.is_empty() && merge_field::path(&field).is_none() {
            inner.fault("field", "must be the path of a field, such as tags or customFields[0].value");
        }
        let names: Vec<&'static str> = OPERATORS.iter().map(|(name, _)| *name).collect();
        let operator = inner.one_of("operator", &names);
        if operator.is_none() && inner.value("operator").is_none_or(Value::is_null) {
            inner.fault("operator", format!("must be one of the following values: {}", names.join(", ")));
        }
        let value = value(inner, operator.and_then(Operator::parse));
        Filter { field, operator: operator.unwrap_or_default().to_owned(), value }
    })?;
    if filters.len() > MAX_FILTERS {
        fields.too_many("filters", MAX_FILTERS);
    }
    Some(filters)
}

fn value(fields: &mut Fields<'_>, operator: Option<Operator>) -> Compared {
    let given = fields.value("value").cloned();
    match (operator, given) {
        (None, _) | (Some(Operator::IsEmpty | Operator::IsNotEmpty), None | Some(Value::Null)) => {
            Compared::Nothing
        }
        (Some(Operator::IsEmpty | Operator::IsNotEmpty), Some(_)) => {
            fields.fault("value", "should not exist: the operator takes none");
            Compared::Nothing
        }
        (Some(Operator::IncludesAny), Some(Value::Array(values))) => {
            let texts: Option<Vec<String>> = values.iter().map(scalar).collect();
            match texts {
                Some(texts) if (1..=MAX_VALUES).contains(&texts.len()) => Compared::Texts(texts),
                _ => {
                    fields.fault(
                        "value",
                        format!("must be an array of 1 to {MAX_VALUES} strings, numbers or booleans"),
                    );
                    Compared::Nothing
                }
            }
        }
        (Some(Operator::IncludesAny), _) => {
            fields.fault("value", "must be an array");
            Compared::Nothing
        }
        (Some(_), given) => match given.as_ref().and_then(scalar) {
            Some(text) => Compared::Text(text),
            None => {
                fields.fault(
                    "value",
                    format!("must be a string of at most {MAX_TEXT} characters, a number or a boolean"),
                );
                Compared::Nothing
            }
        },
    }
}

fn scalar(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()).filter(|text| text.chars().count() <= MAX_TEXT),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(flag) => Some(flag.to_string()),
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use leadhold_kernel::Error;
    use serde_json::json;

    use super::*;

    fn read_of(body: &Value) -> Result<Vec<Filter>, Error> {
        let mut fields = Fields::of_body(body.as_object().unwrap());
        let filters = read(&mut fields).unwrap_or_default();
        fields.finish()?;
        Ok(filters)
    }

    #[test]
    fn filters_are_anded_over_the_body() {
        let body =
            json!({"tags": ["vip", "lead"], "customFields": [{"id": "a", "value": 7}], "city": "Bonn"});
        for (filters, expected) in [
            (json!([]), true),
            (json!([{"field": "tags", "operator": "contains", "value": "VIP"}]), true),
            (json!([{"field": "tags", "operator": "includes_any", "value": ["x", "lead"]}]), true),
            (json!([{"field": "customFields[0].value", "operator": "greater_than", "value": 6}]), true),
            (json!([{"field": "state", "operator": "is_empty"}]), true),
            (
                json!([{"field": "city", "operator": "is", "value": "Bonn"}, {"field": "tags", "operator": "is_empty"}]),
                false,
            ),
            (json!([{"field": "city", "operator": "is", "value": "Köln"}]), false),
        ] {
            let read = read_of(&json!({ "filters": filters })).unwrap();
            assert_eq!(all_hold(&read, &body), expected, "{read:?}");
            let stored: Vec<Filter> = serde_json::from_value(json!(read)).unwrap();
            assert_eq!(stored, read);
        }
    }

    #[test]
    fn every_fault_is_found() {
        let body = json!({"filters": [
            {}, {"field": "a b", "operator": "equals", "value": 1}, {"field": "a", "operator": "is"},
            {"field": "a", "operator": "includes_any", "value": "x"}, {"field": "a", "operator": "is_empty", "value": "x"},
            {"field": "a", "operator": "includes_any", "value": []}, {"field": "a", "operator": "is", "value": {}, "x": 1},
        ]});
        let Err(Error::Validation(faults)) = read_of(&body) else { panic!("is refused") };
        insta::assert_snapshot!(faults.join("\n"), @"
        filters.0.field must be a string
        filters.0.field should not be empty
        filters.0.operator must be one of the following values: is, is_not, contains, not_contains, is_empty, is_not_empty, greater_than, less_than, includes_any
        filters.1.field must be the path of a field, such as tags or customFields[0].value
        filters.1.operator must be one of the following values: is, is_not, contains, not_contains, is_empty, is_not_empty, greater_than, less_than, includes_any
        filters.2.value must be a string of at most 500 characters, a number or a boolean
        filters.3.value must be an array
        filters.4.value should not exist: the operator takes none
        filters.5.value must be an array of 1 to 100 strings, numbers or booleans
        filters.6.property x should not exist
        filters.6.value must be a string of at most 500 characters, a number or a boolean
        ");
    }
}
