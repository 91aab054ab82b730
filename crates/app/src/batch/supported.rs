//! What may stand in a batch.

use std::sync::LazyLock;

use http::Method;
use leadhold_kernel::Error;

use crate::http::contract::{Api, OPERATIONS, OperationRow};
use crate::http::{ApiVersion, Route};
use crate::{contacts, opportunities};

/// The operations, as the contract spells them.
const SUPPORTED: &[&str] = &[
    "POST /contacts",
    "POST /contacts/upsert",
    "PUT /contacts/{contactId}",
    "DELETE /contacts/{contactId}",
    "POST /contacts/{contactId}/tags",
    "DELETE /contacts/{contactId}/tags",
    "POST /opportunities",
    "POST /opportunities/upsert",
    "PUT /opportunities/{id}",
    "PUT /opportunities/{id}/status",
    "DELETE /opportunities/{id}",
];

/// One of them.
pub(super) struct Supported {
    row: &'static OperationRow,
    /// `None`: planned.
    pub(super) route: Option<Route>,
}

static TABLE: LazyLock<Vec<Supported>> = LazyLock::new(|| {
    let routes = [contacts::routes(), opportunities::routes()].concat();
    let rows = OPERATIONS.iter().filter(|row| SUPPORTED.contains(&row.key().as_str()));
    let route = |row: &OperationRow| routes.iter().find(|route| route.key() == row.key()).cloned();
    rows.map(|row| Supported { row, route: route(row).filter(|_| row.served) }).collect()
});

/// An operation that was found for a path.
pub(super) struct Found {
    /// Its row.
    pub(super) row: &'static OperationRow,
    /// Its handler.
    pub(super) route: &'static Route,
    /// The path parameters in their order.
    pub(super) parameters: Vec<String>,
}

/// The operation of `method` and `path`, which has no query any more.
///
/// # Errors
/// 404 when a batch has no such operation, 501 when it is planned.
pub(super) fn find(method: &Method, path: &str, version: ApiVersion) -> Result<Found, Error> {
    let api = match version {
        ApiVersion::V2 => Api::V2,
        ApiVersion::V3 => Api::V3,
    };
    let mut fitting: Vec<_> = TABLE
        .iter()
        .filter(|supported| supported.row.method == *method && supported.row.apis.contains(&api))
        .filter_map(|supported| Some((supported, parameters(supported.row.path, path)?)))
        .collect();
    fitting.sort_by_key(|(_, parameters)| parameters.len()); // the most literal path is meant
    let Some((supported, parameters)) = fitting.into_iter().next() else {
        return Err(Error::NotFound(format!(
            "A batch has no operation {method} {path}. It takes: {}.",
            SUPPORTED.join(", ")
        )));
    };
    match &supported.route {
        Some(route) => Ok(Found { row: supported.row, route, parameters }),
        None => Err(Error::NotImplemented(format!("{} is not built here yet.", supported.row.key()))),
    }
}

/// The values of a template's parameters, when the path fits; a slash at its end makes no difference.
fn parameters(template: &str, path: &str) -> Option<Vec<String>> {
    let path = path.strip_suffix('/').unwrap_or(path);
    let (mut wanted, mut given) = (template.split('/'), path.split('/'));
    let mut values = Vec::new();
    loop {
        match (wanted.next(), given.next()) {
            (None, None) => return Some(values),
            (Some(name), Some(value)) if name.starts_with('{') && !value.is_empty() => {
                values.push(value.to_owned());
            }
            (Some(name), Some(value)) if name == value => {}
            _ => return None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_supported_operation_is_in_the_contract() {
        let known: Vec<String> = TABLE.iter().map(|supported| supported.row.key()).collect();
        for key in SUPPORTED {
            assert!(known.iter().any(|known| known == key), "{key}");
        }
    }

    #[test]
    fn the_most_literal_path_is_meant_and_a_last_slash_is_nothing() {
        let found = |method: Method, path: &str| {
            find(&method, path, ApiVersion::V2).map(|found| (found.row.path, found.parameters)).ok()
        };
        assert_eq!(found(Method::POST, "/contacts/"), Some(("/contacts", vec![])));
        assert_eq!(found(Method::POST, "/contacts/upsert"), Some(("/contacts/upsert", vec![])));
        assert_eq!(found(Method::PUT, "/contacts/a"), Some(("/contacts/{contactId}", vec!["a".to_owned()])));
        assert_eq!(found(Method::GET, "/contacts/a"), None);
        assert_eq!(found(Method::DELETE, "/contacts//"), None);
        assert_eq!(found(Method::POST, "/contacts/a/notes"), None);
    }
}
