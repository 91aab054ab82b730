-- Times in which nothing can be booked: in a calendar, or with a person in any of them.
create table blocked_slots (
    id text primary key,
    location_id text not null,
    -- one of the two is empty
    calendar_id text not null,
    assigned_user_id text not null,
    title text not null,
    start_at bigint not null,
    start_offset bigint,
    end_at bigint not null,
    end_offset bigint,
    date_added bigint not null,
    date_updated bigint not null
);
create index blocked_slots_by_end on blocked_slots (location_id, end_at);
