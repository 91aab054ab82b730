//! The table: what was measured, what it is compared with, and whether an aim was reached.

use std::fmt;

use crate::figures::{Duel, Sample, median, number};

/// One line.
#[derive(Clone, Debug, Default)]
pub struct Row {
    /// What was done.
    pub what: String,
    /// Our figure.
    pub ours: String,
    /// How long one took us.
    pub times: String,
    /// With what it is compared.
    pub than: String,
    /// The other's figure.
    pub theirs: String,
    /// Ours as a share of theirs, with the lowest and highest round.
    pub ratio: String,
    /// What was hoped for, and whether it came about.
    pub aim: String,
}

impl Row {
    /// Rates against rates. `unit` is what is done each second; `aim` the least share hoped for.
    pub fn duel(what: &str, duel: &Duel<'_>, than: &str, aim: Option<f64>) -> Self {
        let (ratio, low, high) = duel.ratio();
        Self {
            what: what.to_owned(),
            ours: rate(duel.ours),
            times: times(duel.ours),
            than: than.to_owned(),
            theirs: rate(duel.theirs),
            ratio: format!("{} % ({}–{})", percent(ratio), percent(low), percent(high)),
            aim: aim.map(|aim| verdict(ratio >= aim, &format!(">= {} %", percent(aim)))).unwrap_or_default(),
        }
    }

    /// The slowest of a hundred against the other's; `most` is the largest share hoped for.
    pub fn slowest(what: &str, duel: &Duel<'_>, than: &str, most: f64) -> Self {
        let (ratio, low, high) = duel.ratio_of_slowest();
        Self {
            than: than.to_owned(),
            theirs: times(duel.theirs),
            ratio: format!("p99 {} % ({}–{})", percent(ratio), percent(low), percent(high)),
            aim: verdict(ratio <= most, &format!("<= {} %", percent(most))),
            ..Self::rate(what, duel.ours)
        }
    }

    /// Rates by themselves.
    pub fn rate(what: &str, ours: &[Sample]) -> Self {
        Self { what: what.to_owned(), ours: rate(ours), times: times(ours), ..Self::default() }
    }

    /// One value with its unit.
    pub fn value(what: &str, value: f64, unit: &str, least_wanted: Option<f64>) -> Self {
        let aim = least_wanted.map(|most| verdict(value < most, &format!("< {most:.0} {unit}")));
        Self {
            what: what.to_owned(),
            ours: format!("{} {unit}", number(value)),
            aim: aim.unwrap_or_default(),
            ..Self::default()
        }
    }
}

/// `1,234/s, 56 µs CPU`.
fn rate(samples: &[Sample]) -> String {
    let per_second = format!("{}/s", number(median(samples.iter().map(Sample::per_second))));
    match median(samples.iter().map(Sample::cpu_micros)) {
        cpu if cpu > 0.0 => format!("{per_second}, {cpu:.0} µs CPU"),
        _ => per_second,
    }
}

fn times(samples: &[Sample]) -> String {
    let at = |share: f64| number(median(samples.iter().map(|sample| sample.millis(share))));
    format!("{} / {} ms", at(0.5), at(0.99))
}

fn percent(share: f64) -> String {
    format!("{:.0}", share * 100.0)
}

fn verdict(reached: bool, aim: &str) -> String {
    format!("{aim}: {}", if reached { "reached" } else { "not reached" })
}

/// Rows under one heading.
pub struct Table {
    pub heading: String,
    pub rows: Vec<Row>,
}

const TITLES: [&str; 7] =
    ["what", "Leadhold", "p50 / p99", "compared with", "that one", "ratio (rounds)", "aim"];

impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let cells: Vec<[&str; 7]> = std::iter::once(TITLES)
            .chain(self.rows.iter().map(|row| {
                [&row.what, &row.ours, &row.times, &row.than, &row.theirs, &row.ratio, &row.aim]
                    .map(String::as_str)
            }))
            .collect();
        let width = |column: usize| cells.iter().map(|row| row[column].chars().count()).max().unwrap_or(0);
        let widths: Vec<usize> = (0..TITLES.len()).map(width).collect();
        writeln!(f, "{}\n", self.heading)?;
        for (place, row) in cells.iter().enumerate() {
            let line = row.iter().zip(&widths).map(|(cell, width)| format!("{cell:<width$}"));
            writeln!(f, "{}", line.collect::<Vec<_>>().join("  ").trim_end())?;
            if place == 0 {
                let total = widths.iter().sum::<usize>() + 2 * (TITLES.len() - 1);
                writeln!(f, "{}", "-".repeat(total))?;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn a_table_says_honestly_what_was_reached() {
        let sample = |done| Sample::new(1.0, vec![2000; done], Duration::from_millis(10));
        let (ours, theirs) = ([sample(59), sample(61), sample(40)], [sample(100), sample(100), sample(100)]);
        let duel = Duel { ours: &ours, theirs: &theirs };
        let rows = vec![
            Row::duel("get", &duel, "bare axum", Some(0.6)),
            Row::duel("list", &duel, "bare axum", Some(0.5)),
            Row::value("idle memory", 64.0, "MiB", Some(64.0)),
        ];
        let text = Table { heading: "SQLite".into(), rows }.to_string();
        assert!(text.contains("59 % (40–61)"), "{text}");
        assert!(text.contains(">= 60 %: not reached") && text.contains(">= 50 %: reached"), "{text}");
        assert!(text.contains("64.0 MiB") && text.contains("< 64 MiB: not reached"), "{text}");
        let slow = |millis: u32| Sample::new(1.0, vec![millis * 1000; 9], Duration::ZERO);
        let (ours, theirs) = ([slow(30), slow(50)], [slow(20), slow(20)]);
        let row = Row::slowest("one hanging", &Duel { ours: &ours, theirs: &theirs }, "none", 2.0);
        assert_eq!((row.ratio.as_str(), row.aim.as_str()), ("p99 200 % (150–250)", "<= 200 %: reached"));
        assert!(text.contains("59.0/s, 169 µs CPU  2.00 / 2.00 ms  bare axum"), "{text}");
    }
}
