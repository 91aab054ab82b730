//! No Rust file over 600 lines: a longer one holds more than one concept.

use super::Source;

const LIMIT: usize = 600;

pub fn check(sources: &[Source]) -> Vec<String> {
    let long = sources.iter().filter(|source| source.lines > LIMIT);
    long.map(|source| {
        format!(
            "{}: {} lines, {LIMIT} is the limit; give each concept a file of its own",
            source.path, source.lines
        )
    })
    .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_limit_itself_is_allowed() {
        let file = |lines: usize| Source::new("a.rs", &"x\n".repeat(lines));
        assert!(check(&[file(600)]).is_empty());
        assert_eq!(
            check(&[file(601)]),
            ["a.rs: 601 lines, 600 is the limit; give each concept a file of its own"]
        );
    }
}
