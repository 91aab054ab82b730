//! `POST /contacts/search`: a client composes filters, we compile them to one statement.
//!
//! Cast: `http::filters` knows the grammar; `parse` reads the JSON into a [`Search`], with every fault at once; `field` is the table of what can be filtered
//! and sorted by, and how; `compile` turns a [`Search`] into SQL whose values are all bound.
//!
//! What is guaranteed:
//! - Text is compared without regard to case (`kernel::fold`), `%` and `_` in a needle mean themselves, and both engines
//!   find the same contacts.
//! - A negation (`not_eq`, `not_contains`, `not_exists`) is the complement: contacts without the field are in it.
//! - A field with several values (tags, check boxes) satisfies `eq` when any of them does.
//! - Their number, their values and their depth are bounded (`http::filters`).

pub(super) mod compile;
pub(super) mod field;
pub(super) mod parse;

use field::{Field, SortKey};

use crate::http::filters;
pub(super) use crate::http::filters::{Bound, Limit, MAX_TEXT, Operand, Test};

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
pub(super) type Filter = filters::Filter<Field>;

/// The tag, when all that is asked is that a contact has it: the commonest filter, and counted by its index alone.
pub(super) fn only_tag(filter: &Filter) -> Option<&str> {
    match filter {
        Filter::All(parts) | Filter::Any(parts) if parts.len() == 1 => only_tag(&parts[0]),
        Filter::Is(Field::Tags, Test::Eq(values)) => match values.as_slice() {
            [Operand::Text(tag)] => Some(tag),
            _ => None,
        },
        _ => None,
    }
}
