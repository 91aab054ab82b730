//! What the benchmark itself asks of the tables and changes in them.

leadhold_store::statements! {
    /// Seeded contacts are history: nobody shall be told of them.
    pub NOT_NEWS across tenants "the store is the benchmark's own" =
        "update events set relay_at = null where relay_at is not null";

    /// What the server still has to do for what it has answered.
    pub UNDONE across tenants "the store is the benchmark's own" =
        "select (select count(*) from events where relay_at is not null), (select count(*) from jobs)";

    /// When each run's request was accepted, and when the run ended.
    pub RUNS = "select e.at, r.ended_at, r.status from workflow_runs r join events e on e.id = r.event_id
        where r.location_id = $1 and e.at >= $2 order by e.at";
}
