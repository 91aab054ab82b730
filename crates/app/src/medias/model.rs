//! A file or a folder of the library.

use leadhold_kernel::{Id, Timestamp, id};
use leadhold_store::{DbError, Row};

/// What lies in the library.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Media {
    /// Its id.
    pub id: Id<id::Media>,
    /// Its location.
    pub location_id: Id<id::Location>,
    /// The folder that it is in; `None` at the top.
    pub parent_id: Option<Id<id::Media>>,
    /// Its name.
    pub name: String,
    /// The file; `None` for a folder.
    pub file: Option<FileOf>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub updated_at: Timestamp,
    /// Who changed it last.
    pub updated_by: String,
}

/// What a file of the library is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileOf {
    /// The stored file.
    pub id: Id<id::File>,
    /// Its name there, which its URL ends in.
    pub name: String,
    /// Its media type.
    pub mime: String,
    /// Its length in bytes.
    pub size: i64,
}

impl Media {
    /// `file` or `folder`.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        if self.file.is_some() { "file" } else { "folder" }
    }

    pub(super) fn read(row: &Row<'_>) -> Result<Self, DbError> {
        let file = match row.get::<Option<Id<id::File>>>(4)? {
            None => None,
            Some(id) => Some(FileOf { id, name: row.get(5)?, mime: row.get(6)?, size: row.get(7)? }),
        };
        Ok(Self {
            id: row.get(0)?,
            location_id: row.get(1)?,
            parent_id: row.get(2)?,
            name: row.get(3)?,
            file,
            created_at: row.get(8)?,
            updated_at: row.get(9)?,
            updated_by: row.get(10)?,
        })
    }
}
