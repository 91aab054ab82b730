//! Statements on the keys that webhooks are signed with.

leadhold_store::statements! {
    pub INSERT across tenants "the keys are the installation's" = "insert into webhook_keys
            (id, state, sealed, ed25519, rsa, announced_at, activated_at) values ($1, $2, $3, $4, $5, $6, $7)";
    pub EVERY across tenants "the keys are the installation's" = "select id, state, ed25519, rsa, announced_at, activated_at,
            superseded_at, retired_at from webhook_keys order by announced_at, id";
    pub PUBLISHED across tenants "the keys are the installation's" = "select id, state, ed25519, rsa, announced_at,
            activated_at, superseded_at, retired_at from webhook_keys where state <> 'retired'
        order by case when state = 'active' then 0 else 1 end, announced_at, id";
    pub STATES across tenants "the keys are the installation's" =
        "select id, state from webhook_keys where state <> 'retired'
        order by case when state = 'active' then 0 else 1 end, announced_at, id";
    pub SEALED across tenants "the keys are the installation's" = "select sealed from webhook_keys
        where id = $1 and state <> 'retired'";
    pub ACTIVE_SEALED across tenants "the keys are the installation's" =
        "select sealed from webhook_keys where state = 'active'";
    pub ANY across tenants "the keys are the installation's" = "select count(*) from webhook_keys where state = 'active'";
    pub SUPERSEDE across tenants "the keys are the installation's" =
        "update webhook_keys set state = 'previous', superseded_at = $1 where state = 'active'";
    pub ACTIVATE across tenants "the keys are the installation's" = "update webhook_keys
        set state = 'active', activated_at = $2, superseded_at = null where id = $1 and state in ('announced', 'previous')";
    pub RETIRE across tenants "the keys are the installation's" = "update webhook_keys
        set state = 'retired', retired_at = $2, sealed = null where id = $1 and state in ('announced', 'previous')";
    pub FORGET across tenants "the keys are the installation's" = "delete from webhook_keys";
}
