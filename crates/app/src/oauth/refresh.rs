//! A refresh token's one use, and what happens when it is shown again.
//!
//! Clients race: two processes that share a token refresh it at the same moment. For [`GRACE_MILLIS`] a used token
//! therefore answers the pair that took its place, the very same one. Whoever shows it later holds a copy that they should
//! not have: the whole family ends (RFC 9700, section 4.14.2), and the agency's audit log says so.

use leadhold_kernel::{Cx, Id, Timestamp, id};
use leadhold_store::{DbError, Row, Tx, params};

use super::apps::App;
use super::grant::{self, Grant};
use super::pair::{self, Pair, Which};
use super::refusal::{Refusal, Verdict};
use super::sql;
use crate::secret;
use crate::token_keys::TokenKeys;

/// How long after its use a refresh token still answers the pair that took its place, in milliseconds.
pub(super) const GRACE_MILLIS: i64 = 30_000;

struct Shown {
    id: Id<id::RefreshToken>,
    grant_id: Id<id::Grant>,
    company_id: Id<id::Company>,
    app_id: Id<id::App>,
    expires_at: Timestamp,
    used_at: Option<Timestamp>,
    next: Option<Which>,
}

/// Exchanges a refresh token of `app` for the next pair.
pub(super) fn refresh(
    tx: &mut Tx<'_>,
    cx: &Cx,
    keys: &TokenKeys,
    app: &App,
    token: &str,
) -> Verdict<(Grant, Pair)> {
    let hash = secret::kept(token);
    tx.lock(&format!("refresh {}", hex::encode(&hash)))?;
    let invalid = || Ok(Err(Refusal::grant("refresh token is invalid")));
    let shown = tx.query_opt(sql::REFRESH_BY_TOKEN, params![&hash], read)?;
    let Some(shown) = shown.filter(|shown| shown.app_id == app.id && shown.expires_at > cx.now) else {
        return invalid();
    };
    let Some(grant) = grant::living(tx, &shown.company_id, &shown.grant_id)? else { return invalid() };
    match (shown.used_at, shown.next) {
        (Some(used), Some(next)) if cx.now.millis() - used.millis() <= GRACE_MILLIS => {
            let pair = Pair::of(keys, &grant, next)?;
            Ok(Ok((grant, pair)))
        }
        (Some(_), _) => {
            grant::revoke(tx, cx, &shown.company_id, &grant.id, "a used refresh token was shown again")?;
            invalid()
        }
        (None, _) => {
            let pair = pair::issue(tx, cx, keys, &grant)?;
            let next = &pair.which;
            tx.exec(
                sql::USE_REFRESH,
                params![&shown.company_id, &shown.id, cx.now, &next.refresh_id, &next.access_id],
            )?;
            Ok(Ok((grant, pair)))
        }
    }
}

fn read(row: &Row<'_>) -> Result<Shown, DbError> {
    let (refresh_id, access_id): (Option<_>, Option<_>) = (row.get(6)?, row.get(7)?);
    let used_at: Option<Timestamp> = row.get(5)?;
    let next = match (refresh_id, access_id, used_at) {
        (Some(refresh_id), Some(access_id), Some(issued_at)) => {
            Some(Which { access_id, refresh_id, issued_at })
        }
        _ => None,
    };
    Ok(Shown {
        id: row.get(0)?,
        grant_id: row.get(1)?,
        company_id: row.get(2)?,
        app_id: row.get(3)?,
        expires_at: row.get(4)?,
        used_at,
        next,
    })
}
