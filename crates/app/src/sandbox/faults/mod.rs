//! Faults: rules that say what is to go wrong, for a developer who wants to see what their own program makes of it.
//!
//! Cast: a [`Rule`] names its target (requests, deliveries of webhooks, messages of a provider), what goes wrong and how
//! often. [`Faults`] keeps the rules and is asked: by the edge (`http::fault`), by deliveries, by channels of messages.
//!
//! What is guaranteed: rules and their counts are rows, and survive a restart. With a seed a rule strikes the same of the
//! requests that it is asked about, in their order. What was said of one delivery stays said. The sandbox's own routes and pages
//! are never struck.

mod rule;
mod sql;
mod wire;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use leadhold_kernel::{Clock, Cx, Error, Id, Timestamp, id};
use leadhold_store::{DbError, Json, Row, Sql, Store, Tx, json_text, params};
use serde_json::{Map, Value};

use self::rule::{DeliveryFault, Kind, Rule};
pub(super) use self::wire::{read, shown};
use crate::http::fault::{Asked, FaultLookup, Finding, Strike};

/// Every statement on faults.
pub const STATEMENTS: &[Sql] = sql::ALL;

/// How many rules there are at most.
const MOST: usize = 100;

/// A rule that is kept, with its counts.
#[derive(Clone, Debug)]
pub(super) struct Kept {
    pub(super) id: Id<id::SandboxFault>,
    pub(super) rule: Rule,
    pub(super) matches: i64,
    pub(super) hits: i64,
    pub(super) made_at: Timestamp,
}

/// The rules. Cheap to ask when there are none.
pub struct Faults {
    store: Store,
    clock: Arc<dyn Clock>,
    known: Mutex<Known>,
}

/// The rules as last read, and how often they were forgotten since the process began.
#[derive(Default)]
struct Known {
    rules: Option<Arc<[Kept]>>,
    forgotten: u64,
}

/// What is wished for a delivery of a webhook.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Wished {
    /// Not to be sent before this moment.
    pub not_before: Option<Timestamp>,
    /// This attempt does not reach its receiver.
    pub drop: bool,
    /// This attempt is sent twice.
    pub duplicate: bool,
    /// Its signatures are those of other bytes.
    pub forge: bool,
}

/// That a rule strikes.
struct Hit {
    /// When it was first said.
    at: Timestamp,
    /// Whether this is the first time.
    fresh: bool,
}

impl Faults {
    /// The rules in `store`.
    #[must_use]
    pub fn new(store: Store, clock: Arc<dyn Clock>) -> Self {
        Self { store, clock, known: Mutex::default() }
    }

    /// Reads the rules again when it is asked next.
    pub(super) fn forget(&self) {
        let mut known = self.known();
        known.rules = None;
        known.forgotten += 1;
    }

    /// What goes wrong with a delivery of this event.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn of_delivery(
        &self,
        event: &str,
        location: Option<&str>,
        delivery: &Id<id::Delivery>,
    ) -> Result<Wished, Error> {
        let mut wished = Wished::default();
        for kept in self.rules().await?.iter().filter(|kept| kept.rule.is_for_event(event, location)) {
            let Kind::Delivery(fault) = kept.rule.kind else { continue };
            let Some(hit) = self.ask(kept, Some(delivery.to_string())).await? else { continue };
            match fault {
                DeliveryFault::Drop => wished.drop |= hit.fresh,
                DeliveryFault::Duplicate => wished.duplicate |= hit.fresh,
                DeliveryFault::BadSignature => wished.forge = true,
                DeliveryFault::Delay(millis) | DeliveryFault::Reorder(millis) => {
                    let due = hit.at.plus_millis(millis);
                    if due > self.clock.now() {
                        return Ok(Wished { not_before: Some(due), ..Wished::default() });
                    }
                }
            }
        }
        Ok(wished)
    }

    /// What goes wrong with handing something to this provider.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn of_provider(&self, provider: &str, location: &str) -> Result<Option<Strike>, Error> {
        self.first(|rule| rule.is_for_provider(provider, location)).await
    }

    /// Whether any rule is about deliveries.
    pub(crate) async fn concern_deliveries(&self) -> Result<bool, Error> {
        Ok(self.rules().await?.iter().any(|kept| matches!(kept.rule.kind, Kind::Delivery(_))))
    }

    /// The first rule that is for it and strikes.
    async fn first(&self, is_for: impl Fn(&Rule) -> bool) -> Result<Option<Strike>, Error> {
        for kept in self.rules().await?.iter().filter(|kept| is_for(&kept.rule)) {
            let Kind::Answer(fault) = kept.rule.kind else { continue };
            if self.ask(kept, None).await?.is_some() {
                return Ok(Some(Strike { fault, after: kept.rule.after }));
            }
        }
        Ok(None)
    }

    /// Asks a rule, which counts; about `subject` it says the same as before.
    async fn ask(&self, kept: &Kept, subject: Option<String>) -> Result<Option<Hit>, DbError> {
        let (id, rule, now) = (kept.id.clone(), kept.rule.clone(), self.clock.now());
        self.store
            .write(move |tx| {
                tx.lock("sandbox faults")?;
                if let Some(subject) = &subject
                    && let Some((struck, at)) =
                        tx.query_opt(sql::SAID, params![&id, subject], |row| Ok((row.get(0)?, row.get(1)?)))?
                {
                    return Ok(Some(Hit { at, fresh: false }).filter(|_| struck));
                }
                let counts = |row: &Row<'_>| Ok((row.get::<i64>(0)?, row.get::<i64>(1)?));
                let Some((matches, hits)) = tx.query_opt(sql::COUNTS, params![&id], counts)? else {
                    return Ok(None);
                };
                if rule.times.is_some_and(|times| hits >= times) {
                    return Ok(None);
                }
                let struck = rule.strikes(matches);
                tx.exec(sql::COUNT, params![&id, i64::from(struck)])?;
                if let Some(subject) = &subject {
                    tx.exec(sql::SAY, params![&id, subject, struck, now])?;
                }
                Ok(Some(Hit { at: now, fresh: true }).filter(|_| struck))
            })
            .await
    }

    async fn rules(&self) -> Result<Arc<[Kept]>, DbError> {
        let forgotten = {
            let known = self.known();
            if let Some(rules) = &known.rules {
                return Ok(Arc::clone(rules));
            }
            known.forgotten
        };
        let rules: Arc<[Kept]> = self.store.read(all).await?.into();
        let mut known = self.known();
        if known.forgotten == forgotten {
            known.rules = Some(Arc::clone(&rules)); // else they may have changed while they were read
        }
        Ok(rules)
    }

    fn known(&self) -> MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl FaultLookup for Faults {
    fn find<'a>(&'a self, asked: Asked<'a>) -> Finding<'a> {
        Box::pin(self.first(move |rule| rule.is_for_request(asked.method, asked.path, asked.location)))
    }
}

/// The rules, oldest first.
pub(super) fn all(tx: &mut Tx<'_>) -> Result<Vec<Kept>, DbError> {
    tx.query(sql::ALL_OF_THEM, &[], kept)
}

/// One rule.
///
/// # Errors
/// 404 when there is none of this id.
pub(super) fn one(tx: &mut Tx<'_>, id: &str) -> Result<Kept, Error> {
    tx.query_opt(sql::ONE, params![id], kept)?.ok_or_else(|| none(id))
}

/// Keeps a rule.
///
/// # Errors
/// 409 when there are too many.
pub(super) fn add(tx: &mut Tx<'_>, cx: &Cx, rule: &Rule) -> Result<Kept, Error> {
    if all(tx)?.len() >= MOST {
        return Err(Error::Conflict(format!("There are {MOST} faults already. Remove some.")));
    }
    let id = Id::generate(cx.random.as_ref());
    tx.exec(sql::ADD, params![&id, json_text(&wire::of_rule(rule)), cx.now])?;
    Ok(Kept { id, rule: rule.clone(), matches: 0, hits: 0, made_at: cx.now })
}

/// Removes a rule.
///
/// # Errors
/// 404 when there is none of this id.
pub(super) fn remove(tx: &mut Tx<'_>, id: &str) -> Result<(), Error> {
    if tx.exec(sql::REMOVE, params![id])? == 0 {
        return Err(none(id));
    }
    Ok(())
}

/// Removes all rules, and answers how many there were.
pub(super) fn clear(tx: &mut Tx<'_>) -> Result<u64, Error> {
    Ok(tx.exec(sql::CLEAR, &[])?)
}

fn kept(row: &Row<'_>) -> Result<Kept, DbError> {
    let Json(text): Json<Map<String, Value>> = row.get(1)?;
    let rule = read(&text).map_err(|why| DbError::Inconsistent {
        place: "sandbox_faults.rule".into(),
        fault: format!("{why:?}"),
    })?;
    Ok(Kept { id: row.get(0)?, rule, matches: row.get(2)?, hits: row.get(3)?, made_at: row.get(4)? })
}

fn none(id: &str) -> Error {
    Error::NotFound(format!("There is no fault {id}."))
}
