//! `POST /contacts/search`: a client composes filters, we compile them to one statement.
//!
//! Cast: `parse` reads the JSON into a [`Search`], with every fault at once; `field` is the table of what can be filtered
//! and sorted by, and how; `compile` turns a [`Search`] into SQL whose values are all bound.
//!
//! What is guaranteed:
//! - Text is compared without regard to case (`kernel::fold`), `%` and `_` in a needle mean themselves, and both engines
//!   find the same contacts.
//! - A negation (`not_eq`, `not_contains`, `not_exists`) is the complement: contacts without the field are in it.
//! - A field with several values (tags, check boxes) satisfies `eq` when any of them does.
//! - At most [`MAX_CONDITIONS`] conditions, [`MAX_VALUES`] values each, nested [`MAX_DEPTH`] deep.

pub(super) mod compile;
pub(super) mod field;
pub(super) mod parse;

use field::{Field, SortKey};

/// Conditions in one request.
pub(super) const MAX_CONDITIONS: usize = 50;
/// Values of one any-of condition.
pub(super) const MAX_VALUES: usize = 100;
/// Groups within groups.
pub(super) const MAX_DEPTH: usize = 8;
/// Characters of a value or of `query`.
pub(super) const MAX_TEXT: usize = 75;
/// How far pages with numbers reach; beyond it `searchAfter` goes on.
pub(super) const MAX_WINDOW: i64 = 10_000;

/// What a client asked for, valid once built.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Search {
    pub(super) limit: i64,
    pub(super) window: Window,
    pub(super) sort: Vec<Sort>,
    pub(super) words: Vec<String>,
    pub(super) filter: Filter,
}

/// Which part of the ordered result.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Window {
    /// The page of this number, from 1.
    Page(i64),
    /// What comes after the contact with these sort values and this id.
    After(Vec<Key>, String),
}

/// One step of the order; the id is always the last.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Sort {
    pub(super) key: SortKey,
    pub(super) descending: bool,
}

/// A sort value of a contact, as `searchAfter` carries it.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Key {
    Text(String),
    Number(i64),
    Flag(bool),
}

/// A composed condition.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Filter {
    /// All of them; none means every contact.
    All(Vec<Filter>),
    /// At least one of them.
    Any(Vec<Filter>),
    /// A field passes a test.
    Is(Field, Test),
}

impl Filter {
    /// Whether it lets every contact pass.
    pub(super) fn is_open(&self) -> bool {
        matches!(self, Self::All(parts) if parts.iter().all(Self::is_open))
    }
}

/// What is asked of a field.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Test {
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

/// A value to be equal to.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Operand {
    /// Folded, or exact where the field is an id.
    Text(String),
    Flag(bool),
}

/// A side of a range.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Bound {
    Gt,
    Gte,
    Lt,
    Lte,
}

impl Bound {
    pub(super) const ALL: [(&'static str, Self); 4] =
        [("gt", Self::Gt), ("gte", Self::Gte), ("lt", Self::Lt), ("lte", Self::Lte)];
}

/// Where a range ends: a moment in milliseconds, or a number.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Limit {
    Millis(i64),
    Number(f64),
}
