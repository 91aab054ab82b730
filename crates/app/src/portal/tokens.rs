//! `/developer/tokens`: the agency's tokens and its locations'. An administrator can give every scope.

use std::collections::HashMap;

use http::StatusCode;
use leadhold_kernel::{Error, Id, ScopeSet, Timestamp};
use leadhold_store::Tx;
use serde_json::{Value, json};

use super::{admin, form, moment, with};
use crate::http::{Query, Reply, Request, Route, get, page, post, redirect};
use crate::locations::{self, Search};
use crate::tenant::CompanyScope;
use crate::tokens::{self, Kind, Manager, NAME_LENGTH, Overlap, Owner, Token};

/// How many locations the page offers; for one beyond them the API makes tokens.
const LISTED: i64 = 1000;

/// The routes.
pub(super) fn routes() -> Vec<Route> {
    vec![
        get("/developer/tokens", list),
        post("/developer/tokens", send),
        get("/developer/tokens/{tokenId}", show),
        post("/developer/tokens/{tokenId}", edit),
    ]
}

async fn list(request: Request) -> Result<Reply, Error> {
    let agency = match admin(&request)? {
        Ok(agency) => agency,
        Err(elsewhere) => return Ok(elsewhere),
    };
    let done = match request.query.get("done") {
        Some("revoke") => "The token has ended.",
        Some("edit") => "The token was changed.",
        _ => "",
    };
    sheet(&request, StatusCode::OK, &agency, json!({ "done": done })).await
}

async fn send(request: Request) -> Result<Reply, Error> {
    let agency = match admin(&request)? {
        Ok(agency) => agency,
        Err(elsewhere) => return Ok(elsewhere),
    };
    let sent = Query::parse(&request.body);
    match act(&request, &agency, &sent).await {
        Ok(Some(secret)) => sheet(&request, StatusCode::CREATED, &agency, json!({ "secret": secret })).await,
        Ok(None) => Ok(redirect("/developer/tokens?done=revoke")),
        Err(error) => {
            let (status, faults) = page::told(error)?;
            let given = json!({
                "faults": faults, "name": form::text(&sent, "name"), "owner": form::text(&sent, "owner"),
                "scopes": form::scopes(ScopeSet::all(), form::chosen_scopes(&sent)),
            });
            sheet(&request, status, &agency, given).await
        }
    }
}

/// Does what the form says; a new secret when there is one.
async fn act(request: &Request, agency: &CompanyScope, sent: &Query) -> Result<Option<String>, Error> {
    let (cx, agency, form) = (request.cx(), agency.clone(), sent.clone());
    let work = move |tx: &mut Tx<'_>| {
        let manager = manager(&agency);
        let id = form::text(&form, "token");
        match form::text(&form, "action") {
            "create" => {
                let (name, scopes) = named(&form)?;
                let (owner, kind) = owner(tx, &agency, form::text(&form, "owner"))?;
                Ok(Some(tokens::issue(tx, &cx, &manager, &owner, kind, &name, scopes)?.secret))
            }
            "rotate" => {
                let overlap = Overlap::parse(form::text(&form, "expire")).unwrap_or_default();
                Ok(Some(tokens::rotate(tx, &cx, &manager, id, overlap)?.0.secret))
            }
            "revoke" => tokens::revoke(tx, &cx, &manager.who, id).map(|()| None),
            _ => Err(Error::bad_request("The form names nothing that can be done here.")),
        }
    };
    request.app.world.write(work).await
}

async fn show(request: Request) -> Result<Reply, Error> {
    let agency = match admin(&request)? {
        Ok(agency) => agency,
        Err(elsewhere) => return Ok(elsewhere),
    };
    one(&request, StatusCode::OK, &agency, json!({})).await
}

async fn edit(request: Request) -> Result<Reply, Error> {
    let agency = match admin(&request)? {
        Ok(agency) => agency,
        Err(elsewhere) => return Ok(elsewhere),
    };
    let (cx, who, id) = (request.cx(), manager(&agency), request.path(0).to_owned());
    let sent = Query::parse(&request.body);
    let changed = match named(&sent) {
        Ok((name, scopes)) => {
            let work =
                move |tx: &mut Tx<'_>| tokens::edit(tx, &cx, &who, &id, Some(name.as_str()), Some(scopes));
            request.app.world.write(work).await
        }
        Err(faults) => Err(faults),
    };
    match changed {
        Ok(_) => Ok(redirect("/developer/tokens?done=edit")),
        Err(error) => {
            let (status, faults) = page::told(error)?;
            let given = json!({
                "faults": faults, "name": form::text(&sent, "name"),
                "scopes": form::scopes(ScopeSet::all(), form::chosen_scopes(&sent)),
            });
            one(&request, status, &agency, given).await
        }
    }
}

fn manager(agency: &CompanyScope) -> Manager {
    Manager { who: Owner::Company(agency.clone()), scopes: ScopeSet::all() }
}

/// A form's name and scopes.
fn named(form: &Query) -> Result<(String, ScopeSet), Error> {
    let (name, scopes) = (form::text(form, "name"), form::chosen_scopes(form));
    let mut faults = Vec::new();
    if name.is_empty() {
        faults.push("Give the token a name, such as the program that uses it.".to_owned());
    }
    if name.chars().count() > NAME_LENGTH {
        faults.push(format!("The name must be at most {NAME_LENGTH} characters long."));
    }
    if scopes.is_empty() {
        faults.push("Choose at least one scope: without any, the token can do nothing.".to_owned());
    }
    if faults.is_empty() { Ok((name.to_owned(), scopes)) } else { Err(Error::Validation(faults)) }
}

/// Whose token the form wants, and of which kind.
fn owner(tx: &mut Tx<'_>, agency: &CompanyScope, chosen: &str) -> Result<(Owner, Kind), Error> {
    match chosen {
        "agency" => Ok((Owner::Company(agency.clone()), Kind::Private)),
        "agency-key" => Ok((Owner::Company(agency.clone()), Kind::AgencyKey)),
        id => {
            let found = Id::parse(id).map(|id| locations::of_company(tx, agency, &id)).transpose()?.flatten();
            let here = found.ok_or_else(|| Error::field("Choose whose token it is."))?;
            Ok((Owner::Location(here), Kind::Private))
        }
    }
}

async fn sheet(
    request: &Request,
    status: StatusCode,
    agency: &CompanyScope,
    given: Value,
) -> Result<Reply, Error> {
    let (agency, now) = (agency.clone(), request.now);
    let read = request.app.world.store.read(move |tx| {
        let tokens = tokens::list(tx, &Owner::Company(agency.clone()))?;
        Ok::<_, Error>((tokens, offered(tx, &agency)?))
    });
    let (found, places) = read.await?;
    let names: HashMap<&str, &str> = places.iter().map(|(id, name)| (id.as_str(), name.as_str())).collect();
    let shown: Vec<Value> =
        found.iter().filter(|token| token.works_at(now)).map(|token| shown(token, &names, now)).collect();
    let offered: Vec<Value> = places.iter().map(|(id, name)| json!({ "id": id, "name": name })).collect();
    let whole = json!({
        "tokens": shown, "locations": offered, "owner": "agency",
        "scopes": form::scopes(ScopeSet::all(), ScopeSet::default()),
    });
    page(request, status, "developer_tokens.html", with(whole, given))
}

/// The locations that a token can be made for: their ids and names, by name.
fn offered(tx: &mut Tx<'_>, agency: &CompanyScope) -> Result<Vec<(String, String)>, Error> {
    let all = Search { email: String::new(), newest_first: false, skip: 0, limit: LISTED };
    let found = locations::search(tx, agency, &all)?.into_iter();
    let mut offered: Vec<_> = found.map(|location| (location.id.to_string(), location.name)).collect();
    offered.sort_by(|a, b| (&a.1, &a.0).cmp(&(&b.1, &b.0)));
    Ok(offered)
}

async fn one(
    request: &Request,
    status: StatusCode,
    agency: &CompanyScope,
    given: Value,
) -> Result<Reply, Error> {
    let (who, id, now) = (Owner::Company(agency.clone()), request.path(0).to_owned(), request.now);
    let token = request.app.world.store.read(move |tx| tokens::get(tx, &who, &id)).await?;
    if !token.works_at(now) {
        return Err(Error::NotFound("This token has ended.".into()));
    }
    let whole = json!({
        "token": shown(&token, &HashMap::new(), now), "name": token.name,
        "scopes": form::scopes(ScopeSet::all(), token.scopes),
    });
    page(request, status, "developer_token.html", with(whole, given))
}

fn shown(token: &Token, names: &HashMap<&str, &str>, now: Timestamp) -> Value {
    let place = token.location_id.as_ref().map(|id| names.get(id.as_str()).copied().unwrap_or(id.as_str()));
    json!({
        "id": token.id, "name": token.name, "hint": token.hint, "place": place, "kind": token.kind.name(),
        "scopes": token.scopes.iter().count(), "all": token.scopes == ScopeSet::all(),
        "created": moment(token.created_at), "used": token.last_used_at.map(moment),
        "ends": token.expires_at.filter(|end| *end > now).map(moment),
    })
}
