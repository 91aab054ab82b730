//! The form of a dry run, and what would happen.

use std::sync::Arc;

use http::StatusCode;
use leadhold_kernel::Error;
use leadhold_store::Tx;
use serde_json::{Map, Value, json};

use super::{admin, asked, place, plain, pretty};
use crate::http::{Query, Reply, Request, page};
use crate::links::Urls;
use crate::tenant::CompanyScope;
use crate::workflows::dry_run::{self, Trial};
use crate::workflows::routes::trying::trial;
use crate::workflows::{service, wire};

/// What the form asks for, beside the contact.
const FIELDS: [&str; 8] = ["contactId", "email", "firstName", "phone", "trigger", "data", "for", "events"];

/// The form, filled in with nothing.
pub(super) async fn form(request: Request) -> Result<Reply, Error> {
    match admin(&request)? {
        Ok(agency) => sheet(&request, agency, &Query::parse(b"for=7d"), StatusCode::OK, json!({})).await,
        Err(elsewhere) => Ok(elsewhere),
    }
}

/// What would happen; or what is wrong with the form.
pub(super) async fn tried(request: Request) -> Result<Reply, Error> {
    let agency = match admin(&request)? {
        Ok(agency) => agency,
        Err(elsewhere) => return Ok(elsewhere),
    };
    let sent = Query::parse(&request.body);
    let told = match read(&sent) {
        Ok(trial) => rehearsed(&request, &agency, trial).await,
        Err(fault) => Err(fault),
    };
    let (status, given) = match told {
        Ok(told) => (StatusCode::OK, json!({"told": told})),
        Err(Error::Validation(faults)) => (StatusCode::UNPROCESSABLE_ENTITY, json!({"faults": faults})),
        Err(error @ (Error::BadRequest(_) | Error::Conflict(_))) => {
            (StatusCode::BAD_REQUEST, json!({"faults": [error.client_message()]}))
        }
        Err(other) => return Err(other),
    };
    sheet(&request, agency, &sent, status, given).await
}

async fn rehearsed(request: &Request, agency: &CompanyScope, trial: Trial) -> Result<Value, Error> {
    let (id, cx, agency) = (asked(request)?, request.cx(), agency.clone());
    let urls = Urls::new(&request.app.config.base_url, Arc::clone(&request.app.world.seal));
    let work = move |tx: &mut Tx<'_>| {
        let here = place(tx, &agency, &id)?;
        dry_run::run(tx, &cx, &here, &id, &trial, &urls)
    };
    let mut told = request.app.world.write(work).await?;
    pretty(&mut told);
    plain(&mut told["trigger"]);
    Ok(told)
}

/// The form as the API's body.
fn read(sent: &Query) -> Result<Trial, Error> {
    let given = |name: &str| sent.get(name).map(str::trim).filter(|text| !text.is_empty());
    let (mut body, mut faults) = (Map::new(), Vec::new());
    for name in ["contactId", "trigger", "for"] {
        body.extend(given(name).map(|text| (name.to_owned(), json!(text))));
    }
    let contact = ["email", "firstName", "phone"].iter();
    let contact: Map<String, Value> =
        contact.filter_map(|name| Some(((*name).to_owned(), json!(given(name)?)))).collect();
    if !contact.is_empty() {
        body.insert("contact".to_owned(), contact.into());
    }
    for name in ["data", "events"] {
        match given(name).map(serde_json::from_str::<Value>) {
            Some(Ok(json)) => drop(body.insert(name.to_owned(), json)),
            Some(Err(fault)) => faults.push(format!("{name} is no JSON: {fault}")),
            None => {}
        }
    }
    match trial(&body) {
        Ok(trial) if faults.is_empty() => Ok(trial),
        Err(Error::Validation(found)) => Err(Error::Validation([faults, found].concat())),
        Err(other) => Err(other),
        Ok(_) => Err(Error::Validation(faults)),
    }
}

async fn sheet(
    request: &Request,
    agency: CompanyScope,
    sent: &Query,
    status: StatusCode,
    more: Value,
) -> Result<Reply, Error> {
    let id = asked(request)?;
    let look = move |tx: &mut Tx<'_>| {
        let here = place(tx, &agency, &id)?;
        service::get(tx, &here, &id)
    };
    let whole = request.app.world.store.read(look).await?;
    let filled = FIELDS.map(|name| (name.to_owned(), sent.get(name).unwrap_or_default().into()));
    let mut given = json!({
        "workflow": wire::whole(&whole), "given": Map::from_iter(filled), "faults": [],
    });
    if let (Some(given), Value::Object(more)) = (given.as_object_mut(), more) {
        given.extend(more);
    }
    page(request, status, "workflow_dry_run.html", given)
}
