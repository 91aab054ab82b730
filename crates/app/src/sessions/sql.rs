//! Statements on sessions, second factors and failed attempts.

leadhold_store::statements! {
    /// The cookie is what proves the tenant.
    pub BY_COOKIE across tenants "the cookie itself says which tenant" =
        "select s.id, s.company_id, s.user_id, s.created_at, s.seen_at, s.password_mark, u.password_hash
         from sessions s join users u on u.company_id = s.company_id and u.id = s.user_id
         where s.secret_hash = $1 and u.deleted_at is null";
    pub PASSWORD = "select password_hash from users where company_id = $1 and id = $2 and deleted_at is null";
    pub SET_PASSWORD = "update users set password_hash = $3, updated_at = $4
        where company_id = $1 and id = $2 and deleted_at is null";

    pub INSERT = "insert into sessions (id, secret_hash, company_id, user_id, created_at, seen_at, password_mark, address, agent)
        values ($1, $2, $3, $4, $5, $5, $6, $7, $8)";
    pub SEEN = "update sessions set seen_at = $3 where company_id = $1 and id = $2 and seen_at < $3";
    pub LIST = "select id, created_at, seen_at, address, agent from sessions
        where company_id = $1 and user_id = $2 and created_at > $3 and seen_at > $4 order by seen_at desc, id";
    pub END = "delete from sessions where company_id = $1 and user_id = $2 and id = $3";
    pub END_ALL = "delete from sessions where company_id = $1 and user_id = $2";
    pub END_EXPIRED = "delete from sessions where company_id = $1 and user_id = $2 and (created_at <= $3 or seen_at <= $4)";
    /// A browser that signs in anew leaves its former session, whoever's it was.
    pub END_BY_COOKIE across tenants "the cookie itself says which tenant" = "delete from sessions where secret_hash = $1";

    pub FACTOR = "select seed, confirmed_at, last_step from second_factors where company_id = $1 and user_id = $2";
    pub PUT_FACTOR = "insert into second_factors (user_id, company_id, seed, created_at, last_step) values ($2, $1, $3, $4, 0)
        on conflict (user_id) do update set seed = excluded.seed, created_at = excluded.created_at, confirmed_at = null,
            last_step = 0";
    pub CONFIRM_FACTOR = "update second_factors set confirmed_at = $3 where company_id = $1 and user_id = $2";
    pub SPEND_STEP = "update second_factors set last_step = $3 where company_id = $1 and user_id = $2 and last_step < $3";
    pub DELETE_FACTOR = "delete from second_factors where company_id = $1 and user_id = $2";
    pub INSERT_RECOVERY_CODE = "insert into recovery_codes (company_id, user_id, code_hash) values ($1, $2, $3)";
    pub COUNT_RECOVERY_CODES = "select count(*) from recovery_codes where company_id = $1 and user_id = $2";
    pub SPEND_RECOVERY_CODE = "delete from recovery_codes where company_id = $1 and user_id = $2 and code_hash = $3";
    pub DELETE_RECOVERY_CODES = "delete from recovery_codes where company_id = $1 and user_id = $2";

    pub FAILURES = "select failures, last_at, paused_until from sign_in_failures where subject = $1";
    pub PUT_FAILURES = "insert into sign_in_failures (subject, failures, last_at, paused_until) values ($1, $2, $3, $4)
        on conflict (subject) do update set failures = excluded.failures, last_at = excluded.last_at,
            paused_until = excluded.paused_until";
    pub TAKE_BACK_FAILURE = "update sign_in_failures set failures = failures - 1, paused_until = 0
        where subject = $1 and failures > 0";
    pub FORGET_FAILURES = "delete from sign_in_failures where subject = $1";
    pub SWEEP_FAILURES = "delete from sign_in_failures where last_at < $1";
}
