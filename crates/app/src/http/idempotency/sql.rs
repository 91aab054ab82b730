//! Statements on kept answers.

leadhold_store::statements! {
    /// The answer that an owner's key has, unless it is forgotten.
    pub KEPT = "select fingerprint, answer from idempotency_keys
        where company_id = $1 and owner = $2 and key_hash = $3 and made_at > $4";
    /// Takes the place of one that is forgotten and not swept yet.
    pub KEEP = "insert into idempotency_keys (company_id, owner, key_hash, fingerprint, answer, made_at)
        values ($1, $2, $3, $4, $5, $6)
        on conflict (company_id, owner, key_hash)
        do update set fingerprint = excluded.fingerprint, answer = excluded.answer, made_at = excluded.made_at";
    /// Some of the forgotten ones. Waits for nobody: another transaction may be sweeping, too.
    pub SWEEP across tenants "what is forgotten is forgotten for all" = "delete from idempotency_keys
        where (company_id, owner, key_hash) in
            (select company_id, owner, key_hash from idempotency_keys
             where made_at <= $1 order by made_at limit 16{skip_locked})";
}
