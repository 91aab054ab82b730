//! Statements on associations and relations. A record stands on either side of a relation: the sides are looked through one
//! by one, since with an `or` SQLite goes through all relations of the location.

leadhold_store::statements! {
    pub INSERT = "insert into associations (id, location_id, key, first_object_key, first_object_label, first_limit,
        second_object_key, second_object_label, second_limit, created_at, updated_at)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $10)";
    pub GET = "select id, key, first_object_key, first_object_label, first_limit,
        second_object_key, second_object_label, second_limit
        from associations where location_id = $1 and id = $2";
    pub LIST = "select id, key, first_object_key, first_object_label, first_limit,
        second_object_key, second_object_label, second_limit
        from associations where location_id = $1 order by created_at, id";
    pub BY_KEY = "select id, key, first_object_key, first_object_label, first_limit,
        second_object_key, second_object_label, second_limit
        from associations where location_id = $1 and key = $2";
    pub ELSEWHERE across tenants "an id of another location is forbidden, one that nobody has is unknown" =
        "select 1 from associations where id = $1";
    pub COUNT = "select count(*) from associations where location_id = $1";
    pub UPDATE = "update associations set first_object_label = $3, second_object_label = $4, updated_at = $5
        where location_id = $1 and id = $2";
    pub DELETE = "delete from associations where location_id = $1 and id = $2";

    pub INSERT_RELATION = "insert into relations
        (id, location_id, association_id, first_record_id, second_record_id, created_at)
        values ($1, $2, $3, $4, $5, $6)";
    pub RELATION = "select r.id, r.association_id, r.first_record_id, r.second_record_id, r.created_at
        from relations r where r.location_id = $1 and r.id = $2";
    pub RELATION_ELSEWHERE across tenants "as ELSEWHERE" = "select 1 from relations where id = $1";
    pub RECORD_ELSEWHERE across tenants "whether only a stranger's record is asked for; nothing of it is read" =
        "select 1 from relations where first_record_id = $1
        union all select 1 from relations where second_record_id = $1 limit 1";
    pub OF_RECORD = "select r.id, r.association_id, r.first_record_id, r.second_record_id, r.created_at
        from relations r where r.location_id = $1 and r.first_record_id = $2
        union select r.id, r.association_id, r.first_record_id, r.second_record_id, r.created_at
        from relations r where r.location_id = $1 and r.second_record_id = $2
        order by created_at, id";
    pub COUNT_OF_RECORD = "select
        (select count(*) from relations where location_id = $1 and first_record_id = $2)
        + (select count(*) from relations where location_id = $1 and second_record_id = $2 and first_record_id <> $2)";
    pub BETWEEN = "select 1 from relations
        where location_id = $1 and association_id = $2 and first_record_id = $3 and second_record_id = $4";
    pub COUNT_AS_FIRST = "select count(*) from relations
        where location_id = $1 and association_id = $2 and first_record_id = $3";
    pub COUNT_AS_SECOND = "select count(*) from relations
        where location_id = $1 and association_id = $2 and second_record_id = $3";
    pub OF_ASSOCIATION = "select r.id, r.association_id, r.first_record_id, r.second_record_id, r.created_at
        from relations r where r.location_id = $1 and r.association_id = $2
        order by r.first_record_id, r.second_record_id limit $3";
    pub DELETE_RELATION = "delete from relations where location_id = $1 and id = $2";
}

/// The relations of a record, for a page of them: the caller adds the record and the page.
pub const PAGE_HEAD: &str =
    "select r.id, r.association_id, r.first_record_id, r.second_record_id, r.created_at
    from relations r where r.location_id = ";
/// As [`PAGE_HEAD`], for counting.
pub const COUNT_HEAD: &str = "select count(*) from relations r where r.location_id = ";
/// Whether the association is still there: relations of one that was deleted go step by step.
pub const STANDS: &str = " and (r.association_id = 'OPPORTUNITIES_CONTACTS_ASSOCIATION' or exists
    (select 1 from associations a where a.id = r.association_id))";
