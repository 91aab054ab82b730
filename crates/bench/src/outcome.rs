//! How steps of a measurement fail: with a sentence for the person who started it.

/// What a step gives back; the text says what went wrong and what to do.
pub type Outcome<T> = Result<T, String>;

/// Says what was being done when `E` happened.
pub trait During<T> {
    fn during(self, what: &str) -> Outcome<T>;
}

impl<T, E: std::fmt::Display> During<T> for Result<T, E> {
    fn during(self, what: &str) -> Outcome<T> {
        self.map_err(|error| format!("{what}: {error}"))
    }
}
