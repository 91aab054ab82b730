//! The URLs of links: for everybody, or for one contact, by a signature.

use std::sync::Arc;

use leadhold_kernel::{Id, id};

use crate::seal::Seal;

/// Writes and reads URLs.
#[derive(Clone)]
pub struct Urls {
    base_url: String,
    seal: Arc<Seal>,
}

impl Urls {
    /// URLs of the server that clients reach at `base_url`.
    #[must_use]
    pub fn new(base_url: &str, seal: Arc<Seal>) -> Self {
        Self { base_url: base_url.to_owned(), seal }
    }

    /// How clients reach the server.
    #[must_use]
    pub fn base_url(&self) -> &str {
        &self.base_url
    }

    /// What the URLs are signed with.
    #[must_use]
    pub fn seal(&self) -> &Arc<Seal> {
        &self.seal
    }

    /// Where a link is followed, by `contact` if it is named.
    #[must_use]
    pub fn of(&self, link: &str, contact: Option<&Id<id::Contact>>) -> String {
        let plain = format!("{}/l/{link}", self.base_url);
        match contact {
            None => plain,
            Some(contact) => {
                format!("{plain}?c={contact}.{}", self.seal.sign(&purpose(link), contact.as_str()))
            }
        }
    }
}

/// The contact that `c` names; `None` when it was not written for this link by this server.
pub(super) fn contact_of(seal: &Seal, link: &str, c: &str) -> Option<Id<id::Contact>> {
    let (contact, signature) = c.split_once('.')?;
    seal.is_signed(&purpose(link), contact, signature).then(|| Id::parse(contact))?
}

fn purpose(link: &str) -> String {
    format!("link {link}")
}

/// The ids of the links whose merge field `{{trigger_link.<id>}}` stands in a text.
#[must_use]
pub fn mentioned(text: &str) -> Vec<String> {
    let parts = text.split("trigger_link.").skip(1);
    let mut ids: Vec<String> =
        parts.map(|part| part.chars().take_while(char::is_ascii_alphanumeric).take(64).collect()).collect();
    ids.retain(|id| !id.is_empty());
    ids.sort();
    ids.dedup();
    ids
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_contact_is_known_by_its_signature_for_this_link_only() {
        let seal = Arc::new(Seal::new(&[1; 32]).unwrap());
        let contact = Id::parse("ocQHyuzHvysMo5N5VsXc").unwrap();
        let url = Urls::new("http://x", Arc::clone(&seal)).of("abc", Some(&contact));
        let c = url.strip_prefix("http://x/l/abc?c=").unwrap();
        assert_eq!(contact_of(&seal, "abc", c), Some(contact));
        assert_eq!(contact_of(&seal, "abd", c), None);
        assert_eq!(contact_of(&Seal::new(&[2; 32]).unwrap(), "abc", c), None);
        for forged in ["ocQHyuzHvysMo5N5VsXc", "ocQHyuzHvysMo5N5VsXc.", &c.replace("ocQH", "ocQI"), "", "."] {
            assert_eq!(contact_of(&seal, "abc", forged), None, "{forged}");
        }
    }

    #[test]
    fn the_links_of_a_text_are_found_once_each() {
        let text = "{{trigger_link.abc}} {{ trigger_link.Def1 }} trigger_link.abc. trigger_link.";
        assert_eq!(mentioned(text), ["Def1", "abc"]);
    }
}
