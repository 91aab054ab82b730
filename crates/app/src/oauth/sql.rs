//! Statements on apps.

leadhold_store::statements! {
    pub INSERT = "insert into apps (id, owner_company_id, name, version_id, client_id, secret_hash, redirect_uris, scopes,
            created_at, updated_at)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $9)";
    pub DEFAULT_WEBHOOK = "select webhook_url, version_id from apps where id = $1";
    pub SET_DEFAULT_WEBHOOK = "update apps set webhook_url = $2 where id = $1";
}
