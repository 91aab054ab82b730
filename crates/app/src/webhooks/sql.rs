//! Statements that make deliveries and attempts; those that read them are in `log/sql.rs`.

leadhold_store::statements! {
    /// Does nothing where the same event or step has its delivery already.
    pub INSERT = "insert into webhook_deliveries (id, company_id, location_id, kind, event_id, subscription_id, app_id,
            run_id, step_id, visit, method, url, headers, body, state, attempts, next_at, made_at, record_id, sequence,
            in_order)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, 0, $16, $17, $18, $19, $20)
        on conflict do nothing";
    /// How often it failed since it was replayed is what the schedule goes by.
    pub TO_SEND = "select method, url, headers, body, attempts - earlier_attempts, subscription_id, event_id, record_id,
            sequence, in_order
        from webhook_deliveries
        where id = $1 and company_id = $2 and state = 'pending' and round = $3";
    /// What it tells of, and where that happened.
    pub KIND = "select kind, location_id from webhook_deliveries where id = $1 and company_id = $2";
    pub SETTLE = "update webhook_deliveries set attempts = attempts + 1, state = $4, next_at = $5, settled_at = $6,
            last_status = $7, last_error = $8, last_took_millis = $9, url = $10
        where id = $1 and company_id = $2 and state = 'pending' and round = $3 returning attempts";
    pub HOLD = "update webhook_deliveries set state = $4, next_at = null
        where id = $1 and company_id = $2 and state = 'pending' and round = $3";
    /// One that is told of the same record to the same subscription, is earlier and not through.
    pub BEFORE across tenants "a subscription's, wherever its app is installed" =
        "select sequence from webhook_deliveries
        where subscription_id = $1 and record_id = $2 and in_order and settled_at is null and sequence < $3 limit 1";
    pub WAIT = "update webhook_deliveries set next_at = null
        where id = $1 and company_id = $2 and state = 'pending' and round = $3";
    pub NEXT across tenants "as BEFORE" = "select id, company_id, round from webhook_deliveries
        where subscription_id = $1 and record_id = $2 and in_order and settled_at is null and state = 'pending'
            and next_at is null
        order by sequence limit 1";
    pub DUE = "update webhook_deliveries set next_at = $3 where id = $1 and company_id = $2 and state = 'pending'";
    /// An attempt that was under way when the delivery was replayed: it happened, and decides nothing any more.
    pub COUNT_ATTEMPT = "update webhook_deliveries set attempts = attempts + 1
        where id = $1 and company_id = $2 returning attempts";
    pub INSERT_ATTEMPT = "insert into webhook_attempts (delivery_id, number, company_id, round, started_at, took_millis,
            status, answer, error_kind, error, request_headers, response_headers)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)";
}
