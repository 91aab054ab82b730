-- What a location lets others book, and what was booked.
create table calendar_groups (
    id text primary key,
    location_id text not null,
    name text not null,
    description text not null,
    slug text not null,
    is_active boolean not null,
    date_added bigint not null,
    date_updated bigint not null
);
create unique index calendar_groups_by_slug on calendar_groups (location_id, slug);

create table calendars (
    id text primary key,
    location_id text not null,
    name text not null,
    -- round_robin, event, class_booking, collective, service_booking, personal
    kind text not null,
    group_id text,
    is_active boolean not null,
    -- what else was said about it, as clients spell it
    settings text not null,
    date_added bigint not null,
    date_updated bigint not null
);
create index calendars_of_location on calendars (location_id, date_added, id);

-- An appointment goes with its contact, and outlives its calendar.
create table appointments (
    id text primary key,
    location_id text not null,
    calendar_id text not null,
    contact_id text not null references contacts (id) on delete cascade,
    title text not null,
    status text not null,
    -- empty for nobody
    assigned_user_id text not null,
    -- everybody who takes part, the assigned one first
    users text not null,
    -- with the offsets in minutes that they were written with; null: with a Z
    start_at bigint not null,
    start_offset bigint,
    end_at bigint not null,
    end_offset bigint,
    address text,
    meeting_location_type text,
    meeting_location_id text,
    description text,
    -- what made it: api, workflow, user, booking_widget
    source text not null,
    created_by text not null,
    date_added bigint not null,
    date_updated bigint not null
);
create index appointments_of_calendar on appointments (location_id, calendar_id, end_at, id);
create index appointments_of_contact on appointments (location_id, contact_id, start_at, id);
create index appointments_of_contact_alone on appointments (contact_id);

-- Who takes part in it, with its times beside: whether somebody is busy is asked for each slot.
create table appointment_users (
    location_id text not null,
    user_id text not null,
    appointment_id text not null references appointments (id) on delete cascade,
    end_at bigint not null,
    primary key (location_id, user_id, appointment_id)
);
create index appointment_users_by_end on appointment_users (location_id, user_id, end_at);
create index appointment_users_of_appointment on appointment_users (appointment_id);
