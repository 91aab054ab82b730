//! Statements on notices.

leadhold_store::statements! {
    pub INSERT = "insert into notices (id, company_id, recipient, subject, body, state, attempts, made_at)
        values ($1, $2, $3, $4, $5, 'waiting', 0, $6)";
    pub WAITING = "select id, recipient, subject, body, attempts from notices
        where id = $1 and company_id = $2 and state = 'waiting'";
    pub SETTLE = "update notices set state = $3, attempts = $4, error = $5, settled_at = $6 where id = $1 and company_id = $2";
    pub OUTBOX across tenants "the sandbox is its developer's alone" =
        "select id, company_id, recipient, subject, body, state, made_at from notices order by made_at desc, id desc limit 100";
}
