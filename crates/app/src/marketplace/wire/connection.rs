//! Connections that move in.

use leadhold_kernel::{Error, Id, Timestamp, id};
use serde_json::{Map, Value, json};

use super::super::external_auth::AuthType;
use super::LONGEST;
use crate::http::fields::Fields;

/// The longest key, token or password.
const LONGEST_SECRET: usize = 8192;

/// The body of a migration.
pub(in super::super) struct Migration {
    pub(in super::super) location_id: String,
    pub(in super::super) app: Id<id::App>,
    pub(in super::super) version: Id<id::AppVersion>,
    pub(in super::super) account_id: String,
    pub(in super::super) display_name: String,
    pub(in super::super) auth_type: AuthType,
    pub(in super::super) scopes: Option<Vec<String>>,
    pub(in super::super) is_default: bool,
    pub(in super::super) expires_at: Option<Timestamp>,
    /// What is to be sealed.
    pub(in super::super) credentials: Value,
}

/// Reads the body of a migration.
///
/// # Errors
/// 422 with all faults at once; 400 when the credentials are not those of the type; 404 when the app can have no such id.
pub(in super::super) fn migration(body: &Map<String, Value>, now: Timestamp) -> Result<Migration, Error> {
    let mut fields = Fields::of_body(body);
    if fields.value("type").is_none_or(Value::is_null) {
        fields.fault("type", "must be one of the following values: oauth2, basic");
    }
    let kind = fields.one_of("type", &["oauth2", "basic"]);
    let location_id = fields.required_text("locationId");
    let app = fields.required_text_within("appId", 64);
    let version = fields.required_text_within("appVersionId", 64);
    let account_id = fields.required_text_within("accountId", LONGEST);
    let api_key = fields.text_within("apiKey", LONGEST_SECRET).into_option();
    let basic = fields.object("basicCredentials", pairs).into_option();
    let access = fields.text_within("accessToken", LONGEST_SECRET).into_option();
    let refresh = fields.text_within("refreshToken", LONGEST_SECRET).into_option();
    let expiry_in = fields.integer("expiryIn", 0, 10_000_000_000_000);
    let expiry_at = fields.integer("expiryAt", 0, 253_402_300_799_999);
    let scopes = fields.texts_within("scopes", LONGEST);
    let display_name = fields.text_within("displayName", LONGEST).into_option();
    let is_default = fields.flag("isDefault").unwrap_or(false);
    fields.finish()?;
    let oauth2 = kind == Some("oauth2");
    let credentials = if oauth2 {
        tokens(access, refresh, api_key.is_some() || basic.is_some())?
    } else {
        key_or_pairs(api_key, basic, access.is_some() || refresh.is_some())?
    };
    Ok(Migration {
        location_id,
        app: Id::parse(&app).ok_or_else(|| Error::NotFound("App not found".to_owned()))?,
        version: Id::parse(&version)
            .ok_or_else(|| Error::bad_request("appVersionId must be the installed version"))?,
        display_name: display_name
            .filter(|name| !name.trim().is_empty())
            .unwrap_or_else(|| account_id.clone()),
        account_id,
        auth_type: if oauth2 { AuthType::OAuth2 } else { AuthType::Basic },
        scopes: scopes.filter(|_| oauth2),
        is_default,
        expires_at: expiry_at
            .map(Timestamp)
            .or_else(|| expiry_in.map(|millis| now.plus_millis(millis)))
            .filter(|_| oauth2),
        credentials,
    })
}

/// Names and values; which names there must be, the app knows.
fn pairs(fields: &mut Fields<'_>) -> Map<String, Value> {
    fields.ignore_undeclared();
    fields.all().clone()
}

fn tokens(access: Option<String>, refresh: Option<String>, others: bool) -> Result<Value, Error> {
    match (access, refresh) {
        _ if others => {
            Err(Error::bad_request("apiKey and basicCredentials are for type basic, not for oauth2"))
        }
        (Some(access), Some(refresh)) if !access.is_empty() && !refresh.is_empty() => {
            Ok(json!({ "accessToken": access, "refreshToken": refresh }))
        }
        _ => Err(Error::bad_request("accessToken and refreshToken are required when type is oauth2")),
    }
}

fn key_or_pairs(
    key: Option<String>,
    pairs: Option<Map<String, Value>>,
    others: bool,
) -> Result<Value, Error> {
    if others {
        return Err(Error::bad_request("accessToken and refreshToken are for type oauth2, not for basic"));
    }
    match (key.filter(|key| !key.is_empty()), pairs.filter(|pairs| !pairs.is_empty())) {
        (None, None) => Err(Error::bad_request("apiKey or basicCredentials is required when type is basic")),
        (key, pairs) => Ok(json!({ "apiKey": key, "basicCredentials": pairs })),
    }
}
