//! Statements on businesses.

leadhold_store::statements! {
    pub INSERT = "insert into businesses
        (id, location_id, name, profile, created_by, updated_by, created_at, updated_at)
        values ($1, $2, $3, $4, $5, $5, $6, $6)";
    pub GET = "select id, location_id, name, profile, created_by, updated_by, created_at, updated_at
        from businesses where location_id = $1 and id = $2";
    pub ELSEWHERE across tenants "whether a stranger's business is asked for; nothing of it is read" =
        "select id from businesses where id = $1";
    pub LIST = "select id, location_id, name, profile, created_by, updated_by, created_at, updated_at
        from businesses where location_id = $1 order by created_at, id limit $2 offset $3";
    pub UPDATE = "update businesses set name = $3, profile = $4, updated_by = $5, updated_at = $6
        where location_id = $1 and id = $2";
    pub DELETE = "delete from businesses where location_id = $1 and id = $2";
}
