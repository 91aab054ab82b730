//! How a test on PostgreSQL makes transactions wait for each other.

#![expect(clippy::expect_used, reason = "a helper of a test may fail the test")]

use std::sync::{Mutex, mpsc};
use std::time::Duration;

use leadhold_store::{DbError, Store};
use tokio::task::JoinSet;

leadhold_store::statements! {
    /// How many sessions wait for another.
    pub BLOCKED across tenants "a test looks at the engine" = "select count(*) from pg_locks
        where not granted and database = (select oid from pg_database where datname = current_database())";
}

/// A transaction that holds a lock until it is told to let go.
pub struct Gate {
    end: mpsc::Sender<()>,
    holding: JoinSet<Result<(), DbError>>,
}

impl Gate {
    /// Takes the lock.
    pub async fn close(store: &Store, lock: String) -> Self {
        let (store, mut holding) = (store.clone(), JoinSet::new());
        let (begun, has_begun) = mpsc::channel();
        let (end, may_end) = mpsc::channel::<()>();
        let may_end = Mutex::new(may_end);
        holding.spawn(async move {
            store
                .write(move |tx| {
                    tx.lock(&lock)?;
                    begun.send(()).expect("somebody waits");
                    may_end.lock().expect("no panic").recv().expect("somebody lets it end");
                    Ok(())
                })
                .await
        });
        tokio::task::spawn_blocking(move || has_begun.recv()).await.expect("a thread").expect("it begins");
        Self { end, holding }
    }

    /// Lets go.
    pub async fn open(mut self) {
        self.end.send(()).expect("it waits");
        self.holding.join_next().await.expect("one").expect("no panic").expect("the store answers");
    }
}

/// Waits until the engine counts this many.
pub async fn wait_for(store: &Store, what: leadhold_store::Sql, many: i64) {
    loop {
        let counted = store.read(move |tx| tx.query_one(what, &[], |row| row.get::<i64>(0))).await;
        if counted.unwrap_or_else(|e: DbError| panic!("{e}")) >= many {
            return;
        }
        tokio::time::sleep(Duration::from_millis(5)).await; // the state is polled; the time means nothing
    }
}
