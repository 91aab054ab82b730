//! Many custom values at once: each is set where it is named by its id, key or name, and made where nothing has that name.

use std::collections::HashMap;

use leadhold_kernel::{Cx, Error};
use leadhold_store::Tx;

use super::{CustomValue, Keys, insert, list, save, unknown};
use crate::tenant::LocationScope;

/// Custom values in one request.
pub const MOST: usize = 1000;

/// What is to become of one: named by its id, else by its key, else by its name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Set {
    /// Its id.
    pub id: Option<String>,
    /// Its key, with or without `custom_values.` and braces.
    pub key: Option<String>,
    /// Its name; where id or key name it, the name that it gets.
    pub name: Option<String>,
    /// The text.
    pub value: String,
}

/// What became of one.
#[derive(Clone, Debug, PartialEq)]
pub enum Outcome {
    /// There is a new one.
    Created(CustomValue),
    /// It has this name and text now.
    Set(CustomValue),
    /// Nothing was done.
    Refused(Error),
}

/// Sets or makes custom values in their order; a later one sees what an earlier one did.
///
/// # Errors
/// When the store fails.
pub fn set(tx: &mut Tx<'_>, cx: &Cx, here: &LocationScope, sets: &[Set]) -> Result<Vec<Outcome>, Error> {
    let mut keys = Keys::hold(tx, here)?;
    let mut known = Known::of(list(tx, here)?);
    let mut outcomes = Vec::with_capacity(sets.len());
    for set in sets {
        outcomes.push(match (known.meant(set), &set.name) {
            (Some(at), _) => Outcome::Set(known.set(tx, cx, here, at, set)?),
            (None, Some(name)) if set.id.is_none() => match insert(tx, cx, here, &mut keys, name, &set.value)
            {
                Ok(made) => Outcome::Created(known.add(made)),
                Err(refusal @ Error::BadRequest(_)) => Outcome::Refused(refusal),
                Err(failure) => return Err(failure),
            },
            (None, _) => Outcome::Refused(unknown()),
        });
    }
    Ok(outcomes)
}

/// What the location has so far, by everything that names it.
struct Known {
    all: Vec<CustomValue>,
    by_id: HashMap<String, usize>,
    by_key: HashMap<String, usize>,
    by_name: HashMap<String, usize>,
}

impl Known {
    fn of(all: Vec<CustomValue>) -> Self {
        let mut known =
            Self { all: Vec::new(), by_id: HashMap::new(), by_key: HashMap::new(), by_name: HashMap::new() };
        for one in all {
            known.add(one);
        }
        known
    }

    fn add(&mut self, one: CustomValue) -> CustomValue {
        let at = self.all.len();
        self.by_id.insert(one.id.to_string(), at);
        self.by_key.insert(one.key.clone(), at);
        self.by_name.entry(one.name.clone()).or_insert(at); // of two with one name the older is meant
        self.all.push(one.clone());
        one
    }

    fn meant(&self, set: &Set) -> Option<usize> {
        match (&set.id, &set.key, &set.name) {
            (Some(id), _, _) => self.by_id.get(id).copied(),
            (None, Some(key), _) => self.by_key.get(bare(key)).copied(),
            (None, None, Some(name)) => self.by_name.get(name.trim()).copied(),
            (None, None, None) => None,
        }
    }

    fn set(
        &mut self,
        tx: &mut Tx<'_>,
        cx: &Cx,
        here: &LocationScope,
        at: usize,
        set: &Set,
    ) -> Result<CustomValue, Error> {
        let before = self.all[at].clone();
        let name = set.name.as_deref().map_or(before.name.as_str(), str::trim);
        let mut after = CustomValue { name: name.to_owned(), value: set.value.clone(), ..before.clone() };
        if after != before {
            after = save(tx, cx, here, after)?;
        }
        if after.name != before.name {
            self.by_name.retain(|_, place| *place != at);
            self.by_name.entry(after.name.clone()).or_insert(at);
        }
        self.all[at] = after.clone();
        Ok(after)
    }
}

/// `booking_link` of `{{ custom_values.booking_link }}`, or of less.
fn bare(key: &str) -> &str {
    let inner = key.trim().trim_start_matches('{').trim_end_matches('}').trim();
    inner.strip_prefix("custom_values.").unwrap_or(inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_read_in_every_spelling() {
        for spelling in ["a_b", "custom_values.a_b", "{{ custom_values.a_b }}", "{{custom_values.a_b}}"] {
            assert_eq!(bare(spelling), "a_b");
        }
    }
}
