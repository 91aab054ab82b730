//! Counters to which many writers add.
//!
//! A row that every writer changes makes them queue, since each holds it until its transaction ends: a transaction of a
//! thousand records would hold up all others. So a transaction notes what it adds and writes it last, in one order and each
//! row once; and into rows of its session's own lane, which readers add up.

use std::collections::BTreeMap;

use leadhold_kernel::Id;

use crate::sql::Sql;
use crate::value::Value;

/// A part of the key by which a counter is found.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Part {
    /// A text, such as an id.
    Text(String),
    /// A whole number.
    Int(i64),
}

impl From<&str> for Part {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl<K> From<&Id<K>> for Part {
    fn from(id: &Id<K>) -> Self {
        Self::Text(id.to_string())
    }
}

impl From<i64> for Part {
    fn from(number: i64) -> Self {
        Self::Int(number)
    }
}

impl Part {
    fn value(&self) -> Value<'_> {
        match self {
            Self::Text(text) => text.into(),
            Self::Int(number) => (*number).into(),
        }
    }
}

/// What is added to one column of a counter.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Amount {
    /// To a whole number.
    Whole(i64),
    /// To a number with decimals.
    Decimal(f64),
}

impl From<i64> for Amount {
    fn from(amount: i64) -> Self {
        Self::Whole(amount)
    }
}

impl From<f64> for Amount {
    fn from(amount: f64) -> Self {
        Self::Decimal(amount)
    }
}

impl Amount {
    fn plus(self, more: Self) -> Self {
        match (self, more) {
            (Self::Whole(a), Self::Whole(b)) => Self::Whole(a + b),
            (Self::Whole(a), Self::Decimal(b)) | (Self::Decimal(b), Self::Whole(a)) => {
                Self::Decimal(a as f64 + b)
            }
            (Self::Decimal(a), Self::Decimal(b)) => Self::Decimal(a + b),
        }
    }

    fn is_nothing(self) -> bool {
        matches!(self, Self::Whole(0)) || self == Self::Decimal(0.0)
    }

    fn value(self) -> Value<'static> {
        match self {
            Self::Whole(amount) => amount.into(),
            Self::Decimal(amount) => amount.into(),
        }
    }
}

/// What a transaction has noted, in the order in which it happened.
#[derive(Default)]
pub(crate) struct Tallies {
    noted: Vec<Noted>,
    /// How many of them are written.
    written: usize,
}

/// Where a transaction stood with its tallies when it set a savepoint.
#[derive(Clone, Copy)]
pub(crate) struct Mark {
    noted: usize,
    written: usize,
}

struct Noted {
    sql: Sql,
    key: Vec<Part>,
    amounts: Vec<Amount>,
}

/// One row to write: the statement, its key and what is added.
pub(crate) struct Total {
    pub(crate) sql: Sql,
    key: Vec<Part>,
    amounts: Vec<Amount>,
}

impl Total {
    /// The statement's parameters: the key, the lane, the amounts.
    pub(crate) fn params(&self, lane: i64) -> Vec<Value<'_>> {
        let key = self.key.iter().map(Part::value);
        key.chain([Value::Int(lane)]).chain(self.amounts.iter().map(|amount| amount.value())).collect()
    }
}

impl Tallies {
    pub(crate) fn note(&mut self, sql: Sql, key: Vec<Part>, amounts: Vec<Amount>) {
        self.noted.push(Noted { sql, key, amounts });
    }

    /// Where we stand, for [`Tallies::back_to`].
    pub(crate) fn mark(&self) -> Mark {
        Mark { noted: self.noted.len(), written: self.written }
    }

    /// Forgets what was noted since; and what was written since is not, as the savepoint has taken it back.
    pub(crate) fn back_to(&mut self, mark: Mark) {
        self.noted.truncate(mark.noted);
        self.written = mark.written;
    }

    /// The rows to write, in the order that all transactions keep, without those that stay as they are.
    pub(crate) fn take(&mut self) -> Vec<Total> {
        let mut totals = BTreeMap::<(&'static str, Vec<Part>), Total>::new();
        for Noted { sql, key, amounts } in &self.noted[self.written..] {
            let total = totals.entry((sql.text(), key.clone()));
            total
                .and_modify(|total| {
                    let sums = total.amounts.iter_mut().zip(amounts);
                    sums.for_each(|(sum, more)| *sum = sum.plus(*more));
                })
                .or_insert_with(|| Total { sql: *sql, key: key.clone(), amounts: amounts.clone() });
        }
        self.written = self.noted.len();
        totals.into_values().filter(|total| !total.amounts.iter().all(|amount| amount.is_nothing())).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FIRST: Sql =
        Sql::registered("FIRST", "update a set n = $3 where key = $1 and lane = $2", "never run");
    const SECOND: Sql =
        Sql::registered("SECOND", "update b set n = $3 where key = $1 and lane = $2", "never run");

    /// The key's first part and the first amount of each row.
    fn rows(tallies: &mut Tallies) -> Vec<(&'static str, Part, Amount)> {
        tallies.take().into_iter().map(|t| (t.sql.name(), t.key[0].clone(), t.amounts[0])).collect()
    }

    #[test]
    fn each_row_is_written_once_and_all_in_one_order() {
        let mut tallies = Tallies::default();
        for (sql, key, by) in [
            (SECOND, "x", 1),
            (FIRST, "y", 2),
            (FIRST, "x", 3),
            (SECOND, "x", 4),
            (FIRST, "z", 5),
            (FIRST, "z", -5),
        ] {
            tallies.note(sql, vec![key.into()], vec![by.into()]);
        }
        let told = rows(&mut tallies);
        assert_eq!(
            told,
            [
                ("FIRST", "x".into(), Amount::Whole(3)),
                ("FIRST", "y".into(), Amount::Whole(2)),
                ("SECOND", "x".into(), Amount::Whole(5)),
            ]
        );
        assert_eq!(rows(&mut tallies), [], "once");
    }

    #[test]
    fn what_a_savepoint_takes_back_is_not_counted() {
        let mut tallies = Tallies::default();
        tallies.note(FIRST, vec!["kept".into()], vec![1.into()]);
        let mark = tallies.mark();
        tallies.note(FIRST, vec!["gone".into()], vec![0.5.into()]);
        tallies.back_to(mark);
        assert_eq!(rows(&mut tallies), [("FIRST", "kept".into(), Amount::Whole(1))]);
    }

    #[test]
    fn what_was_written_inside_a_savepoint_that_is_taken_back_is_written_again() {
        let mut tallies = Tallies::default();
        tallies.note(FIRST, vec!["before".into()], vec![1.into()]);
        let mark = tallies.mark();
        tallies.note(FIRST, vec!["inside".into()], vec![1.into()]);
        assert_eq!(rows(&mut tallies).len(), 2, "somebody reads the counter");
        tallies.back_to(mark);
        assert_eq!(rows(&mut tallies), [("FIRST", "before".into(), Amount::Whole(1))]);
    }
}
