//! The contract: `contract/operations.tsv`, every operation that the real service documents and every one of ours.
//!
//! The edge enforces what an operation's row says (versions, credential kinds, scopes), so no handler can forget it. A
//! test holds rows and registered handlers against each other.

use std::sync::LazyLock;

use http::Method;
use leadhold_kernel::Scope;

static TABLE: &str = include_str!("../../../../contract/operations.tsv");

/// Which spelling of the API a row belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Api {
    /// The dated versions, up to and including `2023-02-21`.
    V2,
    /// `Version: v3`.
    V3,
    /// Ours, and hooks: the header does not matter.
    Own,
}

/// Who may call.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Credentials {
    /// A sub-account's credential.
    pub location: bool,
    /// An agency's credential.
    pub agency: bool,
    /// No credential is asked for.
    pub none: bool,
    /// No credential, and only with `--sandbox`.
    pub sandbox: bool,
    /// A page for people: who it is, their session's cookie says.
    pub page: bool,
    /// A signed-in person, by their session's cookie and nothing else; answers JSON.
    pub session: bool,
}

/// One row of the table.
#[derive(Debug)]
pub struct OperationRow {
    /// The path with `{parameters}`, without a trailing slash.
    pub path: &'static str,
    /// The method.
    pub method: Method,
    /// The versions for which the row holds.
    pub apis: Vec<Api>,
    /// One of these must be granted; empty: none is asked for.
    pub scopes: Vec<Scope>,
    /// Who may call.
    pub credentials: Credentials,
    /// The file of the public description that has it.
    pub area: &'static str,
    /// The folder of this crate that serves it.
    pub slice: &'static str,
    /// Whether it is built; if not it answers 501.
    pub served: bool,
}

impl OperationRow {
    /// `GET /contacts/{contactId}`: how messages, metrics and tests name it.
    #[must_use]
    pub fn key(&self) -> String {
        format!("{} {}", self.method, self.path)
    }
}

/// Every row, in the order of the file.
pub static OPERATIONS: LazyLock<Vec<OperationRow>> = LazyLock::new(|| {
    let rows = TABLE.lines().enumerate().skip(1).filter(|(_, line)| !line.is_empty());
    rows.map(|(i, line)| parse(line).unwrap_or_else(|why| panic!("contract/operations.tsv:{}: {why}", i + 1)))
        .collect()
});

fn parse(line: &'static str) -> Result<OperationRow, String> {
    let cells: Vec<&'static str> = line.split('\t').collect();
    let [path, method, versions, scopes, credentials, area, slice, status] = cells[..] else {
        return Err(format!("has {} cells, expected 8", cells.len()));
    };
    Ok(OperationRow {
        path,
        method: method.parse().map_err(|_| format!("`{method}` is no method"))?,
        apis: versions.split('+').map(parse_api).collect::<Result<_, _>>()?,
        scopes: parse_scopes(scopes)?,
        credentials: parse_credentials(credentials)?,
        area,
        slice,
        served: match status {
            "served" => true,
            "planned" => false,
            other => return Err(format!("status `{other}`; expected served or planned")),
        },
    })
}

fn parse_api(name: &str) -> Result<Api, String> {
    match name {
        "v2" => Ok(Api::V2),
        "v3" => Ok(Api::V3),
        "own" => Ok(Api::Own),
        other => Err(format!("version `{other}`; expected v2, v3 or own")),
    }
}

fn parse_scopes(names: &str) -> Result<Vec<Scope>, String> {
    let names = names.split(' ').filter(|name| *name != "-");
    names.map(|name| Scope::parse(name).ok_or_else(|| format!("`{name}` is no scope"))).collect()
}

fn parse_credentials(names: &str) -> Result<Credentials, String> {
    let mut out = Credentials::default();
    for name in names.split(',') {
        match name {
            "location" => out.location = true,
            "agency" => out.agency = true,
            "none" => out.none = true,
            "sandbox" => out.sandbox = true,
            "page" => out.page = true,
            "session" => out.session = true,
            other => {
                return Err(format!(
                    "credential `{other}`; expected location, agency, none, sandbox, page or session"
                ));
            }
        }
    }
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_can_be_read_and_the_documented_ones_are_all_there() {
        let of = |api| OPERATIONS.iter().filter(|row| row.apis.contains(&api)).count();
        // 576 and 627 documented operations, `GET /contacts/search` and `GET /opportunities`, which only the integrator's
        // guide knows, and four on pipelines, which the descriptions do not have yet.
        assert_eq!((of(Api::V2), of(Api::V3)), (582, 633));
    }

    #[test]
    fn a_faulty_row_is_named() {
        assert!(parse("/x\tGET\tv9\t-\tnone\ta\ta\tserved").unwrap_err().contains("v9"));
        assert!(parse("/x\tGET").unwrap_err().contains("expected 8"));
    }
}
