//! Where a visitor came from, as far as browsers and links say: what becomes a submission's `eventData` and the contact's
//! attribution. Neither the address nor the browser of the visitor is among it.

use leadhold_kernel::Timestamp;
use serde_json::{Map, Value, json};

use super::model::Form;
use crate::contacts::Arrival;
use crate::http::Request;

/// Characters that are kept of a parameter, and of a URL.
const PARAMETER: usize = 500;
const URL: usize = 2000;

/// Parameters of links that say what brought somebody, and how attributions spell them.
const PARAMETERS: &[(&str, &str)] = &[
    ("utm_source", "utmSource"),
    ("utm_medium", "utmMedium"),
    ("utm_campaign", "campaign"),
    ("utm_content", "utmContent"),
    ("utm_term", "utmKeyword"),
    ("utm_matchtype", "utmMatchType"),
    ("campaign_id", "campaignId"),
    ("gclid", "gclid"),
    ("fbclid", "fbclid"),
    ("msclkid", "msclikid"), // as the real service spells it
    ("dclid", "dclid"),
    ("fbc", "fbc"),
    ("fbp", "fbp"),
];

/// The field by which a page of ours hands on who led to it. It is there, if empty, on every page of ours.
pub const REFERRER: &str = "_referrer";

/// Where a visitor came from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Origin {
    /// The page that the form stood on.
    pub page: String,
    /// The page before it.
    pub referrer: String,
    /// What the link to the page said, as attributions spell it.
    pub parameters: Vec<(&'static str, String)>,
}

impl Origin {
    /// Of a request that sends a form: from a page of ours, whose URL is the request's own, or from elsewhere.
    #[must_use]
    pub fn of(request: &Request, sent: &Map<String, Value>) -> Self {
        let text = |name: &str| sent.get(name).and_then(Value::as_str);
        let (page, referrer) = match text(REFERRER) {
            Some(referrer) => {
                (format!("{}{}", request.app.config.base_url, request.target), referrer.to_owned())
            }
            None => (referer(request), String::new()),
        };
        let parameter = |(name, spelled): &(&str, &'static str)| {
            let said = request.query.get(name).or_else(|| text(name)).map(str::trim)?;
            (!said.is_empty()).then(|| (*spelled, first(said, PARAMETER)))
        };
        Self {
            page: first(&page, URL),
            referrer: first(&referrer, URL),
            parameters: PARAMETERS.iter().filter_map(parameter).collect(),
        }
    }

    /// `Paid Search`, `Referral`, …: the kinds of sessions that attributions tell apart.
    #[must_use]
    pub fn session_source(&self) -> &'static str {
        let said = |name: &str| self.parameters.iter().any(|(spelled, _)| *spelled == name);
        if said("gclid") || said("msclikid") || said("dclid") {
            "Paid Search"
        } else if said("fbclid") || said("fbc") {
            "Paid Social"
        } else if said("utmSource") {
            "Campaign"
        } else if !self.referrer.is_empty() {
            "Referral"
        } else {
            "Direct traffic"
        }
    }

    /// The submission's `eventData`.
    #[must_use]
    pub fn event_data(&self, form: &Form, now: Timestamp) -> Value {
        let medium = form.kind.name();
        let mut data = json!({
            "source": self.session_source(),
            "medium": medium,
            "mediumId": form.id,
            "parentId": form.id,
            "parentName": form.name,
            "page": {"url": self.page, "title": form.title()},
            "domain": host(&self.page),
            "referrer": self.referrer,
            "timestamp": now.millis(),
            "type": "page-visit",
            "pageVisitType": medium,
            "version": "v3",
            "contactSessionIds": null,
        });
        for (name, said) in &self.parameters {
            data[*name] = json!(said);
        }
        data
    }

    /// How the contact came.
    #[must_use]
    pub fn arrival(&self, form: &Form) -> Arrival {
        let mut attribution = json!({
            "sessionSource": self.session_source(),
            "url": self.page,
            "medium": form.kind.name(),
            "mediumId": form.id,
        });
        if !self.referrer.is_empty() {
            attribution["referrer"] = json!(self.referrer);
        }
        for (name, said) in &self.parameters {
            attribution[*name] = json!(said);
        }
        Arrival { source: form.name.clone(), attribution }
    }
}

/// The page that led to this request, by the browser's word.
#[must_use]
pub fn referer(request: &Request) -> String {
    let header = request.headers.get(http::header::REFERER).and_then(|value| value.to_str().ok());
    first(header.unwrap_or_default(), URL)
}

/// As much of a URL as is kept.
#[must_use]
pub fn kept_url(url: &str) -> String {
    first(url, URL)
}

fn host(page: &str) -> String {
    url::Url::parse(page).ok().and_then(|url| url.host_str().map(str::to_owned)).unwrap_or_default()
}

fn first(text: &str, longest: usize) -> String {
    text.chars().take(longest).collect()
}
