//! Statements that read deliveries and attempts.

leadhold_store::statements! {
    pub GET = "select id, kind, event_id, subscription_id, app_id, run_id, step_id, company_id, location_id,
            method, url, state, attempts, next_at, made_at, settled_at, round, last_status,
            last_error, last_took_millis, body
        from webhook_deliveries where id = $1 and company_id = $2";
    /// What the newest deliveries since `$2` came to, by the hour; `$3` is an app's id, or empty.
    pub DAY = "select (made_at - $2) / 3600000, state, count(*), cast(coalesce(sum(last_took_millis), 0) as bigint),
            count(last_took_millis)
        from (select made_at, state, last_took_millis from webhook_deliveries
            where company_id = $1 and made_at >= $2 and ($3 = '' or app_id = $3)
            order by made_at desc, id desc limit $4) as d
        group by 1, 2";
    pub ATTEMPTS = "select number, started_at, took_millis, status, answer, error_kind, error, round, request_headers,
            response_headers
        from webhook_attempts where delivery_id = $1 and company_id = $2 order by number";
}

/// Deliveries up to where they come from.
pub(super) const ENTRIES: &str =
    "select id, kind, event_id, subscription_id, app_id, run_id, step_id, company_id,
    location_id, method, url, state, attempts, next_at, made_at, settled_at, round, last_status, last_error,
    last_took_millis from ";

/// All of them.
pub(super) const ALL_OF_THEM: &str = "webhook_deliveries where ";

/// Those of the event `$2`. They are few, and found by it whatever else is asked: the limit keeps engines from looking
/// elsewhere first.
pub(super) const OF_EVENT: &str =
    "(select * from webhook_deliveries where event_id = $2 limit 10000) as d where ";

/// Those of the last events of the record `$2` of the location or agency `$1`, likewise.
pub(super) const OF_RECORD: &str = "(select * from webhook_deliveries where event_id in (
        select id from events where record_id = $2 and (location_id = $1 or company_id = $1) order by seq desc limit 1000)
    limit 10000) as d where ";
