//! Statements on custom values.

leadhold_store::statements! {
    pub LIST = "select id, name, value_key, value, date_added, date_updated from custom_values
        where location_id = $1 order by date_added, id";
    pub GET = "select id, name, value_key, value, date_added, date_updated from custom_values
        where location_id = $1 and id = $2";
    pub KEYS = "select value_key from custom_values where location_id = $1";
    pub INSERT = "insert into custom_values (id, location_id, name, value_key, value, date_added, date_updated)
        values ($1, $2, $3, $4, $5, $6, $6)";
    pub UPDATE = "update custom_values set name = $3, value = $4, date_updated = $5 where location_id = $1 and id = $2";
    pub DELETE = "delete from custom_values where location_id = $1 and id = $2";
}
