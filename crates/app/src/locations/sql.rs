//! Statements on locations.

leadhold_store::statements! {
    pub INSERT = "insert into locations
        (id, company_id, name, email, phone, country, timezone, settings, created_at, updated_at)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $9)";
    pub GET = "select id, company_id, name, email, phone, website, address, city, state, country, postal_code, timezone,
        created_at, settings from locations where id = $1 and company_id = $2";
    pub COMPANY_OF across tenants "the operator's look-up" = "select company_id from locations where id = $1";
}
