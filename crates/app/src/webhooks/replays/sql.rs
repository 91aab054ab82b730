//! Statements of replays.

leadhold_store::statements! {
    /// Due again, from the schedule's beginning; the job of the round before finds nothing any more.
    pub RESTART = "update webhook_deliveries set state = 'pending', round = round + 1, earlier_attempts = attempts,
            next_at = $3, settled_at = null, url = $4
        where id = $1 and company_id = $2 returning round";

    /// As `RESTART`, where it went before.
    pub AGAIN = "update webhook_deliveries set state = 'pending', round = round + 1, earlier_attempts = attempts,
            next_at = $3, settled_at = null
        where id = $1 and company_id = $2 returning round";
    /// What was given up since $2 and before $3.
    pub GIVEN_UP across tenants "a subscription's, wherever its app is installed" =
        "select id, company_id from webhook_deliveries
        where subscription_id = $1 and state = 'dead' and settled_at >= $2 and settled_at < $3
        order by settled_at, id limit $4";
    /// What was held, or waits for a later attempt than $2.
    pub NOT_SENT across tenants "a subscription's, wherever its app is installed" =
        "select id, company_id from webhook_deliveries
        where subscription_id = $1 and settled_at is null and (state = 'held' or next_at > $2)
        order by sequence, id limit $3";

    pub INSERT = "insert into webhook_replays (id, company_id, location_id, everywhere, app_id, filter, state, until_at,
            replayed, gone, made_at)
        values ($1, $2, $3, $4, $5, $6, 'running', $7, 0, 0, $7)";
    pub GET = "select id, company_id, location_id, everywhere, app_id, filter, state, until_at, after_at, after_id, replayed,
            gone, made_at, finished_at
        from webhook_replays where id = $1 and company_id = $2";
    pub PROGRESS = "update webhook_replays set after_at = $3, after_id = $4, replayed = replayed + $5, gone = gone + $6,
            state = $7, finished_at = $8
        where id = $1 and company_id = $2";
}
