//! Where a link leads: its maker says to which host, and no contact's fields change that.

use leadhold_kernel::merge_field::{Lookup, Place, filled, render_for};

use crate::contacts::Contact;
use crate::http::web_url;

/// Whether it is a URL of http or https on one host, whatever its merge fields become.
pub(super) fn leads_somewhere(redirect_to: &str) -> bool {
    // What a URL parser drops can join what stood apart.
    if redirect_to.trim().contains(char::is_control) {
        return false;
    }
    let host_is_text = filled(redirect_to, "\u{1}").split_once("://").is_some_and(|(_, rest)| {
        let host = rest.split(['/', '\\', '?', '#']).next().unwrap_or_default();
        !host.is_empty() && !host.contains('\u{1}')
    });
    let origin = |value: &str| web_url(&filled(redirect_to, value)).map(|url| url.origin());
    let origins = [origin("x"), origin("y"), origin("")];
    host_is_text && origins[0].is_some() && origins.iter().all(|one| *one == origins[0])
}

/// Where a link leads this contact. The contact's fields are filled in, each as one part of a URL, so that none of them
/// can change where it leads; `None` when it leads nowhere, as some that are older than [`leads_somewhere`] do.
pub(super) fn destination(redirect_to: &str, contact: Option<&Contact>) -> Option<String> {
    if !leads_somewhere(redirect_to) {
        return None;
    }
    let text = render_for(Place::UrlComponent, redirect_to, &Fields(contact));
    web_url(&text).map(Into::into)
}

/// The merge fields that a destination may have.
struct Fields<'a>(Option<&'a Contact>);

impl Lookup for Fields<'_> {
    fn get(&self, path: &[&str]) -> Option<String> {
        let ["contact", field] = path else { return None };
        let contact = self.0?;
        let value = match *field {
            "id" => Some(contact.id.to_string()),
            "first_name" => contact.first_name.clone(),
            "last_name" => contact.last_name.clone(),
            "name" => {
                let names = [contact.first_name.as_deref(), contact.last_name.as_deref()];
                Some(names.into_iter().flatten().collect::<Vec<_>>().join(" "))
            }
            "email" => contact.email.clone(),
            "phone" | "phone_raw" => contact.phone.clone(),
            "company_name" => contact.company_name.clone(),
            "city" => contact.city.clone(),
            "state" => contact.state.clone(),
            "postal_code" => contact.postal_code.clone(),
            "country" => contact.country.clone(),
            _ => None,
        };
        // `.` and `..` are steps along a path, however they are encoded.
        value.filter(|value| !value.bytes().all(|byte| byte == b'.'))
    }
}

#[cfg(test)]
mod tests {
    use super::{destination, leads_somewhere};

    #[test]
    fn a_link_leads_to_the_web_and_its_maker_says_where() {
        for good in [
            "https://example.com",
            "http://example.com/a?b={{contact.email}}#c",
            "https://example.com/{{ contact.id }}/x",
            "https://10.0.0.1:8080/",
            "HTTPS://example.com?a={{contact.city}}",
        ] {
            assert!(leads_somewhere(good), "{good}");
        }
        for bad in [
            "javascript:alert(1)",
            "data:text/html,x",
            "ftp://example.com",
            "example.com",
            "/path",
            "{{contact.website}}",
            "https://{{contact.company_name}}/",
            "https://example.com{{contact.city}}/",
            "{{contact.city}}://example.com",
            "http://",
            "https:{{contact.city}}//x",
            "https:///{{contact.city}}/",
            "https:///{{contact.city | default: \"evil.example\"}}/",
            "https:/{{contact.city}}/a://b",
            "https://\\{{contact.city}}/",
            "https://\t/{{contact.city}}/",
            "https://example.com/\t{{contact.city}}",
        ] {
            assert!(!leads_somewhere(bad), "{bad}");
            assert_eq!(destination(bad, None), None, "{bad}");
        }
    }
}
