//! Which other rooms of a crate a file names: `crate::contacts::…`, also inside `use crate::{a, b::{c}}`, and
//! `super::` chains that leave the room.

use super::Source;

/// One mention: `crate::<room>` or `crate::<room>::<inner>`.
#[derive(Debug, PartialEq, Eq)]
pub struct Import {
    pub line: usize,
    pub room: String,
    pub inner: Option<String>,
}

/// Every mention of something below the crate's root.
pub fn of(source: &Source) -> Vec<Import> {
    let mut found = Vec::new();
    for start in source.places_of("crate") {
        let rest = source.code[start + "crate".len()..].trim_start();
        if let Some(rest) = rest.strip_prefix("::") {
            push_all(source.line_of(start), &first_two(rest), &mut found);
        }
    }
    let depth = depth(&source.path);
    for start in source.places_of("super") {
        if source.code[..start].trim_end().ends_with("super::") {
            continue;
        }
        let mut rest = &source.code[start..];
        let mut steps = 0;
        while let Some(after) =
            rest.trim_start().strip_prefix("super").and_then(|r| r.trim_start().strip_prefix("::"))
        {
            rest = after;
            steps += 1;
        }
        if steps >= depth {
            push_all(source.line_of(start), &first_two(rest), &mut found);
        }
    }
    found
}

fn push_all(line: usize, paths: &[(String, Option<String>)], found: &mut Vec<Import>) {
    found.extend(paths.iter().map(|(room, inner)| Import { line, room: room.clone(), inner: inner.clone() }));
}

/// How many modules deep a file lies: `…/src/contacts/sql.rs` is 2, `…/src/contacts/mod.rs` is 1.
fn depth(path: &str) -> usize {
    let inside = path.split_once("/src/").map_or(path, |(_, inside)| inside);
    let parts = inside.split('/').count();
    if inside.ends_with("/mod.rs") { parts - 1 } else { parts }
}

/// The first two segments of each path of a use tree: `a::{b, c::d}` gives (a, b) and (a, c).
fn first_two(text: &str) -> Vec<(String, Option<String>)> {
    let mut paths = Vec::new();
    for (name, rest) in heads(text) {
        let inner: Vec<String> = match rest.trim_start().strip_prefix("::") {
            Some(rest) => heads(rest).into_iter().map(|(name, _)| name).collect(),
            None => Vec::new(),
        };
        if inner.is_empty() {
            paths.push((name, None));
        } else {
            paths.extend(inner.into_iter().map(|inner| (name.clone(), Some(inner))));
        }
    }
    paths
}

/// The names a path may begin with here (one, or those of a group), each with the text after it.
fn heads(text: &str) -> Vec<(String, &str)> {
    let text = text.trim_start();
    let Some(group) = text.strip_prefix('{') else {
        let end = text.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(text.len());
        return if end == 0 { Vec::new() } else { vec![(text[..end].to_owned(), &text[end..])] };
    };
    let mut names = Vec::new();
    let (mut depth, mut start) = (0usize, 0);
    for (at, c) in group.char_indices() {
        match c {
            '{' => depth += 1,
            ',' if depth == 0 => {
                names.extend(heads(&group[start..at]));
                start = at + 1;
            }
            '}' if depth == 0 => {
                names.extend(heads(&group[start..at]));
                break;
            }
            '}' => depth -= 1,
            _ => {}
        }
    }
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rooms(path: &str, text: &str) -> Vec<String> {
        let show = |import: Import| match import.inner {
            Some(inner) => format!("{}:{}::{inner}", import.line, import.room),
            None => format!("{}:{}", import.line, import.room),
        };
        of(&Source::new(path, text)).into_iter().map(show).collect()
    }

    #[test]
    fn plain_paths_groups_and_code_are_read() {
        let text = "use crate::tenant;\nuse crate::contacts::{self, sql::INSERT, service as s};\n\
                    use crate::{\n  http::{json, error::{A, B}},\n  App,\n};\nfn f() { crate::users::find(crate::App::x) }";
        let expected =
            ["1:tenant", "2:contacts::self", "2:contacts::sql", "2:contacts::service", "3:http::json"];
        let rest = ["3:http::error", "3:App", "7:users::find", "7:App::x"];
        assert_eq!(rooms("crates/app/src/a/mod.rs", text), [&expected[..], &rest[..]].concat());
    }

    #[test]
    fn super_counts_only_when_it_leaves_the_room() {
        assert_eq!(
            rooms("crates/app/src/contacts/sql.rs", "use super::model::X; use super::super::users::Y;"),
            ["1:users::Y"]
        );
        assert_eq!(rooms("crates/app/src/contacts/mod.rs", "use super::users;"), ["1:users"]);
        assert_eq!(rooms("crates/app/src/links.rs", "use super::users;"), ["1:users"]);
    }

    #[test]
    fn other_crates_and_comments_do_not_count() {
        assert!(
            rooms("crates/app/src/a/mod.rs", "// crate::b\nuse leadhold_kernel::Id; pub(crate) fn x() {}")
                .is_empty()
        );
    }
}
