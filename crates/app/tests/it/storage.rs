//! What holds for every statement: it prepares on the engine under test, and it names its tenant.

use leadhold_app::slices;
use leadhold_kernel::Error;
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
    "workflows",
    "workflow_versions",
    "workflow_triggers",
    "workflow_runs",
    "workflow_run_steps",
    "inbound_hooks",
    "inbound_requests",
];

/// Tables whose rows belong to nobody in particular, with the reason.
const SHARED: &[(&str, &str)] = &[
    ("jobs", "payloads name their tenant; the queue serves all"),
    ("dead_jobs", "as jobs"),
    ("installation", "what the server knows about itself"),
    ("schema_migrations", "the schema"),
];

#[tokio::test]
async fn every_statement_prepares() {
    let app = TestApp::start().await;
    let statements = slices::statements();
    assert!(statements.len() > 25, "the registry lost some: {}", statements.len());
    let faults = app
        .app
        .world
        .store
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
        .unwrap();
    assert_eq!(faults, None);
}

#[test]
fn every_statement_on_a_tenants_table_names_its_tenant() {
    let forgotten: Vec<_> = slices::statements()
        .into_iter()
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

fn created_tables(migration: &str) -> Vec<String> {
    let lines = migration.lines().filter_map(|line| {
        line.trim()
            .strip_prefix("create table ")
            .or_else(|| line.trim().strip_prefix("create virtual table "))
    });
    lines.filter_map(|rest| rest.split([' ', '(']).next()).map(str::to_owned).collect()
}
