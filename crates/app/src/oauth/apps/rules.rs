//! What a developer may say about an app. Every fault is a field and a rule, so that a body's reader can list it among its own.

use leadhold_kernel::{Error, EventKind, ScopeSet};
use leadhold_outbound::{Forbidden, Policy};
use url::{Host, Url};

use super::model::NewApp;
use super::subscriptions::{Kinds, Wishes};

/// Characters of a name.
pub const NAME_LENGTH: usize = 100;
/// Bytes of an address.
const URL_LENGTH: usize = 2048;
/// How many addresses authorization may lead back to.
const MAX_REDIRECT_URIS: usize = 50;

/// What is wrong with a field: its name, and the rule that it breaks.
pub type Fault = (String, String);

/// As the client reads it.
pub fn refuse(faults: Vec<Fault>) -> Result<(), Error> {
    if faults.is_empty() {
        return Ok(());
    }
    Err(Error::Validation(faults.into_iter().map(|(field, rule)| format!("{field} {rule}")).collect()))
}

impl NewApp {
    /// Everything that is wrong with it.
    #[must_use]
    pub fn faults(&self) -> Vec<Fault> {
        let mut faults = name(&self.name);
        faults.extend(redirect_uris(&self.redirect_uris));
        faults.extend(scopes(self.scopes));
        faults.extend(webhook_url(self.webhook_url.as_deref()));
        faults.extend(page("logoUrl", self.logo_url.as_deref()));
        faults.extend(page("website", self.website.as_deref()));
        faults.extend(page("externalBillingUrl", self.external_billing_url.as_deref()));
        faults.extend(wishes(&self.wishes, self.webhook_url.as_deref()));
        faults
    }
}

fn fault(field: impl Into<String>, rule: impl Into<String>) -> Fault {
    (field.into(), rule.into())
}

pub(super) fn name(name: &str) -> Vec<Fault> {
    let length = name.trim().chars().count();
    match length {
        0 => vec![fault("name", "should not be empty")],
        _ if length > NAME_LENGTH => {
            vec![fault("name", format!("must be shorter than or equal to {NAME_LENGTH} characters"))]
        }
        _ => Vec::new(),
    }
}

pub(super) fn redirect_uris(uris: &[String]) -> Vec<Fault> {
    let mut faults: Vec<Fault> = uris
        .iter()
        .enumerate()
        .filter_map(|(at, uri)| Some(fault(format!("redirectUris.{at}"), address(uri).err()?)))
        .collect();
    if uris.len() > MAX_REDIRECT_URIS {
        faults.push(fault("redirectUris", format!("must contain no more than {MAX_REDIRECT_URIS} elements")));
    }
    faults
}

pub(super) fn scopes(scopes: ScopeSet) -> Vec<Fault> {
    let refused = scopes.iter().filter(|scope| !ScopeSet::grantable().contains(*scope));
    refused
        .map(|scope| fault("scopes", format!("must not contain {}, which no app is granted", scope.name())))
        .collect()
}

/// An address of a page or a picture.
pub(super) fn page(field: &str, url: Option<&str>) -> Vec<Fault> {
    url.and_then(|url| address(url).err()).map(|rule| fault(field, rule)).into_iter().collect()
}

pub(super) fn webhook_url(url: Option<&str>) -> Vec<Fault> {
    url.and_then(|url| hook(url).err()).map(|rule| fault("webhookUrl", rule)).into_iter().collect()
}

pub(super) fn wishes(wishes: &Wishes, webhook_url: Option<&str>) -> Vec<Fault> {
    let mut faults = Vec::new();
    let needs_default = match &wishes.wanted {
        Kinds::All => true,
        Kinds::Only(kinds) => {
            faults.extend(chosen(&wishes.wanted));
            kinds.iter().any(|kind| !wishes.urls.contains_key(kind))
        }
    };
    if needs_default && webhook_url.is_none() {
        faults.push(fault(
            "webhookUrl",
            "should not be empty, since there are events without a URL of their own",
        ));
    }
    for (kind, url) in &wishes.urls {
        let field = format!("eventUrls.{kind}");
        if !is_chosen(*kind) {
            faults.push(fault(field, not_chosen(*kind)));
        } else if !wishes.wanted.contain(*kind) {
            faults.push(fault(field, "must be one of the events"));
        } else if let Err(rule) = hook(url) {
            faults.push(fault(field, rule));
        }
    }
    faults
}

/// Those of a choice of events that are no app's to choose.
pub(super) fn chosen(kinds: &Kinds) -> Vec<Fault> {
    match kinds {
        Kinds::All => Vec::new(),
        Kinds::Only(kinds) => {
            let refused = kinds.iter().filter(|kind| !is_chosen(**kind));
            refused.map(|kind| fault("events", not_chosen(*kind))).collect()
        }
    }
}

/// Whether apps choose to hear of such events. What happens to an app itself is always told to it, and a conversation
/// provider's messages go to the provider.
#[must_use]
pub fn is_chosen(kind: EventKind) -> bool {
    kind.is_public() && !is_of_one_app(kind) && kind != EventKind::ProviderOutboundMessage
}

/// Whether such an event is something that happens to an app: its business and nobody else's.
#[must_use]
pub fn is_of_one_app(kind: EventKind) -> bool {
    use EventKind::{
        AppUpdate, ExternalAuthConnected, Install, PlanChange, Uninstall, WebhookEndpointDisabled,
    };
    matches!(
        kind,
        Install | Uninstall | PlanChange | AppUpdate | ExternalAuthConnected | WebhookEndpointDisabled
    )
}

fn not_chosen(kind: EventKind) -> String {
    if is_of_one_app(kind) {
        format!("must not contain {kind}: it is always sent, and only to webhookUrl")
    } else {
        format!("must not contain {kind}: it is no event that apps subscribe to")
    }
}

/// A URL that events are sent to. Whether its address may be reached is asked at each attempt: names change their addresses.
pub(super) fn hook(text: &str) -> Result<(), String> {
    match Policy::strict().check_url(text) {
        Ok(_) | Err(Forbidden::Address { .. }) => Ok(()),
        Err(why) => Err(format!("is refused: {why}")),
    }
}

/// An address that a browser is led to. What carries a code must not be read on its way; on the machine itself nobody reads.
pub(super) fn address(text: &str) -> Result<(), String> {
    let wrong = |why: &str| Err(format!("{why}; write it like https://example.com/path"));
    if text.len() > URL_LENGTH {
        return Err(format!("must be shorter than or equal to {URL_LENGTH} characters"));
    }
    let Ok(url) = Url::parse(text) else { return wrong("must be an absolute URL") };
    let loopback = match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address == std::net::Ipv4Addr::LOCALHOST,
        Some(Host::Ipv6(address)) => address == std::net::Ipv6Addr::LOCALHOST,
        None => return wrong("must be an absolute URL"),
    };
    match url.scheme() {
        "https" => {}
        "http" if loopback => {}
        "http" => return wrong("must use https unless it is on localhost, 127.0.0.1 or [::1]"),
        _ => return wrong("must use https"),
    }
    if url.fragment().is_some() {
        return wrong("must not have a fragment (`#…`)");
    }
    if !url.username().is_empty() || url.password().is_some() {
        return wrong("must not have a user name or a password");
    }
    // The parser forgives and repairs what comparing to the letter would not.
    if text.chars().any(|c| c.is_whitespace() || c.is_control() || c == '\\') {
        return wrong("must not contain spaces or backslashes");
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_https_or_on_the_machine_itself() {
        for good in [
            "https://example.com/oauth/callback?x=1",
            "http://localhost:3000/cb",
            "http://127.0.0.1/",
            "http://[::1]:8080/cb",
        ] {
            assert_eq!(address(good), Ok(()), "{good}");
        }
        for bad in [
            "",
            "/callback",
            "example.com/cb",
            "http://example.com/cb",
            "http://127.0.0.2/cb",
            "http://localhost.example.com/cb",
            "ftp://example.com/",
            "javascript:alert(1)",
            "data:text/html,x",
            "https://example.com/cb#part",
            "https://user@example.com/cb",
            "https://:pw@example.com/cb",
            "https://exa mple.com/cb",
            " https://example.com/cb",
            "https:\\\\example.com\\cb",
            "https://example.com/a\nb",
            &format!("https://example.com/{}", "x".repeat(2048)),
        ] {
            assert!(address(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn every_fault_of_an_app_is_found_at_once() {
        let new = NewApp {
            name: " ".into(),
            redirect_uris: vec!["https://example.com/cb".into(), "http://example.com/cb".into()],
            scopes: ScopeSet::parse("contacts.readonly tokens.write apps.write").unwrap(),
            webhook_url: Some("ftp://example.com".into()),
            logo_url: Some("logo.png".into()),
            wishes: Wishes {
                wanted: Kinds::Only(vec![EventKind::ContactCreate, EventKind::Install]),
                urls: [
                    (EventKind::ContactDelete, "https://example.com/".to_owned()),
                    (EventKind::ContactCreate, "nowhere".to_owned()),
                ]
                .into(),
            },
            ..NewApp::default()
        };
        let Err(Error::Validation(faults)) = refuse(new.faults()) else { panic!("is refused") };
        insta::assert_snapshot!(faults.join("\n"), @"
        name should not be empty
        redirectUris.1 must use https unless it is on localhost, 127.0.0.1 or [::1]; write it like https://example.com/path
        scopes must not contain apps.write, which no app is granted
        scopes must not contain tokens.write, which no app is granted
        webhookUrl is refused: the scheme ftp is not allowed; use https (or http)
        logoUrl must be an absolute URL; write it like https://example.com/path
        events must not contain INSTALL: it is always sent, and only to webhookUrl
        eventUrls.ContactCreate is refused: not a URL: relative URL without a base; write it like https://example.com/hook
        eventUrls.ContactDelete must be one of the events
        ");
    }

    #[test]
    fn events_want_a_url() {
        let all = Wishes { wanted: Kinds::All, ..Wishes::default() };
        assert_eq!(wishes(&all, None).len(), 1);
        assert_eq!(wishes(&all, Some("https://example.com/")), []);
        assert_eq!(wishes(&Wishes::default(), None), []);
    }
}
