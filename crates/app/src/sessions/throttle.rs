//! Failed attempts, by account and by address: from the fifth on the account's, from the twentieth on the address's, each
//! is followed by a pause twice as long, up to a quarter of an hour. Kept in the store, so that it holds over restarts
//! and for all nodes.
//!
//! An attempt counts as failed from its beginning, and is taken back when it succeeds: of many at once, only as many are
//! looked at as may fail.

use std::net::IpAddr;

use leadhold_kernel::{Error, Timestamp, fold};
use leadhold_store::{Tx, params};

use super::sql;
use crate::http::peer::network;
use crate::secret;

const MINUTE: i64 = 60_000;
/// Failures are forgotten so long after the last of them, or after the pause that it caused.
const MEMORY: i64 = 15 * MINUTE;
const LONGEST_PAUSE: i64 = 15 * MINUTE;
/// Rows older than this are swept out.
const SWEEP: i64 = 24 * 60 * MINUTE;

/// Whose failures are counted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Subjects(Vec<(String, i64)>);

impl Subjects {
    /// The account that was typed, and where from. The account comes first: everybody locks in this order.
    #[must_use]
    pub fn of(email: &str, peer: Option<IpAddr>) -> Self {
        let account = format!("account:{}", hex::encode(secret::kept(&fold(email.trim()))));
        let address = peer.map(|peer| (format!("address:{}", network(peer)), 20));
        Self([(account, 5)].into_iter().chain(address).collect())
    }
}

struct Count {
    failures: i64,
    last_at: Timestamp,
    paused_until: Timestamp,
}

fn count(tx: &mut Tx<'_>, subject: &str) -> Result<Option<Count>, Error> {
    Ok(tx.query_opt(sql::FAILURES, params![subject], |row| {
        Ok(Count { failures: row.get(0)?, last_at: row.get(1)?, paused_until: row.get(2)? })
    })?)
}

/// Lets an attempt begin, or answers how many milliseconds the pause still lasts.
///
/// # Errors
/// When the store fails.
pub fn admit(tx: &mut Tx<'_>, now: Timestamp, subjects: &Subjects) -> Result<Result<(), i64>, Error> {
    let mut counts = Vec::new();
    for (subject, free) in &subjects.0 {
        tx.lock(&format!("sign-in:{subject}"))?;
        // A clock that was turned back, as the sandbox's can be, must not make a pause of years.
        let count = count(tx, subject)?.filter(|count| count.last_at <= now);
        let wait = count.as_ref().map_or(0, |count| count.paused_until.millis() - now.millis());
        if wait > 0 {
            return Ok(Err(wait));
        }
        let remembered = count.filter(|c| now.millis() - c.paused_until.max(c.last_at).millis() < MEMORY);
        counts.push((subject, *free, remembered.map_or(0, |count| count.failures) + 1));
    }
    tx.exec(sql::SWEEP_FAILURES, params![now.plus_millis(-SWEEP)])?;
    for (subject, free, failures) in counts {
        tx.exec(sql::PUT_FAILURES, params![subject, failures, now, now.plus_millis(pause(failures, free))])?;
    }
    Ok(Ok(()))
}

/// The pause after so many failures: 1, 2, 4, 8, 15 minutes.
fn pause(failures: i64, free: i64) -> i64 {
    match failures - free {
        over if over < 0 => 0,
        over => (MINUTE << over.min(4)).min(LONGEST_PAUSE),
    }
}

/// Takes an attempt back that did not fail. `succeeded` also forgives the account's earlier failures; those of the address
/// stay, or an attacker with one account of his own could guess at others for ever.
///
/// # Errors
/// When the store fails.
pub fn take_back(tx: &mut Tx<'_>, subjects: &Subjects, succeeded: bool) -> Result<(), Error> {
    for (subject, _) in &subjects.0 {
        tx.lock(&format!("sign-in:{subject}"))?;
        if succeeded && subject.starts_with("account:") {
            tx.exec(sql::FORGET_FAILURES, params![subject])?;
        } else {
            tx.exec(sql::TAKE_BACK_FAILURE, params![subject])?;
        }
    }
    Ok(())
}

/// The refusal during a pause.
#[must_use]
pub fn paused(millis: i64) -> Error {
    let seconds = u32::try_from(millis.saturating_add(999) / 1000).unwrap_or(u32::MAX);
    let minutes = seconds.div_ceil(60);
    let wait = if minutes == 1 { "a minute".to_owned() } else { format!("{minutes} minutes") };
    Error::Paused(format!("Signing in failed too often. Wait {wait}, then try again."), seconds)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_double_up_to_a_quarter_of_an_hour() {
        let minutes = |failures| pause(failures, 5) / MINUTE;
        assert_eq!((1..=12).map(minutes).collect::<Vec<_>>(), [0, 0, 0, 0, 1, 2, 4, 8, 15, 15, 15, 15]);
        assert_eq!(pause(i64::MAX, 5), LONGEST_PAUSE);
    }

    #[test]
    fn an_account_has_no_case_and_an_address_of_ipv6_is_its_network() {
        let of = |email, peer: &str| Subjects::of(email, peer.parse().ok());
        assert_eq!(of(" A@Example.com", "::ffff:192.0.2.1"), of("a@example.com", "192.0.2.1"));
        assert_eq!(of("a", "2001:db8::1"), of("a", "2001:db8::ffff:1"));
        assert_ne!(of("a", "2001:db8::1"), of("a", "2001:db8:0:1::1"));
        assert_eq!(Subjects::of("a", None).0.len(), 1);
    }
}
