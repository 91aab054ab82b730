-- Files of contacts on their way into a location.
create table contact_imports (
    id text primary key,
    location_id text not null,
    -- waiting, running, done, cancelled, undoing, undone
    state text not null,
    dry_run boolean not null,
    -- what becomes of a row whose contact is there already: update, skip, create
    duplicates text not null,
    file_name text,
    encoding text not null,
    separator text not null,
    -- [{"header": …, "field": …}]
    mapping text not null,
    -- tags that every row gets beside its own
    tags text not null,
    -- who brought the file
    actor text not null,
    total bigint not null,
    created bigint not null default 0,
    updated bigint not null default 0,
    unchanged bigint not null default 0,
    skipped bigint not null default 0,
    failed bigint not null default 0,
    undone bigint not null default 0,
    kept bigint not null default 0,
    date_added bigint not null,
    started_at bigint,
    finished_at bigint
);
create index contact_imports_by_date on contact_imports (location_id, date_added, id);

-- Rows that nobody has looked at yet; a chunk goes in the transaction that does its rows.
create table contact_import_chunks (
    location_id text not null,
    import_id text not null,
    first_row bigint not null,
    -- [[line, [cell, …]], …]
    content text not null,
    primary key (import_id, first_row)
);

-- What became of each row.
create table contact_import_rows (
    location_id text not null,
    import_id text not null,
    -- from 1, without the header
    no bigint not null,
    -- where it begins in the file
    line bigint not null,
    -- created, updated, unchanged, skipped, failed
    outcome text not null,
    contact_id text,
    -- sentences, and with them the row as it was read
    faults text not null,
    cells text,
    -- the contact before an update, and the hash of what it was afterwards: for undoing
    former text,
    after_hash text,
    -- empty, undone, kept; and why it was kept
    undo text not null default '',
    undo_note text,
    -- whom a rehearsal would have made: later rows of the file may be the same person
    email_lower text not null default '',
    phone_lower text not null default '',
    primary key (import_id, no)
);
create index contact_import_rows_by_outcome on contact_import_rows (import_id, outcome, no);
create index contact_import_rows_to_undo on contact_import_rows (import_id, no) where undo = '' and after_hash is not null;
create index contact_import_rows_by_email on contact_import_rows (import_id, email_lower) where email_lower <> '';
create index contact_import_rows_by_phone on contact_import_rows (import_id, phone_lower) where phone_lower <> '';
