//! Statements on users. Each that reads one selects the same columns in the same order, for `read`.

leadhold_store::statements! {
    pub INSERT = "insert into users (id, company_id, email, email_lower, first_name, last_name, name_lower, password_hash,
        type, role, created_at, updated_at) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $11)
        on conflict do nothing";
    pub INSERT_LOCATION = "insert into user_locations (user_id, company_id, location_id) values ($1, $2, $3)
        on conflict do nothing";
    pub BY_EMAIL across tenants "an address is one person's, whoever the agency is" =
        "select id, company_id, email, first_name, last_name, phone, type, role, permissions, scopes,
            scopes_assigned_to_only, profile_photo, twilio_phone, platform_language, created_at, password_hash, deleted_at
         from users where email_lower = $1 and deleted_at is null";
    pub GET = "select id, company_id, email, first_name, last_name, phone, type, role, permissions, scopes,
            scopes_assigned_to_only, profile_photo, twilio_phone, platform_language, created_at, '', deleted_at
        from users where company_id = $1 and id = $2";
    pub LOCATIONS = "select location_id from user_locations where company_id = $1 and user_id = $2 order by location_id";
    pub LEAVE_LOCATION = "delete from user_locations where company_id = $1 and location_id = $2";
}
