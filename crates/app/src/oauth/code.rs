//! Authorization codes: from the person's approval to the app's first tokens.
//!
//! A code is 160 bits of chance, works for [`LIFE_MILLIS`] and for one exchange by the client it was made for. **The
//! exchange is what installs the app**: until then nothing has happened anywhere, and afterwards installs, grant, tokens
//! and events are there together. A code that is shown again ends what it led to (RFC 6749, section 4.1.2).

use aws_lc_rs::constant_time::verify_slices_are_equal;
use aws_lc_rs::digest;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use leadhold_kernel::{Cx, Error, Id, ScopeSet, Timestamp, id};
use leadhold_store::{DbError, Json, Row, Tx, json_text, params};
use serde::{Deserialize, Serialize};

use super::apps::App;
use super::grant::{self, Approval, Grant, NewGrant};
use super::pair::{self, Pair};
use super::refusal::{Refusal, Verdict};
use super::sql;
use crate::locations;
use crate::marketplace::{self, Installation, Place};
use crate::secret;
use crate::tenant::{CompanyScope, LocationScope};
use crate::token_keys::TokenKeys;

/// How long a code works, in milliseconds (RFC 9700 asks for a minute).
pub(super) const LIFE_MILLIS: i64 = 60_000;

/// What a person chose.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) enum Choice {
    /// The app on this location: a location's token.
    Location(Id<id::Location>),
    /// The app on the agency, or by the agency on its locations: an agency's token.
    Company(Approval),
}

/// What a code stands for.
#[derive(Clone, Debug)]
pub(super) struct Approved {
    pub(super) app_id: Id<id::App>,
    pub(super) version_id: Id<id::AppVersion>,
    pub(super) company_id: Id<id::Company>,
    pub(super) user_id: Id<id::User>,
    pub(super) choice: Choice,
    pub(super) scopes: ScopeSet,
    pub(super) redirect_uri: String,
    pub(super) code_challenge: Option<String>,
}

/// What a client shows besides the code.
#[derive(Clone, Debug, Default)]
pub(super) struct Exchange {
    pub(super) code: String,
    pub(super) redirect_uri: Option<String>,
    pub(super) code_verifier: Option<String>,
    /// The kind of token wanted.
    pub(super) user_type: Option<String>,
}

/// Makes a code for what was approved.
pub(super) fn issue(tx: &mut Tx<'_>, cx: &Cx, approved: &Approved) -> Result<String, DbError> {
    let mut bytes = [0; 20];
    cx.random.fill(&mut bytes);
    let code = hex::encode(bytes);
    // A used code must be recognised when it is shown again; after a day nobody does.
    tx.exec(sql::FORGET_CODES, params![cx.now.plus_millis(-86_400_000)])?;
    tx.exec(
        sql::INSERT_CODE,
        params![
            secret::kept(&code),
            &approved.app_id,
            &approved.version_id,
            &approved.company_id,
            &approved.user_id,
            json_text(&approved.choice),
            json_text(&approved.scopes),
            &approved.redirect_uri,
            approved.code_challenge.as_deref(),
            cx.now.plus_millis(LIFE_MILLIS)
        ],
    )?;
    Ok(code)
}

struct Stored {
    approved: Approved,
    expires_at: Timestamp,
    grant_id: Option<Id<id::Grant>>,
}

/// Exchanges a code of `app` for its first tokens, and installs the app where it was approved.
pub(super) fn redeem(
    tx: &mut Tx<'_>,
    cx: &Cx,
    keys: &TokenKeys,
    app: &App,
    exchange: &Exchange,
) -> Verdict<(Grant, Pair)> {
    let hash = secret::kept(&exchange.code);
    tx.lock(&format!("code {}", hex::encode(&hash)))?;
    let invalid = || Ok(Err(Refusal::grant("authorization code is invalid")));
    // A code in another client's hands is refused without a word about it, and stays good for its own client.
    let found = tx.query_opt(sql::CODE, params![&hash], read)?.filter(|code| code.approved.app_id == app.id);
    let Some(Stored { approved, expires_at, grant_id }) = found else { return invalid() };
    if let Some(grant) = grant_id {
        grant::revoke(tx, cx, &approved.company_id, &grant, "its authorization code was shown again")?;
        return invalid();
    }
    if expires_at <= cx.now || !is_meant(&approved, exchange) {
        return invalid();
    }
    let Some(grant) = install(tx, cx, app, &approved, exchange.user_type.as_deref())? else {
        return invalid();
    };
    tx.exec(sql::USE_CODE, params![&approved.company_id, &hash, &grant.id])?;
    let pair = pair::issue(tx, cx, keys, &grant)?;
    Ok(Ok((grant, pair)))
}

/// Whether the exchange belongs to the request that the code was made for.
fn is_meant(approved: &Approved, exchange: &Exchange) -> bool {
    // The real service lets the address be left out; one that is sent has to be the same.
    let same_address = exchange.redirect_uri.as_ref().is_none_or(|uri| *uri == approved.redirect_uri);
    let proven = match (&approved.code_challenge, &exchange.code_verifier) {
        (None, None) => true,
        (Some(challenge), Some(verifier)) => matches(challenge, verifier),
        // A verifier without a challenge: somebody took the challenge out of the request (RFC 9700, section 2.1.1).
        _ => false,
    };
    same_address && proven
}

/// RFC 7636, section 4.6, method S256.
fn matches(challenge: &str, verifier: &str) -> bool {
    let unreserved = |c: u8| c.is_ascii_alphanumeric() || b"-._~".contains(&c);
    let computed = URL_SAFE_NO_PAD.encode(digest::digest(&digest::SHA256, verifier.as_bytes()));
    (43..=128).contains(&verifier.len())
        && verifier.bytes().all(unreserved)
        && verify_slices_are_equal(computed.as_bytes(), challenge.as_bytes()).is_ok()
}

/// Installs the app where it was approved; `None` when a place has gone in the meantime.
fn install(
    tx: &mut Tx<'_>,
    cx: &Cx,
    app: &App,
    approved: &Approved,
    wanted: Option<&str>,
) -> Result<Option<Grant>, Error> {
    let agency = CompanyScope::proven(approved.company_id.clone()); // the approval, by one who may, is the proof
    let Some((choice, places)) = places(tx, &agency, &approved.choice, wanted)? else { return Ok(None) };
    let installation = |place: Place, bulk: bool| Installation {
        user_id: Some(approved.user_id.clone()),
        bulk,
        ..Installation::new(place, app.id.clone(), approved.version_id.clone(), approved.scopes)
    };
    let (install, location, approval) = match choice {
        Choice::Location(location) => {
            let here = places.into_iter().next();
            let install =
                here.map(|here| marketplace::install(tx, cx, &installation(Place::Location(here), false)));
            (install.transpose()?, Some(location), None)
        }
        Choice::Company(approval) => {
            let install = marketplace::install(tx, cx, &installation(Place::Company(agency.clone()), false))?;
            for here in &places {
                marketplace::install(tx, cx, &installation(Place::Location(here.clone()), true))?;
            }
            if approval.is_bulk() {
                marketplace::install_to_future_locations(tx, &agency, &app.id, approval.future)?;
            }
            let locations = places.iter().map(|here| here.location_id().clone()).collect();
            (Some(install), None, Some(Approval { locations, ..approval }))
        }
    };
    let Some(install) = install else { return Ok(None) };
    let new = NewGrant {
        client_id: &app.client_id,
        install: &install,
        company_id: agency.company_id(),
        location_id: location.as_ref(),
        user_id: Some(&approved.user_id),
        scopes: approved.scopes,
        approval,
        parent_id: None,
    };
    Ok(Some(grant::create(tx, cx, new)?))
}

/// The locations of a choice, and the choice itself: an app that asks for a location's token and was approved for one
/// location gets it. `None` when a location has gone.
fn places(
    tx: &mut Tx<'_>,
    agency: &CompanyScope,
    choice: &Choice,
    wanted: Option<&str>,
) -> Result<Option<(Choice, Vec<LocationScope>)>, Error> {
    let (choice, ids) = match choice {
        Choice::Location(id) => (choice.clone(), vec![id.clone()]),
        Choice::Company(approval) => match &approval.locations[..] {
            [only] if wanted == Some("Location") && !approval.all && !approval.future => {
                (Choice::Location(only.clone()), vec![only.clone()])
            }
            _ if approval.all => {
                let company = agency.company_id();
                let all = tx.query(sql::LOCATIONS, params![company], |row| {
                    Ok(LocationScope::proven(company.clone(), row.get(0)?))
                })?;
                return Ok(Some((choice.clone(), all)));
            }
            some => (choice.clone(), some.to_vec()),
        },
    };
    let mut places = Vec::with_capacity(ids.len());
    for id in &ids {
        match locations::of_company(tx, agency, id)? {
            Some(here) => places.push(here),
            None => return Ok(None),
        }
    }
    Ok(Some((choice, places)))
}

fn read(row: &Row<'_>) -> Result<Stored, DbError> {
    let (Json(choice), Json(scopes)) = (row.get(4)?, row.get(5)?);
    Ok(Stored {
        approved: Approved {
            app_id: row.get(0)?,
            version_id: row.get(1)?,
            company_id: row.get(2)?,
            user_id: row.get(3)?,
            choice,
            scopes,
            redirect_uri: row.get(6)?,
            code_challenge: row.get(7)?,
        },
        expires_at: row.get(8)?,
        grant_id: row.get(9)?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rfcs_own_verifier_matches_and_others_do_not() {
        // RFC 7636, appendix B.
        let challenge = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
        let verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
        assert!(matches(challenge, verifier));
        assert!(!matches(challenge, &verifier.to_lowercase()));
        assert!(!matches(challenge, challenge));
        let short = "x".repeat(42);
        let own = URL_SAFE_NO_PAD.encode(digest::digest(&digest::SHA256, short.as_bytes()));
        assert!(!matches(&own, &short), "too short to be a secret");
    }
}
