//! Statements on objects, their records and what these are found by.

leadhold_store::statements! {
    pub INSERT = "insert into objects (id, location_id, key, singular, plural, description, primary_property, searchable,
        version, created_by, updated_by, created_at, updated_at)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
        on conflict (location_id, key) do update set singular = $4, plural = $5, description = $6, searchable = $8,
        version = $9, updated_by = $11, updated_at = $13";
    pub GET = "select id, key, singular, plural, description, primary_property, searchable, version, created_by, updated_by,
        created_at, updated_at from objects where location_id = $1 and (key = $2 or id = $2)";
    pub SEARCHABLE = "select searchable from objects where location_id = $1 and key = $2";
    pub LIST = "select id, key, singular, plural, description, primary_property, searchable, version, created_by, updated_by,
        created_at, updated_at from objects where location_id = $1 order by created_at, id";

    /// Its select list is also that of the built statements ([`head`]).
    pub RECORD = "select r.no, r.id, r.object_key, r.owners, r.followers, r.properties, r.created_by, r.updated_by,
        r.created_at, r.updated_at from object_records r where r.location_id = $1 and r.object_key = $2 and r.id = $3";
    pub IS_ANOTHERS across tenants "an id of another location is forbidden, one that nobody has is unknown" =
        "select 1 from object_records where id = $1 and location_id <> $2";
    pub INSERT_RECORD = "insert into object_records (id, location_id, object_key, owners, followers, properties,
        text_version, created_by, updated_by, created_at, updated_at)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) returning no";
    pub UPDATE_RECORD = "update object_records set owners = $3, followers = $4, properties = $5, text_version = $6,
        updated_by = $7, updated_at = $8 where location_id = $1 and no = $2";
    /// Index rows go with it.
    pub DELETE_RECORD = "delete from object_records where location_id = $1 and no = $2";
    pub REMOVE_VALUES = "delete from object_record_values where location_id = $1 and record_no = $2 and property = $3";
    pub INDEX_TEXT = "insert into object_records_search (rowid, location_id, body) values ($1, $2, $3)";
    pub REINDEX_TEXT = "update object_records_search set body = $3 where rowid = $1 and location_id = $2";
    pub UNINDEX_TEXT = "delete from object_records_search where rowid = $1 and location_id = $2";
    pub COUNT = "insert into object_record_counts (location_id, object_key, shard, records) values ($1, $2, $3, $4)
        on conflict (location_id, object_key, shard) do update set records = object_record_counts.records + $4";
    pub COUNTED = "select cast(coalesce(sum(records), 0) as bigint) from object_record_counts
        where location_id = $1 and object_key = $2";

    /// The next records that still have a value of a removed property.
    pub CARRYING = "select r.id from object_records r where r.location_id = $1 and r.object_key = $2 and r.no in
        (select v.record_no from object_record_values v
        where v.location_id = $1 and v.object_key = $2 and v.property = $3) order by r.no limit $4";
    /// The next records whose search text was made by an earlier version of their object.
    pub OUTDATED = "select r.id from object_records r where r.location_id = $1 and r.object_key = $2 and r.text_version < $3
        order by r.no limit $4";
    pub SET_VERSION = "update object_records set text_version = $3 where location_id = $1 and no = $2";
}

/// The select list and tenant of every statement that is built: it ends where the location's id belongs.
pub fn head() -> &'static str {
    RECORD.text().split_once("$1").map_or("", |(head, _)| head)
}

/// As [`head`], for counting.
pub const COUNT_HEAD: &str = "select count(*) from object_records r where r.location_id = ";
