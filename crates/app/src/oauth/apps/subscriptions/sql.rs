//! Statements on subscriptions.

leadhold_store::statements! {
    pub INSERT = "insert into app_subscriptions (id, app_id, wished, url, kinds, version_id, company_id, location_id, place,
            filters, mode, ordered, salt, created_at, updated_at)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $14)";
    /// All of an app, at most $2.
    pub OF_APP = "select s.id, s.app_id, s.wished, s.url, a.webhook_url, s.kinds, s.version_id, s.company_id, s.location_id,
            s.filters, s.mode, s.ordered, s.disabled_at, s.disabled_reason, s.failing_since, s.previous_until, s.created_at,
            s.updated_at
        from app_subscriptions s join apps a on a.id = s.app_id
        where s.app_id = $1 and s.deleted_at is null order by s.place, s.id limit $2";
    /// Those for which an install of the app is: for all, and for this one.
    pub OF_INSTALL = "select s.id, s.app_id, s.wished, s.url, a.webhook_url, s.kinds, s.version_id, s.company_id,
            s.location_id, s.filters, s.mode, s.ordered, s.disabled_at, s.disabled_reason, s.failing_since, s.previous_until,
            s.created_at, s.updated_at
        from app_subscriptions s join apps a on a.id = s.app_id
        where s.app_id = $1 and s.place in ('', $2) and s.deleted_at is null order by s.id";
    pub WISHED = "select s.id, s.app_id, s.wished, s.url, a.webhook_url, s.kinds, s.version_id, s.company_id, s.location_id,
            s.filters, s.mode, s.ordered, s.disabled_at, s.disabled_reason, s.failing_since, s.previous_until, s.created_at,
            s.updated_at
        from app_subscriptions s join apps a on a.id = s.app_id
        where s.app_id = $1 and s.place = '' and s.wished and s.deleted_at is null order by s.id";
    /// A page of those of an agency's apps, or of one of them.
    pub LIST_OWNED = "select s.id, s.app_id, s.wished, s.url, a.webhook_url, s.kinds, s.version_id, s.company_id,
            s.location_id, s.filters, s.mode, s.ordered, s.disabled_at, s.disabled_reason, s.failing_since, s.previous_until,
            s.created_at, s.updated_at
        from app_subscriptions s join apps a on a.id = s.app_id
        where a.owner_company_id = $1 and a.deleted_at is null and ($2 = '' or a.id = $2) and s.deleted_at is null
            and (s.url is not null or a.webhook_url is not null) and s.id > $3
        order by s.id limit $4";
    /// A page of those of one install.
    pub LIST_PINNED = "select s.id, s.app_id, s.wished, s.url, a.webhook_url, s.kinds, s.version_id, s.company_id,
            s.location_id, s.filters, s.mode, s.ordered, s.disabled_at, s.disabled_reason, s.failing_since, s.previous_until,
            s.created_at, s.updated_at
        from app_subscriptions s join apps a on a.id = s.app_id
        where s.app_id = $1 and s.place = $2 and a.deleted_at is null and s.deleted_at is null and s.id > $3
        order by s.id limit $4";
    pub GET_OWNED = "select s.id, s.app_id, s.wished, s.url, a.webhook_url, s.kinds, s.version_id, s.company_id,
            s.location_id, s.filters, s.mode, s.ordered, s.disabled_at, s.disabled_reason, s.failing_since, s.previous_until,
            s.created_at, s.updated_at
        from app_subscriptions s join apps a on a.id = s.app_id
        where a.owner_company_id = $1 and s.id = $2 and a.deleted_at is null and s.deleted_at is null";
    pub GET_PINNED = "select s.id, s.app_id, s.wished, s.url, a.webhook_url, s.kinds, s.version_id, s.company_id,
            s.location_id, s.filters, s.mode, s.ordered, s.disabled_at, s.disabled_reason, s.failing_since, s.previous_until,
            s.created_at, s.updated_at
        from app_subscriptions s join apps a on a.id = s.app_id
        where s.app_id = $1 and s.place = $2 and s.id = $3 and a.deleted_at is null and s.deleted_at is null";
    pub COUNT_AT = "select count(*) from app_subscriptions where app_id = $1 and place = $2 and deleted_at is null";
    pub UPDATE = "update app_subscriptions set url = $3, kinds = $4, filters = $5, mode = $6, ordered = $7, disabled_at = $8,
            disabled_reason = $9, failing_since = $10, updated_at = $11
        where app_id = $1 and id = $2";
    pub CHANGE_KINDS = "update app_subscriptions set kinds = $3, updated_at = $4 where app_id = $1 and id = $2";
    pub ROTATE = "update app_subscriptions set previous_salt = salt, previous_until = $4, salt = $3, updated_at = $5
        where app_id = $1 and id = $2";
    pub FAILING = "update app_subscriptions set failing_since = $3 where app_id = $1 and id = $2 and failing_since is null";
    pub RECOVERED = "update app_subscriptions set failing_since = null where app_id = $1 and id = $2";
    pub DISABLE = "update app_subscriptions set disabled_at = $3, disabled_reason = $4, updated_at = $3
        where app_id = $1 and id = $2";
    pub END = "update app_subscriptions set deleted_at = $3 where app_id = $1 and id = $2";
    pub END_ALL = "update app_subscriptions set deleted_at = $2 where app_id = $1 and url is not null and deleted_at is null";

    /// What a delivery has to know of its subscription, which may be deleted by now.
    pub ENDPOINT = "select s.id, s.app_id, coalesce(s.url, a.webhook_url), s.mode, s.ordered, s.salt, s.previous_salt,
            s.previous_until, s.failing_since, s.disabled_at, s.deleted_at
        from app_subscriptions s join apps a on a.id = s.app_id where s.id = $1";
}
