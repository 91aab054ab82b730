//! Files that records name: what was uploaded, behind URLs that are secrets.
//!
//! An upload is in the store before anybody opens a transaction (`http::multipart` answers [`Draft`]s); [`keep`] names it in
//! the transaction of the record that it belongs to, and [`forget`] takes the name away. The bytes of a forgotten file go
//! when that transaction has committed, by a job; those that nobody ever named go with the [`sweep`] of their day.
//!
//! What is guaranteed:
//! - Who reads a file's URL in a 2xx can fetch it. Who cannot read the record cannot guess the URL: 119 bits of chance.
//! - A URL ends with its file, and with the location.
//! - No file becomes a page of this origin: the type is that of the content, and what is neither picture, film, sound nor
//!   PDF is saved and not shown (`routes.rs`).

mod delete;
mod routes;
mod sql;
mod sweep;

use leadhold_kernel::{Cx, Error, Id, Timestamp, id};
use leadhold_queue::{NewJob, enqueue};
use leadhold_store::{DbError, Row, Sql, Tx, params};
use serde_json::json;

pub use self::delete::DeleteBlob;
pub use self::routes::routes;
pub use self::sweep::{sweep, sweep_until};
pub use crate::file_store::Draft;
use crate::tenant::LocationScope;

/// Every statement of this slice.
pub const STATEMENTS: &[Sql] = sql::ALL;

/// A file that a record names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredFile {
    /// Its id, and the secret in its URL.
    pub id: Id<id::File>,
    /// Its name in the store.
    blob: String,
    /// Its name as it was uploaded.
    pub name: String,
    /// What it is, by its content.
    pub mime: String,
    /// Its length in bytes.
    pub size: i64,
    /// The SHA-256 of its bytes in hex.
    pub digest: String,
    /// When it was kept.
    pub made_at: Timestamp,
}

/// The names in the store of everybody's files.
///
/// # Errors
/// When the store fails.
pub fn blobs(tx: &mut Tx<'_>) -> Result<Vec<String>, DbError> {
    tx.query(sql::BLOBS, &[], |row| row.get(0))
}

impl StoredFile {
    /// Where everybody who knows it can fetch it. `base_url` is how clients reach this server.
    #[must_use]
    pub fn url(&self, base_url: &str) -> String {
        url(base_url, self.id.as_str(), &self.name)
    }
}

/// As [`StoredFile::url`]; the name at the end is for people, and may be any.
#[must_use]
pub fn url(base_url: &str, id: &str, name: &str) -> String {
    let path = format!("{base_url}/leadhold/v1/files/{id}/");
    match url::Url::parse(&path) {
        Ok(mut url) => {
            if let Ok(mut segments) = url.path_segments_mut() {
                segments.pop_if_empty().push(name);
            }
            url.to_string()
        }
        Err(_) => path + "file",
    }
}

/// Names a draft, so that it stays.
///
/// # Errors
/// When the store fails.
pub fn keep(tx: &mut Tx<'_>, cx: &Cx, here: &LocationScope, draft: &Draft) -> Result<StoredFile, Error> {
    let file = StoredFile {
        id: Id::generate(cx.random.as_ref()),
        blob: draft.blob.clone(),
        name: draft.name.clone(),
        mime: draft.mime.clone(),
        size: i64::try_from(draft.size).map_err(Error::internal)?,
        digest: draft.digest.clone(),
        made_at: cx.now,
    };
    let StoredFile { id, blob, name, mime, size, digest, made_at } = &file;
    let (company, location) = (here.company_id(), here.location_id());
    tx.exec(sql::INSERT, params![id, company, location, blob, name, mime, *size, digest, *made_at])?;
    Ok(file)
}

/// A location's file; `None` when it has none of this id.
///
/// # Errors
/// When the store fails.
pub fn get(tx: &mut Tx<'_>, here: &LocationScope, id: &str) -> Result<Option<StoredFile>, Error> {
    Ok(tx.query_opt(sql::GET, params![here.location_id(), id], read)?)
}

/// Takes a file's name away: its URL ends with the transaction, and its bytes go soon after.
///
/// # Errors
/// When the store fails.
pub fn forget(tx: &mut Tx<'_>, cx: &Cx, here: &LocationScope, id: &str) -> Result<(), Error> {
    let Some(file) = get(tx, here, id)? else { return Ok(()) };
    tx.exec(sql::DELETE, params![here.location_id(), id])?;
    let payload = json!({ "blob": file.blob });
    enqueue(tx, cx, &NewJob { queue: delete::QUEUE, kind: delete::KIND, payload, run_at: cx.now })?;
    Ok(())
}

fn read(row: &Row<'_>) -> Result<StoredFile, DbError> {
    Ok(StoredFile {
        id: row.get(0)?,
        blob: row.get(1)?,
        name: row.get(2)?,
        mime: row.get(3)?,
        size: row.get(4)?,
        digest: row.get(5)?,
        made_at: row.get(6)?,
    })
}

#[cfg(test)]
mod tests {
    use super::url;

    #[test]
    fn a_url_bears_any_name() {
        assert_eq!(
            url("http://x:1", "abc", "a b/ü?.png"),
            "http://x:1/leadhold/v1/files/abc/a%20b%2F%C3%BC%3F.png"
        );
        assert_eq!(url("https://x/crm", "abc", "f"), "https://x/crm/leadhold/v1/files/abc/f");
    }
}
