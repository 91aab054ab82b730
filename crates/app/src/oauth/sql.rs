//! Statements on apps.

leadhold_store::statements! {
    pub INSERT = "insert into apps (id, owner_company_id, name, version_id, client_id, secret_hash, redirect_uris, scopes,
            created_at, updated_at)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $9)";
}
