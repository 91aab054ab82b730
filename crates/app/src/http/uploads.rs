//! How many bodies with files are read at once: by everybody, and for one caller. A place is given back when it is dropped.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use leadhold_kernel::Error;

/// By everybody: each body holds up to two parts of five megabytes in memory.
const AT_ONCE: usize = 16;
/// For one caller, so that a slow one leaves room for others.
const OF_ONE: usize = 4;

/// The places that are taken, by caller.
#[derive(Clone, Debug, Default)]
pub struct Uploads(Arc<Mutex<HashMap<String, usize>>>);

/// A place.
#[derive(Debug)]
pub struct Place {
    uploads: Uploads,
    caller: String,
}

impl Uploads {
    /// Takes a place for `caller`.
    ///
    /// # Errors
    /// 503 when there is none.
    pub fn admit(&self, caller: String) -> Result<Place, Error> {
        let mut taken = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let own = taken.get(&caller).copied().unwrap_or_default();
        if own >= OF_ONE || taken.values().sum::<usize>() >= AT_ONCE {
            return Err(Error::Unavailable(
                "Too many files are being sent at the moment. Try again in a moment.".into(),
            ));
        }
        taken.insert(caller.clone(), own + 1);
        Ok(Place { uploads: self.clone(), caller })
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut taken = self.uploads.0.lock().unwrap_or_else(PoisonError::into_inner);
        match taken.get_mut(&self.caller) {
            Some(own) if *own > 1 => *own -= 1,
            _ => drop(taken.remove(&self.caller)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_caller_leaves_room_for_others_and_a_place_comes_back() {
        let uploads = Uploads::default();
        let admit = |caller: &str| uploads.admit(caller.to_owned());
        let mut slow: Vec<Place> = (0..OF_ONE).map(|_| admit("slow").unwrap()).collect();
        assert!(admit("slow").is_err());
        let others: Vec<Place> = (OF_ONE..AT_ONCE).map(|i| admit(&i.to_string()).unwrap()).collect();
        assert!(admit("last").is_err());
        slow.pop();
        drop(admit("last").unwrap());
        drop((slow, others));
        assert!(uploads.0.lock().unwrap().is_empty());
    }
}
