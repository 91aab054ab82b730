//! Statements on files.

leadhold_store::statements! {
    pub INSERT = "insert into files (id, company_id, location_id, blob, name, mime, size, digest, made_at)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
    pub GET = "select id, blob, name, mime, size, digest, made_at from files where location_id = $1 and id = $2";
    pub BY_URL across tenants "who knows the URL may have the file" =
        "select f.id, f.blob, f.name, f.mime, f.size, f.digest, f.made_at
        from files f join locations l on l.id = f.location_id
        where f.id = $1 and l.deleted_at is null";
    pub DELETE = "delete from files where location_id = $1 and id = $2";
    pub BLOBS across tenants "a snapshot is of everything" = "select blob from files order by blob";
    pub IS_NAMED across tenants "the sweep looks through the store, which serves all" =
        "select id from files where blob = $1";
}
