//! The Rust files of the workspace, with comments and string contents blanked for the rules that read code by text.

use std::fs;
use std::path::Path;

use crate::tool::{Outcome, root};

/// One Rust file.
pub struct Source {
    /// Path from the checkout's top, with `/`.
    pub path: String,
    /// Lines as they stand in the file.
    pub lines: usize,
    /// The text with comments and string contents replaced by spaces; line numbers are unchanged.
    pub code: String,
}

impl Source {
    pub fn new(path: impl Into<String>, text: &str) -> Source {
        Source { path: path.into(), lines: text.lines().count(), code: blank(text) }
    }

    /// The line on which the byte at `offset` stands.
    pub fn line_of(&self, offset: usize) -> usize {
        self.code[..offset].matches('\n').count() + 1
    }

    /// Every place where `word` stands as a whole word; `a.b` also stands where its lines are broken at the dot.
    pub fn places_of<'a>(&'a self, word: &'a str) -> impl Iterator<Item = usize> + 'a {
        let part_of_name = |c: char| c.is_alphanumeric() || c == '_';
        let first = word.split('.').next().unwrap_or(word);
        self.code.match_indices(first).map(|(offset, _)| offset).filter(move |offset| {
            let before = self.code[..*offset].chars().next_back();
            let after = behind(&self.code[*offset..], word).map(|rest| rest.chars().next());
            !before.is_some_and(part_of_name) && after.is_some_and(|c| !c.is_some_and(part_of_name))
        })
    }
}

/// What follows `word` at the beginning of `code`; `None` when it does not stand there.
fn behind<'a>(code: &'a str, word: &str) -> Option<&'a str> {
    let mut parts = word.split('.');
    let mut rest = code.strip_prefix(parts.next()?)?;
    for part in parts {
        rest = rest.trim_start().strip_prefix('.')?.trim_start().strip_prefix(part)?;
    }
    Some(rest)
}

/// All Rust files below `crates/` and `xtask/`, in a fixed order.
pub fn read_all() -> Outcome<Vec<Source>> {
    let mut sources = Vec::new();
    for folder in ["crates", "xtask"] {
        collect(&root().join(folder), folder, &mut sources)
            .map_err(|error| format!("cannot read {folder}: {error}"))?;
    }
    sources.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(sources)
}

fn collect(folder: &Path, name: &str, sources: &mut Vec<Source>) -> std::io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let path = format!("{name}/{}", entry.file_name().to_string_lossy());
        if entry.file_type()?.is_dir() {
            if entry.file_name() != "target" {
                collect(&entry.path(), &path, sources)?;
            }
        } else if path.ends_with(".rs") {
            sources.push(Source::new(path, &fs::read_to_string(entry.path())?));
        }
    }
    Ok(())
}

/// Blanks line comments, block comments, and the contents of strings and characters.
fn blank(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let skipped = match c {
            '/' if rest.starts_with("//") => rest.find('\n').unwrap_or(rest.len()),
            '/' if rest.starts_with("/*") => block_comment(rest),
            '"' => string(rest, 1, "\"", true),
            'r' if raw_string_opens(rest) && !out.ends_with(|c: char| c.is_alphanumeric() || c == '_') => {
                let hashes = rest[1..].chars().take_while(|c| *c == '#').count();
                string(rest, 2 + hashes, &format!("\"{}", "#".repeat(hashes)), false)
            }
            '\'' => character(rest),
            _ => 0,
        };
        let take = skipped.max(c.len_utf8());
        if skipped == 0 {
            out.push(c);
        } else {
            out.extend(rest[..take].chars().map(|c| if c == '\n' { '\n' } else { ' ' }));
        }
        rest = &rest[take..];
    }
    out
}

fn block_comment(rest: &str) -> usize {
    let mut depth = 0usize;
    let mut at = 0;
    while at < rest.len() {
        if rest[at..].starts_with("/*") {
            depth += 1;
            at += 2;
        } else if rest[at..].starts_with("*/") {
            depth -= 1;
            at += 2;
            if depth == 0 {
                return at;
            }
        } else {
            at += rest[at..].chars().next().map_or(1, char::len_utf8);
        }
    }
    rest.len()
}

fn raw_string_opens(rest: &str) -> bool {
    rest[1..].trim_start_matches('#').starts_with('"')
}

fn string(rest: &str, opening: usize, closing: &str, escapes: bool) -> usize {
    let mut at = opening;
    while at < rest.len() {
        if escapes && rest[at..].starts_with('\\') {
            at += 1 + rest[at + 1..].chars().next().map_or(0, char::len_utf8);
        } else if rest[at..].starts_with(closing) {
            return at + closing.len();
        } else {
            at += rest[at..].chars().next().map_or(1, char::len_utf8);
        }
    }
    rest.len()
}

/// The length of a character literal; 0 for a lifetime.
fn character(rest: &str) -> usize {
    let mut chars = rest.char_indices().skip(1);
    match (chars.next(), chars.next()) {
        (Some((_, '\\')), Some(_)) => rest[3..].find('\'').map_or(0, |end| end + 4),
        (Some((_, c)), Some((end, '\''))) if c != '\'' => end + 1,
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_and_strings_are_blank_and_lines_stay() {
        let text = "a // x::y\n/* b\n /* c */ */ d \"e \\\" f\" g r#\"h \" i\"# 'j' '\\'' &'k l";
        let code = blank(text);
        assert_eq!(code.split_whitespace().collect::<Vec<_>>(), ["a", "d", "g", "&'k", "l"]);
        assert_eq!(code.matches('\n').count(), text.matches('\n').count());
        assert_eq!(blank("var\"x\" = r\"\\\";").split_whitespace().collect::<Vec<_>>(), ["var", "=", ";"]);
    }

    #[test]
    fn words_are_found_whole_and_with_their_line() {
        let source = Source::new("a.rs", "use axum::x;\n// axum\nlet axum_like = my_axum + axum;");
        let lines: Vec<_> = source.places_of("axum").map(|place| source.line_of(place)).collect();
        assert_eq!(lines, [1, 3]);
    }
}
