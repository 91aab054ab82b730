//! The demo's custom fields: one of each of the commonest kinds.

use leadhold_kernel::{Cx, Error};
use leadhold_store::Tx;

use crate::custom_fields::{self, DataType, Model, NewChoice, NewCustomField, NewDetails};
use crate::tenant::LocationScope;

/// Defines the fields on contacts. The first is what the demo's workflow writes into, by the key that its name gives.
pub(super) fn define(tx: &mut Tx<'_>, cx: &Cx, here: &LocationScope) -> Result<(), Error> {
    let interests = ["Check-up", "Whitening", "Braces"].map(NewChoice::labelled).to_vec();
    let choices = NewDetails { options: Some(interests), ..NewDetails::default() };
    let fields = [
        ("Form message", DataType::Text, NewDetails::default()),
        ("Budget", DataType::Monetory, NewDetails::default()),
        ("Interest", DataType::SingleOptions, choices),
        ("Next check-up", DataType::Date, NewDetails::default()),
    ];
    for (position, (name, data_type, details)) in (0..).zip(fields) {
        let named = NewCustomField::named(Model::Contact, name, data_type);
        let new = NewCustomField { position, details, ..named };
        custom_fields::define(tx, cx, here, &new)?;
    }
    Ok(())
}
