//! Statements on locations. Those that find one do not find a deleted one.

leadhold_store::statements! {
    pub INSERT = "insert into locations
        (id, company_id, name, email, email_lower, phone, country, timezone, settings, created_at, updated_at)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $10)";
    pub GET = "select id, company_id, name, email, phone, website, address, city, state, country, postal_code, timezone,
            created_at, settings, first_name, last_name, social
        from locations where id = $1 and company_id = $2 and deleted_at is null";
    /// An empty address means everybody's.
    pub LIST = "select id, company_id, name, email, phone, website, address, city, state, country, postal_code, timezone,
            created_at, settings, first_name, last_name, social
        from locations where company_id = $1 and deleted_at is null and ($2 = '' or email_lower = $2)
        order by created_at, id limit $3 offset $4";
    pub LIST_BACKWARDS = "select id, company_id, name, email, phone, website, address, city, state, country, postal_code,
            timezone, created_at, settings, first_name, last_name, social
        from locations where company_id = $1 and deleted_at is null and ($2 = '' or email_lower = $2)
        order by created_at desc, id desc limit $3 offset $4";
    pub UPDATE = "update locations set name = $3, email = $4, email_lower = $5, phone = $6, website = $7, address = $8,
            city = $9, state = $10, country = $11, postal_code = $12, timezone = $13, settings = $14, first_name = $15,
            last_name = $16, social = $17, updated_at = $18
        where id = $1 and company_id = $2 and deleted_at is null";
    pub CLOSE = "update locations set deleted_at = $3, updated_at = $3, twilio = null, mailgun = null
        where id = $1 and company_id = $2 and deleted_at is null";
    pub COMPANY_OF across tenants "the operator's look-up" =
        "select company_id from locations where id = $1 and deleted_at is null";
    pub PERMISSIONS = "select permissions from locations where id = $1 and company_id = $2 and deleted_at is null";
    pub SET_PERMISSIONS = "update locations set permissions = $3, updated_at = $4
        where id = $1 and company_id = $2 and deleted_at is null";
    pub CHANNELS = "select twilio is not null, mailgun is not null from locations
        where id = $1 and company_id = $2 and deleted_at is null";
    pub SET_TWILIO = "update locations set twilio = $3 where id = $1 and company_id = $2 and deleted_at is null";
    pub SET_MAILGUN = "update locations set mailgun = $3 where id = $1 and company_id = $2 and deleted_at is null";
}
