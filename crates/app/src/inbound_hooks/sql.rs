//! Statements on inbound hooks and their requests.

leadhold_store::statements! {
    pub INSERT_HOOK = "insert into inbound_hooks (id, company_id, location_id, workflow_id, listening, created_at)
        values ($1, $2, $3, $4, false, $5)";
    pub HOOK_OF_WORKFLOW = "select id, company_id, location_id, workflow_id, listening, secret_kind, secret_header, secret
        from inbound_hooks where workflow_id = $1 and location_id = $2";
    pub SET_LISTENING = "update inbound_hooks set listening = $3 where workflow_id = $1 and location_id = $2";
    pub SET_SECRET = "update inbound_hooks set secret_kind = $3, secret_header = $4, secret = $5
        where id = $1 and location_id = $2";
    pub HOOK_BY_COMPANY = "select id, company_id, location_id, workflow_id, listening, secret_kind, secret_header, secret
        from inbound_hooks where id = $1 and company_id = $2
            and exists (select 1 from locations l where l.id = inbound_hooks.location_id and l.deleted_at is null)";
    pub HOOK_BY_LOCATION = "select id, company_id, location_id, workflow_id, listening, secret_kind, secret_header, secret
        from inbound_hooks where id = $1 and location_id = $2
            and exists (select 1 from locations l where l.id = inbound_hooks.location_id and l.deleted_at is null)";
    pub INSERT_REQUEST = "insert into inbound_requests (id, hook_id, location_id, method, headers, body, test, at)
        values ($1, $2, $3, $4, $5, $6, $7, $8)";
    pub PRUNE_SAMPLES = "delete from inbound_requests where hook_id = $1 and location_id = $2 and test = true
        and id not in (select id from inbound_requests where hook_id = $1 and location_id = $2 and test = true
                       order by at desc, id desc limit $3)";
    pub REQUEST_BODY = "select body from inbound_requests where id = $1 and location_id = $2";
    pub SAMPLES = "select id, method, headers, body, test, at from inbound_requests
        where hook_id = $1 and location_id = $2 order by at desc, id desc limit $3";
    pub KEY = "select request_id, fingerprint from inbound_keys
        where hook_id = $1 and location_id = $2 and key_hash = $3 and at > $4";
    pub PUT_KEY = "insert into inbound_keys (hook_id, location_id, key_hash, fingerprint, request_id, at)
        values ($1, $2, $3, $4, $5, $6)
        on conflict (hook_id, key_hash) do update set fingerprint = excluded.fingerprint,
            request_id = excluded.request_id, at = excluded.at";
    pub PRUNE_KEYS = "delete from inbound_keys where hook_id = $1 and location_id = $2 and at <= $3";
}
