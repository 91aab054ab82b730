//! The sums: medians, percentiles, and how they are written.

use std::time::Duration;

/// What one contender did in one round.
#[derive(Clone, Debug, Default)]
pub struct Sample {
    /// How many were done inside the measured time.
    pub done: usize,
    /// The measured time in seconds.
    pub seconds: f64,
    /// Microseconds each took, ascending.
    pub micros: Vec<u32>,
    /// Processor time the server used in it; zero where nobody looked.
    pub cpu: Duration,
}

impl Sample {
    pub fn new(seconds: f64, mut micros: Vec<u32>, cpu: Duration) -> Self {
        micros.sort_unstable();
        Self { done: micros.len(), seconds, micros, cpu }
    }

    pub fn per_second(&self) -> f64 {
        self.done as f64 / self.seconds
    }

    /// Processor time of the server for each, in microseconds.
    pub fn cpu_micros(&self) -> f64 {
        self.cpu.as_secs_f64() * 1e6 / self.done.max(1) as f64
    }

    /// The time within which `share` (0 to 1) of them were done, in milliseconds.
    pub fn millis(&self, share: f64) -> f64 {
        let last = self.micros.len().saturating_sub(1);
        let at = (share * last as f64).round() as usize;
        f64::from(self.micros.get(at).copied().unwrap_or_default()) / 1000.0
    }
}

/// The middle one of `values`, or the mean of the middle two; 0 of none.
pub fn median(values: impl IntoIterator<Item = f64>) -> f64 {
    let mut values: Vec<f64> = values.into_iter().collect();
    values.sort_by(f64::total_cmp);
    let middle = values.len() / 2;
    match values.len() {
        0 => 0.0,
        count if count % 2 == 1 => values[middle],
        _ => f64::midpoint(values[middle - 1], values[middle]),
    }
}

/// Rounds in which contenders took turns: `ours` and `theirs` of the same place were neighbours in time.
pub struct Duel<'a> {
    pub ours: &'a [Sample],
    pub theirs: &'a [Sample],
}

impl Duel<'_> {
    /// The median over the rounds, with the lowest and the highest round.
    pub fn ratio(&self) -> (f64, f64, f64) {
        self.ratio_of(Sample::per_second)
    }

    /// The same of the times within which 99 of 100 were done.
    pub fn ratio_of_slowest(&self) -> (f64, f64, f64) {
        self.ratio_of(|sample| sample.millis(0.99))
    }

    fn ratio_of(&self, figure: fn(&Sample) -> f64) -> (f64, f64, f64) {
        let pairs = self.ours.iter().zip(self.theirs);
        let ratios: Vec<f64> = pairs.map(|(a, b)| figure(a) / figure(b).max(f64::MIN_POSITIVE)).collect();
        let low = ratios.iter().copied().fold(f64::INFINITY, f64::min);
        let high = ratios.iter().copied().fold(0.0, f64::max);
        (median(ratios), low, high)
    }
}

/// `31,204`, and with decimals where digits would be few: `3.12`.
pub fn number(value: f64) -> String {
    if value < 10.0 {
        return format!("{value:.2}");
    }
    if value < 100.0 {
        return format!("{value:.1}");
    }
    let digits = format!("{value:.0}");
    let mut out = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample(done: usize) -> Sample {
        Sample::new(2.0, vec![1000; done], Duration::from_millis(4))
    }

    #[test]
    fn the_median_is_the_middle_and_not_the_mean() {
        assert_eq!(median([1.0, 100.0, 2.0]), 2.0);
        assert_eq!(median([1.0, 2.0, 4.0, 100.0]), 3.0);
        assert_eq!(median([]), 0.0);
    }

    #[test]
    fn a_duel_compares_round_by_round() {
        let (ours, theirs) = ([sample(50), sample(10), sample(60)], [sample(100), sample(100), sample(100)]);
        assert_eq!(Duel { ours: &ours, theirs: &theirs }.ratio(), (0.5, 0.1, 0.6));
    }

    #[test]
    fn percentiles_are_of_the_sorted_times() {
        let sample = Sample::new(1.0, (1..=101).rev().map(|n| n * 1000).collect(), Duration::from_secs(1));
        assert_eq!((sample.millis(0.5), sample.millis(0.99), sample.millis(1.0)), (51.0, 100.0, 101.0));
        assert_eq!(sample.per_second(), 101.0);
        assert!((sample.cpu_micros() - 9900.99).abs() < 0.1);
    }

    #[test]
    fn numbers_are_read_at_a_glance() {
        let texts = [0.123, 9.87, 45.67, 100.4, 1234.0, 1_234_567.0].map(number);
        assert_eq!(texts, ["0.12", "9.87", "45.7", "100", "1,234", "1,234,567"]);
    }
}
