//! Who calls: the credential's owner, what it may do, and for which tenant.

use leadhold_kernel::{Actor, Error, Id, ScopeSet, id};

use crate::tenant::{CompanyScope, LocationScope};

/// What kind of credential was shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CredentialKind {
    /// A private integration token.
    PrivateToken,
    /// An agency's API key.
    AgencyKey,
    /// An app's access token.
    AppToken,
    /// A signed-in person's session.
    Session,
}

/// The app that calls with an access token.
#[derive(Clone, Debug)]
pub struct CallingApp {
    /// The app.
    pub app_id: Id<id::App>,
    /// The version that was installed.
    pub version_id: Id<id::AppVersion>,
    /// `<app id>-<suffix>`.
    pub client_id: String,
}

/// A caller whose credential was accepted.
#[derive(Clone, Debug)]
pub struct Caller {
    /// The credential, never its secret. Rate limits count per credential and tenant.
    pub token_id: Id<id::Token>,
    /// Its kind.
    pub kind: CredentialKind,
    /// The agency that it belongs to.
    pub company_id: Id<id::Company>,
    /// The location that it belongs to; `None` for an agency's credential.
    pub location_id: Option<Id<id::Location>>,
    /// What it may do.
    pub scopes: ScopeSet,
    /// The app; `None` unless the credential is an access token.
    pub app: Option<CallingApp>,
    /// The person who signed in, or who installed the app.
    pub user_id: Option<Id<id::User>>,
}

impl Caller {
    /// Proof of access to a location. `asked` is what the request names; without it the credential's own location is
    /// meant.
    ///
    /// # Errors
    /// 403 with the real service's sentence when the location is not the credential's, or none is known.
    pub fn location(&self, asked: Option<&str>) -> Result<LocationScope, Error> {
        match &self.location_id {
            Some(own) if asked.is_none_or(|asked| asked == own.as_str()) => {
                Ok(LocationScope::proven(self.company_id.clone(), own.clone()))
            }
            _ => Err(no_access()),
        }
    }

    /// Proof of access to the agency.
    ///
    /// # Errors
    /// 403 when the credential belongs to a location, or the request names another agency.
    pub fn company(&self, asked: Option<&str>) -> Result<CompanyScope, Error> {
        if self.location_id.is_some() || asked.is_some_and(|asked| asked != self.company_id.as_str()) {
            return Err(forbidden_resource());
        }
        Ok(CompanyScope::proven(self.company_id.clone()))
    }

    /// How records name this caller in `createdBy`.
    #[must_use]
    pub fn actor(&self) -> Actor {
        let actor = |source: &str, channel: &str, id: &str| Actor {
            source: source.into(),
            channel: channel.into(),
            source_id: id.to_owned(),
        };
        match (&self.app, &self.user_id) {
            (Some(app), _) => actor("INTEGRATION", "OAUTH", &app.client_id),
            (None, Some(user)) => actor("WEB_USER", "APP", user.as_str()),
            (None, None) => actor("INTEGRATION", "OAUTH", self.token_id.as_str()),
        }
    }

    /// What the rate limit counts: the app, or else the credential, at its location or company.
    #[must_use]
    pub fn rate_key(&self) -> String {
        let resource = self.location_id.as_ref().map_or(self.company_id.as_str(), Id::as_str);
        let who = self.app.as_ref().map_or(self.token_id.as_str(), |app| app.app_id.as_str());
        format!("{who}:{resource}")
    }
}

/// The real service's answer to a location that is not the credential's.
#[must_use]
pub fn no_access() -> Error {
    Error::forbidden("The token does not have access to this location.")
}

/// The real service's answer to a credential for which an endpoint of OAuth is not.
#[must_use]
pub fn user_type_not_supported() -> Error {
    Error::Unauthorized("This token's user type is not yet supported!".into())
}

/// The real service's answer to a credential without the scope that is asked for.
#[must_use]
pub fn scope_refused() -> Error {
    Error::Unauthorized("The token is not authorized for this scope.".into())
}

/// The real service's answer to an agency's route called with a location's credential.
#[must_use]
pub fn forbidden_resource() -> Error {
    let mut problem = leadhold_kernel::Problem { message: "Forbidden resource".into(), ..Default::default() };
    problem.extra.insert("error".into(), "Forbidden".into());
    Error::Forbidden(problem)
}
