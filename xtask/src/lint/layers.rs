//! Direction inside `app`: which folder ("room") of crates/app/src may name which. The rule is data, in `layers.toml`.
//!
//! A room may name every room of a lower tier, and a neighbour only along an edge listed there. Nobody reaches into
//! another room's `sql`, `wire` or `routes`. The rooms under `top` put everything together and may name all.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use serde::Deserialize;

use super::{Source, imports};
use crate::tool::{Outcome, root};

const APP: &str = "crates/app/src/";
const PRIVATE: [&str; 3] = ["sql", "wire", "routes"];

#[derive(Deserialize)]
struct Layers {
    /// Files beside `lib.rs` that put everything together.
    top: BTreeSet<String>,
    /// From the lowest to the highest.
    tier: Vec<Tier>,
    /// Room → the neighbours in its own tier that it may name.
    edges: BTreeMap<String, BTreeSet<String>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Tier {
    name: String,
    rooms: BTreeSet<String>,
}

pub fn check(sources: &[Source]) -> Outcome<Vec<String>> {
    let text = fs::read_to_string(root().join("layers.toml"))
        .map_err(|error| format!("cannot read layers.toml: {error}"))?;
    let layers: Layers = toml::from_str(&text).map_err(|error| format!("layers.toml: {error}"))?;
    let mut findings = layers.cycles();
    findings.extend(
        sources
            .iter()
            .filter(|source| source.path.starts_with(APP))
            .flat_map(|source| layers.findings(source)),
    );
    Ok(findings)
}

impl Layers {
    fn tier(&self, room: &str) -> Option<usize> {
        self.tier.iter().position(|tier| tier.rooms.contains(room))
    }

    fn findings(&self, source: &Source) -> Vec<String> {
        let inside = &source.path[APP.len()..];
        let room = inside.split('/').next().unwrap_or(inside).trim_end_matches(".rs");
        if room == "lib" || self.top.contains(room) {
            return Vec::new();
        }
        let Some(tier) = self.tier(room) else {
            return vec![format!(
                "{}: room `{room}` is in no tier of layers.toml; add it where it belongs",
                source.path
            )];
        };
        let mentions = imports::of(source).into_iter().filter(|import| import.room != room);
        mentions
            .filter_map(|import| {
                let why = self.objection(room, tier, &import)?;
                Some(format!("{}:{}: {why}", source.path, import.line))
            })
            .collect()
    }

    /// Why `room` may not have this import; nothing when it may.
    fn objection(&self, room: &str, tier: usize, import: &imports::Import) -> Option<String> {
        let other = &import.room;
        if self.top.contains(other) {
            return Some(format!(
                "`{room}` names `{other}`, which puts everything together; hand down what is needed"
            ));
        }
        let theirs = self.tier(other)?; // else an item of lib.rs, which all may name
        let names = || (&self.tier[tier].name, &self.tier[theirs].name);
        if theirs > tier {
            let (mine, above) = names();
            return Some(format!(
                "`{room}` ({mine}) names `{other}` ({above}), which is above it; let an event carry the news"
            ));
        }
        if theirs == tier && !self.edges.get(room).is_some_and(|edges| edges.contains(other)) {
            let (mine, _) = names();
            return Some(format!(
                "`{room}` names its neighbour `{other}` in {mine}; no such edge is in layers.toml"
            ));
        }
        let inner = import.inner.as_deref().filter(|inner| PRIVATE.contains(inner))?;
        Some(format!("`{other}::{inner}` is private to `{other}`; call its service"))
    }

    /// Edges must not lead back to where they started.
    fn cycles(&self) -> Vec<String> {
        let mut findings = Vec::new();
        for start in self.edges.keys() {
            let mut seen = BTreeSet::new();
            let mut open: Vec<&String> = self.edges[start].iter().collect();
            while let Some(room) = open.pop() {
                if room == start {
                    findings
                        .push(format!("layers.toml: the edges from `{start}` lead back to it; remove one"));
                    break;
                }
                if seen.insert(room) {
                    open.extend(self.edges.get(room).into_iter().flatten());
                }
            }
        }
        findings
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn layers() -> Layers {
        toml::from_str(
            "top = ['slices']\n[[tier]]\nname = 'records'\nrooms = ['contacts', 'tags', 'users']\n\
             [[tier]]\nname = 'automation'\nrooms = ['workflows']\n[edges]\ncontacts = ['tags']",
        )
        .unwrap()
    }

    fn found(path: &str, text: &str) -> Vec<String> {
        layers().findings(&Source::new(format!("{APP}{path}"), text))
    }

    #[test]
    fn downwards_along_edges_and_the_crates_root_are_fine() {
        assert!(found("workflows/run.rs", "use crate::contacts::service; use crate::App;").is_empty());
        assert!(found("contacts/service.rs", "use crate::{tags, contacts::sql};").is_empty());
        assert!(found("slices.rs", "use crate::{contacts::routes, workflows};").is_empty());
        assert!(found("lib.rs", "pub mod contacts; use crate::workflows::x;").is_empty());
    }

    #[test]
    fn upwards_sideways_and_into_private_parts_are_found() {
        let up = found("contacts/service.rs", "\nuse crate::workflows::trigger;");
        assert!(
            up.len() == 1
                && up[0].starts_with("crates/app/src/contacts/service.rs:2: ")
                && up[0].contains("above"),
            "{up:?}"
        );
        assert!(found("tags.rs", "use crate::contacts;")[0].contains("neighbour"));
        assert!(found("workflows/a.rs", "use crate::contacts::sql::INSERT;")[0].contains("private"));
        assert!(found("contacts/a.rs", "crate::slices::all()")[0].contains("puts everything together"));
        assert!(found("mystery.rs", "")[0].contains("in no tier"));
    }

    #[test]
    fn edges_that_lead_back_are_found() {
        assert!(layers().cycles().is_empty());
        let mut layers = layers();
        layers.edges.insert("tags".to_owned(), ["contacts".to_owned()].into());
        assert_eq!(layers.cycles().len(), 2);
    }
}
