//! `POST /leadhold/v1/authorizations`: the authorization page for programs that act for a signed-in person, such as
//! `leadhold apps install`. It answers the code where the page would send the browser.

use leadhold_kernel::{Cx, Error, Id, id};
use leadhold_store::Tx;
use serde_json::{Map, Value, json};

use super::{Person, Pick, Wish};
use crate::http::fields::Fields;
use crate::http::{CredentialKind, Reply, Request, Route, post};
use crate::oauth::apps;
use crate::tenant::CompanyScope;
use crate::users;

/// The route.
#[must_use]
pub fn routes() -> Vec<Route> {
    vec![post("/leadhold/v1/authorizations", authorize)]
}

async fn authorize(request: Request) -> Result<Reply, Error> {
    let (wish, pick) = wanted(&request.json()?)?;
    let caller = request.caller()?;
    let (Some(user), CredentialKind::Session) = (caller.user_id.clone(), caller.kind) else {
        return Err(Error::forbidden("Only a signed-in person can authorize an app: this needs a session."));
    };
    let (company, cx) = (caller.company_id.clone(), request.cx());
    let work = move |tx: &mut Tx<'_>| {
        let person = person(tx, &company, &user)?;
        code(tx, &cx, &wish, &person, &pick)
    };
    request
        .write(work, |(code, redirect_uri)| {
            Reply::created(&json!({ "code": code, "redirectUri": redirect_uri }))
        })
        .await
}

fn person(tx: &mut Tx<'_>, company: &Id<id::Company>, user: &Id<id::User>) -> Result<Person, Error> {
    let found = users::get(tx, &CompanyScope::proven(company.clone()), user)?;
    let found = found.ok_or_else(|| Error::Unauthorized("This account was deleted.".into()))?;
    Ok(Person::from(&found))
}

/// The code and the address that it is for.
///
/// # Errors
/// 400 when the wish is out of order, 422 when the pick is not the person's to grant.
pub fn code(
    tx: &mut Tx<'_>,
    cx: &Cx,
    wish: &Wish,
    person: &Person,
    pick: &Pick,
) -> Result<(String, String), Error> {
    let mut wish = wish.clone();
    if wish.redirect_uri.is_empty() {
        let app = apps::find_by_client_id(tx, &wish.client_id)?;
        wish.redirect_uri = app.and_then(|app| app.redirect_uris.first().cloned()).unwrap_or_default();
    }
    let app = super::client(tx, &wish)?;
    let ask = super::check(tx, app, &wish, Some(&person.company_id))?;
    let ask = ask.map_err(|fault| Error::bad_request(fault.sentence()))?;
    let code = super::approve(tx, cx, &ask, person, pick)?;
    Ok((code, ask.redirect_uri().to_owned()))
}

fn wanted(body: &Map<String, Value>) -> Result<(Wish, Pick), Error> {
    let mut fields = Fields::of_body(body);
    let client_id = fields.required_text("clientId");
    let mut text = |name: &'static str| fields.text(name).into_option().unwrap_or_default();
    let wish = Wish {
        client_id,
        redirect_uri: text("redirectUri"),
        response_type: "code".to_owned(),
        scope: text("scope"),
        version_id: text("versionId"),
        code_challenge: Some(text("codeChallenge")).filter(|text| !text.is_empty()),
        code_challenge_method: Some(text("codeChallengeMethod")).filter(|text| !text.is_empty()),
        ..Wish::default()
    };
    let location = fields.text("locationId").into_option();
    let mut locations = fields.texts("locationIds").unwrap_or_default();
    locations.extend(location);
    let company = fields.text("companyId").into_option().is_some();
    let (all, future) = (fields.flag("allLocations"), fields.flag("futureLocations"));
    fields.finish()?;
    let (all, future) = (all.unwrap_or(false), future.unwrap_or(false));
    let at_locations = all || future || !locations.is_empty();
    Ok((wish, Pick { company: company && !at_locations, locations, all, future }))
}
