//! Statements on field definitions and their folders.

leadhold_store::statements! {
    pub INSERT = "insert into custom_fields (id, location_id, model, name, field_key, data_type, description, placeholder,
        position, show_in_forms, standard, parent_id, details, date_added, date_updated)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $14)";
    pub UPDATE = "update custom_fields set name = $3, description = $4, placeholder = $5, position = $6, show_in_forms = $7,
        parent_id = $8, details = $9, date_updated = $10 where location_id = $1 and id = $2";
    pub DELETE = "delete from custom_fields where location_id = $1 and id = $2";
    pub LIST = "select id, model, name, field_key, data_type, description, placeholder, position, show_in_forms, standard,
        parent_id, details, date_added, date_updated
        from custom_fields where location_id = $1 and model = $2 order by position, date_added, id";
    /// By id or key; an id that is somebody's key does not exist, since only keys have a dot.
    pub FIND = "select id, model, name, field_key, data_type, description, placeholder, position, show_in_forms, standard,
        parent_id, details, date_added, date_updated
        from custom_fields where location_id = $1 and (id = $2 or field_key = $2)";
    pub ELSEWHERE across tenants "whether a stranger's field or folder is asked for; nothing of it is read" =
        "select id from custom_fields where id = $1 and location_id <> $2
        union all select id from custom_field_folders where id = $1 and location_id <> $2";
    pub KEYS = "select field_key from custom_fields where location_id = $1 and model = $2";
    pub LEAVE_FOLDER = "update custom_fields set parent_id = null where location_id = $1 and parent_id = $2";

    pub INSERT_FOLDER = "insert into custom_field_folders
        (id, location_id, model, name, field_key, position, date_added, date_updated)
        values ($1, $2, $3, $4, $5, $6, $7, $7)";
    pub UPDATE_FOLDER = "update custom_field_folders set name = $3, position = $4, date_updated = $5
        where location_id = $1 and id = $2";
    pub DELETE_FOLDER = "delete from custom_field_folders where location_id = $1 and id = $2";
    pub FOLDERS = "select id, model, name, field_key, position, date_added, date_updated
        from custom_field_folders where location_id = $1 and model = $2 order by position, date_added, id";
    pub FOLDER = "select id, model, name, field_key, position, date_added, date_updated
        from custom_field_folders where location_id = $1 and id = $2";
}
