-- What authorizations lead to. No column holds anything that could be used: codes and tokens are there as their SHA-256.

-- A code on its way through the browser to the app: good for a minute and for one exchange.
create table oauth_codes (
    code_hash {bytes} primary key,
    app_id text not null references apps (id),
    version_id text not null,
    company_id text not null references companies (id),
    user_id text not null,
    -- JSON: the location or the agency that was chosen
    choice text not null,
    scopes text not null,
    redirect_uri text not null,
    -- PKCE, method S256 (RFC 7636); null: none was sent
    code_challenge text,
    expires_at bigint not null,
    -- what the exchange made: a second exchange ends it
    grant_id text
);
create index oauth_codes_by_expiry on oauth_codes (expires_at);

-- What one authorization granted, or what an agency's grant minted for one of its locations: a family of tokens.
create table oauth_grants (
    id text primary key,
    app_id text not null references apps (id),
    version_id text not null,
    -- its tokens work while this install is there
    install_id text not null,
    company_id text not null references companies (id),
    -- null: the agency's
    location_id text references locations (id),
    user_id text,
    scopes text not null,
    -- JSON: which locations the agency approved; null on a location's
    approval text,
    -- the agency's grant that minted this one
    parent_id text,
    created_at bigint not null,
    revoked_at bigint,
    revoked_why text
);
create index oauth_grants_of_install on oauth_grants (install_id);
create unique index oauth_grants_minted on oauth_grants (parent_id, location_id) where parent_id is not null;

create table oauth_access_tokens (
    token_hash {bytes} primary key,
    -- the claim jti
    id text not null unique,
    grant_id text not null references oauth_grants (id),
    company_id text not null,
    issued_at bigint not null,
    expires_at bigint not null
);
create index oauth_access_tokens_of_grant on oauth_access_tokens (grant_id, expires_at);

-- Each is used once. A used one keeps its row until it would have expired: whoever brings it again holds a copy.
create table oauth_refresh_tokens (
    id text primary key,
    token_hash {bytes} not null unique,
    grant_id text not null references oauth_grants (id),
    company_id text not null,
    issued_at bigint not null,
    expires_at bigint not null,
    used_at bigint,
    -- the pair that took its place
    next_id text,
    next_access_id text
);
create index oauth_refresh_tokens_of_grant on oauth_refresh_tokens (grant_id, expires_at);

-- What people and programs did that an agency may want to look up later.
create table audit_log (
    seq {serial},
    at bigint not null,
    company_id text not null,
    action text not null,
    -- who: a user's, token's or app's id
    actor text not null,
    -- to what
    subject text not null,
    detail text not null
);
create index audit_log_of_company on audit_log (company_id, seq);
