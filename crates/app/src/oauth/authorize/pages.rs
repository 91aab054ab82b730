//! The authorization page: `/oauth/chooselocation`, and `/v2/oauth/chooselocation` as newer links have it.
//!
//! `GET` shows what is asked and what may be granted; the form posts the same parameters back with the person's pick, and
//! everything is checked anew. Nothing is remembered between the two, so nothing can be stale or planted.

use http::StatusCode;
use leadhold_kernel::Error;
use leadhold_store::Tx;
use serde_json::{Value, json};

use super::{Ask, Fault, Offer, Person, Pick, Wish};
use crate::http::{Query, Reply, Request, Route, Visitor, get, page, post, redirect, sign_in_first};
use crate::oauth::scope_words;

/// The page's routes.
#[must_use]
pub fn routes() -> Vec<Route> {
    const PATH: &str = "/oauth/chooselocation";
    const NEWER: &str = "/v2/oauth/chooselocation";
    vec![get(PATH, show), post(PATH, decide), get(NEWER, show), post(NEWER, decide)]
}

async fn show(request: Request) -> Result<Reply, Error> {
    let wish = Wish::of(&request.query);
    match look(&request, &wish).await? {
        Seen::Fault(fault) => Ok(redirect(&fault.redirect(&request.app.config.base_url))),
        Seen::Stranger => Ok(sign_in_first(&request)),
        Seen::Offer(ask, offer) => {
            let find = request.query.get("find").unwrap_or_default().to_owned();
            choose(&request, StatusCode::OK, &request.query, &ask, &offer, &find, None)
        }
    }
}

async fn decide(request: Request) -> Result<Reply, Error> {
    let sent = Query::parse(&request.body);
    let wish = Wish::of(&sent);
    let issuer = request.app.config.base_url.clone();
    let (ask, offer) = match look(&request, &wish).await? {
        Seen::Fault(fault) => return Ok(redirect(&fault.redirect(&issuer))),
        Seen::Stranger => {
            return Err(Error::forbidden("You have been signed out. Follow the app's link once more."));
        }
        Seen::Offer(ask, offer) => (ask, offer),
    };
    if sent.get("decision") != Some("allow") {
        return Ok(redirect(&ask.denied().redirect(&issuer)));
    }
    let (pick, person) = (pick(&sent), Person::from(visitor(&request)?));
    let (cx, asked) = (request.cx(), ask.clone());
    let code = request.app.world.write(move |tx| super::approve(tx, &cx, &asked, &person, &pick)).await;
    match code {
        Ok(code) => Ok(redirect(&ask.redirect(&code, &issuer))),
        Err(Error::Validation(faults)) => {
            let status = StatusCode::UNPROCESSABLE_ENTITY;
            choose(&request, status, &sent, &ask, &offer, "", Some(faults.join(", ")))
        }
        Err(other) => Err(other),
    }
}

/// What becomes of a wish.
enum Seen {
    /// It goes back to the app.
    Fault(Fault),
    /// Nobody is signed in.
    Stranger,
    /// It can be shown.
    Offer(Box<Ask>, Offer),
}

async fn look(request: &Request, wish: &Wish) -> Result<Seen, Error> {
    let (wish, person) = (wish.clone(), request.visitor.as_ref().map(Person::from));
    let look = move |tx: &mut Tx<'_>| {
        let app = super::client(tx, &wish)?;
        let company = person.as_ref().map(|person| &person.company_id);
        let ask = match super::check(tx, app, &wish, company)? {
            Ok(ask) => ask,
            // A draft version is hidden from strangers; who they are, signing in will show.
            Err(_) if person.is_none() && !wish.version_id.is_empty() => return Ok(Seen::Stranger),
            Err(fault) => return Ok(Seen::Fault(fault)),
        };
        let Some(person) = &person else { return Ok(Seen::Stranger) };
        let offer = Offer::of(tx, &ask.app, person)?;
        Ok::<_, Error>(Seen::Offer(Box::new(ask), offer))
    };
    request.app.world.store.read(look).await
}

fn visitor(request: &Request) -> Result<&Visitor, Error> {
    request.visitor.as_ref().ok_or_else(|| Error::internal("a stranger got past the look"))
}

fn pick(sent: &Query) -> Pick {
    let at_agency = sent.get("target") == Some("agency");
    let on = |name: &str| !at_agency && sent.get(name) == Some("on");
    let chosen = sent.iter().filter(|(name, _)| *name == "locationId" && !at_agency);
    Pick {
        company: at_agency,
        locations: chosen.map(|(_, id)| id.to_owned()).collect(),
        all: on("all"),
        future: on("future"),
    }
}

fn choose(
    request: &Request,
    status: StatusCode,
    sent: &Query,
    ask: &Ask,
    offer: &Offer,
    find: &str,
    fault: Option<String>,
) -> Result<Reply, Error> {
    let own = ["find", "csrf", "decision", "target", "locationId", "all", "future"];
    let carried = sent.iter().filter(|(name, _)| !own.contains(name)).map(|(name, value)| [name, value]);
    let listed = offer.matching(find);
    let chosen = pick(sent).locations;
    let locations: Vec<Value> = listed
        .iter()
        .map(|offered| {
            let picked = chosen.iter().any(|id| id == offered.id.as_str()) || offer.locations.len() == 1;
            json!({ "id": offered.id, "name": offered.name, "place": offered.place, "picked": picked })
        })
        .collect();
    let host = url::Url::parse(ask.redirect_uri()).ok().and_then(|url| url.host_str().map(str::to_owned));
    page(
        request,
        status,
        "authorize.html",
        json!({
            "app": { "name": ask.app.name, "logo_url": ask.app.logo_url, "host": host },
            "carried": carried.collect::<Vec<_>>(),
            "fault": fault,
            "empty": offer.is_empty(),
            "company": offer.company,
            "bulk": offer.bulk,
            "all_locations": offer.locations.len(),
            "listed": locations.len(),
            "locations": locations,
            "find": find,
            "groups": scope_words::grouped(ask.scopes),
        }),
    )
}
