-- Answers kept for requests that are sent twice: docs/idempotency.md. `owner` is the app or the token, and where it acts.
-- The client's key is kept as its SHA-256, and the answer is sealed, since an answer may show a secret once.
create table idempotency_keys (
    company_id text not null,
    owner text not null,
    key_hash text not null,
    fingerprint text not null,
    answer text not null,
    made_at bigint not null,
    primary key (company_id, owner, key_hash)
);
create index idempotency_keys_by_time on idempotency_keys (made_at);
