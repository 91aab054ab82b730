//! How many bodies with files are read at once: by everybody, and for one caller; and how slowly they may come. A place is
//! given back when it is dropped.
//!
//! Visitors without a credential have places of their own, so that they can take none of a caller's.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use leadhold_kernel::Error;
use tokio::time::{Instant, timeout};

/// How long the whole of a file, or of a body with files, may take.
pub const WHOLE: Duration = Duration::from_secs(15 * 60);
/// What has to come within [`STRETCH_TIME`], again and again.
const STRETCH: usize = 64 * 1024;
const STRETCH_TIME: Duration = Duration::from_secs(30);

/// Who sends files.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Sender {
    /// Somebody with a credential.
    Caller(String),
    /// Anybody, from this network.
    Visitor(String),
}

impl Sender {
    /// By everybody of its kind, since each body holds up to two parts of five megabytes in memory; and for one, so that a
    /// slow one leaves room for others.
    fn places(&self) -> (usize, usize) {
        match self {
            Self::Caller(_) => (16, 4),
            Self::Visitor(_) => (8, 2),
        }
    }

    fn is_like(&self, other: &Self) -> bool {
        std::mem::discriminant(self) == std::mem::discriminant(other)
    }
}

/// The places that are taken, by sender.
#[derive(Clone, Debug, Default)]
pub struct Uploads(Arc<Mutex<HashMap<Sender, usize>>>);

/// A place.
#[derive(Debug)]
pub struct Place {
    uploads: Uploads,
    sender: Sender,
}

impl Uploads {
    /// Takes a place for `sender`.
    ///
    /// # Errors
    /// 503 when there is none.
    pub fn admit(&self, sender: Sender) -> Result<Place, Error> {
        let mut taken = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let own = taken.get(&sender).copied().unwrap_or_default();
        let alike: usize = taken.iter().filter(|(other, _)| sender.is_like(other)).map(|(_, own)| own).sum();
        let (at_once, of_one) = sender.places();
        if own >= of_one || alike >= at_once {
            return Err(Error::Unavailable(
                "Too many files are being sent at the moment. Try again in a moment.".into(),
            ));
        }
        taken.insert(sender.clone(), own + 1);
        Ok(Place { uploads: self.clone(), sender })
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut taken = self.uploads.0.lock().unwrap_or_else(PoisonError::into_inner);
        match taken.get_mut(&self.sender) {
            Some(own) if *own > 1 => *own -= 1,
            _ => drop(taken.remove(&self.sender)),
        }
    }
}

/// Keeps whoever sends something long from holding a place for almost nothing.
#[derive(Debug, Default)]
pub struct Steady {
    /// Since the last whole stretch. Only waiting counts: a store that is slow is not the sender's fault.
    waited: Duration,
    came: usize,
}

impl Steady {
    /// Waits for the next piece, whose length `len` tells; `None` when too little came for too long.
    pub async fn next<T>(&mut self, piece: impl Future<Output = T>, len: impl Fn(&T) -> usize) -> Option<T> {
        let begun = Instant::now();
        let piece = timeout(STRETCH_TIME.saturating_sub(self.waited), piece).await.ok()?;
        self.waited += begun.elapsed();
        self.came += len(&piece);
        if self.came >= STRETCH {
            *self = Self::default();
        }
        Some(piece)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_caller_leaves_room_for_others_and_a_place_comes_back() {
        let uploads = Uploads::default();
        for (new, at_once, of_one) in
            [(Sender::Caller as fn(String) -> Sender, 16, 4), (Sender::Visitor as fn(String) -> Sender, 8, 2)]
        {
            let admit = |name: &str| uploads.admit(new(name.to_owned()));
            let mut slow: Vec<Place> = (0..of_one).map(|_| admit("slow").unwrap()).collect();
            assert!(admit("slow").is_err());
            let others: Vec<Place> = (of_one..at_once).map(|i| admit(&i.to_string()).unwrap()).collect();
            assert!(admit("last").is_err());
            slow.pop();
            drop(admit("last").unwrap());
            drop((slow, others));
        }
        assert!(uploads.0.lock().unwrap().is_empty());
    }

    #[tokio::test(start_paused = true)]
    async fn whoever_is_steady_may_take_long_and_whoever_dribbles_may_not() {
        let each = async |steady: &mut Steady, pause: u64, bytes: usize| {
            let piece = async {
                tokio::time::sleep(Duration::from_secs(pause)).await;
                bytes
            };
            steady.next(piece, |bytes| *bytes).await
        };
        let mut steady = Steady::default();
        for _ in 0..100 {
            assert_eq!(each(&mut steady, 14, STRETCH / 2).await, Some(STRETCH / 2));
        }
        let mut dribbling = Steady::default();
        for _ in 0..2 {
            assert_eq!(each(&mut dribbling, 14, 1).await, Some(1));
        }
        assert_eq!(each(&mut dribbling, 14, 1).await, None);
        let mut kept_busy = Steady::default();
        for _ in 0..100 {
            tokio::time::sleep(Duration::from_secs(14)).await; // the store
            assert_eq!(each(&mut kept_busy, 0, 1).await, Some(1));
        }
    }
}
