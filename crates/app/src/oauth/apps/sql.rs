//! Statements on apps, their versions, secrets and subscriptions.

leadhold_store::statements! {
    pub INSERT = "insert into apps (id, owner_company_id, name, client_id, redirect_uris, distribution, public_client,
            webhook_url, logo_url, website, external_billing_url, created_at, updated_at)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $12)";
    pub LIST = "select a.id, a.owner_company_id, a.name, a.client_id, a.distribution, a.public_client, a.redirect_uris,
            a.webhook_url, a.logo_url, a.website, a.external_billing_url, a.created_at, a.updated_at,
            v.id, v.number, v.state, v.scopes, v.created_at, v.published_at
        from apps a join app_versions v on v.app_id = a.id and v.state = 'live'
        where a.owner_company_id = $1 and a.deleted_at is null order by a.created_at desc, a.id";
    pub GET = "select a.id, a.owner_company_id, a.name, a.client_id, a.distribution, a.public_client, a.redirect_uris,
            a.webhook_url, a.logo_url, a.website, a.external_billing_url, a.created_at, a.updated_at,
            v.id, v.number, v.state, v.scopes, v.created_at, v.published_at
        from apps a join app_versions v on v.app_id = a.id and v.state = 'live'
        where a.owner_company_id = $1 and a.id = $2 and a.deleted_at is null";
    pub BY_ID across tenants "apps are installed by other agencies than their developers'" =
        "select a.id, a.owner_company_id, a.name, a.client_id, a.distribution, a.public_client, a.redirect_uris,
            a.webhook_url, a.logo_url, a.website, a.external_billing_url, a.created_at, a.updated_at,
            v.id, v.number, v.state, v.scopes, v.created_at, v.published_at
        from apps a join app_versions v on v.app_id = a.id and v.state = 'live'
        where a.id = $1 and a.deleted_at is null";
    pub BY_CLIENT_ID across tenants "apps are installed by other agencies than their developers'" =
        "select a.id, a.owner_company_id, a.name, a.client_id, a.distribution, a.public_client, a.redirect_uris,
            a.webhook_url, a.logo_url, a.website, a.external_billing_url, a.created_at, a.updated_at,
            v.id, v.number, v.state, v.scopes, v.created_at, v.published_at
        from apps a join app_versions v on v.app_id = a.id and v.state = 'live'
        where a.client_id = $1 and a.deleted_at is null";
    pub UPDATE = "update apps set name = $3, redirect_uris = $4, distribution = $5, webhook_url = $6, logo_url = $7,
            website = $8, external_billing_url = $9, updated_at = $10
        where owner_company_id = $1 and id = $2";
    pub DELETE = "update apps set deleted_at = $3, updated_at = $3 where owner_company_id = $1 and id = $2";
    pub DEFAULT_WEBHOOK across tenants "an app's, wherever it is installed" =
        "select a.webhook_url, v.id, s.id, s.disabled_at from apps a
            join app_versions v on v.app_id = a.id and v.state = 'live'
            join app_subscriptions s on s.app_id = a.id and s.url is null
        where a.id = $1";

    pub INSERT_VERSION = "insert into app_versions (id, app_id, number, state, scopes, created_at, published_at)
        values ($1, $2, $3, $4, $5, $6, $7)";
    pub VERSIONS = "select id, number, state, scopes, created_at, published_at from app_versions where app_id = $1
        order by number desc";
    pub VERSION = "select id, number, state, scopes, created_at, published_at from app_versions where app_id = $1 and id = $2";
    pub EDIT_VERSION = "update app_versions set scopes = $3 where app_id = $1 and id = $2 and state = 'draft'";
    pub RETIRE = "update app_versions set state = 'retired' where app_id = $1 and state = 'live'";
    pub PUBLISH = "update app_versions set state = 'live', published_at = $3
        where app_id = $1 and id = $2 and state = 'draft'";
    pub DISCARD = "delete from app_versions where app_id = $1 and id = $2 and state = 'draft'";

    pub INSERT_SECRET = "insert into app_secrets (id, app_id, secret_hash, hint, created_at) values ($1, $2, $3, $4, $5)";
    pub SECRETS = "select id, hint, created_at, last_used_at from app_secrets where app_id = $1 order by created_at, id";
    pub HASHES = "select secret_hash from app_secrets where app_id = $1";
    pub SECRET_USED = "update app_secrets set last_used_at = $3
        where app_id = $1 and secret_hash = $2 and (last_used_at is null or last_used_at < $4)";
    pub DELETE_SECRET = "delete from app_secrets where app_id = $1 and id = $2";
    pub DELETE_SECRETS = "delete from app_secrets where app_id = $1";
}
