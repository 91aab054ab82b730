//! Statements on users.

leadhold_store::statements! {
    pub INSERT = "insert into users (id, company_id, email, email_lower, first_name, last_name, password_hash, type, role,
        created_at, updated_at) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $10) on conflict do nothing";
    pub INSERT_LOCATION = "insert into user_locations (user_id, company_id, location_id) values ($1, $2, $3)";
}
