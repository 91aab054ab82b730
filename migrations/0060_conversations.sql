-- What a location and a contact say to each other: one conversation for each contact.
create table conversations (
    id text primary key,
    location_id text not null references locations (id),
    contact_id text not null unique references contacts (id) on delete cascade,
    unread_count bigint not null,
    starred boolean not null,
    -- false: archived
    inbox boolean not null,
    last_message_id text,
    last_message_at bigint not null,
    date_added bigint not null,
    date_updated bigint not null
);
create index conversations_by_age on conversations (location_id, last_message_at, id);

-- One message, call or voicemail. `envelope` and `origin` are JSON: from whom to whom, and what sent it.
create table messages (
    -- in the order of writing, which moments are too coarse for
    no {serial},
    id text not null unique,
    location_id text not null,
    conversation_id text not null references conversations (id) on delete cascade,
    contact_id text not null,
    -- SMS, Email, Call, …
    type text not null,
    -- inbound or outbound
    direction text not null,
    status text not null,
    -- why it failed
    error text,
    subject text,
    body text not null,
    html text,
    envelope text not null,
    origin text not null,
    -- the message of ours that it answers
    reply_to text,
    -- an e-mail's own id, and that of the first of its thread
    email_message_id text,
    thread_id text,
    -- the id that it has where it was sent
    alt_id text,
    -- seconds
    call_duration bigint,
    date_added bigint not null,
    date_updated bigint not null
);
create index messages_of_conversation on messages (conversation_id, no);
