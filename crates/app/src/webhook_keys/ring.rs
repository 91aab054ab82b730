//! What a process signs with: the published pairs as the database last said, looked at again each second.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use aws_lc_rs::digest::{SHA256, digest};
use bytes::Bytes;
use leadhold_kernel::{Clock, Error, Id, id};
use leadhold_outbound::{PublicKeys, Signatures, SigningKeys};
use leadhold_store::{Store, Tx, params};
use tokio::sync::OnceCell;
use tokio::task::spawn_blocking;

use super::{State, open, sql};
use crate::seal::Seal;

/// How long what was seen is taken for true, in microseconds.
const FRESH: u64 = 1_000_000;
/// How many RSA signatures are remembered: an event goes to many endpoints in the same bytes, at nearly the same time.
const REMEMBERED: usize = 256;

/// The installation's keys. Cheap to clone.
#[derive(Clone)]
pub struct KeyRing(Arc<Inner>);

struct Inner {
    store: Store,
    seal: Arc<Seal>,
    clock: Arc<dyn Clock>,
    rsa: bool,
    seen: Mutex<Seen>,
    signed: Mutex<Signed>,
}

struct Seen {
    pairs: Arc<Pairs>,
    at: u64,
}

/// The published pairs; the active one first.
struct Pairs(Vec<Arc<Opened>>);

/// A pair with its private halves.
struct Opened {
    id: Id<id::WebhookKey>,
    state: State,
    keys: Arc<SigningKeys>,
}

/// Of which bytes by which pair, and that signature, which may still be in the making.
#[derive(Default)]
struct Signed {
    signatures: HashMap<[u8; 32], Arc<OnceCell<Option<String>>>>,
    oldest: VecDeque<[u8; 32]>,
}

impl KeyRing {
    /// The keys in `store`; `None` when there are none, or none that `seal` opens. `rsa`: whether `x-wh-signature` is made.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn load(
        store: Store,
        seal: Arc<Seal>,
        clock: Arc<dyn Clock>,
        rsa: bool,
    ) -> Result<Option<Self>, Error> {
        let nothing = Pairs(Vec::new());
        let Some(pairs) = look(&store, &seal, &nothing).await? else { return Ok(None) };
        let seen = Mutex::new(Seen { pairs: Arc::new(pairs), at: clock.stopwatch_micros() });
        let signed = Mutex::default();
        Ok(Some(Self(Arc::new(Inner { store, seal, clock, rsa, seen, signed }))))
    }

    /// The public halves of the pair that signs, as last seen.
    #[must_use]
    pub fn public(&self) -> PublicKeys {
        locked(&self.0.seen).pairs.active().keys.public()
    }

    /// Whether `x-wh-signature` is made.
    #[must_use]
    pub fn signs_with_rsa(&self) -> bool {
        self.0.rsa && locked(&self.0.seen).pairs.active().keys.has_rsa()
    }

    /// The active pair's signatures of the exact bytes that will be sent.
    pub async fn sign(&self, body: &Bytes) -> Signatures {
        let pairs = self.pairs().await;
        let pair = pairs.active();
        let wh = if self.0.rsa && pair.keys.has_rsa() { self.rsa(pair, body).await } else { None };
        Signatures { ghl: pair.keys.sign_ed25519(body), wh }
    }

    /// Standard Webhooks signatures (`v1a,…`) by every published pair, the active one's first: a receiver that knows any of
    /// them accepts the message. `seconds` is the attempt's time.
    pub async fn sign_standard(&self, id: &str, seconds: i64, body: &[u8]) -> Vec<String> {
        self.pairs().await.0.iter().map(|pair| pair.keys.sign_standard(id, seconds, body)).collect()
    }

    /// Takes nothing that was seen for true any longer.
    pub(crate) fn look_again(&self) {
        locked(&self.0.seen).at = 0;
    }

    /// The pairs, looked up again when that is due. Whoever comes while another looks goes on with what is known.
    async fn pairs(&self) -> Arc<Pairs> {
        let now = self.0.clock.stopwatch_micros();
        let known = {
            let mut seen = locked(&self.0.seen);
            let known = Arc::clone(&seen.pairs);
            if now.saturating_sub(seen.at) < FRESH {
                return known;
            }
            seen.at = now;
            known
        };
        match look(&self.0.store, &self.0.seal, &known).await {
            Ok(Some(pairs)) => {
                let pairs = Arc::new(pairs);
                locked(&self.0.seen).pairs = Arc::clone(&pairs);
                pairs
            }
            Ok(None) => {
                tracing::error!(
                    "the active webhook key cannot be opened with this secret; the last one goes on"
                );
                known
            }
            Err(error) => {
                tracing::warn!(%error, "the webhook keys were not looked up; the last ones go on");
                known
            }
        }
    }

    /// One signature for the same bytes, however many ask for it at once, made where it delays nobody's request.
    async fn rsa(&self, pair: &Opened, body: &Bytes) -> Option<String> {
        let cell = locked(&self.0.signed).of(pair, body);
        let make = || async {
            let (keys, body) = (Arc::clone(&pair.keys), body.clone());
            spawn_blocking(move || keys.sign_rsa(&body)).await.ok().flatten()
        };
        cell.get_or_init(make).await.clone()
    }
}

impl Pairs {
    fn active(&self) -> &Opened {
        self.0.first().expect("a ring is loaded with an active pair and never loses it")
    }
}

impl Signed {
    fn of(&mut self, pair: &Opened, body: &[u8]) -> Arc<OnceCell<Option<String>>> {
        let text = [pair.id.as_str().as_bytes(), b"\n", body].concat();
        let mut key = [0; 32];
        key.copy_from_slice(digest(&SHA256, &text).as_ref());
        if let Some(cell) = self.signatures.get(&key) {
            return Arc::clone(cell);
        }
        if self.oldest.len() >= REMEMBERED
            && let Some(oldest) = self.oldest.pop_front()
        {
            self.signatures.remove(&oldest);
        }
        self.oldest.push_back(key);
        Arc::clone(self.signatures.entry(key).or_default())
    }
}

/// The published pairs; those of `known` are not opened again. `None` when the active one cannot be opened.
async fn look(store: &Store, seal: &Seal, known: &Pairs) -> Result<Option<Pairs>, Error> {
    let opened: Vec<_> = known.0.iter().map(|pair| pair.id.clone()).collect();
    let rows = store.read(move |tx: &mut Tx<'_>| {
        let states = tx.query(sql::STATES, params![], |row| Ok((row.get(0)?, row.get::<String>(1)?)))?;
        let mut rows = Vec::new();
        for (id, state) in states {
            let id: Id<id::WebhookKey> = id;
            let sealed: Option<String> = match opened.contains(&id) {
                true => None,
                false => tx.query_opt(sql::SEALED, params![&id], |row| row.get(0))?.flatten(),
            };
            rows.push((id, State::of(&state), sealed));
        }
        Ok::<_, Error>(rows)
    });
    let mut pairs = Vec::new();
    for (id, state, sealed) in rows.await? {
        let before = known.0.iter().find(|pair| pair.id == id).map(|pair| Arc::clone(&pair.keys));
        match before.or_else(|| open(&sealed?, seal).map(Arc::new)) {
            Some(keys) => pairs.push(Arc::new(Opened { id, state, keys })),
            None => tracing::error!(%id, "this webhook key cannot be opened with this secret"),
        }
    }
    Ok(pairs.first().is_some_and(|pair| pair.state == State::Active).then_some(Pairs(pairs)))
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
