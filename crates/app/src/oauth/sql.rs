//! Statements on codes, grants and tokens.

leadhold_store::statements! {
    pub INSERT_CODE = "insert into oauth_codes
            (code_hash, app_id, version_id, company_id, user_id, choice, scopes, redirect_uri, code_challenge, expires_at)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";
    pub FORGET_CODES across tenants "codes are short-lived, whoever's they are" =
        "delete from oauth_codes where expires_at < $1";
    /// The code is what proves the tenant.
    pub CODE across tenants "the code itself says which tenant" =
        "select app_id, version_id, company_id, user_id, choice, scopes, redirect_uri, code_challenge, expires_at, grant_id
         from oauth_codes where code_hash = $1";
    pub USE_CODE = "update oauth_codes set grant_id = $3 where company_id = $1 and code_hash = $2";

    pub INSERT_GRANT = "insert into oauth_grants (id, app_id, version_id, install_id, company_id, location_id, user_id,
            scopes, approval, parent_id, created_at)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)";
    pub LIVING_GRANT = "select g.id, g.app_id, g.version_id, a.client_id, g.install_id, g.company_id, g.location_id,
            g.user_id, g.scopes, g.approval, g.parent_id, i.plan_id
        from oauth_grants g join apps a on a.id = g.app_id join installs i on i.id = g.install_id
        where g.company_id = $1 and g.id = $2 and g.revoked_at is null and a.deleted_at is null
            and (g.parent_id is null or exists (select 1 from oauth_grants p join installs j on j.id = p.install_id
                where p.id = g.parent_id and p.revoked_at is null))
            and (g.location_id is null
                or exists (select 1 from locations l where l.id = g.location_id and l.deleted_at is null))";
    pub MINTED_GRANTS = "select g.id, g.app_id, g.version_id, a.client_id, g.install_id, g.company_id, g.location_id,
            g.user_id, g.scopes, g.approval, g.parent_id, i.plan_id
        from oauth_grants g join apps a on a.id = g.app_id join installs i on i.id = g.install_id
        where g.location_id = $1 and g.parent_id = $2 and g.revoked_at is null order by g.created_at desc, g.id";
    pub REVOKE_GRANT = "update oauth_grants set revoked_at = $3, revoked_why = $4
        where company_id = $1 and (id = $2 or parent_id = $2) and revoked_at is null";

    pub INSERT_ACCESS = "insert into oauth_access_tokens (token_hash, id, grant_id, company_id, issued_at, expires_at)
        values ($1, $2, $3, $4, $5, $6)";
    pub FORGET_ACCESS = "delete from oauth_access_tokens where company_id = $1 and grant_id = $2 and expires_at < $3";
    /// The token is what proves the tenant. What a grant minted is asked for its parent here, too: a grant that was minted
    /// while its parent was revoked is not among those that the revocation saw.
    pub ACCESS_BY_TOKEN across tenants "the token itself says which tenant" =
        "select g.id, g.app_id, g.version_id, a.client_id, g.install_id, g.company_id, g.location_id, g.user_id, g.scopes,
            g.approval, g.parent_id, i.plan_id, t.id, t.expires_at, i.scopes
         from oauth_access_tokens t join oauth_grants g on g.id = t.grant_id join apps a on a.id = g.app_id
            join installs i on i.id = g.install_id
         where t.token_hash = $1 and g.revoked_at is null and a.deleted_at is null
            and (g.parent_id is null or exists (select 1 from oauth_grants p join installs j on j.id = p.install_id
                where p.id = g.parent_id and p.revoked_at is null))
            and (g.location_id is null
                or exists (select 1 from locations l where l.id = g.location_id and l.deleted_at is null))";
    pub REVOKE_ACCESS = "delete from oauth_access_tokens where company_id = $1 and token_hash = $2";

    pub INSERT_REFRESH = "insert into oauth_refresh_tokens (id, token_hash, grant_id, company_id, issued_at, expires_at)
        values ($1, $2, $3, $4, $5, $6)";
    /// All but the newest that nobody used.
    pub FORGET_OLDEST_REFRESH = "delete from oauth_refresh_tokens
        where company_id = $1 and grant_id = $2 and used_at is null and id not in (
            select id from oauth_refresh_tokens where company_id = $1 and grant_id = $2 and used_at is null
            order by issued_at desc, id limit $3)";
    pub FORGET_REFRESH = "delete from oauth_refresh_tokens where company_id = $1 and grant_id = $2 and expires_at < $3";
    /// The token is what proves the tenant.
    pub REFRESH_BY_TOKEN across tenants "the token itself says which tenant" =
        "select t.id, t.grant_id, t.company_id, g.app_id, t.expires_at, t.used_at, t.next_id, t.next_access_id
         from oauth_refresh_tokens t join oauth_grants g on g.id = t.grant_id where t.token_hash = $1";
    pub USE_REFRESH = "update oauth_refresh_tokens set used_at = $3, next_id = $4, next_access_id = $5
        where company_id = $1 and id = $2";

    pub LOCATIONS = "select id, name, address, city, state from locations
        where company_id = $1 and deleted_at is null order by name, id";
    pub LOCATIONS_OF_USER = "select l.id, l.name, l.address, l.city, l.state
        from user_locations u join locations l on l.id = u.location_id
        where u.company_id = $1 and u.user_id = $2 and l.deleted_at is null order by l.name, l.id";
}
