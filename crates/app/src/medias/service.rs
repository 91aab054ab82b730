//! The library's verbs. Whoever changes its tree holds its lock, so that what was looked at stays true.

use std::collections::HashSet;

use leadhold_kernel::fold::fold;
use leadhold_kernel::{Cx, Error, Id, Patch, id};
use leadhold_store::{Tx, params};

use super::model::{FileOf, Media};
use super::sql;
use crate::files::{self, Draft};
use crate::http::caller::no_access;
use crate::tenant::LocationScope;

/// How deep folders nest.
const DEEPEST: usize = 30;
/// The most files and folders that are deleted at once.
const MOST: usize = 5000;

/// What is to change in a file or folder.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Changes {
    pub name: Option<String>,
    /// `Null`: to the top.
    pub parent: Patch<String>,
}

/// Where something ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum End {
    Deleted,
    Trashed,
}

/// Makes a folder.
pub(super) fn create_folder(
    tx: &mut Tx<'_>,
    cx: &Cx,
    here: &LocationScope,
    name: &str,
    parent: Option<&str>,
) -> Result<Media, Error> {
    insert(tx, cx, here, name, parent, None)
}

/// Puts an uploaded file into the library.
pub(super) fn add_file(
    tx: &mut Tx<'_>,
    cx: &Cx,
    here: &LocationScope,
    name: &str,
    parent: Option<&str>,
    draft: &Draft,
) -> Result<Media, Error> {
    let stored = files::keep(tx, cx, here, draft)?;
    let file = FileOf { id: stored.id, name: stored.name, mime: stored.mime, size: stored.size };
    insert(tx, cx, here, name, parent, Some(file))
}

fn insert(
    tx: &mut Tx<'_>,
    cx: &Cx,
    here: &LocationScope,
    name: &str,
    parent: Option<&str>,
    file: Option<FileOf>,
) -> Result<Media, Error> {
    lock(tx, here)?;
    if let Some(parent) = parent {
        not_too_deep(path_to(tx, here, parent, None)?.len())?;
    }
    let media = Media {
        id: Id::generate(cx.random.as_ref()),
        location_id: here.location_id().clone(),
        parent_id: parent.and_then(Id::parse),
        name: name.to_owned(),
        file,
        created_at: cx.now,
        updated_at: cx.now,
        updated_by: cx.actor.source_id.clone(),
    };
    let file = media.file.as_ref();
    let row = params![
        &media.id,
        here.location_id(),
        media.kind(),
        media.parent_id.as_ref(),
        &media.name,
        fold(&media.name),
        file.map(|file| &file.id),
        file.map(|file| file.mime.as_str()),
        file.map_or(0, |file| file.size),
        cx.now,
        &media.updated_by
    ];
    tx.exec(sql::INSERT, row)?;
    Ok(media)
}

/// Renames and moves.
pub(super) fn change(
    tx: &mut Tx<'_>,
    cx: &Cx,
    here: &LocationScope,
    id: &str,
    changes: &Changes,
) -> Result<(), Error> {
    lock(tx, here)?;
    let before = get(tx, here, id)?;
    let parent = match &changes.parent {
        Patch::Absent => before.parent_id.clone(),
        Patch::Null => None,
        Patch::Value(parent) => {
            let path = path_to(tx, here, parent, Some(&before.id))?;
            let parent = Id::parse(parent);
            if parent != before.parent_id {
                not_too_deep(path.len() + levels(tx, here, &before.id)?)?;
            }
            parent
        }
    };
    let name = changes.name.as_ref().unwrap_or(&before.name);
    if (name, &parent) == (&before.name, &before.parent_id) {
        return Ok(());
    }
    let by = &cx.actor.source_id;
    tx.exec(
        sql::CHANGE,
        params![here.location_id(), &before.id, name, fold(name), parent.as_ref(), cx.now, by],
    )?;
    Ok(())
}

/// Ends each of these. What ended with a folder before it, or with itself, has ended.
pub(super) fn end_all(
    tx: &mut Tx<'_>,
    cx: &Cx,
    here: &LocationScope,
    ids: &[String],
    how: End,
) -> Result<(), Error> {
    let mut ended = HashSet::new();
    for id in ids {
        if !ended.contains(id.as_str()) {
            ended.extend(end(tx, cx, here, id, how)?);
        }
    }
    Ok(())
}

/// Deletes or trashes a file, or a folder and all that is in it, and answers all of that.
pub(super) fn end(
    tx: &mut Tx<'_>,
    cx: &Cx,
    here: &LocationScope,
    id: &str,
    how: End,
) -> Result<Vec<String>, Error> {
    lock(tx, here)?;
    let top = get(tx, here, id)?;
    let mut all = vec![(top.id, top.file.map(|file| file.id))];
    let mut at = 0;
    while at < all.len() {
        if all[at].1.is_none() {
            let rest = i64::try_from(MOST).unwrap_or(i64::MAX);
            let found = tx.query(sql::IN_FOLDER, params![here.location_id(), &all[at].0, rest], |row| {
                Ok((row.get::<Id<id::Media>>(0)?, row.get::<Option<Id<id::File>>>(1)?))
            })?;
            all.extend(found);
        }
        if all.len() > MOST {
            return Err(Error::bad_request(format!(
                "The folder holds more than {MOST} files and folders. Delete some of them first."
            )));
        }
        at += 1;
    }
    // From the inside out: a folder goes when nothing is in it.
    for (id, file) in all.iter().rev() {
        match how {
            End::Trashed => {
                tx.exec(sql::TRASH, params![here.location_id(), id, cx.now, &cx.actor.source_id])?;
            }
            End::Deleted => {
                tx.exec(sql::DELETE, params![here.location_id(), id])?;
                if let Some(file) = file {
                    files::forget(tx, cx, here, file.as_str())?;
                }
            }
        }
    }
    Ok(all.into_iter().map(|(id, _)| id.to_string()).collect())
}

/// A file or folder, trashed ones too.
///
/// # Errors
/// 400 when there is none, 403 when it is another location's; when the store fails.
pub(super) fn get(tx: &mut Tx<'_>, here: &LocationScope, id: &str) -> Result<Media, Error> {
    if let Some(media) = tx.query_opt(sql::GET, params![here.location_id(), id], Media::read)? {
        return Ok(media);
    }
    match tx.query_opt(sql::ELSEWHERE, params![id], |row| row.get::<String>(0))? {
        Some(_) => Err(no_access()),
        None => Err(Error::bad_request(format!("File or folder with id {id} not found"))),
    }
}

/// The names of the folders that lead to `folder`, it included. `except` must not be among them.
///
/// # Errors
/// 400 when there is no such folder, or it lies within `except`.
pub(super) fn path_to(
    tx: &mut Tx<'_>,
    here: &LocationScope,
    folder: &str,
    except: Option<&Id<id::Media>>,
) -> Result<Vec<String>, Error> {
    let (mut names, mut at) = (Vec::new(), Some(folder.to_owned()));
    while let Some(id) = at {
        if except.is_some_and(|except| except.as_str() == id) {
            return Err(Error::bad_request("A folder cannot be moved into itself."));
        }
        let found = tx.query_opt(sql::FOLDER, params![here.location_id(), &id], |row| {
            Ok((row.get::<Option<String>>(0)?, row.get::<String>(1)?))
        })?;
        let (parent, name) =
            found.ok_or_else(|| Error::bad_request(format!("Folder with id {id} not found")))?;
        names.push(name);
        at = parent;
    }
    names.reverse();
    Ok(names)
}

/// How many levels lie below a file or folder; beyond the deepest that there may be, it is not counted on.
fn levels(tx: &mut Tx<'_>, here: &LocationScope, id: &Id<id::Media>) -> Result<usize, Error> {
    let most = i64::try_from(DEEPEST).map_err(Error::internal)?;
    let levels: i64 = tx.query_one(sql::LEVELS, params![here.location_id(), id, most], |row| row.get(0))?;
    usize::try_from(levels).map_err(Error::internal)
}

/// `folders`: in how many something would lie, and what is in it.
fn not_too_deep(folders: usize) -> Result<(), Error> {
    if folders > DEEPEST {
        return Err(Error::bad_request(format!("Folders nest at most {DEEPEST} deep.")));
    }
    Ok(())
}

fn lock(tx: &mut Tx<'_>, here: &LocationScope) -> Result<(), Error> {
    Ok(tx.lock(&format!("medias:{}", here.location_id()))?)
}
