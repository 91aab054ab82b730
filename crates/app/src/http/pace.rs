//! How often visitors without a credential may send one thing (a form, for instance) from one network: 30 times a minute
//! ([`MOST`]), so that a room full of people gets through and a program is slowed down. Kept in memory: it guards against floods, not against
//! patience.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};

use leadhold_kernel::{Error, Timestamp};

use super::peer::network;
use super::sliding::Sliding;

/// Of what is sent once by each visitor.
pub const MOST: usize = 30;
const MINUTE: i64 = 60_000;
/// When there are more counters than this, those that ran out are dropped.
const SWEEP_AT: usize = 4096;

/// The counters of one process.
#[derive(Debug, Default)]
pub struct Pace(Mutex<HashMap<String, Sliding>>);

impl Pace {
    /// Begins anew.
    pub(crate) fn forget(&self) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }

    /// Counts one of what `of` names, of which there may be [`MOST`] a minute.
    ///
    /// # Errors
    /// 429 with the seconds to wait.
    pub fn admit(&self, of: &str, peer: Option<IpAddr>, now: Timestamp) -> Result<(), Error> {
        self.admit_of(MOST, of, peer, now)
    }

    /// As [`Pace::admit`], of what there may be `most` of.
    ///
    /// # Errors
    /// As [`Pace::admit`].
    pub fn admit_of(&self, most: usize, of: &str, peer: Option<IpAddr>, now: Timestamp) -> Result<(), Error> {
        let key = format!("{of} {}", peer.map(network).unwrap_or_default());
        let mut counters = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let now = now.millis();
        if counters.len() > SWEEP_AT && !counters.contains_key(&key) {
            counters.retain(|_, sent| !sent.is_over(now, MINUTE));
        }
        let sent = counters.entry(key).or_default();
        sent.forget(now, MINUTE);
        if sent.count() < most {
            sent.add(now);
            return Ok(());
        }
        let wait = sent.oldest().map_or(MINUTE, |first| first + MINUTE - now);
        let seconds = u32::try_from(wait.div_euclid(1000) + 1).unwrap_or(60);
        Err(Error::Paused(
            format!(
                "This was sent too often from where you are. Wait {seconds} seconds, then send it again."
            ),
            seconds,
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_network_waits_and_others_do_not() {
        let pace = Pace::default();
        let form = "form a";
        let here: Option<IpAddr> = "203.0.113.9".parse().ok();
        for at in 0..30 {
            assert!(pace.admit(form, here, Timestamp(at)).is_ok());
        }
        let refused = pace.admit(form, here, Timestamp(10_000));
        assert!(matches!(refused, Err(Error::Paused(_, 51))), "{refused:?}");
        assert!(pace.admit(form, "203.0.113.10".parse().ok(), Timestamp(10_000)).is_ok());
        assert!(pace.admit("form b", here, Timestamp(10_000)).is_ok());
        assert!(pace.admit(form, here, Timestamp(MINUTE)).is_ok());
    }
}
