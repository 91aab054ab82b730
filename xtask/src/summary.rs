//! What the suites report, read from their own closing lines, and the table at the end.

use std::time::Duration;

/// How many tests ended how.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    pub passed: u64,
    pub failed: u64,
    pub skipped: u64,
}

impl Counts {
    /// Reads nextest's closing line: `Summary [ 3.4s] 12 tests run: 11 passed (1 slow), 1 failed, 3 skipped`.
    pub fn add_nextest(&mut self, line: &str) {
        let Some((_, results)) =
            line.trim_start().strip_prefix("Summary [").and_then(|rest| rest.split_once(" run: "))
        else {
            return;
        };
        let words: Vec<&str> = results.split([' ', ',']).filter(|word| !word.is_empty()).collect();
        for pair in words.windows(2) {
            let Ok(number) = pair[0].parse::<u64>() else { continue };
            match pair[1] {
                "passed" => self.passed += number,
                "failed" | "timed" | "exec" => self.failed += number,
                "skipped" => self.skipped += number,
                _ => {}
            }
        }
    }

    /// Reads one of libtest's closing lines: `test result: ok. 5 passed; 0 failed; 1 ignored; 0 measured; …`.
    pub fn add_libtest(&mut self, line: &str) {
        let Some((_, results)) = line.strip_prefix("test result: ").and_then(|rest| rest.split_once(". "))
        else {
            return;
        };
        for part in results.split("; ") {
            match part.split_once(' ') {
                Some((number, "passed")) => self.passed += number.parse().unwrap_or(0),
                Some((number, "failed")) => self.failed += number.parse().unwrap_or(0),
                Some((number, "ignored")) => self.skipped += number.parse().unwrap_or(0),
                _ => {}
            }
        }
    }

    /// Reads the closing lines of Node's test runner in TAP: `# pass 12`.
    pub fn add_tap(&mut self, line: &str) {
        let Some((what, number)) = line.strip_prefix("# ").and_then(|rest| rest.split_once(' ')) else {
            return;
        };
        let number = number.parse().unwrap_or(0);
        match what {
            "pass" => self.passed += number,
            "fail" | "cancelled" => self.failed += number,
            "skipped" | "todo" => self.skipped += number,
            _ => {}
        }
    }

    fn tests(self) -> u64 {
        self.passed + self.failed + self.skipped
    }
}

/// One suite on one engine.
pub struct Row {
    pub suite: &'static str,
    pub engine: &'static str,
    pub counts: Counts,
    pub took: Duration,
    /// What went wrong apart from failing tests.
    pub trouble: Option<String>,
}

impl Row {
    /// A suite that ran; one that ended badly without a failed test counts as one failure.
    pub fn new(
        suite: &'static str,
        engine: &'static str,
        mut counts: Counts,
        took: Duration,
        succeeded: bool,
    ) -> Row {
        let trouble =
            (!succeeded && counts.failed == 0).then(|| "did not run to its end; see above".to_owned());
        counts.failed += u64::from(trouble.is_some());
        Row { suite, engine, counts, took, trouble }
    }

    /// One check beside the suites.
    pub fn check(suite: &'static str, checked: Result<(), String>, took: Duration) -> Row {
        let failed = u64::from(checked.is_err());
        Row {
            suite,
            engine: "-",
            counts: Counts { passed: 1 - failed, failed, skipped: 0 },
            took,
            trouble: checked.err(),
        }
    }

    /// A suite that could not start.
    pub fn not_started(suite: &'static str, engine: &'static str, why: String) -> Row {
        let counts = Counts { failed: 1, ..Counts::default() };
        Row { suite, engine, counts, took: Duration::ZERO, trouble: Some(why) }
    }
}

/// The table, and `N passed, N failed, N skipped` alone on the last line.
pub fn render(rows: &[Row]) -> String {
    let mut text = format!(
        "\n{:<14} {:<11} {:>6} {:>7} {:>7} {:>8} {:>8}\n",
        "suite", "engine", "tests", "passed", "failed", "skipped", "seconds"
    );
    let mut sum = Counts::default();
    for row in rows {
        let Counts { passed, failed, skipped } = row.counts;
        let seconds = row.took.as_secs_f64();
        text += &format!("{:<14} {:<11} {:>6} ", row.suite, row.engine, row.counts.tests());
        text += &format!("{passed:>7} {failed:>7} {skipped:>8} {seconds:>8.1}\n");
        sum = Counts {
            passed: sum.passed + passed,
            failed: sum.failed + failed,
            skipped: sum.skipped + skipped,
        };
    }
    for row in rows {
        if let Some(trouble) = &row.trouble {
            text += &format!("{} on {}: {trouble}\n", row.suite, row.engine);
        }
    }
    text + &format!("\n{} passed, {} failed, {} skipped\n", sum.passed, sum.failed, sum.skipped)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nextest_lines_are_read_whatever_they_mention() {
        let read = |line: &str| {
            let mut counts = Counts::default();
            counts.add_nextest(line);
            (counts.passed, counts.failed, counts.skipped)
        };
        assert_eq!(read("     Summary [   0.015s] 4 tests run: 4 passed, 2 skipped"), (4, 0, 2));
        let bad = "     Summary [  71.2s] 9 tests run: 5 passed (2 slow, 1 leaky), 2 failed, 1 timed out, 1 exec failed, 0 skipped";
        assert_eq!(read(bad), (5, 4, 0));
        assert_eq!(read("     Summary [   1.0s] 3/10 tests run: 2 passed, 1 failed, 0 skipped"), (2, 1, 0));
        assert_eq!(read("        PASS [   0.015s] app 4 tests run: 4 passed"), (0, 0, 0));
    }

    #[test]
    fn libtest_lines_add_up_over_test_binaries() {
        let mut counts = Counts::default();
        counts.add_libtest(
            "test result: ok. 5 passed; 0 failed; 1 ignored; 0 measured; 2 filtered out; finished in 0.1s",
        );
        counts.add_libtest("test a::b ... ok");
        counts.add_libtest(
            "test result: FAILED. 1 passed; 2 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0s",
        );
        assert_eq!(counts, Counts { passed: 6, failed: 2, skipped: 1 });
    }

    #[test]
    fn tap_lines_are_read() {
        let mut counts = Counts::default();
        for line in [
            "# tests 9",
            "# pass 5",
            "# fail 1",
            "# cancelled 1",
            "# skipped 1",
            "# todo 1",
            "# Subtest: pass 3",
        ] {
            counts.add_tap(line);
        }
        assert_eq!(counts, Counts { passed: 5, failed: 2, skipped: 2 });
    }

    #[test]
    fn a_suite_that_breaks_without_a_failed_test_counts_as_a_failure() {
        let compile_error = Row::new("rust", "SQLite", Counts::default(), Duration::from_secs(2), false);
        let fine =
            Row::new("compat", "SQLite", Counts { passed: 3, failed: 0, skipped: 1 }, Duration::ZERO, true);
        let text = render(&[compile_error, fine]);
        assert!(text.contains("rust on SQLite: did not run to its end"), "{text}");
        assert_eq!(text.lines().last(), Some("3 passed, 1 failed, 1 skipped"));
    }
}
