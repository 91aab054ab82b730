//! Statements on templates.

leadhold_store::statements! {
    /// Its select list is also that of the list (`head`).
    pub GET = "select id, type, name, origin_id, details, deleted, date_added, date_updated
        from templates where location_id = $1 and id = $2 and not deleted";
    pub COUNT_ALL = "select count(*) from templates where location_id = $1";
    pub INSERT = "insert into templates
        (id, location_id, type, name, origin_id, details, deleted, date_added, date_updated)
        values ($1, $2, $3, $4, $5, $6, false, $7, $7)";
    pub UPDATE = "update templates set name = $3, details = $4, date_updated = $5
        where location_id = $1 and id = $2 and not deleted";
    pub DELETE = "update templates set deleted = true, date_updated = $3
        where location_id = $1 and id = $2 and not deleted";
}

/// The select list and tenant of the list: it ends where the location's id belongs.
pub fn head() -> &'static str {
    GET.text().split_once("$1").map_or("", |(head, _)| head)
}

/// As [`head`], for counting.
pub const COUNT_HEAD: &str = "select count(*) from templates where location_id = ";
