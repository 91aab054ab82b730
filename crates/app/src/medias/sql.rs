//! Statements on the media library.

leadhold_store::statements! {
    pub INSERT = "insert into medias (id, location_id, kind, parent_id, name, name_folded, file_id, mime, size, trashed,
            created_at, updated_at, updated_by)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, false, $10, $10, $11)";
    pub GET = "select m.id, m.location_id, m.parent_id, m.name, m.file_id, f.name, f.mime, f.size, m.created_at, m.updated_at,
            m.updated_by
        from medias m left join files f on f.location_id = m.location_id and f.id = m.file_id
        where m.location_id = $1 and m.id = $2";
    pub ELSEWHERE across tenants "whether a stranger's file is asked for; nothing of it is read" =
        "select id from medias where id = $1";
    /// A folder that things can be put into.
    pub FOLDER = "select parent_id, name from medias where location_id = $1 and id = $2 and kind = 'folder' and not trashed";
    pub IN_FOLDER = "select id, file_id from medias where location_id = $1 and parent_id = $2 limit $3";
    /// One level at a time, and one more than `$3` at most.
    pub LEVELS = "with recursive below (id, level) as (
            select id, cast(0 as bigint) from medias where location_id = $1 and id = $2
            union all
            select m.id, b.level + 1 from below b join medias m on m.location_id = $1 and m.parent_id = b.id
                where b.level <= $3)
        select max(level) from below";
    pub CHANGE = "update medias set name = $3, name_folded = $4, parent_id = $5, updated_at = $6, updated_by = $7
        where location_id = $1 and id = $2";
    pub TRASH = "update medias set trashed = true, updated_at = $3, updated_by = $4
        where location_id = $1 and id = $2 and not trashed";
    pub DELETE = "delete from medias where location_id = $1 and id = $2";
}

/// The head of the list, up to the location.
pub const LIST: &str =
    "select m.id, m.location_id, m.parent_id, m.name, m.file_id, f.name, f.mime, f.size, m.created_at,
        m.updated_at, m.updated_by
    from medias m left join files f on f.location_id = m.location_id and f.id = m.file_id
    where m.location_id = ";
