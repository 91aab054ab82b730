//! The queue's statements.

leadhold_store::statements! {
    /// Appends an event.
    pub APPEND = "insert into events (id, kind, company_id, location_id, record_id, payload, cause, at, aside)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9)";

    /// The same, unless there is an event of this id.
    pub APPEND_ONCE = "insert into events (id, kind, company_id, location_id, record_id, payload, cause, at, aside)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9) on conflict (id) do nothing";

    /// Events that may be shown to the consumers now, oldest first, and their places in the order, where they have one.
    pub PENDING across tenants "the relay serves every tenant" = "select e.seq, o.position
        from events e left join event_order o on o.seq = e.seq
        where e.relay_at is not null and e.relay_at <= $1 order by e.relay_at, e.seq limit $2";

    /// Gives the pending events that have none their places.
    pub GIVE_PLACES across tenants "the relay serves every tenant" =
        "insert into event_order (seq, company_id, location_id)
        select e.seq, e.company_id, e.location_id from events e
        where e.relay_at is not null and e.relay_at <= $1
            and not exists (select 1 from event_order o where o.seq = e.seq)
        order by e.relay_at, e.seq limit $2";

    /// One pending event, held until the transaction ends.
    pub TAKE across tenants "the relay serves every tenant" =
        "select seq, id, kind, company_id, location_id, record_id, payload, cause, at, relay_attempts, aside from events
         where seq = $1 and relay_at is not null and relay_at <= $2{skip_locked}";

    /// The newest event's place.
    pub LAST across tenants "whoever turns the sandbox's clock is told of every tenant" =
        "select coalesce(max(seq), 0) from events";

    /// How many events of each kind have come since.
    pub KINDS_SINCE across tenants "whoever turns the sandbox's clock is told of every tenant" =
        "select kind, count(*) from events where seq > $1 group by kind order by kind";

    /// An earlier event of a record that not all consumers have seen.
    pub UNSEEN = "select seq from events where company_id = $1 and record_id = $2 and relay_at is not null and seq < $3 limit 1";

    /// All consumers have seen it.
    pub RELAYED across tenants "the relay serves every tenant" = "update events set relay_at = null where seq = $1";

    /// A consumer failed: try again later.
    pub RELAY_LATER across tenants "the relay serves every tenant" =
        "update events set relay_at = $2, relay_attempts = relay_attempts + 1 where seq = $1";

    /// Adds a job.
    pub ENQUEUE = "insert into jobs (id, queue, kind, payload, run_at, made_at) values ($1, $2, $3, $4, $5, $6)";

    /// Whether anything is due, before a claim costs a transaction.
    pub DUE = "select run_at from jobs where queue = $1 order by run_at limit 1";

    /// Takes due jobs for a lease: pushing `run_at` on is the lease, counting the attempt is its number.
    pub CLAIM = "update jobs set attempts = attempts + 1, run_at = $1 where id in
        (select id from jobs where queue = $2 and run_at <= $3 order by run_at limit $4{skip_locked})
        returning id, queue, kind, payload, attempts, made_at";

    /// Changes nothing, if the lease is still ours, and so holds the row.
    pub HOLD = "update jobs set attempts = attempts where id = $1 and attempts = $2";

    /// Moves a lease on, as the clock is.
    pub MOVE_LEASE = "update jobs set run_at = run_at + $3 where id = $1 and attempts = $2";

    /// The first jobs of a queue that are not due yet.
    pub NEXT_JOBS = "select id, run_at from jobs where queue = $1 and run_at > $2 order by run_at, id limit $3";

    /// When the first event that was put off is shown again.
    pub NEXT_RELAY across tenants "the relay serves every tenant" = "select relay_at from events
        where relay_at is not null and relay_at > $1 order by relay_at limit 1";

    /// Ends a job, if the lease is still ours.
    pub FINISH = "delete from jobs where id = $1 and attempts = $2";

    /// Puts a job off, if the lease is still ours.
    pub PUT_OFF = "update jobs set run_at = $3 where id = $1 and attempts = $2";

    /// Keeps a given-up job with its reason.
    pub BURY = "insert into dead_jobs (id, queue, kind, payload, attempts, reason, died_at)
        values ($1, $2, $3, $4, $5, $6, $7)";

    /// How much waits.
    pub WAITING across tenants "an operator's figure, no row is shown" =
        "select (select count(*) from events where relay_at is not null), (select count(*) from jobs),
                (select count(*) from dead_jobs)";
}
