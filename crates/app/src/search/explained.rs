//! The plans that SQLite chooses, for tests that nobody else would notice at a million rows that an index is not used.
//! PostgreSQL gathers figures of its own and is not asked.

use leadhold_kernel::Error;
use leadhold_kernel::random::SeededRandom;
use leadhold_store::{Dynamic, MAIN, Store, migrate};
use leadhold_testkit::Database;

/// What the embedded engine says about `sql`, which begins with `explain query plan`, a step a line; `None` on the other
/// engine.
pub async fn explained(sql: Dynamic) -> Option<String> {
    let database = Database::fresh(&SeededRandom::new(u64::from(std::process::id()))).await;
    if database.is_postgres() {
        return None;
    }
    let store = Store::open(database.backend()).expect("the database opens");
    migrate(&store, MAIN).await.expect("the database migrates");
    let steps = store
        .read(move |tx| Ok::<_, Error>(tx.query_dynamic(&sql, |row| row.get::<String>(3))?))
        .await
        .expect("the engine explains");
    Some(steps.join("\n"))
}
