//! E-mail addresses: what counts as one, and the lower-case copy by which two are compared.

/// An address that passed the syntax check, trimmed, in the spelling it was given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Email(String);

impl Email {
    /// Reads an address; `None` is answered to the client as `email must be an email`.
    ///
    /// The rules are those of the `IsEmail` check that the API's error texts come from: a dot-atom or quoted local part
    /// of at most 64 bytes, and a host name with a top-level domain. Whether the mailbox exists is not asked.
    pub fn parse(raw: &str) -> Option<Self> {
        let text = raw.trim();
        let (local, domain) = text.rsplit_once('@')?;
        (is_local_part(local) && is_domain(domain)).then(|| Self(text.to_owned()))
    }

    /// The address as given, without surrounding blanks.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The spelling under which addresses are compared and searched.
    pub fn lower(&self) -> String {
        crate::fold(&self.0)
    }

    /// Gives the text away.
    pub fn into_string(self) -> String {
        self.0
    }
}

/// The comparable spelling of an address that may come from outside the check (a query, an old record).
pub fn lower(address: &str) -> String {
    crate::fold(address.trim())
}

fn is_local_part(local: &str) -> bool {
    if local.is_empty() || local.len() > 64 {
        return false;
    }
    match local.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')) {
        Some(quoted) => is_quoted(quoted),
        None => local.split('.').all(|atom| !atom.is_empty() && atom.chars().all(is_atom_char)),
    }
}

/// Between the quotes anything printable goes, but a quote or backslash must be escaped.
fn is_quoted(text: &str) -> bool {
    let mut chars = text.chars();
    while let Some(char) = chars.next() {
        match char {
            '\\' if !chars.next().is_some_and(|escaped| (' '..='~').contains(&escaped)) => return false,
            '\\' => {}
            '"' => return false,
            other if !(' '..='~').contains(&other) && !is_letter_beyond_ascii(other) => return false,
            _ => {}
        }
    }
    true
}

fn is_atom_char(char: char) -> bool {
    char.is_ascii_alphanumeric() || "!#$%&'*+-/=?^_`{|}~".contains(char) || is_letter_beyond_ascii(char)
}

fn is_letter_beyond_ascii(char: char) -> bool {
    char >= '\u{a1}' && !char.is_whitespace() && !char.is_control()
}

fn is_domain(domain: &str) -> bool {
    let labels: Vec<&str> = domain.split('.').collect();
    let top = labels.last().copied().unwrap_or_default();
    domain.len() <= 254
        && labels.len() >= 2
        && labels.iter().all(|label| is_label(label))
        && is_top_level(top)
}

fn is_label(label: &str) -> bool {
    let inner = |char: char| char.is_ascii_alphanumeric() || char == '-' || is_letter_beyond_ascii(char);
    !label.is_empty()
        && label.len() <= 63
        && label.chars().all(inner)
        && !label.starts_with('-')
        && !label.ends_with('-')
}

/// Letters only and at least two of them, or the ASCII form of an international name (`xn--…`).
fn is_top_level(label: &str) -> bool {
    let letters = label.chars().all(|char| char.is_ascii_alphabetic() || is_letter_beyond_ascii(char));
    letters && label.chars().count() >= 2 || label.len() > 4 && label.to_ascii_lowercase().starts_with("xn--")
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn addresses_are_trimmed_and_keep_their_case() {
        let email = Email::parse("  John.Doe+news@Example.COM ").expect("an address");
        assert_eq!(email.as_str(), "John.Doe+news@Example.COM");
        assert_eq!(email.lower(), "john.doe+news@example.com");
    }

    #[test]
    fn what_is_an_address() {
        for good in [
            "a@b.co",
            "o'hara@example.com",
            "x_y@sub.domain.example",
            "\"two words\"@example.com",
            "\"a\\\"b@c\"@example.com",
            "jürgen@müller.de",
            "почта@пример.рф",
            "a@xn--80ak6aa92e.xn--p1ai",
            "1@2.museum",
        ] {
            assert!(Email::parse(good).is_some(), "{good}");
        }
    }

    #[test]
    fn what_is_none() {
        let long_local = format!("{}@example.com", "a".repeat(65));
        let long_label = format!("a@{}.com", "b".repeat(64));
        for bad in [
            "",
            "plain",
            "@example.com",
            "a@",
            "a@localhost",
            "a@example.c",
            "a@example.123",
            "a@-example.com",
            "a@example-.com",
            "a@exam_ple.com",
            "a@.com",
            "a@example..com",
            "a@example.com.",
            ".a@example.com",
            "a..b@example.com",
            "a.@example.com",
            "a b@example.com",
            "a@exam ple.com",
            "a@b@example.com",
            "\"open@example.com",
            "\"a\"b\"@example.com",
            "a\u{0}@example.com",
            &long_local,
            &long_label,
        ] {
            assert!(Email::parse(bad).is_none(), "{bad}");
        }
    }

    proptest! {
        #[test]
        fn reading_is_a_fixed_point(raw in prop_oneof![".{0,60}", "[ a-zA-Z0-9._+\"\\\\-]{1,12}@[a-z0-9.-]{1,20}"]) {
            if let Some(email) = Email::parse(&raw) {
                prop_assert_eq!(Email::parse(email.as_str()), Some(email.clone()));
                prop_assert_eq!(lower(&email.lower()), email.lower());
            }
        }
    }
}
