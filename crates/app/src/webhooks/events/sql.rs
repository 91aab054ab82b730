//! Statements that read events in their order. On SQLite, `event_order` is a view of the events themselves.

leadhold_store::statements! {
    pub OF_LOCATION = "select o.position, e.id, e.kind, e.company_id, e.location_id, e.record_id, e.payload, e.cause, e.at,
            e.seq
        from event_order o join events e on e.seq = o.seq
        where o.location_id = $1 and o.position > $2 order by o.position limit $3";
    pub OF_COMPANY = "select o.position, e.id, e.kind, e.company_id, e.location_id, e.record_id, e.payload, e.cause, e.at,
            e.seq
        from event_order o join events e on e.seq = o.seq
        where o.company_id = $1 and o.location_id is null and o.position > $2 order by o.position limit $3";
}
