//! Statements on deliveries and attempts.

leadhold_store::statements! {
    /// Does nothing where the same event or step has its delivery already.
    pub INSERT = "insert into webhook_deliveries (id, company_id, location_id, kind, event_id, subscription_id, app_id,
            run_id, step_id, visit, method, url, headers, body, state, attempts, next_at, made_at)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, 'pending', 0, $15, $15)
        on conflict do nothing";
    pub TO_SEND = "select method, url, headers, body, attempts from webhook_deliveries
        where id = $1 and company_id = $2 and state = 'pending'";
    pub SETTLE = "update webhook_deliveries set state = $3, attempts = $4, next_at = $5, settled_at = $6
        where id = $1 and company_id = $2 and state = 'pending'";
    pub INSERT_ATTEMPT = "insert into webhook_attempts
            (delivery_id, number, company_id, started_at, took_millis, status, answer, error_kind, error)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9)";

    /// An agency's own deliveries: those of its locations are the locations'.
    pub OF_COMPANY = "select id, kind, event_id, subscription_id, app_id, run_id, step_id, company_id, location_id, method,
            url, state, attempts, next_at, made_at, settled_at
        from webhook_deliveries where company_id = $1 and location_id is null and (made_at, id) < ($2, $3)
            and ($5 = '' or state = $5) and ($6 = '' or app_id = $6)
        order by made_at desc, id desc limit $4";
    pub GET_OF_COMPANY = "select id, kind, event_id, subscription_id, app_id, run_id, step_id, company_id, location_id,
            method, url, state, attempts, next_at, made_at, settled_at, body
        from webhook_deliveries where id = $1 and company_id = $2 and location_id is null";
    pub GET_OF_LOCATION = "select id, kind, event_id, subscription_id, app_id, run_id, step_id, company_id, location_id,
            method, url, state, attempts, next_at, made_at, settled_at, body
        from webhook_deliveries where id = $1 and location_id = $2";
    pub ATTEMPTS = "select number, started_at, took_millis, status, answer, error_kind, error
        from webhook_attempts where delivery_id = $1 and company_id = $2 order by number";
}

/// A location's deliveries, up to its id; what a page and a filter add is appended.
pub(super) const OF_LOCATION: &str = "select id, kind, event_id, subscription_id, app_id, run_id, step_id, company_id,
    location_id, method, url, state, attempts, next_at, made_at, settled_at from webhook_deliveries where location_id = ";
