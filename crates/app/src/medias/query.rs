//! The list of files or of folders.

use std::collections::HashMap;

use leadhold_kernel::fold::fold;
use leadhold_kernel::{Error, Id, id};
use leadhold_store::{Dynamic, Tx};

use super::model::Media;
use super::{service, sql};
use crate::tenant::LocationScope;

/// What is asked for.
#[derive(Clone, Debug)]
pub(super) struct Wanted {
    /// `file` or `folder`.
    pub kind: &'static str,
    /// In which folder; `None`: at the top.
    pub parent: Option<String>,
    /// Wherever it is.
    pub anywhere: bool,
    /// A part of the name.
    pub query: Option<String>,
    pub sort: &'static str,
    pub ascending: bool,
    pub offset: i64,
    pub limit: i64,
}

/// A page of the list, each with the folders that lead to it.
pub(super) fn list(
    tx: &mut Tx<'_>,
    here: &LocationScope,
    wanted: &Wanted,
) -> Result<Vec<(Media, Vec<String>)>, Error> {
    let mut statement = Dynamic::in_location(sql::LIST, here.location_id());
    statement.push(" and m.kind = ").bind(wanted.kind).push(" and not m.trashed");
    match &wanted.parent {
        Some(parent) => drop(statement.push(" and m.parent_id = ").bind(parent.clone())),
        None if wanted.anywhere || wanted.query.is_some() => {}
        None => drop(statement.push(" and m.parent_id is null")),
    }
    if let Some(query) = &wanted.query {
        let pattern = fold(query).replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_");
        statement.push(" and m.name_folded like ").bind(format!("%{pattern}%")).push(" escape '\\'");
    }
    let direction = if wanted.ascending { "asc" } else { "desc" };
    statement.push(&format!(" order by m.{} {direction}, m.id {direction} limit ", wanted.sort));
    statement.bind(wanted.limit).push(" offset ").bind(wanted.offset);
    let found = tx.query_dynamic(&statement, Media::read)?;
    let mut paths: HashMap<Id<id::Media>, Vec<String>> = HashMap::new();
    let mut shown = Vec::with_capacity(found.len());
    for media in found {
        let path = match &media.parent_id {
            None => Vec::new(),
            Some(parent) => match paths.get(parent) {
                Some(path) => path.clone(),
                None => {
                    let path = service::path_to(tx, here, parent.as_str(), None)?;
                    paths.insert(parent.clone(), path.clone());
                    path
                }
            },
        };
        shown.push((media, path));
    }
    Ok(shown)
}
