//! Statements on field definitions.

leadhold_store::statements! {
    pub INSERT = "insert into custom_fields
        (id, location_id, model, name, field_key, data_type, placeholder, position, details, date_added)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";
    pub UPDATE = "update custom_fields set name = $3, placeholder = $4, position = $5, details = $6
        where location_id = $1 and id = $2";
    pub DELETE = "delete from custom_fields where location_id = $1 and id = $2";
    pub LIST = "select id, model, name, field_key, data_type, placeholder, position, details, date_added
        from custom_fields where location_id = $1 order by position, date_added, id";
    /// By id or key; an id that is somebody's key does not exist, since only keys have a dot.
    pub FIND = "select id, model, name, field_key, data_type, placeholder, position, details, date_added
        from custom_fields where location_id = $1 and (id = $2 or field_key = $2)";
    pub KEYS = "select field_key from custom_fields where location_id = $1";
}
