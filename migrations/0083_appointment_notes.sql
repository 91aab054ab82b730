-- What people write down about an appointment; it goes with it.
create table appointment_notes (
    id text primary key,
    location_id text not null,
    appointment_id text not null references appointments (id) on delete cascade,
    body text not null,
    -- the user who wrote it, where anybody said so
    user_id text,
    date_added bigint not null,
    date_updated bigint not null
);
create index notes_of_appointment on appointment_notes (appointment_id, date_added, id);
