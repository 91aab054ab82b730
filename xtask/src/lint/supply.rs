//! What we take from others: allowed licences, banned crates, one SQLite, and lock files that name no registry host.
//!
//! The rules are `deny.toml`'s. Where cargo-deny is installed it judges them; else this file reads the same lists and
//! does the part that needs no network. That exactly one package links SQLite is checked here in both cases.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use serde::Deserialize;

use crate::tool::{Outcome, Tool, root};

#[derive(Deserialize)]
struct Deny {
    licenses: Licenses,
    bans: Bans,
}

#[derive(Deserialize)]
struct Licenses {
    allow: Vec<String>,
    #[serde(default)]
    exceptions: Vec<Exception>,
}

#[derive(Deserialize)]
struct Exception {
    #[serde(rename = "crate")]
    name: String,
    allow: Vec<String>,
}

#[derive(Deserialize)]
struct Bans {
    deny: Vec<Banned>,
}

#[derive(Deserialize)]
struct Banned {
    #[serde(rename = "crate")]
    name: String,
}

#[derive(Deserialize)]
struct Metadata {
    packages: Vec<Package>,
}

#[derive(Deserialize)]
struct Package {
    name: String,
    version: String,
    license: Option<String>,
    links: Option<String>,
}

pub fn check() -> Outcome<Vec<String>> {
    let deny = fs::read_to_string(root().join("deny.toml"))
        .map_err(|error| format!("cannot read deny.toml: {error}"))?;
    let deny: Deny = toml::from_str(&deny).map_err(|error| format!("deny.toml: {error}"))?;
    let packages = built_packages()?;
    let mut findings = one_sqlite(&packages);
    if Tool::new("cargo").args(["deny", "--version"]).succeeds() {
        let verdict = Tool::new("cargo")
            .args(["deny", "--offline", "--locked", "check", "licenses", "bans", "sources"])
            .run();
        findings.extend(verdict.err());
    } else {
        findings.extend(licences(&deny.licenses, &packages)?);
        findings.extend(banned(&deny.bans, &packages));
    }
    let lock = fs::read_to_string(root().join("compat/package-lock.json")).unwrap_or_default();
    findings.extend(registry_hosts(&lock));
    Ok(findings)
}

/// What a build of the workspace on this machine really takes; the lock file also names other platforms' packages and
/// those behind features that are off.
fn built_packages() -> Outcome<Vec<Package>> {
    let metadata = Tool::new("cargo").args(["metadata", "--locked", "--format-version", "1"]).capture()?;
    let metadata: Metadata =
        serde_json::from_str(&metadata).map_err(|error| format!("`cargo metadata`: {error}"))?;
    let tree = ["tree", "--locked", "--workspace", "--prefix", "none", "--format", "{p}"];
    let tree = Tool::new("cargo").args(tree).capture()?;
    let built: BTreeSet<String> = tree.lines().map(name_and_version).collect();
    let taken = |package: &Package| built.contains(&format!("{} v{}", package.name, package.version));
    Ok(metadata.packages.into_iter().filter(taken).collect())
}

/// `serde v1.0.2 (proc-macro) (*)` without what follows the version.
fn name_and_version(line: &str) -> String {
    line.split(' ').take(2).collect::<Vec<_>>().join(" ")
}

/// Two copies of SQLite in one program corrupt files that both open.
fn one_sqlite(packages: &[Package]) -> Vec<String> {
    let linking = packages.iter().filter(|package| package.links.as_deref() == Some("sqlite3"));
    let names: Vec<String> = linking.map(|package| format!("{} {}", package.name, package.version)).collect();
    if names.len() == 1 {
        Vec::new()
    } else {
        vec![format!("exactly one package must link sqlite3; now: {names:?}")]
    }
}

fn licences(rules: &Licenses, packages: &[Package]) -> Outcome<Vec<String>> {
    let parse = |names: &[String]| -> Outcome<Vec<spdx::Licensee>> {
        let parse = |name: &String| {
            spdx::Licensee::parse(name).map_err(|error| format!("deny.toml: {name}: {error}"))
        };
        names.iter().map(parse).collect()
    };
    let allowed = parse(&rules.allow)?;
    let mut exceptions = BTreeMap::new();
    for exception in &rules.exceptions {
        exceptions.insert(exception.name.as_str(), parse(&exception.allow)?);
    }
    let finding = |package: &Package| -> Option<String> {
        let extra = exceptions.get(package.name.as_str());
        let text = package.license.as_deref().unwrap_or_default();
        let Ok(expression) = spdx::Expression::parse_mode(text, spdx::ParseMode::LAX) else {
            return Some(format!(
                "{} {}: its licence `{text}` cannot be read",
                package.name, package.version
            ));
        };
        let accepted = expression
            .evaluate(|req| allowed.iter().chain(extra.into_iter().flatten()).any(|one| one.satisfies(req)));
        let what =
            format!("{} {}: its licence `{text}` is not allowed by deny.toml", package.name, package.version);
        (!accepted).then_some(what)
    };
    Ok(packages.iter().filter_map(finding).collect())
}

fn banned(rules: &Bans, packages: &[Package]) -> Vec<String> {
    let is_banned = |package: &&Package| rules.deny.iter().any(|banned| banned.name == package.name);
    packages
        .iter()
        .filter(is_banned)
        .map(|package| format!("{} is banned by deny.toml", package.name))
        .collect()
}

fn registry_hosts(lock: &str) -> Option<String> {
    let advice = "run `npm install` in compat/, whose .npmrc leaves hosts out";
    lock.contains("\"resolved\"").then(|| format!("compat/package-lock.json names a registry host; {advice}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn package(name: &str, license: Option<&str>) -> Package {
        Package {
            name: name.into(),
            version: "1.0.0".into(),
            license: license.map(str::to_owned),
            links: None,
        }
    }

    #[test]
    fn licences_are_judged_as_expressions_with_exceptions() {
        let exceptions = vec![Exception { name: "special".into(), allow: vec!["MPL-2.0".into()] }];
        let rules = Licenses { allow: vec!["MIT".into(), "Apache-2.0".into()], exceptions };
        let judge = |name: &str, license| licences(&rules, &[package(name, license)]).unwrap().pop();
        assert_eq!(judge("a", Some("GPL-3.0-only OR MIT")), None);
        assert_eq!(judge("a", Some("MIT/Apache-2.0")), None);
        assert_eq!(judge("special", Some("MPL-2.0 AND MIT")), None);
        assert!(judge("a", Some("MPL-2.0 AND MIT")).unwrap().contains("not allowed"));
        assert!(judge("a", Some("Whatever I like")).unwrap().contains("cannot be read"));
        assert!(judge("a", None).unwrap().contains("cannot be read"));
    }

    #[test]
    fn one_sqlite_means_one() {
        let linking = |name: &str| Package { links: Some("sqlite3".into()), ..package(name, None) };
        assert!(one_sqlite(&[linking("a"), package("b", None)]).is_empty());
        assert!(one_sqlite(&[linking("a"), linking("b")])[0].contains("a 1.0.0"));
        assert_eq!(one_sqlite(&[]).len(), 1);
    }

    #[test]
    fn banned_crates_and_hosts_are_found() {
        let rules = Bans { deny: vec![Banned { name: "openssl".into() }] };
        assert_eq!(
            banned(&rules, &[package("openssl", None), package("a", None)]),
            ["openssl is banned by deny.toml"]
        );
        assert!(registry_hosts("{\"resolved\": \"x\"}").is_some() && registry_hosts("{}").is_none());
    }
}
