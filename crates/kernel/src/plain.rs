//! Numbers as clients read them.

use serde_json::Value;

/// `5000` and not `5000.0`: some clients read whole numbers only so. Never `-0`.
#[must_use]
pub fn plain(number: f64) -> Value {
    const EXACT: f64 = 9_007_199_254_740_992.0;
    #[expect(clippy::cast_possible_truncation, reason = "whole and within ±2⁵³")]
    if number.fract() == 0.0 && number.abs() <= EXACT { (number as i64).into() } else { number.into() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_numbers_have_no_fraction() {
        let shown = [5000.0, -0.0, 0.5, 1e300, -2e15].map(|number| plain(number).to_string());
        assert_eq!(shown, ["5000", "0", "0.5", "1e+300", "-2000000000000000"]);
    }
}
