//! Where the values of fields lie, which tests they take, and what results are ordered by.

use leadhold_store::Dynamic;

use super::compile::Plan;
use crate::http::filters::{Compared, Operator as Op, Searchable};

/// Where the value of a field lies. Columns are named with the alias of their table.
#[derive(Clone, Debug, PartialEq)]
pub enum Field {
    /// An id column, compared as it is; empty when there is none.
    Exact(&'static str),
    /// A folded text column; empty when there is none.
    Text(&'static str),
    /// A truth column that every record has.
    Flag(&'static str),
    /// A truth column that may be unknown.
    MaybeFlag(&'static str),
    /// A number that every record has.
    Number(&'static str),
    /// A moment in milliseconds; null when there is none.
    Moment(&'static str),
    /// Rows beside the record, of which any may pass the test.
    Rows(Rows),
}

/// A table with a row per value: which rows belong to a record and to the field, and which columns are compared.
#[derive(Clone, Debug, PartialEq)]
pub struct Rows {
    /// The table, with the alias `r`, and what is joined to it.
    pub table: &'static str,
    /// The record's column that names its rows, and theirs that names it.
    pub of: (&'static str, &'static str),
    /// Which rows are the field's: column and value.
    pub keys: Vec<(&'static str, String)>,
    /// For equality; indexed.
    pub value: &'static str,
    /// For `contains`.
    pub part: &'static str,
}

/// Is it this one?
pub const SAME: &[Op] = &[Op::Eq, Op::NotEq];
/// Is it this one, or any?
pub const PRESENT: &[Op] = &[Op::Eq, Op::NotEq, Op::Exists, Op::NotExists];
/// Of texts, also: is this in it?
pub const PART: &[Op] = &[Op::Eq, Op::NotEq, Op::Contains, Op::NotContains, Op::Exists, Op::NotExists];
/// Of moments: is it within?
pub const SPAN: &[Op] = &[Op::Range, Op::Exists, Op::NotExists];
/// Of numbers: is it this one, or within?
pub const AMOUNT: &[Op] = &[Op::Eq, Op::NotEq, Op::Range, Op::Exists, Op::NotExists];
/// Everything.
pub const ANY: &[Op] =
    &[Op::Eq, Op::NotEq, Op::Contains, Op::NotContains, Op::Exists, Op::NotExists, Op::Range];

/// What a result can be ordered by.
#[derive(Debug, PartialEq, Eq)]
pub struct SortKey {
    /// The public name.
    pub name: &'static str,
    /// Where it lies.
    pub column: &'static str,
    /// What it is.
    pub kind: KeyKind,
    /// Whether an index has the order.
    pub indexed: bool,
}

/// What a sort value is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "as `Key`")]
pub enum KeyKind {
    Text,
    Number,
    Real,
    Flag,
}

/// A field that clients named, with the operators that it takes.
pub type Column = (Field, &'static [Op]);

/// What one kind of record can be searched and sorted by.
#[derive(Debug)]
pub struct Catalogue {
    /// The word for one: `contact`.
    pub noun: &'static str,
    /// What the body calls the size of a page, and whether it has to say it.
    pub limit: (&'static str, bool),
    /// The number of the first page; 0: as well as 1.
    pub first_page: i64,
    /// The field of this public name with the operators that it takes; `None`: there is no such field.
    pub field: fn(&str) -> Option<Column>,
    /// What results can be ordered by; newest first, by the first of them, when nothing is asked for.
    pub sort_keys: &'static [SortKey],
    /// The column that names a record, by which the order is total.
    pub id: &'static str,
    /// Narrows a statement to the records that have these words in their texts.
    pub with_words: fn(&mut Dynamic, &[String], Plan),
}

impl Catalogue {
    /// The order of this public name.
    #[must_use]
    pub fn sort_key(&self, name: &str) -> Option<&'static SortKey> {
        self.sort_keys.iter().find(|key| key.name == name)
    }
}

impl Searchable for Catalogue {
    type Field = Field;

    fn find(&self, name: &str) -> Option<(Field, &'static [Op], Compared)> {
        let (field, operators) = (self.field)(name)?;
        let compared = match field {
            Field::Exact(_) => Compared::Exactly,
            Field::Flag(_) | Field::MaybeFlag(_) => Compared::Flags,
            Field::Number(_) => Compared::Numbers,
            Field::Moment(_) => Compared::Moments,
            Field::Text(_) | Field::Rows(_) => Compared::Folded,
        };
        Some((field, operators, compared))
    }
}
