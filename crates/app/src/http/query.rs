//! The query string, with arrays in every form that clients send: `a[]=1&a[]=2`, `a=1&a=2`, `a=1,2`.

/// Names and values in their order; `a[]` and `a` are one name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Query(Vec<(String, String)>);

impl Query {
    /// Reads the part of a URL behind `?`, or a form body (they are one format: WHATWG URL, section 5).
    #[must_use]
    pub fn parse(text: &[u8]) -> Self {
        let pairs = form_urlencoded::parse(text);
        Self(pairs.map(|(name, value)| (strip_brackets(&name).to_owned(), value.into_owned())).collect())
    }

    /// The last value of `name`, as the real service's parser takes it.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().rev().find(|(n, _)| n == name).map(|(_, value)| value.as_str())
    }

    /// All values of `name`; a single one is split at its commas.
    #[must_use]
    pub fn all(&self, name: &str) -> Vec<&str> {
        let values: Vec<&str> = self.0.iter().filter(|(n, _)| n == name).map(|(_, v)| v.as_str()).collect();
        match values[..] {
            [one] => one.split(',').map(str::trim).filter(|part| !part.is_empty()).collect(),
            _ => values,
        }
    }

    /// Every name and value.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// Whether a name or a value has U+0000 in it.
    #[must_use]
    pub fn has_nul(&self) -> bool {
        self.0.iter().any(|(name, value)| name.contains('\0') || value.contains('\0'))
    }

    /// Whether there is nothing.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// `a[]` and `a[0]` are written for `a`; `a[b]` is a name of its own.
pub(super) fn strip_brackets(name: &str) -> &str {
    match name.split_once('[') {
        Some((base, rest))
            if rest == "]"
                || rest.strip_suffix(']').is_some_and(|i| i.bytes().all(|b| b.is_ascii_digit())) =>
        {
            base
        }
        _ => name,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arrays_come_in_four_forms() {
        for text in ["a[]=1&a[]=2", "a=1&a=2", "a=1,2", "a%5B0%5D=1&a%5B1%5D=2"] {
            assert_eq!(Query::parse(text.as_bytes()).all("a"), ["1", "2"], "{text}");
        }
        assert_eq!(Query::parse(b"a=1,2&a=3").all("a"), ["1,2", "3"], "a repeated name is not split again");
    }

    #[test]
    fn the_last_of_a_repeated_name_wins() {
        let query = Query::parse(b"limit=1&limit=2&q=a+b%40c");
        assert_eq!((query.get("limit"), query.get("q"), query.get("x")), (Some("2"), Some("a b@c"), None));
    }
}
