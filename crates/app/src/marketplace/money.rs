//! Amounts: whole billionths of a dollar, so that sums are exact and a price per token can be told from nothing.

use serde::{Serialize, Serializer};

/// An amount of dollars.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Money(pub(super) i64);

const UNIT: f64 = 1e9;

impl Money {
    /// The most that a price, a balance or a charge may be: a million dollars.
    pub const MOST: Money = Money(1_000_000_000_000_000);

    /// `dollars` to the nearest billionth; `None` when it is negative or more than [`Money::MOST`].
    #[must_use]
    pub fn of_dollars(dollars: f64) -> Option<Money> {
        let units = (dollars * UNIT).round();
        #[expect(clippy::cast_possible_truncation, reason = "between nothing and ten to the fifteenth")]
        #[expect(clippy::cast_precision_loss, reason = "exact below two to the 53rd")]
        (units >= 0.0 && units <= Money::MOST.0 as f64).then_some(Money(units as i64))
    }

    /// In dollars.
    #[must_use]
    #[expect(clippy::cast_precision_loss, reason = "exact below two to the 53rd billionths")]
    pub fn dollars(self) -> f64 {
        self.0 as f64 / UNIT
    }

    /// This price for `units`; `None` beyond [`Money::MOST`].
    #[must_use]
    pub fn times(self, units: f64) -> Option<Money> {
        Money::of_dollars(self.dollars() * units)
    }

    /// With a percentage added.
    #[must_use]
    pub fn marked_up(self, percent: f64) -> Money {
        self.times(1.0 + percent / 100.0).unwrap_or(Money::MOST)
    }
}

/// A JSON number of dollars; whole dollars without a fraction.
impl Serialize for Money {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if self.0 % 1_000_000_000 == 0 {
            return serializer.serialize_i64(self.0 / 1_000_000_000);
        }
        serializer.serialize_f64(self.dollars())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_exact_to_a_billionth() {
        let price = Money::of_dollars(0.01).unwrap();
        assert_eq!(price.times(10.0), Money::of_dollars(0.1));
        assert_eq!(Money::of_dollars(0.000_000_001), Some(Money(1)));
        assert_eq!(price.marked_up(50.0), Money::of_dollars(0.015).unwrap());
        for none in [-0.01, f64::NAN, f64::INFINITY, 1e6 + 0.001] {
            assert_eq!(Money::of_dollars(none), None, "{none}");
        }
        assert_eq!(Money::MOST.times(2.0), None);
        assert_eq!(Money::MOST.marked_up(1.0), Money::MOST);
    }

    #[test]
    fn a_number_of_dollars_is_shown() {
        let shown = |dollars: f64| serde_json::to_string(&Money::of_dollars(dollars).unwrap()).unwrap();
        assert_eq!(
            (shown(0.1), shown(999.0), shown(0.01001)),
            ("0.1".into(), "999".into(), "0.01001".into())
        );
    }
}
