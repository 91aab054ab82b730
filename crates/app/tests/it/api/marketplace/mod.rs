//! The marketplace: the life of installs, and what apps do with it.

mod future;
mod installed_locations;
mod life;

use leadhold_app::marketplace::{self, Install, Installation, Place};
use leadhold_app::oauth::apps::{self, NewApp, Registered};
use leadhold_kernel::{Id, ScopeSet, id};
use leadhold_store::params;
use leadhold_testkit::TestApp;

leadhold_store::statements! {
    INSTALLS across tenants "a test looks at what is kept" = "select count(*) from installs where app_id = $1";
    ADD_PLAN across tenants "a test's own plan" = "insert into app_plans (id, app_id, name, amount, payment_time, trial_days,
        features, position) values ($1, $2, 'Pro', 9000000000, 'month', $3, '[]', 0)";
}

/// An app of the agency with a default webhook, installed nowhere.
async fn register(app: &TestApp, webhook: Option<&str>) -> Registered {
    let (owner, webhook) = (app.agency.company.clone(), webhook.map(str::to_owned));
    app.write(move |tx, cx| {
        let new = NewApp { name: "Dialer".into(), webhook_url: webhook.clone(), ..NewApp::default() };
        apps::register(tx, cx, &owner, &new)
    })
    .await
}

fn installation(registered: &Registered, place: Place) -> Installation {
    let (app, version) = (registered.app_id.clone(), registered.version_id.clone());
    Installation::new(place, app, version, ScopeSet::parse("contacts.readonly").expect("scopes"))
}

async fn install(app: &TestApp, new: &Installation) -> Install {
    let new = new.clone();
    app.write(move |tx, cx| marketplace::install(tx, cx, &new)).await
}

async fn uninstall(app: &TestApp, place: Place, registered: &Registered) -> Option<Install> {
    let id = registered.app_id.clone();
    app.write(move |tx, cx| marketplace::uninstall(tx, cx, &place, &id, Some("enough"))).await
}

async fn plan(app: &TestApp, registered: &Registered, trial_days: i64) -> Id<id::Plan> {
    let id = registered.app_id.clone();
    app.write(move |tx, cx| {
        let plan = Id::<id::Plan>::generate(cx.random.as_ref());
        tx.exec(ADD_PLAN, params![&plan, &id, trial_days])?;
        Ok(plan)
    })
    .await
}

fn here(app: &TestApp) -> Place {
    Place::Location(app.agency.location.clone())
}

fn agency(app: &TestApp) -> Place {
    Place::Company(app.agency.company.clone())
}

async fn installs(app: &TestApp, registered: &Registered) -> i64 {
    let id = registered.app_id.clone();
    app.write(move |tx, _| Ok(tx.query_one(INSTALLS, params![&id], |row| row.get(0))?)).await
}
