//! Address books: filled through the contacts' own service, many contacts to a transaction.

use std::sync::Arc;

use leadhold_app::LocationScope;
use leadhold_app::contacts::{self, ContactFields};
use leadhold_kernel::random::{Random, SeededRandom};
use leadhold_kernel::{Cx, Error};
use leadhold_store::{DbError, Store, params};
use tokio::task::JoinSet;

use crate::figures::number;
use crate::outcome::Outcome;
use crate::place::Place;
use crate::{clock, record, sql};

/// Word is given each time that so many contacts are there.
const TOLD_EVERY: u64 = 100_000;
/// Contacts in one transaction.
const BATCH: u64 = 500;
/// Transactions at once: SQLite has one writer anyway, PostgreSQL has sessions to spare.
const AT_ONCE: usize = 4;
/// How often a batch is given to the store before the time that counts.
const TRIES: usize = 10;

/// Chance for records that are thrown away.
pub fn chance() -> Arc<dyn Random> {
    Arc::new(SeededRandom::new(clock::seed()))
}

/// Fills the demo's first location with contacts numbered from 0. Gives back their ids.
pub fn fill(place: &Place<'_>, contacts: u64) -> Outcome<Vec<String>> {
    let (store, here) = (place.store()?, place.here()?);
    let ids = place.lab.runtime.block_on(async {
        let mut ids = Vec::new();
        let (mut batches, random) = (JoinSet::new(), chance());
        for first in (0..contacts).step_by(BATCH as usize) {
            if batches.len() == AT_ONCE {
                ids.append(&mut joined(&mut batches).await?);
            }
            if first > 0 && first % TOLD_EVERY == 0 {
                eprintln!("  {} of {} contacts are there", number(first as f64), number(contacts as f64));
            }
            let numbers = first..contacts.min(first + BATCH);
            batches.spawn(create(store.clone(), here.clone(), Arc::clone(&random), numbers, record::fields));
        }
        while !batches.is_empty() {
            ids.append(&mut joined(&mut batches).await?);
        }
        let quiet = store.write(|tx| tx.exec(sql::NOT_NEWS, params![]).map(drop)).await;
        quiet.map_err(|error: DbError| error.to_string())?;
        Ok(ids)
    });
    drop(store); // outside the runtime: PostgreSQL's client has one of its own
    ids
}

async fn joined(batches: &mut JoinSet<Result<Vec<String>, Error>>) -> Outcome<Vec<String>> {
    match batches.join_next().await {
        Some(Ok(done)) => done.map_err(|error| format!("cannot seed: {error:?}")),
        Some(Err(error)) => Err(format!("cannot seed: {error}")),
        None => Ok(Vec::new()),
    }
}

/// Makes the contacts with these numbers in one transaction.
pub async fn create(
    store: Store,
    here: LocationScope,
    random: Arc<dyn Random>,
    numbers: std::ops::Range<u64>,
    fields: fn(u64) -> ContactFields,
) -> Result<Vec<String>, Error> {
    let work = move |tx: &mut leadhold_store::Tx<'_>| {
        let cx = Cx::system(clock::timestamp(), Arc::clone(&random));
        let one = |number| contacts::create(tx, &cx, &here, &fields(number));
        let made: Result<Vec<_>, Error> = numbers.clone().map(one).collect();
        Ok(made?.into_iter().map(|contact| contact.id.to_string()).collect())
    };
    // Batches that run at once meet in the rows of the location's count: PostgreSQL may end one of them in favour of another.
    for _ in 0..TRIES {
        if let Ok(made) = store.write(work.clone()).await {
            return Ok(made);
        }
    }
    store.write(work).await
}
