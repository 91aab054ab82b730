//! Apps that were registered before there were versions, secrets and default webhooks.

use leadhold_app::oauth::apps::{self, Kinds, State, Subscriptions};
use leadhold_app::secret;
use leadhold_kernel::random::SeededRandom;
use leadhold_kernel::{Error, EventKind};
use leadhold_store::{DbError, MAIN, Store, migrate, params};
use leadhold_testkit::Database;

use super::*;

leadhold_store::statements! {
    OLD_COMPANY across tenants "a test's own" = "insert into companies (id, name, created_at, updated_at) values ('c', 'Old', 1, 1)";
    OLD_APP across tenants "a test's own" = "insert into apps (id, owner_company_id, name, version_id, client_id, secret_hash, redirect_uris, scopes, created_at, updated_at)
        values ('a', 'c', 'Old App', 'v', 'a-old', $1, '[\"https://old.example/\"]', '\"contacts.readonly\"', 1, 1)";
    OLD_SUBSCRIPTIONS across tenants "a test's own" = "insert into webhook_subscriptions (id, app_id, url, kinds, created_at)
        values ('s1', 'a', 'https://one.example/', null, 1), ('s2', 'a', 'https://two.example/', '[\"ContactCreate\"]', 1)";
}

#[tokio::test]
async fn an_older_app_keeps_its_version_its_secret_and_its_subscriptions() {
    let before =
        MAIN.iter().position(|migration| migration.name == "0014_developers").expect("the migration");
    let database = Database::empty(&SeededRandom::new(u64::from(std::process::id()) + 77)).await;
    let store = Store::open(database.backend()).expect("the database opens");
    migrate(&store, &MAIN[..before]).await.expect("the older tables");
    let made: Result<(), DbError> = store
        .write(|tx| {
            tx.exec(OLD_COMPANY, params![])?;
            tx.exec(OLD_APP, params![secret::kept("old secret")])?;
            tx.exec(OLD_SUBSCRIPTIONS, params![]).map(drop)
        })
        .await;
    made.expect("an older app");
    migrate(&store, MAIN).await.expect("the newer tables");
    let checked: Result<(), Error> = store
        .read(|tx| {
            let app = apps::find_by_client_id(tx, "a-old")?.expect("the app");
            assert_eq!((app.live.id.as_str(), app.live.number, app.live.state), ("v", 1, State::Live));
            assert_eq!(app.live.scopes, ScopeSet::parse("contacts.readonly").expect("scopes"));
            assert!(apps::secret_matches(tx, &app, "old secret")?);
            assert_eq!(app.webhook_url.as_deref(), Some("https://one.example/"));
            let subscriptions = Subscriptions(apps::subscriptions::of_app(tx, &app.id, 10)?);
            let to = |kind| {
                subscriptions.of(kind, &app.live.id).map(|(_, url)| url.to_owned()).collect::<Vec<_>>()
            };
            assert_eq!(to(EventKind::ContactCreate), ["https://two.example/"]);
            assert_eq!(to(EventKind::NoteCreate), ["https://one.example/"]);
            assert_eq!(subscriptions.wishes().wanted, Kinds::All);
            Ok(())
        })
        .await;
    checked.expect("the app can be read");
}
