//! What holds for every statement: it prepares on the engine under test, and it names its tenant.

use leadhold_app::slices;
use leadhold_kernel::Error;
use leadhold_store::{DbError, Sql, Store, params};
use leadhold_testkit::TestApp;

/// Tables whose rows belong to a location or an agency. A new table is added here or to [`SHARED`]; the test below fails
/// until it is.
const TENANTS: &[&str] = &[
    "companies",
    "locations",
    "users",
    "user_locations",
    "tokens",
    "events",
    "custom_fields",
    "custom_field_folders",
    "custom_values",
    "templates",
    "contacts",
    "contact_tags",
    "tag_changes",
    "contact_files",
    "contact_facets",
    "contact_field_values",
    "contact_counts",
    "contacts_search",
    "location_tags",
    "forms",
    "form_submissions",
    "form_submissions_search",
    "workflows",
    "workflow_versions",
    "workflow_triggers",
    "workflow_runs",
    "workflow_run_steps",
    "workflow_trials",
    "workflow_alarms",
    "workflow_entrants",
    "workflow_waits",
    "workflow_turns",
    "workflow_step_counts",
    "workflow_run_counts",
    "workflow_splits",
    "workflow_paces",
    "workflow_replays",
    "inbound_hooks",
    "inbound_requests",
    "inbound_keys",
    "installs",
    "oauth_codes",
    "oauth_grants",
    "oauth_access_tokens",
    "oauth_refresh_tokens",
    "audit_log",
    "install_history",
    "rebilling",
    "wallets",
    "charges",
    "external_connections",
    "app_payments",
    "webhook_deliveries",
    "webhook_attempts",
    "notices",
    "listener_deliveries",
    "webhook_replays",
    "event_order",
    "businesses",
    "associations",
    "relations",
    "notes",
    "tasks",
    "tasks_search",
    "recurring_tasks",
    "recurring_task_contacts",
    "campaigns",
    "campaign_contacts",
    "conversations",
    "messages",
    "objects",
    "object_records",
    "object_record_values",
    "object_record_counts",
    "object_records_search",
    "pipelines",
    "pipeline_stages",
    "opportunities",
    "opportunities_search",
    "opportunity_followers",
    "opportunity_field_values",
    "opportunity_sums",
    "lost_reasons",
    "calendars",
    "calendar_groups",
    "appointments",
    "appointment_users",
    "appointment_notes",
    "blocked_slots",
    "idempotency_keys",
    "request_log",
    "sessions",
    "second_factors",
    "recovery_codes",
    "files",
    "medias",
    "links",
    "link_contacts",
    "link_clicks",
    "custom_menus",
    "contact_imports",
    "contact_import_chunks",
    "contact_import_rows",
];

/// Tables whose rows belong to nobody in particular, with the reason.
const SHARED: &[(&str, &str)] = &[
    ("jobs", "payloads name their tenant; the queue serves all"),
    ("dead_jobs", "as jobs"),
    ("apps", "an app is its developers', and installed at many tenants"),
    ("app_versions", "an app's, wherever it is installed"),
    ("app_secrets", "an app's: whoever shows one is the app"),
    ("app_subscriptions", "an app's, wherever it is installed"),
    ("webhook_subscriptions", "what app_subscriptions were before"),
    ("app_plans", "an app's, wherever it is installed"),
    ("app_meters", "as app_plans"),
    ("webhook_subscriptions", "an app's, wherever it is installed"),
    ("sign_in_failures", "by what was typed, which may be nobody's"),
    ("listeners", "an app's, which hears from many tenants"),
    ("inspectors", "the sandbox's, for whoever reaches it"),
    ("inspected_requests", "as inspectors"),
    ("sandbox_faults", "the sandbox's, for whoever reaches it"),
    ("sandbox_fault_hits", "as sandbox_faults"),
    ("installation", "what the server knows about itself"),
    ("webhook_keys", "the installation's, which signs for all"),
    ("schema_migrations", "the schema"),
];

#[tokio::test]
async fn every_statement_prepares() {
    let app = TestApp::start().await;
    let statements = slices::statements();
    assert!(statements.len() > 25, "the registry lost some: {}", statements.len());
    all_prepare(&app.app.world.store, statements).await;
    all_prepare(&app.app.world.logs, slices::log_statements()).await;
}

async fn all_prepare(store: &Store, statements: Vec<Sql>) {
    let faults = store
        .write(move |tx| {
            // Each in its own transaction would be kinder to PostgreSQL; one failure is enough to look at.
            for sql in &statements {
                if let Err(error) = tx.prepare(*sql) {
                    return Ok::<_, Error>(Some(format!("{}: {error}\n{}", sql.name(), sql.text())));
                }
            }
            Ok(None)
        })
        .await
        .expect("the store answers");
    assert_eq!(faults, None);
}

#[test]
fn every_statement_on_a_tenants_table_names_its_tenant() {
    let forgotten: Vec<_> = slices::statements()
        .into_iter()
        .chain(slices::log_statements())
        .filter(|sql| {
            sql.across_tenants().is_none()
                && tables_of(sql.text()).iter().any(|t| TENANTS.contains(&t.as_str()))
        })
        .filter(|sql| !sql.text().contains("location_id") && !sql.text().contains("company_id"))
        .map(|sql| sql.name())
        .collect();
    assert!(forgotten.is_empty(), "no location_id or company_id in: {forgotten:?}");
}

#[test]
fn every_table_is_known_to_be_a_tenants_or_shared() {
    let shared: Vec<&str> = SHARED.iter().map(|(table, _)| *table).collect();
    for migration in leadhold_store::MAIN {
        for text in [migration.common, migration.sqlite, migration.postgres] {
            for table in created_tables(text) {
                let known = TENANTS.contains(&table.as_str()) || shared.contains(&table.as_str());
                assert!(
                    known,
                    "{}: is {table} a tenant's table? Say so in TENANTS or SHARED",
                    migration.name
                );
            }
        }
    }
}

/// The names behind `from`, `join`, `into`, `update`.
fn tables_of(sql: &str) -> Vec<String> {
    let words: Vec<String> =
        sql.split(|c: char| !c.is_alphanumeric() && c != '_').map(str::to_lowercase).collect();
    let after = |pair: &[String]| {
        ["from", "join", "into", "update"].contains(&pair[0].as_str()).then(|| pair[1].clone())
    };
    words.iter().filter(|w| !w.is_empty()).cloned().collect::<Vec<_>>().windows(2).filter_map(after).collect()
}

leadhold_store::statements! {
    PUT across tenants "a test of the store" = "insert into installation (name, value) values ($1, $2)";
    UPDATE across tenants "a test of the store" = "update installation set value = $2 where name = $1";
    NAMES across tenants "a test of the store" = "select name from installation order by name";
    /// References whose column leads no index. Agencies, locations and workflows are never removed.
    UNINDEXED across tenants "a test looks at the tables" = "select m.name || '.' || f.\"from\" from sqlite_master m
        join pragma_foreign_key_list(m.name) f where m.type = 'table' and f.seq = 0
        and f.\"table\" not in ('companies', 'locations', 'workflows') and not exists (
            select 1 from pragma_index_list(m.name) l join pragma_index_info(l.name) i
            where l.partial = 0 and i.seqno = 0 and i.name = f.\"from\") order by 1";
}

/// Whoever removes a row looks for those that refer to it: without an index through all rows of all tenants, and everybody
/// waits.
#[tokio::test]
async fn what_refers_to_a_row_that_can_be_removed_is_found_by_an_index() {
    let app = TestApp::start().await;
    if app.database.is_postgres() {
        return; // the tables are the same
    }
    let store = &app.app.world.store;
    let read = store.read(|tx| tx.query(UNINDEXED, &[], |row| row.get::<String>(0))).await;
    assert_eq!(read.unwrap_or_else(|e: DbError| panic!("{e}")), Vec::<String>::new());
}

async fn names(app: &TestApp) -> Vec<String> {
    let store = &app.app.world.store;
    store.read(|tx| tx.query(NAMES, &[], |row| row.get(0))).await.unwrap_or_else(|e: DbError| panic!("{e}"))
}

#[tokio::test]
async fn a_failed_attempt_is_undone_and_the_transaction_goes_on() {
    let app = TestApp::start().await;
    let done: Result<(), DbError> = app
        .app
        .world
        .store
        .write(|tx| {
            tx.exec(PUT, params!["a", "1"])?;
            let failed: Result<(), DbError> = tx.attempt(|tx| {
                tx.exec(PUT, params!["b", "1"])?;
                tx.exec(PUT, params!["a", "2"]).map(drop)
            });
            assert!(matches!(failed, Err(DbError::Unique(_))), "{failed:?}");
            tx.attempt(|tx| tx.exec(PUT, params!["c", "1"]).map(drop))
        })
        .await;
    assert_eq!(done, Ok(()));
    assert_eq!(names(&app).await, ["a", "c"]);
}

/// Two transactions that take two rows in opposite orders: PostgreSQL ends one of them, and the store runs it again.
#[tokio::test(flavor = "multi_thread")]
async fn transactions_that_lock_each_other_out_all_succeed() {
    let app = TestApp::start().await;
    let store = app.app.world.store.clone();
    let made: Result<(), DbError> = store
        .write(|tx| tx.exec(PUT, params!["a", "0"]).and_then(|_| tx.exec(PUT, params!["b", "0"])).map(drop))
        .await;
    made.unwrap();
    let mut racing = tokio::task::JoinSet::new();
    for i in 0..8 {
        let store = store.clone();
        let order = if i % 2 == 0 { ["a", "b"] } else { ["b", "a"] };
        racing.spawn(async move {
            let done: Result<(), DbError> = store
                .write(move |tx| {
                    order.iter().try_for_each(|name| tx.exec(UPDATE, params![*name, "1"]).map(drop))
                })
                .await;
            done
        });
    }
    let results = racing.join_all().await;
    assert!(results.iter().all(Result::is_ok), "{results:?}");
}

fn created_tables(migration: &str) -> Vec<String> {
    let lines = migration.lines().filter_map(|line| {
        line.trim()
            .strip_prefix("create table ")
            .or_else(|| line.trim().strip_prefix("create virtual table "))
    });
    lines.filter_map(|rest| rest.split([' ', '(']).next()).map(str::to_owned).collect()
}
