//! Statements that forget what is old.

leadhold_store::statements! {
    /// Held, so that none of them is replayed meanwhile.
    pub OLD_DELIVERIES = "select id from webhook_deliveries
        where company_id = $1 and made_at < $2 and state <> 'pending' order by made_at, id limit $3{skip_locked}";
    pub FORGET_REPLAYS = "delete from webhook_replays where company_id = $1 and finished_at < $2";

    pub OLDEST_EVENTS across tenants "one age holds for all" = "select e.seq, e.at, e.relay_at, coalesce(o.position, 0)
        from events e left join event_order o on o.seq = e.seq order by e.seq limit $1";
    pub FORGET_PLACE across tenants "one age holds for all" = "delete from event_order where seq = $1";
    pub FORGET_EVENT across tenants "one age holds for all" =
        "delete from events where seq = $1 and relay_at is null";
}
