//! Statements on agencies.

leadhold_store::statements! {
    pub INSERT across tenants "founds the tenant" =
        "insert into companies (id, name, email, country, timezone, created_at, updated_at)
         values ($1, $2, $3, $4, $5, $6, $6)";
    pub ALL_COMPANIES across tenants "the operator's list" = "select id, name from companies order by created_at, id";
}
