//! An access token and its refresh token.
//!
//! Both are RS256 JWTs whose claims follow from the grant, their ids and the second in which they were made, so the same
//! pair can be made again: the store keeps ids, moments and hashes, and nothing that works as a token.

use leadhold_kernel::{Cx, Error, Id, Timestamp, id};
use leadhold_store::{Tx, params};
use serde_json::{Map, Value, json};

use super::grant::{Grant, seconds};
use super::sql;
use crate::http::ApiVersion;
use crate::secret;
use crate::token_keys::TokenKeys;

/// How long an access token works, in seconds: the real service's figure.
pub(super) const ACCESS_SECONDS: i64 = 86_399;
/// How long a refresh token waits for its one use, in milliseconds: a year.
pub(super) const REFRESH_MILLIS: i64 = 365 * 86_400_000;

/// Which pair: all that its texts depend on besides the grant.
#[derive(Clone, Debug)]
pub(super) struct Which {
    pub(super) access_id: Id<id::Token>,
    pub(super) refresh_id: Id<id::RefreshToken>,
    pub(super) issued_at: Timestamp,
}

/// A pair with the texts that its client gets.
pub(super) struct Pair {
    pub(super) which: Which,
    access_token: String,
    refresh_token: String,
}

/// Makes a pair and remembers its hashes.
pub(super) fn issue(tx: &mut Tx<'_>, cx: &Cx, keys: &TokenKeys, grant: &Grant) -> Result<Pair, Error> {
    let which = Which {
        access_id: Id::generate(cx.random.as_ref()),
        refresh_id: Id::generate(cx.random.as_ref()),
        issued_at: cx.now,
    };
    let pair = Pair::of(keys, grant, which)?;
    let (company, which) = (&grant.company_id, &pair.which);
    // Whatever has expired in this family is of no use to anyone: no job has to come for it.
    tx.exec(sql::FORGET_ACCESS, params![company, &grant.id, cx.now])?;
    tx.exec(sql::FORGET_REFRESH, params![company, &grant.id, cx.now])?;
    tx.exec(
        sql::INSERT_ACCESS,
        params![
            secret::kept(&pair.access_token),
            &which.access_id,
            &grant.id,
            company,
            cx.now,
            cx.now.plus_millis(ACCESS_SECONDS * 1000)
        ],
    )?;
    tx.exec(
        sql::INSERT_REFRESH,
        params![
            &which.refresh_id,
            secret::kept(&pair.refresh_token),
            &grant.id,
            company,
            cx.now,
            cx.now.plus_millis(REFRESH_MILLIS)
        ],
    )?;
    Ok(pair)
}

impl Pair {
    /// The texts of a pair, new or made before.
    pub(super) fn of(keys: &TokenKeys, grant: &Grant, which: Which) -> Result<Self, Error> {
        let issued = seconds(which.issued_at);
        let access = claims(grant, which.access_id.as_str(), issued, issued + ACCESS_SECONDS);
        let mut refresh =
            claims(grant, which.refresh_id.as_str(), issued, issued + REFRESH_MILLIS.div_euclid(1000));
        refresh.insert("use".into(), json!("refresh"));
        Ok(Self {
            access_token: keys.sign(&Value::Object(access))?,
            refresh_token: keys.sign(&Value::Object(refresh))?,
            which,
        })
    }

    /// The token endpoint's answer for every grant type.
    pub(super) fn shown(&self, grant: &Grant, now: Timestamp, version: ApiVersion) -> Map<String, Value> {
        let spell = |v2: &'static str, v3: &'static str| match version {
            ApiVersion::V2 => v2.to_owned(),
            ApiVersion::V3 => v3.to_owned(),
        };
        let age = seconds(now) - seconds(self.which.issued_at);
        let mut body = Map::new();
        body.insert(spell("access_token", "accessToken"), json!(self.access_token));
        body.insert(spell("token_type", "tokenType"), json!("Bearer"));
        body.insert(spell("expires_in", "expiresIn"), json!((ACCESS_SECONDS - age).max(0)));
        body.insert(spell("refresh_token", "refreshToken"), json!(self.refresh_token));
        body.insert("refreshTokenId".into(), json!(self.which.refresh_id));
        body.insert("scope".into(), json!(grant.scopes));
        body.insert("userType".into(), json!(grant.user_type()));
        body.insert("companyId".into(), json!(grant.company_id));
        if let Some(location) = &grant.location_id {
            body.insert("locationId".into(), json!(location));
        }
        if let Some(plan) = &grant.plan_id {
            body.insert("planId".into(), json!(plan));
        }
        body.insert("userId".into(), json!(grant.user_id.as_ref().map_or("", Id::as_str)));
        let bulk = grant.approval.as_ref().filter(|approval| approval.is_bulk());
        body.insert("isBulkInstallation".into(), json!(bulk.is_some()));
        if let Some(approval) = bulk {
            if !approval.all {
                body.insert("approvedLocations".into(), json!(approval.locations));
            }
            body.insert("approveAllLocations".into(), json!(approval.all));
            body.insert("installToFutureLocations".into(), json!(approval.future));
        }
        body
    }
}

/// The claims that the real service's tokens have.
fn claims(grant: &Grant, token_id: &str, issued: i64, expires: i64) -> Map<String, Value> {
    let scopes: Vec<_> = grant.scopes.iter().map(|scope| scope.name()).collect();
    let claims = json!({
        "jti": token_id,
        "authClass": grant.user_type(),
        "authClassId": grant.resource(),
        "primaryAuthClassId": grant.resource(),
        "source": "INTEGRATION",
        "sourceId": grant.client_id,
        "channel": "OAUTH",
        "oauthMeta": { "scopes": scopes, "client": grant.app_id, "versionId": grant.version_id },
        "iat": issued,
        "exp": expires,
    });
    match claims {
        Value::Object(claims) => claims,
        _ => Map::new(),
    }
}
