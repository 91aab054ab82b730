//! Words that may stand only in certain files, such as `axum` or `statements`. The rule is data, in `layers.toml`.

use std::fs;

use serde::Deserialize;

use super::Source;
use crate::tool::{Outcome, root};

#[derive(Deserialize)]
struct Rules {
    word: Vec<Word>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Word {
    /// The whole word that is looked for in code, or a path of fields and methods (`world.write`).
    word: String,
    /// Where it may stand: a folder (`crates/store/`), a file name (`sql.rs`), or a part of the path (`*/routes/`).
    only_in: Vec<String>,
    /// Where it is looked for, spelled likewise; everywhere unless it is said.
    not_in: Option<Vec<String>>,
    /// Said when it stands where it may not.
    because: String,
}

pub fn check(sources: &[Source]) -> Outcome<Vec<String>> {
    let text = fs::read_to_string(root().join("layers.toml"))
        .map_err(|error| format!("cannot read layers.toml: {error}"))?;
    let rules: Rules = toml::from_str(&text).map_err(|error| format!("layers.toml: {error}"))?;
    let checked = sources.iter().filter(|source| !source.path.starts_with("xtask/"));
    Ok(checked.flat_map(|source| rules.word.iter().flat_map(|word| word.findings(source))).collect())
}

impl Word {
    fn allows(&self, path: &str) -> bool {
        let looked_for = self.not_in.as_ref().is_none_or(|places| is_in(places, path));
        !looked_for || is_in(&self.only_in, path)
    }

    fn findings(&self, source: &Source) -> Vec<String> {
        if self.allows(&source.path) {
            return Vec::new();
        }
        let places = source.places_of(&self.word);
        places
            .map(|place| {
                format!(
                    "{}:{}: `{}` may not stand here: {}",
                    source.path,
                    source.line_of(place),
                    self.word,
                    self.because
                )
            })
            .collect()
    }
}

fn is_in(places: &[String], path: &str) -> bool {
    places.iter().any(|place| match place.strip_prefix('*') {
        Some(anywhere) => path.contains(anywhere),
        None if place.ends_with('/') => path.starts_with(place),
        None => path == place || path.ends_with(&format!("/{place}")),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_is_found_outside_its_places_only() {
        let only_in = ["crates/app/src/http/", "routes.rs", "*/routes/"].map(str::to_owned).to_vec();
        let word = Word { word: "axum".into(), only_in, not_in: None, because: "say why".into() };
        let found = |path: &str, text: &str| word.findings(&Source::new(path, text));
        for fine in
            ["crates/app/src/http/stack.rs", "crates/app/src/a/routes.rs", "crates/app/src/a/routes/get.rs"]
        {
            assert!(found(fine, "use axum::X;").is_empty(), "{fine}");
        }
        assert!(found("crates/app/src/a/service.rs", "// axum\nlet s = \"axum\";").is_empty());
        let expected = ["crates/app/src/a/myroutes.rs:2: `axum` may not stand here: say why"];
        assert_eq!(found("crates/app/src/a/myroutes.rs", "\nuse axum::X;"), expected);
    }

    #[test]
    fn a_path_is_found_where_it_is_looked_for_and_however_its_lines_are_broken() {
        let list = |places: &[&str]| places.iter().map(|place| (*place).to_owned()).collect::<Vec<_>>();
        let word = Word {
            word: "world.write".into(),
            only_in: list(&["crates/app/src/b/routes.rs"]),
            not_in: Some(list(&["*routes.rs"])),
            because: "say why".into(),
        };
        let found = |path: &str, text: &str| word.findings(&Source::new(path, text)).len();
        let broken = "request\n    .app\n    .world\n    .write(work)";
        assert_eq!(found("crates/app/src/a/routes.rs", broken), 1);
        assert_eq!(found("crates/app/src/a/more_routes.rs", "world.write(work)"), 1);
        assert_eq!(found("crates/app/src/a/routes.rs", "world.write_lines(); underworld.write()"), 0);
        assert_eq!(found("crates/app/src/a/jobs.rs", broken), 0);
        assert_eq!(found("crates/app/src/b/routes.rs", broken), 0);
    }
}
