//! Statements on notices.

leadhold_store::statements! {
    pub INSERT = "insert into notices
        (id, company_id, recipient, subject, body, state, attempts, made_at, channel, location_id, user_id)
        values ($1, $2, $3, $4, $5, $10, 0, $6, $7, $8, $9)";
    pub WAITING = "select id, recipient, subject, body, attempts, channel from notices
        where id = $1 and company_id = $2 and state = 'waiting'";
    pub SETTLE = "update notices set state = $3, attempts = $4, error = $5, settled_at = $6 where id = $1 and company_id = $2";
    pub OF_USER = "select id, location_id, subject, body, state, made_at from notices
        where company_id = $1 and user_id = $2 and channel = 'app' order by made_at desc, id desc limit 100";
    pub READ = "update notices set state = 'read', settled_at = coalesce(settled_at, $4)
        where id = $1 and company_id = $2 and user_id = $3 and channel = 'app'";
    pub OUTBOX across tenants "the sandbox is its developer's alone" =
        "select id, company_id, recipient, subject, body, state, made_at, channel from notices order by made_at desc, id desc limit 100";
}
