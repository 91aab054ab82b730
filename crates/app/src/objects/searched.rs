//! What `query` searches: the words of those properties of a record in which its location lets words be looked for.

use leadhold_kernel::Error;
use leadhold_store::Tx;
use serde_json::Value;

use super::model::Shape;
use super::service;
use super::standard::Standard;
use crate::custom_fields::{self, DataType, value};
use crate::tenant::LocationScope;

/// Words of a record that are indexed: an index has bounds.
const MOST: usize = 4000;

/// The properties of a kind of records in which words are looked for: bare key and type.
#[derive(Clone, Debug, PartialEq)]
pub struct Searched(Vec<(String, DataType)>);

impl Searched {
    /// Those of an object that every location has.
    ///
    /// # Errors
    /// When the store fails.
    pub fn of(tx: &mut Tx<'_>, here: &LocationScope, standard: Standard) -> Result<Self, Error> {
        let chosen = service::chosen(tx, here, standard)?;
        let own = standard.own_fields();
        let built_in = |key: &str| own.iter().find(|(known, ..)| known == key).map(|(.., kind)| *kind);
        let fields = match chosen.iter().all(|key| built_in(key).is_some()) {
            true => Vec::new(), // nobody has to look for what the location defined
            false => custom_fields::list(tx, here, &standard.model())?,
        };
        let defined = |key: &str| fields.iter().find(|field| field.field_key == key).map(|f| f.data_type);
        let typed = chosen.iter().filter_map(|key| {
            let kind = built_in(key).or_else(|| defined(key))?;
            Some((standard.model().bare(key).to_owned(), kind))
        });
        Ok(Self(typed.collect()))
    }

    /// Those of an object whose fields are at hand.
    pub(super) fn of_shape(shape: &Shape) -> Self {
        let own = shape.object.standard().map(Standard::own_fields).unwrap_or_default();
        let typed = shape.object.searchable.iter().map(|key| {
            let (bare, built_in) = (shape.object.bare(key), own.iter().find(|(known, ..)| known == key));
            (bare.to_owned(), built_in.map_or_else(|| shape.type_of(bare), |(.., kind)| *kind))
        });
        Self(typed.collect())
    }

    /// The text for the index of a record whose property of a bare key is what `value` answers.
    pub fn text(&self, value: impl Fn(&str) -> Option<Value>) -> String {
        let values = self.0.iter().filter_map(|(key, kind)| Some((*kind, value(key)?)));
        let words = values.flat_map(|(kind, value)| value::words(kind, &value));
        words.take(MOST).collect::<Vec<_>>().join(" ")
    }
}
