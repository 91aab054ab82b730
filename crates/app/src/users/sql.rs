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
    pub ELSEWHERE across tenants "whether a stranger's user is asked for; nothing of it is read" =
        "select id from users where id = $1";
    pub UPDATE = "update users set first_name = $3, last_name = $4, name_lower = $5, phone = $6, type = $7, role = $8,
            permissions = $9, scopes = $10, scopes_assigned_to_only = $11, profile_photo = $12, twilio_phone = $13,
            platform_language = $14, updated_at = $15
        where company_id = $1 and id = $2";
    pub ADMINISTRATORS = "select email from users where company_id = $1 and type = 'agency' and role = 'admin'
            and deleted_at is null
        order by created_at, id limit $2";
    pub SET_PASSWORD = "update users set password_hash = $3, updated_at = $4 where company_id = $1 and id = $2";
    pub DROP_LOCATION = "delete from user_locations where company_id = $1 and user_id = $2 and location_id = $3";
    /// No hash begins with `!`: nobody signs in with it.
    pub DELETE = "update users set deleted_at = $3, updated_at = $3, password_hash = '!', email_lower = id,
            deleted_email_lower = email_lower
        where company_id = $1 and id = $2 and deleted_at is null";
}

/// The select list and tenant of every list: it ends where the agency's id belongs.
pub(super) const LISTED: &str =
    "select id, company_id, email, first_name, last_name, phone, type, role, permissions, scopes,
    scopes_assigned_to_only, profile_photo, twilio_phone, platform_language, created_at, '', deleted_at
    from users where company_id = ";
/// As [`LISTED`], to count.
pub(super) const COUNTED: &str = "select count(*) from users where company_id = ";
/// The locations of several users.
pub(super) const LOCATIONS_OF: &str = "select user_id, location_id from user_locations where company_id = ";
