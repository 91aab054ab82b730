//! The filters that clients compose in the body of a search: one grammar for contacts and for records of objects.
//!
//! A condition is `{field, operator, value}`, a group `{group: "AND" | "OR", filters: […]}`. Which fields there are, what
//! they take and where they lie is said by a [`Searchable`]; what they mean in SQL is its slice's business.

use leadhold_kernel::{Error, Timestamp, date::Date, fold};
use serde_json::Value;

use super::fields::Fields;

/// Conditions in one request.
pub const MAX_CONDITIONS: usize = 50;
/// Values of one any-of condition.
pub const MAX_VALUES: usize = 100;
/// Groups within groups.
pub const MAX_DEPTH: usize = 8;
/// Characters of a value or of `query`.
pub const MAX_TEXT: usize = 75;
const DAY: i64 = 86_400_000;

/// A composed condition.
#[derive(Clone, Debug, PartialEq)]
pub enum Filter<F> {
    /// All of them; none means everything.
    All(Vec<Filter<F>>),
    /// At least one of them.
    Any(Vec<Filter<F>>),
    /// A field passes a test.
    Is(F, Test),
}

impl<F> Filter<F> {
    /// Whether it lets everything pass.
    #[must_use]
    pub fn is_open(&self) -> bool {
        matches!(self, Self::All(parts) if parts.iter().all(Self::is_open))
    }
}

/// What is asked of a field.
#[derive(Clone, Debug, PartialEq)]
pub enum Test {
    /// Equals one of these.
    Eq(Vec<Operand>),
    /// Equals none of these.
    NotEq(Vec<Operand>),
    /// Has this text in it (folded).
    Contains(String),
    /// Has it not.
    NotContains(String),
    /// Has a value.
    Exists,
    /// Has none.
    NotExists,
    /// Lies between bounds.
    Range(Vec<(Bound, Limit)>),
}

impl Test {
    /// Whether a record passes it by lacking something.
    #[must_use]
    pub fn is_negative(&self) -> bool {
        matches!(self, Self::NotEq(_) | Self::NotContains(_) | Self::NotExists)
    }
}

/// A value to be equal to.
#[derive(Clone, Debug, PartialEq)]
pub enum Operand {
    /// Folded, or exact where the field is an id.
    Text(String),
    /// True or false.
    Flag(bool),
    /// A number, or the milliseconds of a day.
    Number(f64),
}

/// A side of a range.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say it all")]
pub enum Bound {
    Gt,
    Gte,
    Lt,
    Lte,
}

impl Bound {
    const ALL: [(&'static str, Self); 4] =
        [("gt", Self::Gt), ("gte", Self::Gte), ("lt", Self::Lt), ("lte", Self::Lte)];

    /// How SQL spells it.
    #[must_use]
    pub fn sign(self) -> &'static str {
        match self {
            Self::Gt => " > ",
            Self::Gte => " >= ",
            Self::Lt => " < ",
            Self::Lte => " <= ",
        }
    }
}

/// Where a range ends: a moment in milliseconds, or a number.
#[derive(Clone, Copy, Debug, PartialEq)]
#[expect(missing_docs, reason = "the names say it all")]
pub enum Limit {
    Millis(i64),
    Number(f64),
}

/// An operator as a client spells it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say it all")]
pub enum Operator {
    Eq,
    NotEq,
    Contains,
    NotContains,
    Exists,
    NotExists,
    Range,
}

impl Operator {
    const NAMES: [(&'static str, Self); 7] = [
        ("eq", Self::Eq),
        ("not_eq", Self::NotEq),
        ("contains", Self::Contains),
        ("not_contains", Self::NotContains),
        ("exists", Self::Exists),
        ("not_exists", Self::NotExists),
        ("range", Self::Range),
    ];

    fn parse(name: &str) -> Option<Self> {
        Self::NAMES.iter().find(|(known, _)| *known == name).map(|(_, operator)| *operator)
    }

    fn name(self) -> &'static str {
        Self::NAMES.iter().find(|(_, operator)| *operator == self).map_or("", |(name, _)| name)
    }
}

/// How the values of a field are compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Compared {
    /// As they are: ids.
    Exactly,
    /// Folded texts; ranges of numbers and days.
    Folded,
    /// Numbers, also in equality.
    Numbers,
    /// Days, also in equality.
    Days,
    /// True or false.
    Flags,
    /// Moments.
    Moments,
}

/// What can be filtered by.
pub trait Searchable {
    /// A field.
    type Field;

    /// The field of this public name, the operators that it takes, and how it is compared; `None`: there is none.
    fn find(&self, name: &str) -> Option<(Self::Field, &'static [Operator], Compared)>;
}

/// Reads `filters`, which all have to hold. A field that does not exist is answered when everything else is in order.
///
/// # Errors
/// Faults are noted in `fields`; the error is for [`Fields::finish`] to have gone before.
pub fn read<S: Searchable>(fields: &mut Fields<'_>, searchable: &S) -> (Filter<S::Field>, Result<(), Error>) {
    let mut reader = Reader { searchable, conditions: 0, unknown: None };
    let filters = fields.objects("filters", |filter| reader.filter(filter, 1)).unwrap_or_default();
    if reader.conditions > MAX_CONDITIONS {
        fields.fault("filters", format!("must contain no more than {MAX_CONDITIONS} conditions"));
    }
    let unknown = reader.unknown.map(|name| Error::bad_request(format!("Invalid field {name}")));
    (Filter::All(filters), unknown.map_or(Ok(()), Err))
}

/// Walks the tree of filters.
struct Reader<'s, S> {
    searchable: &'s S,
    conditions: usize,
    /// The first field that does not exist.
    unknown: Option<String>,
}

impl<S: Searchable> Reader<'_, S> {
    fn filter(&mut self, fields: &mut Fields<'_>, depth: usize) -> Filter<S::Field> {
        if fields.value("group").is_some() { self.group(fields, depth) } else { self.condition(fields) }
    }

    fn group(&mut self, fields: &mut Fields<'_>, depth: usize) -> Filter<S::Field> {
        let joined = fields.one_of("group", &["AND", "OR"]);
        if depth >= MAX_DEPTH {
            fields.declare("filters");
            fields.fault("filters", format!("must not be nested deeper than {MAX_DEPTH} groups"));
            return Filter::All(Vec::new());
        }
        let parts = fields.objects("filters", |filter| self.filter(filter, depth + 1));
        if parts.is_none() && fields.value("filters").is_none_or(Value::is_null) {
            fields.fault("filters", "must be an array");
        }
        let parts = parts.unwrap_or_default();
        if joined == Some("OR") && !parts.is_empty() { Filter::Any(parts) } else { Filter::All(parts) }
    }

    fn condition(&mut self, fields: &mut Fields<'_>) -> Filter<S::Field> {
        self.conditions += 1;
        let nothing = Filter::All(Vec::new());
        let name = fields.required_text("field");
        let word = fields.required_text("operator");
        let value = fields.value("value").cloned().unwrap_or(Value::Null);
        let Some((field, operators, compared)) = self.searchable.find(&name) else {
            if !name.is_empty() {
                self.unknown.get_or_insert(name);
            }
            return nothing;
        };
        let Some(operator) = Operator::parse(&word).filter(|operator| operators.contains(operator)) else {
            if !word.is_empty() {
                let known: Vec<_> = operators.iter().map(|operator| operator.name()).collect();
                fields
                    .fault("operator", format!("must be one of the following values: {}", known.join(", ")));
            }
            return nothing;
        };
        match test(fields, compared, operator, &value) {
            Some(test) => Filter::Is(field, test),
            None => nothing,
        }
    }
}

/// The test with its operands; `None` after a fault.
fn test(fields: &mut Fields<'_>, compared: Compared, operator: Operator, value: &Value) -> Option<Test> {
    Some(match operator {
        Operator::Exists | Operator::NotExists if !value.is_null() => {
            fields.fault("value", "should not exist");
            return None;
        }
        Operator::Exists => Test::Exists,
        Operator::NotExists => Test::NotExists,
        Operator::Eq => Test::Eq(operands(fields, compared, value)?),
        Operator::NotEq => Test::NotEq(operands(fields, compared, value)?),
        Operator::Contains => Test::Contains(part(fields, value)?),
        Operator::NotContains => Test::NotContains(part(fields, value)?),
        Operator::Range => Test::Range(range(fields, compared)?),
    })
}

/// One value, or several of which any will do.
fn operands(fields: &mut Fields<'_>, compared: Compared, value: &Value) -> Option<Vec<Operand>> {
    let values = match value {
        Value::Array(values) => values.as_slice(),
        one => std::slice::from_ref(one),
    };
    if values.is_empty() || values.iter().any(|value| value.is_null() || value.as_str() == Some("")) {
        fields.fault("value", "should not be empty");
        return None;
    }
    if values.len() > MAX_VALUES {
        fields.too_many("value", MAX_VALUES);
        return None;
    }
    values.iter().map(|value| operand(fields, compared, value)).collect()
}

fn operand(fields: &mut Fields<'_>, compared: Compared, value: &Value) -> Option<Operand> {
    let (read, rule) = match compared {
        Compared::Flags => {
            let flag = value.as_bool().or_else(|| value.as_str()?.parse().ok());
            (flag.map(Operand::Flag), "must be a boolean value")
        }
        Compared::Numbers => {
            let number = value.as_f64().or_else(|| value.as_str()?.trim().parse().ok());
            let number = number.filter(|number: &f64| number.is_finite());
            (number.map(Operand::Number), "must be a number conforming to the specified constraints")
        }
        #[expect(clippy::cast_precision_loss, reason = "four-digit years in milliseconds fit 53 bits")]
        Compared::Days => {
            let day = value.as_str().and_then(Date::parse).map(|day| day.millis() as f64);
            (day.map(Operand::Number), "must be a valid ISO 8601 date string")
        }
        Compared::Exactly | Compared::Folded | Compared::Moments => {
            let text = match value {
                Value::String(text) => Some(short(fields, text)?.trim().to_owned()),
                Value::Number(number) => Some(number.to_string()),
                Value::Bool(flag) => Some(flag.to_string()),
                _ => None,
            };
            let text = text.map(|text| if compared == Compared::Exactly { text } else { fold(&text) });
            (text.map(Operand::Text), "must be a string, a number, a boolean or an array of them")
        }
    };
    if read.is_none() {
        fields.fault("value", rule);
    }
    read
}

fn part(fields: &mut Fields<'_>, value: &Value) -> Option<String> {
    match value.as_str() {
        Some("") => fields.fault("value", "should not be empty"),
        Some(text) => return short(fields, text).map(fold),
        None => fields.fault("value", "must be a string"),
    }
    None
}

fn short<'t>(fields: &mut Fields<'_>, text: &'t str) -> Option<&'t str> {
    let fits = text.chars().count() <= MAX_TEXT;
    if !fits {
        fields.fault("value", format!("must be shorter than or equal to {MAX_TEXT} characters"));
    }
    fits.then_some(text)
}

/// `{gt, gte, lt, lte}`: dates for a moment, numbers or dates for a custom field.
fn range(fields: &mut Fields<'_>, compared: Compared) -> Option<Vec<(Bound, Limit)>> {
    let moment = compared == Compared::Moments;
    let read = fields.object("value", |value| {
        let mut limits = Vec::new();
        for (name, bound) in Bound::ALL {
            let Some(given) = value.value(name).filter(|given| !given.is_null()).cloned() else { continue };
            match limit(&given, bound, moment) {
                Some(limit) => limits.push((bound, limit)),
                None if moment => value.fault(name, "must be a valid ISO 8601 date string"),
                None => value.fault(name, "must be a number or a valid ISO 8601 date string"),
            }
        }
        limits
    });
    let limits = read.into_option().unwrap_or_default();
    if limits.is_empty() && fields.sound() {
        fields.fault("value", "must be an object with at least one of gt, gte, lt, lte");
    }
    (!limits.is_empty()).then_some(limits)
}

fn limit(given: &Value, bound: Bound, moment: bool) -> Option<Limit> {
    if let Some(number) = given.as_f64() {
        #[expect(clippy::cast_possible_truncation, reason = "saturates at the ends of time")]
        return Some(if moment { Limit::Millis(number as i64) } else { Limit::Number(number) });
    }
    let text = given.as_str()?.trim();
    if !moment && let Ok(number) = text.parse::<f64>() {
        return number.is_finite().then_some(Limit::Number(number));
    }
    let millis = match Timestamp::parse(text) {
        Some(at) => at.millis(),
        // A bare date means the whole day: what is after it, or up to it, begins or ends at its last millisecond.
        None => {
            Date::parse(text)?.millis() + if matches!(bound, Bound::Gt | Bound::Lte) { DAY - 1 } else { 0 }
        }
    };
    #[expect(clippy::cast_precision_loss, reason = "four-digit years in milliseconds fit 53 bits")]
    Some(if moment { Limit::Millis(millis) } else { Limit::Number(millis as f64) })
}
