-- The order in which events can be read: `event_order` (position, seq, company_id, location_id).
--
-- A number that is drawn when a row is written is no such order on PostgreSQL: a transaction that began early may end late,
-- and its rows appear among those that a reader has passed. So the relay gives every event its position after its commit,
-- one relay at a time. On SQLite there is one writer, and the events' own numbers are in the order of their commits.
create index events_of_company on events (company_id, seq) where location_id is null;
