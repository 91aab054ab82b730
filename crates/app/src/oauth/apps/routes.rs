//! `/leadhold/v1/apps`: an agency's apps, their versions and their secrets.

use leadhold_kernel::Error;
use serde_json::{Value, json};

use super::model::App;
use super::subscriptions::{self, Wishes};
use super::wire::{self, Shown, ShownSecret, ShownVersion};
use super::{IssuedSecret, change, register, secrets, versions};
use crate::http::{Reply, Request, Route, delete, get, post, put};
use crate::tenant::CompanyScope;
use leadhold_store::Tx;

/// The routes.
#[must_use]
pub fn routes() -> Vec<Route> {
    vec![
        get("/leadhold/v1/apps", list),
        post("/leadhold/v1/apps", create),
        get("/leadhold/v1/apps/{appId}", read),
        put("/leadhold/v1/apps/{appId}", update),
        delete("/leadhold/v1/apps/{appId}", remove),
        get("/leadhold/v1/apps/{appId}/versions", list_versions),
        post("/leadhold/v1/apps/{appId}/versions", begin_version),
        put("/leadhold/v1/apps/{appId}/versions/{versionId}", edit_version),
        delete("/leadhold/v1/apps/{appId}/versions/{versionId}", discard_version),
        post("/leadhold/v1/apps/{appId}/versions/{versionId}/publish", publish_version),
        get("/leadhold/v1/apps/{appId}/secrets", list_secrets),
        post("/leadhold/v1/apps/{appId}/secrets", add_secret),
        delete("/leadhold/v1/apps/{appId}/secrets/{secretId}", remove_secret),
    ]
}

async fn list(request: Request) -> Result<Reply, Error> {
    let owner = request.caller()?.company(request.query.get("companyId"))?;
    let apps = request.app.world.store.read(move |tx| {
        let apps = super::list(tx, &owner)?;
        apps.into_iter().map(|app| with_wishes(tx, app)).collect::<Result<Vec<_>, Error>>()
    });
    let apps = apps.await?;
    let shown: Vec<_> = apps.iter().map(|(app, wishes)| Shown::of(app, wishes)).collect();
    Ok(Reply::ok(&json!({ "apps": shown })))
}

async fn create(request: Request) -> Result<Reply, Error> {
    let owner = request.caller()?.company(None)?;
    let (new, cx) = (wire::new(&request.json()?)?, request.cx());
    let work = move |tx: &mut Tx<'_>| {
        let registered = register(tx, &cx, &owner, &new)?;
        let app = super::get(tx, &owner, registered.app_id.as_str())?;
        Ok((with_wishes(tx, app)?, registered.client_secret))
    };
    let wrap = |((app, wishes), secret): ((App, Wishes), Option<String>)| {
        let mut body = json!({ "app": Shown::of(&app, &wishes) });
        if let Some(secret) = secret {
            body["clientSecret"] = Value::from(secret);
        }
        Reply::created(&body)
    };
    request.write(work, wrap).await
}

async fn read(request: Request) -> Result<Reply, Error> {
    let (owner, id) = named(&request)?;
    let found = request.app.world.store.read(move |tx| {
        let app = super::get(tx, &owner, &id)?;
        with_wishes(tx, app)
    });
    Ok(shown(&found.await?))
}

async fn update(request: Request) -> Result<Reply, Error> {
    let (owner, id) = named(&request)?;
    let (changes, cx) = (wire::changes(&request.json()?)?, request.cx());
    let work = move |tx: &mut Tx<'_>| {
        let app = change(tx, &cx, &owner, &id, &changes)?;
        with_wishes(tx, app)
    };
    request.write(work, |found| shown(&found)).await
}

async fn remove(request: Request) -> Result<Reply, Error> {
    let (owner, id) = named(&request)?;
    let (everywhere, cx) = (request.query.get("force") == Some("true"), request.cx());
    let work = move |tx: &mut Tx<'_>| super::delete(tx, &cx, &owner, &id, everywhere);
    request.write(work, |()| Reply::ok(&json!({ "succeeded": true }))).await
}

async fn list_versions(request: Request) -> Result<Reply, Error> {
    let (owner, id) = named(&request)?;
    let found = request.app.world.store.read(move |tx| {
        let app = super::get(tx, &owner, &id)?;
        Ok::<_, Error>(versions(tx, &app.id)?)
    });
    let shown: Vec<_> = found.await?.into_iter().map(ShownVersion::from).collect();
    Ok(Reply::ok(&json!({ "versions": shown })))
}

async fn begin_version(request: Request) -> Result<Reply, Error> {
    let (owner, id) = named(&request)?;
    let (scopes, cx) = (wire::version(&request.json()?, false)?, request.cx());
    let work = move |tx: &mut Tx<'_>| {
        let app = super::get(tx, &owner, &id)?;
        super::draft_version(tx, &cx, &app, scopes)
    };
    request.write(work, |version| Reply::created(&json!({ "version": ShownVersion::from(version) }))).await
}

async fn edit_version(request: Request) -> Result<Reply, Error> {
    let (owner, id) = named(&request)?;
    let scopes = wire::version(&request.json()?, true)?.unwrap_or_default();
    let version = request.path(1).to_owned();
    let work = move |tx: &mut Tx<'_>| {
        let app = super::get(tx, &owner, &id)?;
        super::edit_version(tx, &app, &version, scopes)
    };
    request.write(work, |version| Reply::ok(&json!({ "version": ShownVersion::from(version) }))).await
}

async fn discard_version(request: Request) -> Result<Reply, Error> {
    let (owner, id) = named(&request)?;
    let version = request.path(1).to_owned();
    let work = move |tx: &mut Tx<'_>| {
        let app = super::get(tx, &owner, &id)?;
        super::discard_version(tx, &app, &version)
    };
    request.write(work, |()| Reply::ok(&json!({ "succeeded": true }))).await
}

async fn publish_version(request: Request) -> Result<Reply, Error> {
    let (owner, id) = named(&request)?;
    let (version, cx) = (request.path(1).to_owned(), request.cx());
    let work = move |tx: &mut Tx<'_>| {
        let app = super::get(tx, &owner, &id)?;
        super::publish_version(tx, &cx, &app, &version)
    };
    request.write(work, |version| Reply::ok(&json!({ "version": ShownVersion::from(version) }))).await
}

async fn list_secrets(request: Request) -> Result<Reply, Error> {
    let (owner, id) = named(&request)?;
    let found = request.app.world.store.read(move |tx| {
        let app = super::get(tx, &owner, &id)?;
        Ok::<_, Error>(secrets(tx, &app.id)?)
    });
    let shown: Vec<_> = found.await?.into_iter().map(ShownSecret::from).collect();
    Ok(Reply::ok(&json!({ "secrets": shown })))
}

async fn add_secret(request: Request) -> Result<Reply, Error> {
    let (owner, id) = named(&request)?;
    let cx = request.cx();
    let work = move |tx: &mut Tx<'_>| {
        let app = super::get(tx, &owner, &id)?;
        super::add_secret(tx, &cx, &app)
    };
    let wrap = |made: IssuedSecret| {
        Reply::created(&json!({ "secret": { "id": made.id }, "clientSecret": made.secret }))
    };
    request.write(work, wrap).await
}

async fn remove_secret(request: Request) -> Result<Reply, Error> {
    let (owner, id) = named(&request)?;
    let (secret, cx) = (request.path(1).to_owned(), request.cx());
    let work = move |tx: &mut Tx<'_>| {
        let app = super::get(tx, &owner, &id)?;
        super::remove_secret(tx, &cx, &app, &secret)
    };
    request.write(work, |()| Reply::ok(&json!({ "succeeded": true }))).await
}

/// The caller's agency and the app that the path names.
fn named(request: &Request) -> Result<(CompanyScope, String), Error> {
    Ok((request.caller()?.company(None)?, request.path(0).to_owned()))
}

fn with_wishes(tx: &mut Tx<'_>, app: App) -> Result<(App, Wishes), Error> {
    let wishes = subscriptions::wishes(tx, &app.id)?;
    Ok((app, wishes))
}

fn shown((app, wishes): &(App, Wishes)) -> Reply {
    Reply::ok(&json!({ "app": Shown::of(app, wishes) }))
}
