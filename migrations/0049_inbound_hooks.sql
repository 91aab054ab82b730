-- What a request to a hook has to show besides the URL: `secret_kind` is header or hmac, null: nothing; `secret` is sealed.
alter table inbound_hooks add column secret_kind text;
alter table inbound_hooks add column secret_header text;
alter table inbound_hooks add column secret text;

-- The headers of a request as JSON, secrets redacted; null for those that came before.
alter table inbound_requests add column headers text;

-- Requests that may be sent again: by the SHA-256 of the header that says so. `request_id` is null where nothing listened.
create table inbound_keys (
    hook_id text not null references inbound_hooks (id),
    key_hash text not null,
    location_id text not null,
    fingerprint text not null,
    request_id text,
    at bigint not null,
    primary key (hook_id, key_hash)
);
create index inbound_keys_by_age on inbound_keys (hook_id, at);
