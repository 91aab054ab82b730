//! Relating records, finding who is related, and letting relations go.

use std::collections::HashMap;

use leadhold_kernel::{Cx, Error, EventKind, Id, Timestamp, id};
use leadhold_queue::outbox;
use leadhold_store::{DbError, Dynamic, Row, Tx, params};

use super::model::{Association, BUSINESSES_CONTACTS, HIGHEST_LIMIT, Relation};
use super::{events, service, sql};
use crate::http::caller::no_access;
use crate::tenant::LocationScope;

/// A row of `relations`.
#[derive(Clone, Debug)]
pub(super) struct Stored {
    pub(super) id: Id<id::Relation>,
    association_id: String,
    first: String,
    second: String,
    created_at: Timestamp,
}

impl Stored {
    pub(super) fn read(row: &Row<'_>) -> Result<Self, DbError> {
        Ok(Self {
            id: row.get(0)?,
            association_id: row.get(1)?,
            first: row.get(2)?,
            second: row.get(3)?,
            created_at: row.get(4)?,
        })
    }

    /// The relation, once its association is known.
    pub(super) fn of(self, association: Association) -> Relation {
        let Self { id, first, second, created_at, .. } = self;
        Relation { id, association, first, second, created_at }
    }
}

/// Relates two records, which exist and which the caller holds until the transaction ends.
///
/// Event: `RelationCreate`.
///
/// # Errors
/// 400 when they are one, when they are related already, or when either has as many relations as it may; when the store
/// fails.
pub fn relate(
    tx: &mut Tx<'_>,
    cx: &Cx,
    here: &LocationScope,
    association: Association,
    first: &str,
    second: &str,
) -> Result<Relation, Error> {
    if association.id.as_str() == BUSINESSES_CONTACTS {
        return Err(Error::bad_request("A contact's businessId says to which business it belongs."));
    }
    if let Some(obstacle) = obstacle(tx, here, &association, first, second)? {
        return Err(Error::bad_request(obstacle));
    }
    insert(tx, cx, here, association, first, second)
}

/// Why these two cannot be related.
fn obstacle(
    tx: &mut Tx<'_>,
    here: &LocationScope,
    association: &Association,
    first: &str,
    second: &str,
) -> Result<Option<String>, Error> {
    if first == second && association.first.object_key == association.second.object_key {
        return Ok(Some("A record cannot be related to itself.".to_owned()));
    }
    let mut ways = vec![(first, second)];
    if association.is_symmetric() {
        ways.push((second, first));
    }
    for (first, second) in ways {
        let pair = params![here.location_id(), &association.id, first, second];
        if tx.query_opt(sql::BETWEEN, pair, |_| Ok(()))?.is_some() {
            return Ok(Some("Cannot create duplicate relation: the records are related already.".to_owned()));
        }
    }
    let both = [sql::COUNT_AS_FIRST, sql::COUNT_AS_SECOND];
    let (as_first, as_second) =
        if association.is_symmetric() { (&both[..], &both[..]) } else { both.split_at(1) };
    for (end, record, sides) in
        [(&association.first, first, as_first), (&association.second, second, as_second)]
    {
        let mut has = 0;
        for side in sides {
            let of = params![here.location_id(), &association.id, record];
            has += tx.query_one(*side, of, |row| row.get::<i64>(0))?;
        }
        let in_all: i64 =
            tx.query_one(sql::COUNT_OF_RECORD, params![here.location_id(), record], |row| row.get(0))?;
        if has >= end.limit || in_all >= HIGHEST_LIMIT {
            let most = end.limit.min(HIGHEST_LIMIT);
            return Ok(Some(format!("The record {record} has the most relations that it may have: {most}.")));
        }
    }
    Ok(None)
}

fn insert(
    tx: &mut Tx<'_>,
    cx: &Cx,
    here: &LocationScope,
    association: Association,
    first: &str,
    second: &str,
) -> Result<Relation, Error> {
    let made = Relation {
        id: Id::generate(cx.random.as_ref()),
        association,
        first: first.to_owned(),
        second: second.to_owned(),
        created_at: cx.now,
    };
    let id = &made.association.id;
    tx.exec(sql::INSERT_RELATION, params![&made.id, here.location_id(), id, first, second, cx.now])?;
    outbox::append(tx, &events::relation(cx, here, EventKind::RelationCreate, &made))?;
    Ok(made)
}

/// Lets a relation go.
///
/// Event: `RelationDelete`.
///
/// # Errors
/// 400 when there is none of this id, 403 when it is another location's; when the store fails.
pub(super) fn unrelate(tx: &mut Tx<'_>, cx: &Cx, here: &LocationScope, id: &str) -> Result<Relation, Error> {
    if let Some(found) = tx.query_opt(sql::RELATION, params![here.location_id(), id], Stored::read)?
        && let Some(association) = service::find(tx, here, &found.association_id)?
    {
        let gone = found.of(association);
        remove(tx, cx, here, &gone)?;
        return Ok(gone);
    }
    Err(match tx.query_opt(sql::RELATION_ELSEWHERE, params![id], |_| Ok(()))? {
        Some(()) => no_access(),
        None => Error::bad_request(format!("Relation with id {id} not found")),
    })
}

/// Deletes a relation and says so, unless another was faster.
pub(super) fn remove(
    tx: &mut Tx<'_>,
    cx: &Cx,
    here: &LocationScope,
    relation: &Relation,
) -> Result<(), Error> {
    if tx.exec(sql::DELETE_RELATION, params![here.location_id(), &relation.id])? == 1 {
        outbox::append(tx, &events::relation(cx, here, EventKind::RelationDelete, relation))?;
    }
    Ok(())
}

/// A record of `object_key` goes, and its relations with it.
///
/// Events: `RelationDelete` for each.
///
/// # Errors
/// When the store fails.
pub fn forget_record(
    tx: &mut Tx<'_>,
    cx: &Cx,
    here: &LocationScope,
    object_key: &str,
    record: &str,
) -> Result<(), Error> {
    let rows = tx.query(sql::OF_RECORD, params![here.location_id(), record], Stored::read)?;
    for relation in resolved(tx, here, rows)? {
        if side_of(&relation, object_key, record).is_some() {
            remove(tx, cx, here, &relation)?;
        }
    }
    Ok(())
}

/// On which side a record stands.
enum Side {
    First,
    Second,
}

fn side_of(relation: &Relation, object_key: &str, record: &str) -> Option<Side> {
    let stands = |key: &str, id: &str| key == object_key && id == record;
    if stands(&relation.association.first.object_key, &relation.first) {
        return Some(Side::First);
    }
    stands(&relation.association.second.object_key, &relation.second).then_some(Side::Second)
}

/// The contact `from` becomes part of the contact `to`, whom the caller holds: what others were to it, they are to `to`.
/// What `to` has already, or may not have more of, goes. Answers how many it got.
///
/// Events: `RelationDelete` for each relation of `from`, `RelationCreate` for each that `to` gets.
///
/// # Errors
/// When the store fails.
pub fn move_record(
    tx: &mut Tx<'_>,
    cx: &Cx,
    here: &LocationScope,
    from: &str,
    to: &str,
) -> Result<u64, Error> {
    const MERGED: &str = "contact";
    let mut moved = 0;
    let rows = tx.query(sql::OF_RECORD, params![here.location_id(), from], Stored::read)?;
    for relation in resolved(tx, here, rows)? {
        let Some(side) = side_of(&relation, MERGED, from) else { continue };
        remove(tx, cx, here, &relation)?;
        let (first, second) = match side {
            Side::First => (to, relation.second.as_str()),
            Side::Second => (relation.first.as_str(), to),
        };
        if obstacle(tx, here, &relation.association, first, second)?.is_none() {
            insert(tx, cx, here, relation.association.clone(), first, second)?;
            moved += 1;
        }
    }
    Ok(moved)
}

/// Which relations of a record are asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Asked {
    /// Only of these associations; empty: of all.
    pub(super) associations: Vec<String>,
    pub(super) skip: i64,
    pub(super) limit: i64,
}

/// A page of a record's relations, oldest first, and how many there are in all.
///
/// # Errors
/// 403 when only another location knows the record; when the store fails.
pub(super) fn of_record(
    tx: &mut Tx<'_>,
    here: &LocationScope,
    record: &str,
    asked: &Asked,
) -> Result<(Vec<Relation>, i64), Error> {
    let any: i64 =
        tx.query_one(sql::COUNT_OF_RECORD, params![here.location_id(), record], |row| row.get(0))?;
    if any == 0 {
        return match tx.query_opt(sql::RECORD_ELSEWHERE, params![record], |_| Ok(()))? {
            Some(()) => Err(no_access()),
            None => Ok((Vec::new(), 0)),
        };
    }
    let total = matching(sql::COUNT_HEAD, here, record, asked);
    let total = tx.query_dynamic(&total, |row| row.get(0))?.first().copied().unwrap_or(0);
    let mut page = matching(sql::PAGE_HEAD, here, record, asked);
    page.push(" order by r.created_at, r.id limit ").bind(asked.limit).push(" offset ").bind(asked.skip);
    let rows = tx.query_dynamic(&page, Stored::read)?;
    Ok((resolved(tx, here, rows)?, total))
}

fn matching(head: &str, here: &LocationScope, record: &str, asked: &Asked) -> Dynamic {
    let mut sql = Dynamic::in_location(head, here.location_id());
    for (head, side) in [(" and r.id in (", "first_record_id"), (" union ", "second_record_id")] {
        sql.push(head).push("select s.id from relations s where s.location_id = $1 and s.").push(side);
        sql.push(" = ").bind(record.to_owned());
    }
    sql.push(")").push(sql::STANDS);
    for (at, id) in asked.associations.iter().enumerate() {
        sql.push(if at == 0 { " and r.association_id in (" } else { ", " }).bind(id.clone());
    }
    if !asked.associations.is_empty() {
        sql.push(")");
    }
    sql
}

/// The rows with their associations; a row whose association is gone is none any more.
fn resolved(tx: &mut Tx<'_>, here: &LocationScope, rows: Vec<Stored>) -> Result<Vec<Relation>, Error> {
    let mut known: HashMap<String, Option<Association>> = HashMap::new();
    let mut relations = Vec::with_capacity(rows.len());
    for row in rows {
        if !known.contains_key(&row.association_id) {
            let found = service::find(tx, here, &row.association_id)?;
            known.insert(row.association_id.clone(), found);
        }
        if let Some(Some(association)) = known.get(&row.association_id) {
            relations.push(row.of(association.clone()));
        }
    }
    Ok(relations)
}
