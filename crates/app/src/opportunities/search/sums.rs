//! How many opportunities match and what they are worth: from the sums that every write keeps where only pipelines,
//! stages and statuses are asked for, else from what matches.

use std::collections::BTreeMap;

use leadhold_kernel::{Error, plain};
use leadhold_store::{DbError, Dynamic, Row, Tx};
use serde::Serialize;
use serde_json::Value;

use super::{CATALOGUE, PIPELINE, STAGE, STATUS};
use crate::opportunities::model::Status;
use crate::opportunities::pipelines::{self, Odds};
use crate::opportunities::sql;
use crate::search::compile::{self, Plan};
use crate::search::{Field, Filter, Operand, Search, Test};
use crate::tenant::LocationScope;

/// The opportunities of one status in one stage.
#[derive(Clone, Debug)]
struct Cell {
    stage: String,
    status: Status,
    count: i64,
    value: f64,
    /// Of those with a probability of their own: their worth, and their worth times it.
    own_value: f64,
    own_weighted: f64,
}

/// What opportunities come to.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Worth {
    pub(super) count: i64,
    value: f64,
    weighted: f64,
    open: f64,
    open_weighted: f64,
    won: f64,
}

/// What opportunities come to, together and by stage.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Sums {
    pub(super) all: Worth,
    pub(super) by_stage: BTreeMap<String, Worth>,
}

impl Worth {
    fn add(&mut self, cell: &Cell, odds: Odds) {
        self.count += cell.count;
        self.value += cell.value;
        match cell.status {
            Status::Open => {
                let of_stage = odds.stage.unwrap_or(0.0) / 100.0;
                let weighted = match odds.own_counts {
                    true => cell.own_weighted + (cell.value - cell.own_value) * of_stage,
                    false => cell.value * of_stage,
                };
                self.open += cell.value;
                self.open_weighted += weighted;
                self.weighted += weighted;
            }
            Status::Won => {
                self.won += cell.value;
                self.weighted += cell.value;
            }
            Status::Lost | Status::Abandoned => {}
        }
    }

    /// The JSON.
    pub(super) fn shown(&self) -> Shown {
        Shown {
            total_count: self.count,
            total_value: cents(self.value),
            weighted_value: cents(self.weighted),
            open_value: cents(self.open),
            open_weighted_value: cents(self.open_weighted),
            won_value: cents(self.won),
        }
    }
}

/// As the descriptions of v3 name it for a stage.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Shown {
    total_count: i64,
    total_value: Value,
    weighted_value: Value,
    open_value: Value,
    open_weighted_value: Value,
    won_value: Value,
}

/// An amount without what adding doubles leaves behind; never `-0`.
fn cents(amount: f64) -> Value {
    plain((amount * 100.0).round() / 100.0)
}

/// What the search's opportunities come to.
///
/// # Errors
/// When the store fails.
pub(super) fn of_search(tx: &mut Tx<'_>, here: &LocationScope, search: &Search) -> Result<Sums, Error> {
    tx.settle()?;
    let kept = if search.words.is_empty() { kept(&search.filter) } else { None };
    let sql = match kept {
        Some(conditions) => {
            let mut sql = Dynamic::in_location(sql::KEPT_SUMS_HEAD, here.location_id());
            for (column, values) in conditions {
                for (at, value) in values.into_iter().enumerate() {
                    sql.push(if at == 0 { " and " } else { ", " });
                    if at == 0 {
                        sql.push(column).push(" in (");
                    }
                    sql.bind(value);
                }
                sql.push(")");
            }
            sql
        }
        None => compile::matching(sql::SUMS_HEAD, &CATALOGUE, here.location_id(), search, Plan::Sparse),
    };
    added(tx, here, sql)
}

/// How many opportunities the location has.
///
/// # Errors
/// When the store fails.
pub(super) fn total(tx: &mut Tx<'_>, here: &LocationScope) -> Result<i64, Error> {
    tx.settle()?;
    Ok(tx.query_one(sql::COUNTED, leadhold_store::params![here.location_id()], |row| row.get(0))?)
}

fn added(tx: &mut Tx<'_>, here: &LocationScope, mut sql: Dynamic) -> Result<Sums, Error> {
    sql.push(" group by o.stage_id, o.status");
    let mut cells = tx.query_dynamic(&sql, read)?;
    cells.retain(|cell| cell.count != 0);
    let odds = pipelines::odds(tx, here, cells.iter().map(|cell| cell.stage.as_str()))?;
    let mut sums = Sums::default();
    for cell in &cells {
        let odds = odds.get(&cell.stage).copied().unwrap_or_default();
        sums.all.add(cell, odds);
        sums.by_stage.entry(cell.stage.clone()).or_default().add(cell, odds);
    }
    Ok(sums)
}

fn read(row: &Row<'_>) -> Result<Cell, DbError> {
    let status: String = row.get(1)?;
    Ok(Cell {
        stage: row.get(0)?,
        status: Status::parse(&status).unwrap_or(Status::Open),
        count: row.get(2)?,
        value: row.get(3)?,
        own_value: row.get(4)?,
        own_weighted: row.get(5)?,
    })
}

/// The conditions, when all of them are on what sums are kept by.
fn kept(filter: &Filter) -> Option<Vec<(&'static str, Vec<String>)>> {
    match filter {
        Filter::All(parts) => {
            let kept: Option<Vec<_>> = parts.iter().map(kept).collect();
            kept.map(|kept| kept.concat())
        }
        Filter::Is(Field::Exact(column), Test::Eq(values)) if [PIPELINE, STAGE, STATUS].contains(column) => {
            let text = |value: &Operand| match value {
                Operand::Text(text) => Some(text.clone()),
                Operand::Flag(_) | Operand::Number(_) => None,
            };
            let values: Option<Vec<String>> = values.iter().map(text).collect();
            Some(vec![(*column, values?)])
        }
        _ => None,
    }
}
