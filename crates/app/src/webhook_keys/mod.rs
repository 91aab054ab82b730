//! The keys that webhooks are signed with, and their rotation.
//!
//! Cast:
//! - A **pair** ([`Pair`]) is an Ed25519 key and an RSA key, which come and go together. It is the installation's, not an
//!   agency's: whoever may run commands on the machine rotates it (`leadhold keys`).
//! - Its **state** ([`State`]) goes from announced over active and previous to retired.
//! - The **ring** ([`KeyRing`]) is what a process signs with.
//!
//! What is guaranteed:
//! - One pair is active, and only it makes `x-ghl-signature` and `x-wh-signature`, which hold one value each. So a receiver
//!   that knows all published pairs verifies every delivery at every moment of a rotation, provided that it has learned of
//!   the new pair between its announcement and its activation.
//! - Every node over one database signs with the new pair within a second of its activation, without a restart.
//! - The private halves lie in the database sealed; those of a retired pair lie nowhere any more.

mod ring;
mod sql;

use leadhold_kernel::{Cx, Error, Id, Random, Timestamp, id};
use leadhold_outbound::{PublicKey, PublicKeys, SigningKeys, StoredKeys};
use leadhold_store::{DbError, Row, Sql, Tx, params};

pub use self::ring::KeyRing;
use crate::seal::Seal;

/// Every statement of this slice.
pub const STATEMENTS: &[Sql] = sql::ALL;

const PURPOSE: &str = "leadhold signing keys 1";
const LOCK: &str = "webhook_keys";

/// Where a pair stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// Published, so that receivers can learn it; signs nothing yet.
    Announced,
    /// Signs.
    Active,
    /// Signed before, and is still published.
    Previous,
    /// Published no more; its private halves are destroyed.
    Retired,
}

impl State {
    /// As the table and the API spell it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Announced => "announced",
            Self::Active => "active",
            Self::Previous => "previous",
            Self::Retired => "retired",
        }
    }

    fn of(name: &str) -> Self {
        [Self::Announced, Self::Active, Self::Previous]
            .into_iter()
            .find(|state| state.name() == name)
            .unwrap_or(Self::Retired)
    }
}

/// A pair as everybody may see it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pair {
    /// Names it in commands and where it is published.
    pub id: Id<id::WebhookKey>,
    /// Where it stands.
    pub state: State,
    /// The public halves.
    pub public: PublicKeys,
    /// When it was made and published.
    pub announced_at: Timestamp,
    /// When it last began to sign.
    pub activated_at: Option<Timestamp>,
    /// When another took its place.
    pub superseded_at: Option<Timestamp>,
    /// When it ended.
    pub retired_at: Option<Timestamp>,
}

impl Pair {
    /// Since when it is in its state.
    #[must_use]
    pub fn since(&self) -> Timestamp {
        let of_state = match self.state {
            State::Announced => None,
            State::Active => self.activated_at,
            State::Previous => self.superseded_at,
            State::Retired => self.retired_at,
        };
        of_state.unwrap_or(self.announced_at)
    }
}

/// New keys, ready to be stored: the private halves sealed.
#[derive(Clone)]
pub struct Sealed {
    text: String,
    public: PublicKeys,
}

impl Sealed {
    /// Seals `keys`.
    ///
    /// # Errors
    /// Internal, should a library fail.
    pub fn new(keys: &SigningKeys, seal: &Seal, random: &dyn Random) -> Result<Self, Error> {
        let StoredKeys { ed25519, rsa } = keys.to_stored().map_err(Error::internal)?;
        let parts = [Some(ed25519), rsa].map(|part| part.map(hex::encode));
        let text = serde_json::to_vec(&parts).map_err(Error::internal)?;
        Ok(Self { text: seal.seal(PURPOSE, &text, random)?, public: keys.public() })
    }
}

/// What [`Sealed::new`] sealed; `None` when that was under another secret.
#[must_use]
pub fn open(sealed: &str, seal: &Seal) -> Option<SigningKeys> {
    let text = seal.open(PURPOSE, sealed)?;
    let [ed25519, rsa]: [Option<String>; 2] = serde_json::from_slice(&text).ok()?;
    let rsa = rsa.map(hex::decode).transpose().ok()?;
    SigningKeys::from_stored(&StoredKeys { ed25519: hex::decode(ed25519?).ok()?, rsa }).ok()
}

/// Whether the installation has keys.
///
/// # Errors
/// When the store fails.
pub fn exist(tx: &mut Tx<'_>) -> Result<bool, DbError> {
    tx.query_one(sql::ANY, params![], |row| row.get::<i64>(0)).map(|active| active > 0)
}

/// Whether `seal` opens the pair that signs.
///
/// # Errors
/// When the store fails.
pub fn active_opens(tx: &mut Tx<'_>, seal: &Seal) -> Result<bool, DbError> {
    let sealed = tx.query_opt(sql::ACTIVE_SEALED, params![], |row| row.get::<Option<String>>(0))?.flatten();
    Ok(sealed.is_some_and(|sealed| open(&sealed, seal).is_some()))
}

/// Stores the first pair, which signs at once. `false` when there is one already: it stays.
///
/// # Errors
/// When the store fails.
pub fn found(tx: &mut Tx<'_>, cx: &Cx, first: &Sealed) -> Result<bool, DbError> {
    tx.lock(LOCK)?;
    if exist(tx)? {
        return Ok(false);
    }
    insert(tx, cx, first, State::Active).map(|_| true)
}

/// Publishes a new pair, which signs nothing yet.
///
/// # Errors
/// 409 when one is announced already.
pub fn announce(tx: &mut Tx<'_>, cx: &Cx, new: &Sealed) -> Result<Pair, Error> {
    tx.lock(LOCK)?;
    if let Some(waiting) = published(tx)?.into_iter().find(|pair| pair.state == State::Announced) {
        return Err(Error::Conflict(format!(
            "{} has been announced already: activate it, or retire it first",
            waiting.id
        )));
    }
    let id = insert(tx, cx, new, State::Announced)?;
    get(tx, id.as_str())
}

/// Lets an announced or previous pair sign from now on. The one that signed until now stays published.
///
/// # Errors
/// 404 for an unknown id, 409 for one that is retired or signs already.
pub fn activate(tx: &mut Tx<'_>, cx: &Cx, id: &str) -> Result<Pair, Error> {
    tx.lock(LOCK)?;
    match get(tx, id)?.state {
        State::Active => return Err(Error::Conflict(format!("{id} is the pair that signs already"))),
        State::Retired => {
            return Err(Error::Conflict(format!("{id} is retired; its private halves are gone")));
        }
        State::Announced | State::Previous => {}
    }
    tx.exec(sql::SUPERSEDE, params![cx.now])?;
    tx.exec(sql::ACTIVATE, params![id, cx.now])?;
    get(tx, id)
}

/// Ends a pair that does not sign: it is published no more, and its private halves are destroyed.
///
/// # Errors
/// 404 for an unknown id, 409 for the pair that signs and for one that is retired.
pub fn retire(tx: &mut Tx<'_>, cx: &Cx, id: &str) -> Result<Pair, Error> {
    tx.lock(LOCK)?;
    let pair = get(tx, id)?;
    match pair.state {
        State::Active => {
            return Err(Error::Conflict(format!("{id} is the pair that signs; activate another one first")));
        }
        State::Retired => {
            return Err(Error::Conflict(format!("{id} was retired at {}", pair.since().iso())));
        }
        State::Announced | State::Previous => {}
    }
    tx.exec(sql::RETIRE, params![id, cx.now])?;
    get(tx, id)
}

/// The pairs that receivers need to know: the one that signs, and then the others, the oldest first.
///
/// # Errors
/// When the store fails.
pub fn published(tx: &mut Tx<'_>) -> Result<Vec<Pair>, DbError> {
    tx.query(sql::PUBLISHED, params![], read)
}

/// Every pair that there ever was, the oldest first.
///
/// # Errors
/// When the store fails.
pub fn all(tx: &mut Tx<'_>) -> Result<Vec<Pair>, DbError> {
    tx.query(sql::EVERY, params![], read)
}

/// Forgets all pairs: a restored database whose secret is lost begins anew.
///
/// # Errors
/// When the store fails.
pub fn forget(tx: &mut Tx<'_>) -> Result<(), DbError> {
    tx.exec(sql::FORGET, params![]).map(drop)
}

fn insert(tx: &mut Tx<'_>, cx: &Cx, new: &Sealed, state: State) -> Result<Id<id::WebhookKey>, DbError> {
    let id = Id::<id::WebhookKey>::generate(cx.random.as_ref());
    let activated = (state == State::Active).then_some(cx.now);
    let (ed25519, rsa) =
        (new.public.ed25519.spki_base64(), new.public.rsa.as_ref().map(PublicKey::spki_base64));
    tx.exec(sql::INSERT, params![&id, state.name(), &new.text, ed25519, rsa, cx.now, activated])?;
    Ok(id)
}

fn get(tx: &mut Tx<'_>, id: &str) -> Result<Pair, Error> {
    let found = all(tx)?.into_iter().find(|pair| pair.id.as_str() == id);
    found.ok_or_else(|| Error::NotFound(format!("There is no pair of keys with id {id}.")))
}

fn read(row: &Row<'_>) -> Result<Pair, DbError> {
    let key = |spki: Option<String>| spki.and_then(|text| PublicKey::from_spki_base64(&text));
    let ed25519 = key(row.get(2)?).ok_or_else(|| DbError::Inconsistent {
        place: "webhook_keys.ed25519".to_owned(),
        fault: "it is no public key".to_owned(),
    })?;
    Ok(Pair {
        id: row.get(0)?,
        state: State::of(&row.get::<String>(1)?),
        public: PublicKeys { ed25519, rsa: key(row.get(3)?) },
        announced_at: row.get(4)?,
        activated_at: row.get(5)?,
        superseded_at: row.get(6)?,
        retired_at: row.get(7)?,
    })
}
