//! Statements on tokens.

leadhold_store::statements! {
    pub INSERT = "insert into tokens (id, kind, secret_hash, hint, name, company_id, location_id, scopes, created_at)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
    /// The secret is what proves the tenant.
    pub BY_SECRET across tenants "the credential itself says which tenant" =
        "select id, kind, hint, name, company_id, location_id, scopes, created_at, expires_at, revoked_at
         from tokens where secret_hash = $1
            and (location_id is null
                or exists (select 1 from locations l where l.id = tokens.location_id and l.deleted_at is null))";
    pub GET = "select id, kind, hint, name, company_id, location_id, scopes, created_at, expires_at, revoked_at
        from tokens where id = $1 and company_id = $2";
    pub LIST = "select id, kind, hint, name, company_id, location_id, scopes, created_at, expires_at, revoked_at
        from tokens where company_id = $1 order by created_at desc, id";
    pub EXPIRE = "update tokens set expires_at = $3 where id = $1 and company_id = $2";
    pub REVOKE_ALL_AT = "update tokens set revoked_at = $3
        where location_id = $1 and company_id = $2 and revoked_at is null";
    pub REVOKE = "update tokens set revoked_at = $3 where id = $1 and company_id = $2 and revoked_at is null";
}
