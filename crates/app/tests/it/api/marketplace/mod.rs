//! The marketplace: the life of installs, and what apps do with it.

mod billing;
mod external_auth;
mod external_billing;
mod future;
mod installations;
mod installed_locations;
mod life;
mod pricing;

use leadhold_app::marketplace::{self, Install, Installation, Place};
use leadhold_app::oauth::apps::{self, NewApp, Registered};
use leadhold_kernel::{Id, ScopeSet, id};
use leadhold_store::params;
use leadhold_testkit::TestApp;
use serde_json::{Value, json};

use super::oauth;

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

/// A registered app, and its access token for a place.
struct Partner {
    registered: Registered,
    token: String,
}

impl Partner {
    /// One with the scopes of this area, authorized for `pick`.
    async fn authorized(app: &TestApp, pick: oauth::Pick) -> Self {
        let owner = app.agency.company.clone();
        let scopes = "contacts.readonly oauth.readonly oauth.write charges.readonly charges.write \
                      marketplace-installer-details.readonly marketplace-external-auth-migration.write";
        let new = NewApp {
            name: "Dialer".into(),
            redirect_uris: vec![oauth::CALLBACK.into()],
            scopes: ScopeSet::parse(scopes).expect("scopes"),
            ..NewApp::default()
        };
        let registered = app.write(move |tx, cx| apps::register(tx, cx, &owner, &new)).await;
        let tokens = oauth::install(app, &registered, pick).await;
        Self { token: oauth::text(&tokens, "access_token").to_owned(), registered }
    }

    /// One that is installed on the first location.
    async fn on_location(app: &TestApp) -> Self {
        Self::authorized(app, oauth::one_location(app)).await
    }

    /// One that is installed on the agency and, with it, on its locations.
    async fn on_agency(app: &TestApp) -> Self {
        Self::authorized(app, oauth::Pick { all: true, ..oauth::Pick::default() }).await
    }

    fn id(&self) -> &str {
        self.registered.app_id.as_str()
    }

    /// Sets the app's meters and answers them.
    async fn meters(&self, app: &TestApp, meters: &Value) -> Value {
        let call = app.put(&format!("/leadhold/v1/apps/{}/meters", self.id())).token(&app.agency.token);
        call.json(&json!({ "meters": meters })).send().await.expect(200).json()
    }
}

/// Sets the first location's wallet.
async fn fill_wallet(app: &TestApp, balance: f64) {
    let call = app.put(&format!("/leadhold/v1/wallets/{}", app.agency.location.location_id()));
    call.token(&app.agency.token).json(&json!({ "balance": balance })).send().await.expect(200);
}

/// What is left in it.
async fn balance(app: &TestApp) -> Value {
    let wallet = app.get(&format!("/leadhold/v1/wallets/{}", app.agency.location.location_id()));
    wallet.send().await.expect(200).json()["wallet"]["balance"].clone()
}
