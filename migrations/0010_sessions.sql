-- Sign-in: sessions, second factors, failed attempts.

-- One person's sign-in at one browser. A row is deleted when the session ends.
create table sessions (
    id text primary key,
    -- SHA-256 of the cookie
    secret_hash {bytes} not null unique,
    company_id text not null references companies (id),
    user_id text not null references users (id),
    created_at bigint not null,
    -- when it was used last, to within some minutes
    seen_at bigint not null,
    -- SHA-256 of the hash of the password that was shown: with another password the session is over, however it was changed
    password_mark {bytes} not null,
    -- what the person recognises it by
    address text,
    agent text not null
);
create index sessions_by_user on sessions (company_id, user_id, created_at);

-- The seed of a person's authenticator app.
create table second_factors (
    user_id text primary key references users (id),
    company_id text not null references companies (id),
    -- sealed
    seed text not null,
    created_at bigint not null,
    -- null until the first code was shown to be right
    confirmed_at bigint,
    -- the interval whose code was taken last: that code and all before it are worth nothing
    last_step bigint not null
);

-- For the day on which the app is lost. SHA-256 of the code, which is nothing but chance; a row is deleted when it is used.
create table recovery_codes (
    user_id text not null references users (id),
    code_hash {bytes} not null,
    company_id text not null references companies (id),
    primary key (user_id, code_hash)
);

-- How often signing in failed, by account and by address. Counted for accounts that do not exist, too, or the answers
-- would tell which do; so the account is a hash of what was typed.
create table sign_in_failures (
    subject text primary key,
    failures bigint not null,
    last_at bigint not null,
    -- no attempt is looked at before
    paused_until bigint not null
);
create index sign_in_failures_by_age on sign_in_failures (last_at);
