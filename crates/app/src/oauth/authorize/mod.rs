//! Authorization: a person lets an app act for a location or an agency (RFC 6749, section 4.1; RFC 9700).
//!
//! Cast: a [`Wish`] is what the app's link asks for; [`Ask`] is the same, checked against the app; an [`Offer`] is what
//! this person may grant; [`approve`] turns their [`Pick`] into a code. `pages` shows it to people, `routes` serves
//! programs that act for a signed-in person.
//!
//! What is guaranteed:
//! - **Nobody is sent anywhere but to an address that the app registered**, compared character by character. Until client
//!   and address are known to belong together, a fault is a page; afterwards it goes back to the app in OAuth's words.
//! - **A person grants what is theirs**: an account's administrator one of their locations, an agency's administrator the
//!   agency or any of its locations. What a form sends is checked anew against the offer.
//! - **An app gets no scope that its version did not ask for**, and a public client none without PKCE (RFC 7636).
//! - Nothing is installed here: that is the exchange of the code (`super::code`).

mod offer;
mod pages;
mod routes;

use leadhold_kernel::{Cx, Error, Id, ScopeSet, id};
use leadhold_store::Tx;
use url::Url;

use self::offer::Offer;
pub use self::offer::{Person, Pick};
pub use self::pages::routes as pages;
pub use self::routes::{code as code_for, routes};
use super::apps::{self, App};
use super::code::{self, Approved};
use crate::http::Query;

/// The longest `state` that is carried, in bytes.
const LONGEST_STATE: usize = 4096;

/// What an app's link asks for, as it stands there.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Wish {
    /// Which app.
    pub client_id: String,
    /// Where the answer goes.
    pub redirect_uri: String,
    /// Has to be `code`.
    pub response_type: String,
    /// Blank: all that the app's version asks for.
    pub scope: String,
    /// Goes back as it came.
    pub state: Option<String>,
    /// PKCE.
    pub code_challenge: Option<String>,
    /// PKCE; has to be `S256`.
    pub code_challenge_method: Option<String>,
    /// Blank: the live one.
    pub version_id: String,
    /// Whether a parameter stands there twice, which OAuth forbids.
    pub ambiguous: bool,
}

impl Wish {
    /// Reads it from a link's query or a form's body.
    pub(super) fn of(query: &Query) -> Self {
        const NAMES: [&str; 8] = [
            "client_id",
            "redirect_uri",
            "response_type",
            "scope",
            "state",
            "code_challenge",
            "code_challenge_method",
            "version_id",
        ];
        let text = |name: &str| query.get(name).unwrap_or_default().to_owned();
        let given = |name: &str| query.get(name).filter(|value| !value.is_empty()).map(str::to_owned);
        let count = |name: &str| query.iter().filter(|(other, _)| *other == name).count();
        Self {
            client_id: text("client_id"),
            redirect_uri: text("redirect_uri"),
            response_type: text("response_type"),
            scope: text("scope"),
            state: given("state"),
            code_challenge: given("code_challenge"),
            code_challenge_method: given("code_challenge_method"),
            version_id: text("version_id"),
            ambiguous: NAMES.into_iter().any(|name| count(name) > 1),
        }
    }
}

/// A wish that was found in order.
#[derive(Clone, Debug)]
pub(super) struct Ask {
    pub(super) app: App,
    pub(super) version_id: Id<id::AppVersion>,
    pub(super) scopes: ScopeSet,
    redirect_uri: String,
    state: Option<String>,
    code_challenge: Option<String>,
}

/// A fault that the app is told of, by way of the browser (RFC 6749, section 4.1.2.1).
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Fault {
    code: &'static str,
    description: String,
    redirect_uri: String,
    state: Option<String>,
}

/// The app behind a wish.
///
/// # Errors
/// 400 when there is none, or the address is not one of its: a page, since it is not known where else to send anyone.
pub(super) fn client(tx: &mut Tx<'_>, wish: &Wish) -> Result<App, Error> {
    let app = match wish.client_id.as_str() {
        "" => None,
        id => apps::find_by_client_id(tx, id)?,
    };
    let app = app.ok_or_else(|| {
        Error::bad_request("This link names no app that is known here: its client_id is missing or wrong.")
    })?;
    if !app.redirect_uris.contains(&wish.redirect_uri) {
        return Err(Error::bad_request(format!(
            "This link leads to an address that {} has not registered: its redirect_uri is missing or differs.",
            app.name
        )));
    }
    Ok(app)
}

/// Checks a wish against its app. `company`: the person's agency, where one is known.
pub(super) fn check(
    tx: &mut Tx<'_>,
    app: App,
    wish: &Wish,
    company: Option<&Id<id::Company>>,
) -> Result<Result<Ask, Fault>, Error> {
    let fault = |code: &'static str, description: &str| {
        let state = wish.state.clone().filter(|state| state.len() <= LONGEST_STATE);
        let (description, redirect_uri) = (description.to_owned(), wish.redirect_uri.clone());
        Ok(Err(Fault { code, description, redirect_uri, state }))
    };
    if wish.ambiguous {
        return fault("invalid_request", "a parameter is there more than once");
    }
    if wish.state.as_ref().is_some_and(|state| state.len() > LONGEST_STATE) {
        return fault("invalid_request", "state is longer than 4096 bytes");
    }
    match wish.response_type.as_str() {
        "code" => {}
        "" => return fault("invalid_request", "response_type is missing; it has to be code"),
        _ => return fault("unsupported_response_type", "response_type has to be code"),
    }
    if let Err(description) = check_challenge(&app, wish) {
        return fault("invalid_request", description);
    }
    let Some(version) = version(tx, &app, wish, company)? else {
        return fault("invalid_request", "version_id names no version of this app that can be installed");
    };
    let scopes = match ScopeSet::parse(&wish.scope) {
        Ok(scopes) if scopes.is_empty() => version.scopes,
        Ok(scopes) => scopes,
        Err(name) => return fault("invalid_scope", &format!("{name:?} is no scope")),
    };
    if !scopes.is_within(version.scopes) {
        return fault("invalid_scope", "the app's version does not have every scope that is asked for");
    }
    Ok(Ok(Ask {
        app,
        version_id: version.id,
        scopes,
        redirect_uri: wish.redirect_uri.clone(),
        state: wish.state.clone(),
        code_challenge: wish.code_challenge.clone(),
    }))
}

/// PKCE: S256 and nothing else; `plain`, which is also what a missing method means, protects nobody.
fn check_challenge(app: &App, wish: &Wish) -> Result<(), &'static str> {
    let base64url = |c: u8| c.is_ascii_alphanumeric() || c == b'-' || c == b'_';
    match (&wish.code_challenge, wish.code_challenge_method.as_deref()) {
        (None, None) if app.public_client => Err("a public client needs a code_challenge (PKCE, S256)"),
        (None, None) => Ok(()),
        (None, Some(_)) => Err("code_challenge_method is there without a code_challenge"),
        (Some(challenge), Some("S256")) if challenge.len() == 43 && challenge.bytes().all(base64url) => {
            Ok(())
        }
        (Some(_), Some("S256")) => Err("code_challenge has to be 43 characters of base64url"),
        (Some(_), _) => Err("code_challenge_method has to be S256"),
    }
}

/// The version that would be installed: a draft only for the agency whose app it is.
fn version(
    tx: &mut Tx<'_>,
    app: &App,
    wish: &Wish,
    company: Option<&Id<id::Company>>,
) -> Result<Option<apps::Version>, Error> {
    let wanted = match wish.version_id.as_str() {
        "" => app.live.id.clone(),
        text => match Id::parse(text) {
            Some(id) => id,
            None => return Ok(None),
        },
    };
    let version = apps::version(tx, &app.id, &wanted)?;
    let own = company == Some(&app.owner_company_id);
    Ok(version.filter(|version| version.state == apps::State::Live || own))
}

/// Makes the code for what a person picked.
///
/// # Errors
/// 422 when the pick is not theirs to grant.
pub(super) fn approve(
    tx: &mut Tx<'_>,
    cx: &Cx,
    ask: &Ask,
    person: &Person,
    pick: &Pick,
) -> Result<String, Error> {
    let choice = Offer::of(tx, &ask.app, person)?.accept(tx, pick)?;
    let approved = Approved {
        app_id: ask.app.id.clone(),
        version_id: ask.version_id.clone(),
        company_id: person.company_id.clone(),
        user_id: person.user_id.clone(),
        choice,
        scopes: ask.scopes,
        redirect_uri: ask.redirect_uri.clone(),
        code_challenge: ask.code_challenge.clone(),
    };
    Ok(code::issue(tx, cx, &approved)?)
}

impl Ask {
    /// Where the browser goes with a code. `issuer` is this server: an app that talks to several must know whose answer
    /// it reads (RFC 9207).
    pub(super) fn redirect(&self, code: &str, issuer: &str) -> String {
        lead_back(&self.redirect_uri, &[("code", code)], self.state.as_deref(), issuer)
    }

    /// Where the browser goes when the person refuses.
    pub(super) fn denied(&self) -> Fault {
        Fault {
            code: "access_denied",
            description: "the person refused".to_owned(),
            redirect_uri: self.redirect_uri.clone(),
            state: self.state.clone(),
        }
    }

    /// The registered address.
    pub(super) fn redirect_uri(&self) -> &str {
        &self.redirect_uri
    }
}

impl Fault {
    /// Where the browser goes with it.
    pub(super) fn redirect(&self, issuer: &str) -> String {
        let answer = [("error", self.code), ("error_description", &self.description)];
        lead_back(&self.redirect_uri, &answer, self.state.as_deref(), issuer)
    }

    /// The fault as a sentence.
    pub(super) fn sentence(&self) -> String {
        format!("{}: {}", self.code, self.description)
    }
}

/// The registered address with the answer in its query; what its query holds already stays.
fn lead_back(address: &str, answer: &[(&str, &str)], state: Option<&str>, issuer: &str) -> String {
    let Ok(mut url) = Url::parse(address) else { return address.to_owned() };
    {
        let mut query = url.query_pairs_mut();
        query.extend_pairs(answer);
        if let Some(state) = state {
            query.append_pair("state", state);
        }
        query.append_pair("iss", issuer);
    }
    url.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_answer_joins_what_the_address_holds_already() {
        let url = lead_back(
            "https://app.example/cb?tenant=7",
            &[("code", "abc")],
            Some("a b&c"),
            "https://crm.example",
        );
        assert_eq!(
            url,
            "https://app.example/cb?tenant=7&code=abc&state=a+b%26c&iss=https%3A%2F%2Fcrm.example"
        );
    }

    #[test]
    fn a_repeated_parameter_is_noticed() {
        assert!(Wish::of(&Query::parse(b"client_id=a&client_id=b")).ambiguous);
        let wish = Wish::of(&Query::parse(b"client_id=a&scope=x+y&state=&loginWindowOpenMode=self"));
        assert_eq!((wish.scope.as_str(), wish.state, wish.ambiguous), ("x y", None, false));
    }
}
