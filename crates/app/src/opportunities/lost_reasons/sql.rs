//! Statements on reasons for losing deals.

leadhold_store::statements! {
    pub LIST = "select id, name, created_at, updated_at, deleted_at from lost_reasons
        where location_id = $1 order by created_at, id";
    /// Whether anyone has a reason of this id, once the caller's location turned out not to.
    pub IS_ANYONES across tenants "an id of another location is forbidden, one that nobody has is unknown" =
        "select 1 from lost_reasons where id = $1";
    pub INSERT = "insert into lost_reasons (location_id, id, name, name_lower, created_at, updated_at)
        values ($1, $2, $3, $4, $5, $6)";
    pub RENAME = "update lost_reasons set name = $3, name_lower = $4, updated_at = $5 where location_id = $1 and id = $2";
    pub DELETE = "update lost_reasons set deleted_at = $3, updated_at = $3 where location_id = $1 and id = $2";
}
