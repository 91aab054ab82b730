-- The pairs of keys that webhooks are signed with. `state`: announced (published, signs nothing yet), active (signs; there
-- is one), previous (published, signed before) or retired. `sealed` holds the private halves under the secret outside the
-- database, and is gone once the pair is retired; `ed25519` and `rsa` are the public halves (base64 of the SPKI).
create table webhook_keys (
    id text primary key,
    state text not null,
    sealed text,
    ed25519 text not null,
    rsa text,
    announced_at bigint not null,
    activated_at bigint,
    superseded_at bigint,
    retired_at bigint
);
create unique index webhook_keys_one_active on webhook_keys (state) where state = 'active';
