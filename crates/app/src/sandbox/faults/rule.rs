//! A rule: what it is for, what goes wrong, how often.

use http::Method;
use leadhold_kernel::random::{STRIDE, mixed};

use crate::http::fault::Fault;

/// A rule.
#[derive(Clone, Debug, PartialEq)]
pub struct Rule {
    /// What it is for.
    pub target: Target,
    /// Only what belongs to this location.
    pub location: Option<String>,
    /// What goes wrong.
    pub kind: Kind,
    /// Whether the work is done before.
    pub after: bool,
    /// How often it strikes at most.
    pub times: Option<i64>,
    /// Of how many it strikes one: 1 for each.
    pub probability: f64,
    /// Which of them.
    pub seed: i64,
}

/// What a rule is for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// Requests.
    Route(Route),
    /// Deliveries of this event; `*` of each.
    Event(String),
    /// What is handed to this provider; `*` to each.
    Provider(String),
}

/// A pattern for requests: `POST /contacts/*`. `*` stands for any method, in the path for one segment, at its end for all
/// that follow; `{anything}` for one segment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Route {
    /// `None`: any.
    pub method: Option<Method>,
    /// As written.
    pub path: String,
}

/// What goes wrong, with what.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// With an answer.
    Answer(Fault),
    /// With a delivery.
    Delivery(DeliveryFault),
}

/// What goes wrong with a delivery of a webhook.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DeliveryFault {
    /// The first attempt does not arrive.
    Drop,
    /// The first attempt arrives twice.
    Duplicate,
    /// It comes later, by so many milliseconds.
    Delay(i64),
    /// Later ones overtake it: it waits so many milliseconds for them.
    Reorder(i64),
    /// Its signatures are wrong.
    BadSignature,
}

impl Route {
    /// Reads `METHOD /path`.
    pub fn parse(text: &str) -> Option<Self> {
        let (method, path) = text.trim().split_once(' ')?;
        let path = path.trim();
        let method = match method {
            "*" => None,
            name if name.bytes().all(|b| b.is_ascii_uppercase()) => Some(name.parse().ok()?),
            _ => return None,
        };
        (path.starts_with('/') && !path.contains([' ', '?'])).then(|| Self { method, path: path.to_owned() })
    }

    /// As [`Route::parse`] reads it.
    pub fn text(&self) -> String {
        format!("{} {}", self.method.as_ref().map_or("*", Method::as_str), self.path)
    }

    fn fits(&self, method: &Method, path: &str) -> bool {
        if self.method.as_ref().is_some_and(|wanted| wanted != method) {
            return false;
        }
        let mut wanted = segments(&self.path).peekable();
        let mut given = segments(path);
        while let Some(part) = wanted.next() {
            if part == "*" && wanted.peek().is_none() {
                return true;
            }
            let any = part == "*" || (part.starts_with('{') && part.ends_with('}'));
            if !given.next().is_some_and(|given| any || given == part) {
                return false;
            }
        }
        given.next().is_none()
    }
}

fn segments(path: &str) -> impl Iterator<Item = &str> {
    path.split('/').filter(|part| !part.is_empty())
}

impl Rule {
    /// Whether it is for a request.
    pub fn is_for_request(&self, method: &Method, path: &str, location: Option<&str>) -> bool {
        let fits = matches!(&self.target, Target::Route(route) if route.fits(method, path));
        fits && self.is_in(location)
    }

    /// Whether it is for a delivery of `event`.
    pub fn is_for_event(&self, event: &str, location: Option<&str>) -> bool {
        let fits = matches!(&self.target, Target::Event(name) if name == "*" || name == event);
        fits && self.is_in(location)
    }

    /// Whether it is for what is handed to `provider`.
    pub fn is_for_provider(&self, provider: &str, location: &str) -> bool {
        let fits = matches!(&self.target, Target::Provider(name) if name == "*" || name.eq_ignore_ascii_case(provider));
        fits && self.is_in(Some(location))
    }

    fn is_in(&self, location: Option<&str>) -> bool {
        self.location.as_deref().is_none_or(|wanted| location == Some(wanted))
    }

    /// Whether it strikes the next one, when it has been asked about so many: the same for the same seed.
    #[expect(clippy::cast_precision_loss, reason = "53 bits fit a double as they are")]
    pub fn strikes(&self, asked: i64) -> bool {
        let drawn = drawn(self.seed.cast_unsigned().wrapping_add(asked.cast_unsigned()));
        ((drawn >> 11) as f64) / ((1_u64 << 53) as f64) < self.probability
    }
}

/// Chance that is the same for the same number.
fn drawn(number: u64) -> u64 {
    mixed(number.wrapping_add(1).wrapping_mul(STRIDE))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pattern_fits_what_it_says() {
        let fits =
            |pattern: &str, method: Method, path: &str| Route::parse(pattern).unwrap().fits(&method, path);
        assert!(fits("POST /contacts/", Method::POST, "/contacts"));
        assert!(!fits("POST /contacts/", Method::POST, "/contacts/a"));
        assert!(!fits("POST /contacts/", Method::GET, "/contacts/"));
        assert!(fits("* /contacts/{contactId}", Method::PUT, "/contacts/a"));
        assert!(fits("GET /contacts/*/notes", Method::GET, "/contacts/a/notes"));
        assert!(!fits("GET /contacts/*/notes", Method::GET, "/contacts/a/tasks"));
        assert!(fits("* /contacts/*", Method::GET, "/contacts/a/tasks"));
        assert!(fits("* /*", Method::GET, "/"));
        for bad in ["", "/contacts", "post /contacts", "GET contacts", "GET /a b", "GET /a?b=c"] {
            assert_eq!(Route::parse(bad), None, "{bad}");
        }
    }

    #[test]
    fn a_seed_strikes_about_as_many_as_it_should_and_the_same_each_time() {
        let rule = |seed, probability| Rule {
            target: Target::Event("*".into()),
            location: None,
            kind: Kind::Delivery(DeliveryFault::Drop),
            after: false,
            times: None,
            probability,
            seed,
        };
        let struck = |rule: &Rule| -> Vec<i64> { (0..1000).filter(|asked| rule.strikes(*asked)).collect() };
        let of_seven = struck(&rule(7, 0.3));
        assert!((250..350).contains(&of_seven.len()), "{}", of_seven.len());
        assert_eq!(struck(&rule(7, 0.3)), of_seven);
        assert_ne!(struck(&rule(-8, 0.3)), of_seven);
        assert_eq!((struck(&rule(1, 0.0)).len(), struck(&rule(1, 1.0)).len()), (0, 1000));
    }
}
