//! Refusals of the token and revocation endpoints, in OAuth's words (RFC 6749, section 5.2) and in the real service's.

use http::StatusCode;
use leadhold_kernel::Error;
use serde_json::json;

use crate::http::{ApiVersion, Reply};

/// Why a client gets no token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Refusal {
    /// The code that OAuth libraries look at.
    pub(super) code: Code,
    /// The sentence for people.
    pub(super) message: String,
}

/// The codes of RFC 6749, section 5.2.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Code {
    InvalidRequest,
    InvalidClient,
    InvalidGrant,
    UnsupportedGrantType,
}

impl Code {
    fn name(self) -> &'static str {
        match self {
            Self::InvalidRequest => "invalid_request",
            Self::InvalidClient => "invalid_client",
            Self::InvalidGrant => "invalid_grant",
            Self::UnsupportedGrantType => "unsupported_grant_type",
        }
    }
}

impl Refusal {
    pub(super) fn new(code: Code, message: impl Into<String>) -> Self {
        Self { code, message: message.into() }
    }

    pub(super) fn request(message: impl Into<String>) -> Self {
        Self::new(Code::InvalidRequest, message)
    }

    pub(super) fn grant(message: &str) -> Self {
        Self::new(Code::InvalidGrant, format!("Invalid grant: {message}"))
    }

    /// One answer for an unknown client and a wrong secret.
    pub(super) fn client() -> Self {
        Self::new(Code::InvalidClient, "Invalid client: client id or client secret is invalid")
    }

    /// The answer. Both vocabularies stand in one body, so that OAuth libraries and the vendor's SDK find theirs.
    pub(super) fn reply(&self, challenged: bool) -> Reply {
        let status = match self.code {
            Code::InvalidClient => StatusCode::UNAUTHORIZED,
            _ => StatusCode::BAD_REQUEST,
        };
        let body = json!({
            "error": self.code.name(),
            "error_description": self.message,
            "statusCode": status.as_u16(),
            "message": self.message,
        });
        let reply = Reply::json(status, &body).header("cache-control", "no-store");
        // RFC 6749, section 5.2: a client that tried the Authorization header is told its scheme.
        if challenged && status == StatusCode::UNAUTHORIZED {
            return reply.header("www-authenticate", "Basic realm=\"oauth\"");
        }
        reply
    }
}

/// What a transaction of this slice answers: a refusal may have to be kept (a replayed token ends its family), so it is no
/// `Err`, which would undo it.
pub(super) type Verdict<T> = Result<Result<T, Refusal>, Error>;

/// A parameter's name as the version spells it.
pub(super) fn spelled(name: &'static str, version: ApiVersion) -> &'static str {
    match (version, name) {
        (ApiVersion::V3, "client_id") => "clientId",
        (ApiVersion::V3, "client_secret") => "clientSecret",
        (ApiVersion::V3, "grant_type") => "grantType",
        (ApiVersion::V3, "refresh_token") => "refreshToken",
        (ApiVersion::V3, "redirect_uri") => "redirectUri",
        (ApiVersion::V3, "code_verifier") => "codeVerifier",
        (ApiVersion::V3, "user_type") => "userType",
        _ => name,
    }
}
