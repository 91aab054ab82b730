//! How clients search: they compose filters, we compile them to one statement.
//!
//! Cast: `http::filters` knows the grammar; `field` says where values lie and which tests they take; a [`Catalogue`] is
//! what one kind of record can be searched and sorted by; `parse` reads the JSON into a [`Search`], with every fault at once; `compile` turns it into SQL
//! whose values are all bound. Contacts and opportunities have a catalogue each; records of objects, whose fields a location
//! makes up, use the pieces.
//!
//! What is guaranteed:
//! - Text is compared without regard to case (`kernel::fold`), `%` and `_` in a needle mean themselves, and both engines
//!   find the same records.
//! - A negation (`not_eq`, `not_contains`, `not_exists`) is the complement: records without the field are in it.
//! - A field with several values (tags, check boxes) satisfies `eq` when any of them does.
//! - Their number, their values and their depth are bounded (`http::filters`).

pub mod compile;
#[cfg(test)]
pub mod explained;
pub mod field;
pub mod parse;

pub use self::field::{Catalogue, Column, Field, KeyKind, Rows, SortKey};
use crate::http::filters;
pub use crate::http::filters::{Bound, Limit, MAX_TEXT, Operand, Test};

/// How far pages with numbers reach; beyond it `searchAfter` goes on.
pub const MAX_WINDOW: i64 = 10_000;

/// What a client asked for, valid once built.
#[derive(Clone, Debug, PartialEq)]
pub struct Search {
    /// Records of a page.
    pub limit: i64,
    /// Which part.
    pub window: Window,
    /// The order.
    pub sort: Vec<Sort>,
    /// What `query` asks the index of words for ([`leadhold_kernel::words::asked`]).
    pub words: Vec<String>,
    /// The conditions.
    pub filter: Filter,
}

/// Which part of the ordered result.
#[derive(Clone, Debug, PartialEq)]
pub enum Window {
    /// The page of this number, from 1.
    Page(i64),
    /// What comes after the record with these sort values and this id.
    After(Vec<Key>, String),
}

/// One step of the order; the id is always the last.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Sort<K = &'static SortKey> {
    /// By what.
    pub key: K,
    /// Largest first.
    pub descending: bool,
}

/// A sort value of a record, as `searchAfter` carries it.
#[derive(Clone, Debug, PartialEq)]
pub enum Key {
    /// A folded text.
    Text(String),
    /// A whole number, or a moment in milliseconds.
    Number(i64),
    /// A number with decimals.
    Real(f64),
    /// A truth value.
    Flag(bool),
}

/// A composed condition.
pub type Filter = filters::Filter<Field>;

/// The only condition of a filter, where there is just one.
#[must_use]
pub fn only(filter: &Filter) -> Option<(&Field, &Test)> {
    match filter {
        Filter::All(parts) | Filter::Any(parts) if parts.len() == 1 => only(&parts[0]),
        Filter::Is(field, test) => Some((field, test)),
        Filter::All(_) | Filter::Any(_) => None,
    }
}
