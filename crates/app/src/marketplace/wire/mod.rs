//! The marketplace's JSON.

mod charges;
mod connection;
mod installations;
mod pricing;

use serde_json::{Value, json};

pub(super) use self::charges::{charge, charge_list, shown_charge, shown_wallet, wallet};
pub(super) use self::connection::migration;
pub(super) use self::installations::{installer_details, uninstall};
pub(super) use self::pricing::{meters, own_plans, plans, rebilling, subscription_plans, usage_plans};

/// The longest name of something, in characters.
const LONGEST: usize = 255;

/// A number without a fraction where it has none.
fn number(number: f64) -> Value {
    const EXACT: f64 = 9_007_199_254_740_992.0;
    if number.fract() == 0.0 && number.abs() <= EXACT {
        #[expect(clippy::cast_possible_truncation, reason = "whole and within ±2⁵³")]
        return json!(number as i64);
    }
    json!(number)
}
