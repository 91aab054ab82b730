//! Statements on agencies.

leadhold_store::statements! {
    pub INSERT across tenants "founds the tenant" =
        "insert into companies (id, name, email, country, timezone, created_at, updated_at)
         values ($1, $2, $3, $4, $5, $6, $6)";
    pub ALL_COMPANIES across tenants "the operator's list" = "select id, name from companies order by created_at, id";
    pub GET = "select id, name, email, phone, country, timezone, logo_url, brand_color, profile,
            (select count(*) from locations where company_id = $1 and deleted_at is null)
        from companies where id = $1";
    pub UPDATE across tenants "the row is the tenant" =
        "update companies set name = $2, email = $3, phone = $4, country = $5, timezone = $6, logo_url = $7,
            brand_color = $8, profile = $9, updated_at = $10
         where id = $1";
    pub BRAND across tenants "the row is the tenant" = "select name, logo_url, brand_color from companies where id = $1";
    pub FIRST_TWO_BRANDS across tenants "a brand that everybody may see, when there is no other" =
        "select name, logo_url, brand_color from companies order by created_at, id limit 2";
}
