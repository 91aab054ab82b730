//! The embedded engine's promises, from outside.

use std::path::Path;
use std::sync::{Arc, Mutex};

use leadhold_store::{Backend, DbError, MAIN, Store, copy_to, migrate, params, statements, verify};

statements! {
    PUT across tenants "a test of the store itself" = "insert into installation (name, value) values ($1, $2)";
    GET across tenants "a test of the store itself" = "select value from installation where name = $1";
    COUNT across tenants "a test of the store itself" = "select count(*) from installation";
    SWAPPED across tenants "a test of the store itself" = "select $2 || $1 from installation where name = $3";
}

async fn open(dir: &Path) -> Store {
    let store = Store::open(&Backend::Embedded(dir.to_owned())).expect("opens in a fresh directory");
    migrate(&store, MAIN).await.expect("migrates");
    store
}

async fn get(store: &Store, name: &'static str) -> Option<String> {
    store
        .read_by_key(move |tx| tx.query_opt(GET, params![name], |row| row.get(0)))
        .await
        .unwrap_or_else(|e: DbError| panic!("{e}"))
}

async fn put(store: &Store, name: String) -> Result<(), DbError> {
    store.write(move |tx| tx.exec(PUT, params![&name, "v"]).map(drop)).await
}

#[tokio::test(flavor = "multi_thread")]
async fn one_failing_caller_of_a_group_does_not_touch_the_others() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(dir.path()).await;
    let mut callers = tokio::task::JoinSet::new();
    for i in 0..200 {
        let store = store.clone();
        callers.spawn(async move {
            // Every third name collides; every seventh caller changes its mind after writing; one panics.
            let name = if i % 3 == 0 { "same".to_owned() } else { format!("n{i}") };
            let done = store
                .write(move |tx| {
                    tx.exec(PUT, params![&name, "v"])?;
                    assert!(i != 100, "a caller's bug");
                    if i % 7 == 0 { Err(DbError::Failed("changed my mind".into())) } else { Ok(()) }
                })
                .await;
            (i, done.is_ok())
        });
    }
    let done = callers.join_all().await;
    let kept = done.iter().filter(|(_, ok)| *ok).count();
    let expected = (0..200).filter(|i| i % 3 != 0 && i % 7 != 0 && *i != 100).count() + 1;
    assert_eq!(kept, expected);
    let count: i64 = store
        .read(|tx| tx.query_one(COUNT, &[], |row| row.get(0)))
        .await
        .unwrap_or_else(|e: DbError| panic!("{e}"));
    assert_eq!(count, i64::try_from(expected).unwrap());
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answered_write_is_seen_by_the_next_read_and_after_reopening() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(dir.path()).await;
    put(&store, "a".into()).await.unwrap();
    assert_eq!(get(&store, "a").await.as_deref(), Some("v"));
    drop(store);
    let store = open(dir.path()).await;
    assert_eq!(get(&store, "a").await.as_deref(), Some("v"));
}

#[tokio::test(flavor = "multi_thread")]
async fn readers_cannot_write() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(dir.path()).await;
    let refused: Result<u64, DbError> = store.read(|tx| tx.exec(PUT, params!["x", "y"])).await;
    assert!(matches!(refused, Err(DbError::Failed(why)) if why.contains("readonly")));
    let refused: Result<u64, DbError> = store.read_by_key(|tx| tx.exec(PUT, params!["x", "y"])).await;
    assert!(refused.is_err());
}

#[tokio::test(flavor = "multi_thread")]
async fn parameters_are_bound_by_number_whatever_their_order() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(dir.path()).await;
    put(&store, "a".into()).await.unwrap();
    let text: String = store
        .read(|tx| tx.query_one(SWAPPED, params!["first", "second", "a"], |row| row.get(0)))
        .await
        .unwrap_or_else(|e: DbError| panic!("{e}"));
    assert_eq!(text, "secondfirst");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_copy_is_made_under_load_and_a_damaged_one_is_refused() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(dir.path()).await;
    for i in 0..50 {
        put(&store, format!("k{i}")).await.unwrap();
    }
    let copy = dir.path().join("copy.db");
    let report = copy_to(store.path().unwrap(), &copy).unwrap();
    assert!(report.rows.contains(&("installation".to_owned(), 50)));
    assert!(copy_to(store.path().unwrap(), &copy).unwrap_err().to_string().contains("exists already"));
    std::fs::write(&copy, b"not a database at all, whatever its name says").unwrap();
    assert!(verify(&copy).unwrap_err().to_string().contains("not a sound copy"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_newer_database_is_refused_in_words() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(dir.path()).await;
    static FEWER: &[leadhold_store::Migration] = &[];
    let refused = migrate(&store, FEWER).await.unwrap_err().to_string();
    assert!(refused.contains("newer version"), "{refused}");
    assert!(migrate(&store, MAIN).await.unwrap().now.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_failed_attempt_undoes_itself_and_what_is_in_it_and_nothing_else() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(dir.path()).await;
    let before: i64 = store
        .read(|tx| tx.query_one(COUNT, &[], |row| row.get(0)))
        .await
        .unwrap_or_else(|e: DbError| panic!("{e}"));
    let done = store.write(|tx| {
        tx.exec(PUT, params!["outer", "v"])?;
        let failed: Result<(), DbError> = tx.attempt(|tx| {
            tx.exec(PUT, params!["undone", "v"])?;
            tx.attempt(|tx| tx.exec(PUT, params!["undone with it", "v"]).map(drop))?;
            Err(DbError::Failed("changed my mind".into()))
        });
        assert!(failed.is_err());
        tx.attempt(|tx| {
            let collided = tx.attempt(|tx| tx.exec(PUT, params!["outer", "w"]).map(drop));
            assert!(collided.is_err_and(|error| error.is_unique("installation")));
            tx.exec(PUT, params!["inner", "v"]).map(drop)
        })
    });
    done.await.unwrap_or_else(|e: DbError| panic!("{e}"));
    let after: i64 = store
        .read(|tx| tx.query_one(COUNT, &[], |row| row.get(0)))
        .await
        .unwrap_or_else(|e: DbError| panic!("{e}"));
    assert_eq!(after - before, 2);
    assert_eq!((get(&store, "outer").await, get(&store, "undone").await), (Some("v".to_owned()), None));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_snapshot_takes_the_stores_place_while_others_read_and_write() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(dir.path()).await;
    put(&store, "kept".into()).await.unwrap();
    store.take_snapshot("one", "a note").await.unwrap();
    assert!(store.take_snapshot("one", "again").await.unwrap_err().is_unique("snapshots"));
    put(&store, "gone".into()).await.unwrap();
    let writers = (0..200).map(|i| put(&store, format!("n{i}")));
    let (restored, written) =
        tokio::join!(store.restore_snapshot("one"), futures_util::future::join_all(writers));
    assert_eq!(restored, Ok(true));
    assert!(written.iter().all(Result::is_ok), "before it or after it, each is done");
    migrate(&store, MAIN).await.unwrap();
    put(&store, "later".into()).await.unwrap();
    assert_eq!((get(&store, "kept").await, get(&store, "gone").await), (Some("v".into()), None));
    assert_eq!(get(&store, "later").await, Some("v".into()));

    let known = store.snapshots().await.unwrap();
    assert_eq!((known.len(), known[0].name.as_str(), known[0].note.as_str()), (1, "one", "a note"));
    let mode = |path: &str| {
        use std::os::unix::fs::PermissionsExt;
        std::fs::metadata(dir.path().join(path)).unwrap().permissions().mode() & 0o777
    };
    assert_eq!((mode("snapshots/one"), mode("snapshots/one/leadhold.db")), (0o700, 0o600));
    drop(store);
    let store = open(dir.path()).await;
    assert_eq!(store.restore_snapshot("one").await, Ok(true));
    assert_eq!((get(&store, "kept").await, get(&store, "later").await), (Some("v".into()), None));
    assert_eq!(store.remove_snapshot("one").await, Ok(true));
    assert_eq!(store.remove_snapshot("one").await, Ok(false));
    assert_eq!(store.restore_snapshot("one").await, Ok(false));
    assert!(store.take_snapshot("../up", "").await.is_err());
}

/// A caller who gives up leaves its work behind, and with it perhaps the last handle.
#[tokio::test(flavor = "multi_thread")]
async fn the_last_handle_may_go_with_the_work_of_a_caller_who_is_gone() {
    let panics = Arc::new(Mutex::new(Vec::new()));
    let seen = Arc::clone(&panics);
    std::panic::set_hook(Box::new(move |panic| {
        let of_the_store =
            std::thread::current().name().filter(|name| name.starts_with("store-")).map(str::to_owned);
        seen.lock().unwrap().extend(of_the_store.map(|name| format!("{name}: {panic}")));
    }));
    let dir = tempfile::tempdir().unwrap();
    let store = open(dir.path()).await;
    let (began, beginning) = tokio::sync::oneshot::channel();
    let (go, gate) = std::sync::mpsc::channel::<()>();
    let (began, gate, inside) = (Mutex::new(Some(began)), Mutex::new(gate), store.clone());
    let mut callers = tokio::task::JoinSet::new();
    callers.spawn(async move {
        let work = move |tx: &mut leadhold_store::Tx<'_>| {
            let _with_it = &inside;
            began.lock().unwrap().take().unwrap().send(()).unwrap();
            gate.lock().unwrap().recv().unwrap();
            tx.exec(PUT, params!["late", "v"]).map(drop)
        };
        store.write(work).await
    });
    beginning.await.unwrap();
    callers.shutdown().await;
    go.send(()).unwrap();
    // The log is emptied and removed when the last connection is closed.
    while dir.path().join("leadhold.db-wal").exists() {
        tokio::task::yield_now().await;
    }
    drop(std::panic::take_hook());
    assert_eq!(*panics.lock().unwrap(), Vec::<String>::new());
    assert_eq!(get(&open(dir.path()).await, "late").await.as_deref(), Some("v"));
}
