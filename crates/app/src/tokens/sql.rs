//! Statements on tokens.

leadhold_store::statements! {
    pub INSERT = "insert into tokens (id, kind, secret_hash, hint, name, company_id, location_id, scopes, created_at)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
    /// The secret is what proves the tenant. The location is asked for its mark: a token may be made while it is deleted.
    pub BY_SECRET across tenants "the credential itself says which tenant" =
        "select id, kind, hint, name, company_id, location_id, scopes, created_at, expires_at, revoked_at, last_used_at
         from tokens where secret_hash = $1 and (location_id is null
            or exists (select 1 from locations l where l.id = tokens.location_id and l.deleted_at is null))";
    pub GET = "select id, kind, hint, name, company_id, location_id, scopes, created_at, expires_at, revoked_at, last_used_at
        from tokens where id = $1 and company_id = $2";
    pub OF_COMPANY = "select id, kind, hint, name, company_id, location_id, scopes, created_at, expires_at, revoked_at,
            last_used_at
        from tokens where company_id = $1 order by created_at desc, id";
    pub OF_LOCATION = "select id, kind, hint, name, company_id, location_id, scopes, created_at, expires_at, revoked_at,
            last_used_at
        from tokens where location_id = $1 and company_id = $2 order by created_at desc, id";
    pub EDIT = "update tokens set name = $3, scopes = $4 where id = $1 and company_id = $2";
    pub EXPIRE = "update tokens set expires_at = $3 where id = $1 and company_id = $2";
    pub REVOKE_ALL_AT = "update tokens set revoked_at = $3
        where location_id = $1 and company_id = $2 and revoked_at is null";
    pub REVOKE = "update tokens set revoked_at = $3 where id = $1 and company_id = $2 and revoked_at is null";
    /// Several nodes may note the use of one token.
    pub USED = "update tokens set last_used_at = $3
        where id = $1 and company_id = $2 and (last_used_at is null or last_used_at < $3)";
}
