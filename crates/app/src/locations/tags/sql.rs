//! Statements on a location's tags.

leadhold_store::statements! {
    pub LIST = "select id, name, date_added, date_updated from location_tags where location_id = $1 order by name";
    pub GET = "select id, name, date_added, date_updated from location_tags where location_id = $1 and id = $2";
    pub BY_NAME = "select id from location_tags where location_id = $1 and name = $2";
    pub INSERT = "insert into location_tags (id, location_id, name, date_added) values ($1, $2, $3, $4)
        on conflict (location_id, name) do nothing";
    pub RENAME = "update location_tags set name = $3, date_updated = $4 where location_id = $1 and id = $2";
    pub DELETE = "delete from location_tags where location_id = $1 and id = $2";
}
