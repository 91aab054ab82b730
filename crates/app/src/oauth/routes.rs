//! The endpoints that apps call: tokens, revocation, and what describes them.

use leadhold_kernel::Error;
use leadhold_store::Tx;
use serde_json::{Map, Value, json};

use super::client::Parameters;
use super::code::{self, Exchange};
use super::grant::Grant;
use super::pair::Pair;
use super::refusal::{Code, Refusal, Verdict};
use super::{location_token, refresh, revocation};
use crate::http::fields::Fields;
use crate::http::{ApiVersion, ProvenApp, Query, Reply, Request, Route, get, post};

/// These endpoints.
#[must_use]
pub fn routes() -> Vec<Route> {
    vec![
        post("/oauth/token", token),
        post("/oauth/revoke", revoke),
        post("/oauth/locationToken", location),
        post("/oauth/location-token", location),
        get("/.well-known/oauth-authorization-server", metadata),
        get("/.well-known/jwks.json", key_set),
    ]
}

/// What a client wants to exchange.
#[derive(Clone)]
enum Wanted {
    Code(Exchange),
    Refresh(String),
}

async fn token(request: Request) -> Result<Reply, Error> {
    let parameters = match Parameters::read(&request)? {
        Ok(parameters) => parameters,
        Err(refusal) => return Ok(refusal.reply(false)),
    };
    let (app, answer) = exchange(&request, &parameters).await?;
    let reply = match answer {
        Ok(body) => no_store(Reply::ok(&body)),
        Err(refusal) => refusal.reply(parameters.by_header),
    };
    Ok(reply.to_app(app))
}

/// The app, once it has proven to be one, and what becomes of its wish.
type Answered<T> = (Option<ProvenApp>, Result<T, Refusal>);

async fn exchange(request: &Request, parameters: &Parameters) -> Result<Answered<Map<String, Value>>, Error> {
    let read = || Ok((parameters.credentials()?, wanted(parameters)?));
    let (credentials, wanted) = match read() {
        Ok(read) => read,
        Err(refusal) => return Ok((None, Err(refusal))),
    };
    let (cx, world) = (request.cx(), request.app.world.clone());
    let keys = world.token_keys.clone();
    let done = world.write(move |tx: &mut Tx<'_>| -> Result<Answered<(Grant, Pair)>, Error> {
        let app = match credentials.prove(tx)? {
            Ok(app) => app,
            Err(refusal) => return Ok((None, Err(refusal))),
        };
        let issued = match &wanted {
            Wanted::Code(exchange) => code::redeem(tx, &cx, &keys, &app, exchange)?,
            Wanted::Refresh(token) => refresh::refresh(tx, &cx, &keys, &app, token)?,
        };
        if issued.is_ok() {
            credentials.note_use(tx, &cx, &app)?;
        }
        let proven = ProvenApp { app_id: app.id, company_id: app.owner_company_id };
        Ok((Some(proven), issued))
    });
    let (app, issued) = done.await?;
    let body = issued.map(|(grant, pair)| {
        let mut body = pair.shown(&grant, request.now, request.version);
        body.insert("traceId".into(), json!(request.trace_id));
        body
    });
    Ok((app, body))
}

fn wanted(parameters: &Parameters) -> Result<Wanted, Refusal> {
    match parameters.need("grant_type")?.as_str() {
        "authorization_code" => {
            let user_type = parameters.get("user_type").map(str::to_owned);
            if user_type.as_deref().is_some_and(|kind| !["Company", "Location"].contains(&kind)) {
                return Err(parameters.invalid("user_type", Code::InvalidRequest));
            }
            Ok(Wanted::Code(Exchange {
                code: parameters.need("code")?,
                redirect_uri: parameters.get("redirect_uri").map(str::to_owned),
                code_verifier: parameters.get("code_verifier").map(str::to_owned),
                user_type,
            }))
        }
        "refresh_token" => Ok(Wanted::Refresh(parameters.need("refresh_token")?)),
        "client_credentials" => Err(Refusal::new(
            Code::UnsupportedGrantType,
            "client_credentials is not supported: an app acts for a location or agency that installed it. Send a person \
             to /oauth/chooselocation and exchange the code, or use a private integration token",
        )),
        _ => Err(parameters.invalid("grant_type", Code::UnsupportedGrantType)),
    }
}

/// RFC 7009: an unknown token is as good as revoked.
async fn revoke(request: Request) -> Result<Reply, Error> {
    let parameters = match Parameters::read(&request)? {
        Ok(parameters) => parameters,
        Err(refusal) => return Ok(refusal.reply(false)),
    };
    let read = || Ok((parameters.credentials()?, parameters.need("token")?));
    let (credentials, token) = match read() {
        Ok(read) => read,
        Err(refusal) => return Ok(Refusal::reply(&refusal, parameters.by_header)),
    };
    let cx = request.cx();
    let done = request.app.world.write(move |tx: &mut Tx<'_>| -> Verdict<()> {
        match credentials.prove(tx)? {
            Ok(app) => revocation::revoke(tx, &cx, &app, &token).map(Ok),
            Err(refusal) => Ok(Err(refusal)),
        }
    });
    Ok(match done.await? {
        Ok(()) => no_store(Reply::ok(&json!({}))),
        Err(refusal) => refusal.reply(parameters.by_header),
    })
}

async fn location(request: Request) -> Result<Reply, Error> {
    let caller = request.caller()?;
    location_token::must_be_app(caller)?;
    let (company, location) = company_and_location(&request)?;
    let agency = caller.company(Some(&company))?;
    let (cx, keys, version) = (request.cx(), request.app.world.token_keys.clone(), request.version);
    let (bearer, now, trace) = (request.bearer()?.to_owned(), request.now, request.trace_id.clone());
    request
        .write(
            move |tx| location_token::mint(tx, &cx, &keys, &agency, &bearer, &location),
            move |(grant, pair)| {
                let mut body = minted(&grant, version, pair.shown(&grant, now, version));
                body.insert("traceId".into(), json!(trace));
                no_store(Reply::ok(&body))
            },
        )
        .await
}

/// What a minted token's answer has besides: the app, which the description lists here and nowhere else.
fn minted(grant: &Grant, version: ApiVersion, mut body: Map<String, Value>) -> Map<String, Value> {
    body.insert("appId".into(), json!(grant.app_id));
    body.insert("versionId".into(), json!(grant.version_id));
    if version == ApiVersion::V3 {
        body.remove("isBulkInstallation");
    }
    body
}

fn company_and_location(request: &Request) -> Result<(String, String), Error> {
    let form;
    let body;
    let mut fields = if request.is_form() {
        form = Query::parse(&request.body);
        Fields::of_query(&form)
    } else {
        body = request.json()?;
        Fields::of_body(&body)
    };
    let (company, location) = (fields.required_text("companyId"), fields.required_text("locationId"));
    fields.ignore_undeclared(); // some clients add the client id and secret
    fields.finish()?;
    Ok((company, location))
}

/// RFC 8414.
async fn metadata(request: Request) -> Result<Reply, Error> {
    let base = &request.app.config.base_url;
    let scopes: Vec<_> = leadhold_kernel::ScopeSet::grantable().iter().map(|scope| scope.name()).collect();
    Ok(Reply::ok(&json!({
        "issuer": base,
        "authorization_endpoint": format!("{base}/oauth/chooselocation"),
        "token_endpoint": format!("{base}/oauth/token"),
        "revocation_endpoint": format!("{base}/oauth/revoke"),
        "jwks_uri": format!("{base}/.well-known/jwks.json"),
        "scopes_supported": scopes,
        "response_types_supported": ["code"],
        "response_modes_supported": ["query"],
        "grant_types_supported": ["authorization_code", "refresh_token"],
        "token_endpoint_auth_methods_supported": ["client_secret_post", "client_secret_basic", "none"],
        "revocation_endpoint_auth_methods_supported": ["client_secret_post", "client_secret_basic", "none"],
        "code_challenge_methods_supported": ["S256"],
        "authorization_response_iss_parameter_supported": true,
    })))
}

async fn key_set(request: Request) -> Result<Reply, Error> {
    Ok(Reply::ok(&request.app.world.token_keys.key_set()).header("cache-control", "public, max-age=3600"))
}

fn no_store(reply: Reply) -> Reply {
    reply.header("cache-control", "no-store")
}
