//! `/developer/apps`: the list, and a new app.

use http::StatusCode;
use leadhold_kernel::{Error, ScopeSet};
use leadhold_store::Tx;
use serde_json::{Map, Value, json};

use super::{admin, app, form, moment};
use crate::http::{Query, Reply, Request, Route, get, page, post};
use crate::marketplace;
use crate::oauth::apps;

/// The routes.
pub(super) fn routes() -> Vec<Route> {
    vec![get("/developer/apps", list), get("/developer/apps/new", blank), post("/developer/apps/new", create)]
}

async fn list(request: Request) -> Result<Reply, Error> {
    let owner = match admin(&request)? {
        Ok(owner) => owner,
        Err(elsewhere) => return Ok(elsewhere),
    };
    let found = request.app.world.store.read(move |tx| {
        let apps = apps::list(tx, &owner)?.into_iter().map(|app| {
            let installs = marketplace::count_installs_of_app(tx, &app.id)?;
            Ok(json!({
                "id": app.id, "name": app.name, "client_id": app.client_id, "version": app.live.number,
                "installs": installs, "created": moment(app.created_at),
            }))
        });
        apps.collect::<Result<Vec<Value>, Error>>()
    });
    let deleted = request.query.get("done") == Some("deleted");
    page(&request, StatusCode::OK, "developer_apps.html", json!({ "apps": found.await?, "deleted": deleted }))
}

async fn blank(request: Request) -> Result<Reply, Error> {
    if let Err(elsewhere) = admin(&request)? {
        return Ok(elsewhere);
    }
    let fields = json!({ "distribution": "both" });
    sheet(&request, StatusCode::OK, fields.as_object().unwrap_or(&Map::new()), ScopeSet::default(), &[])
}

/// Registers the app and shows it with its secret; or the form again with what is wrong.
async fn create(request: Request) -> Result<Reply, Error> {
    let owner = match admin(&request)? {
        Ok(owner) => owner,
        Err(elsewhere) => return Ok(elsewhere),
    };
    let sent = Query::parse(&request.body);
    let (fields, cx, agency) = (form::app(&sent, true), request.cx(), owner.clone());
    let made = match apps::read_new(&fields) {
        Ok(new) => {
            let work = move |tx: &mut Tx<'_>| apps::register(tx, &cx, &agency, &new);
            request.app.world.write(work).await
        }
        Err(faults) => Err(faults),
    };
    match made {
        Ok(made) => {
            let id = made.app_id.to_string();
            let once = json!({ "created": true, "secret": made.client_secret });
            app::sheet(&request, StatusCode::CREATED, &owner, &id, once).await
        }
        Err(error) => {
            let (status, faults) = page::told(error)?;
            sheet(&request, status, &fields, form::chosen_scopes(&sent), &faults)
        }
    }
}

fn sheet(
    request: &Request,
    status: StatusCode,
    fields: &Map<String, Value>,
    scopes: ScopeSet,
    faults: &[String],
) -> Result<Reply, Error> {
    let given = json!({
        "app": form::shown(fields), "scopes": form::scopes(ScopeSet::grantable(), scopes), "faults": faults,
    });
    page(request, status, "developer_app_new.html", given)
}
