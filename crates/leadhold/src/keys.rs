//! The keys that webhooks and tokens are signed with: made once, kept in the store, sealed with a secret kept elsewhere.
//!
//! All nodes on one database sign with the same pairs, so they lie in the database. Whoever copies the database must not
//! be able to sign, so they are sealed (AES-256-GCM) with the secret from `secret.key` in the data directory, or from
//! LEADHOLD_SECRET_KEY where several machines share a database. How pairs for webhooks follow each other:
//! [`leadhold_app::webhook_keys`].

use std::fs;
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use leadhold_app::installation;
use leadhold_app::seal::Seal;
use leadhold_app::token_keys::TokenKeys;
use leadhold_app::webhook_keys::{self, KeyRing, Sealed};
use leadhold_kernel::{Clock, Cx, Error, Random};
use leadhold_outbound::SigningKeys;
use leadhold_store::{DbError, Store, Tx};

use crate::fault::Fault;

/// The secret's file in the data directory.
pub const FILE: &str = "secret.key";

/// Where the one pair lay before pairs could follow each other.
const OLD_ROW: &str = "signing_keys";
const TOKEN_ROW: &str = "token_keys";
const TOKEN_PURPOSE: &str = "leadhold token keys 1";

/// What the keys are sealed with.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret([u8; 32]);

impl Secret {
    /// A new one, written to `secret.key` in `data`, readable by its owner only.
    pub fn make(data: &Path, random: &dyn Random) -> Result<Self, Fault> {
        let secret = Self::draw(random);
        secret.write(&data.join(FILE))?;
        Ok(secret)
    }

    /// A new one, not written anywhere.
    pub fn draw(random: &dyn Random) -> Self {
        let mut secret = Self([0; 32]);
        random.fill(&mut secret.0);
        secret
    }

    /// The one that was given, or the one in the data directory.
    pub fn find(given: Option<&str>, data: &Path) -> Result<Self, Fault> {
        if let Some(text) = given {
            return Self::parse(text)
                .ok_or_else(|| Fault::usage("LEADHOLD_SECRET_KEY must be 64 hexadecimal digits"));
        }
        let path = data.join(FILE);
        let text = fs::read_to_string(&path).map_err(|error| {
            let advice =
                "it was made by `leadhold init`; bring it here, or set LEADHOLD_SECRET_KEY to its content";
            Fault::failed(format!("cannot read {}: {error}; {advice}", path.display()))
        })?;
        let wrong = || Fault::failed(format!("{} does not hold 64 hexadecimal digits", path.display()));
        Self::parse(&text).ok_or_else(wrong)
    }

    /// Writes it into a new file that only its owner reads.
    pub fn write(&self, path: &Path) -> Result<(), Fault> {
        let mut new = fs::OpenOptions::new();
        let file = new.write(true).create_new(true).mode(0o600).open(path);
        let written = file.and_then(|mut file| {
            writeln!(file, "{}", hex::encode(self.0))?;
            file.sync_all()
        });
        written.map_err(|error| Fault::failed(format!("cannot write {}: {error}", path.display())))
    }

    fn parse(text: &str) -> Option<Self> {
        let mut bytes = [0; 32];
        hex::decode_to_slice(text.trim(), &mut bytes).ok()?;
        Some(Self(bytes))
    }

    /// What seals with this secret.
    pub fn sealer(&self) -> Result<Seal, Error> {
        Seal::new(&self.0)
    }
}

/// The file in which a backup keeps the secret, beside the copy of the database.
pub fn beside(backup: &Path) -> PathBuf {
    let mut name = backup.as_os_str().to_owned();
    name.push(".key");
    PathBuf::from(name)
}

/// Makes a pair for webhooks: Ed25519, and RSA for the older header, which takes about a second.
pub fn make_pair(random: &dyn Random) -> Result<SigningKeys, Fault> {
    let mut seed = [0; 32];
    random.fill(&mut seed);
    Ok(SigningKeys::from_seed(&seed).and_then(SigningKeys::with_new_rsa).map_err(Error::internal)?)
}

/// Stores the first pair in a database that has none.
///
/// # Errors
/// 409 when it has: whoever sealed those still needs them.
pub fn found(tx: &mut Tx<'_>, cx: &Cx, first: &Sealed) -> Result<(), Error> {
    match webhook_keys::found(tx, cx, first)? && installation::get(tx, OLD_ROW)?.is_none() {
        true => Ok(()),
        false => Err(Error::Conflict(ALREADY.to_owned())),
    }
}

/// Said of a database that an `init` has filled before.
pub const ALREADY: &str =
    "the database holds a Leadhold already; `init` never overwrites, name another database";

/// What webhooks are signed with; the first pair is made if there is none yet. `rsa`: whether the older header is sent.
pub async fn ring(
    store: &Store,
    seal: &Arc<Seal>,
    clock: Arc<dyn Clock>,
    rsa: bool,
    cx: &Cx,
) -> Result<KeyRing, Fault> {
    if !store.read(webhook_keys::exist).await? {
        let old = store.read(|tx| installation::get(tx, OLD_ROW)).await?;
        let keys = match old.map(|sealed| webhook_keys::open(&sealed, seal).ok_or_else(other_secret)) {
            None => make_pair(cx.random.as_ref())?,
            Some(keys) => match keys? {
                keys if keys.has_rsa() => keys,
                keys => keys.with_new_rsa().map_err(Error::internal)?,
            },
        };
        let (first, cx) = (Sealed::new(&keys, seal, cx.random.as_ref())?, cx.clone());
        // Another node may have been faster; the first to write decides for all.
        let found = store.write(move |tx| {
            webhook_keys::found(tx, &cx, &first)?;
            installation::remove(tx, OLD_ROW)
        });
        found.await?;
    }
    KeyRing::load(store.clone(), Arc::clone(seal), clock, rsa).await?.ok_or_else(other_secret)
}

/// The pair that access tokens are signed with; made and stored if there is none yet.
pub async fn load_or_make_token_keys(
    store: &Store,
    secret: &Secret,
    random: &dyn Random,
) -> Result<TokenKeys, Fault> {
    let seal = secret.sealer()?;
    let stored = match store.read(|tx| installation::get(tx, TOKEN_ROW)).await? {
        Some(sealed) => sealed,
        None => {
            let fresh = seal.seal(TOKEN_PURPOSE, &TokenKeys::generate()?.to_pkcs8()?, random)?;
            store.write(move |tx| put_over(tx, TOKEN_ROW, None, &fresh)).await?
        }
    };
    let pkcs8 = seal.open(TOKEN_PURPOSE, &stored).ok_or_else(other_secret)?;
    Ok(TokenKeys::from_pkcs8(&pkcs8)?)
}

fn put_over(tx: &mut Tx<'_>, row: &str, seen: Option<&str>, ours: &str) -> Result<String, DbError> {
    tx.lock(row)?;
    match installation::get(tx, row)? {
        Some(theirs) if Some(theirs.as_str()) != seen => Ok(theirs),
        _ => {
            installation::put(tx, row, ours)?;
            Ok(ours.to_owned())
        }
    }
}

/// Forgets the installation's keys, so that the next start makes new ones.
pub async fn forget(store: &Store) -> Result<(), Fault> {
    let forgotten = store.write(|tx| {
        webhook_keys::forget(tx)?;
        installation::remove(tx, OLD_ROW)?;
        installation::remove(tx, TOKEN_ROW)
    });
    Ok(forgotten.await?)
}

/// Said where this machine's secret opens nothing.
pub const OTHER_SECRET: &str = "the webhook signing keys in the database were sealed with another secret; put that `secret.key` into the \
     data directory, or its content into LEADHOLD_SECRET_KEY";

fn other_secret() -> Fault {
    Fault::failed(OTHER_SECRET)
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use leadhold_kernel::Timestamp;
    use leadhold_kernel::random::SeededRandom;
    use leadhold_kernel::time::ManualClock;
    use leadhold_store::{Backend, MAIN, migrate};

    use super::*;

    #[tokio::test]
    async fn the_one_pair_of_an_older_store_goes_on_signing_and_an_empty_store_gets_one() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(&Backend::Embedded(folder.path().to_owned())).unwrap();
        migrate(&store, MAIN).await.unwrap();
        let (random, clock) = (Arc::new(SeededRandom::new(1)), Arc::new(ManualClock::new(Timestamp(1))));
        let (seal, cx) =
            (Arc::new(Secret([1; 32]).sealer().unwrap()), Cx::system(Timestamp(1), random.clone()));
        let old = SigningKeys::from_seed(&[7; 32]).unwrap();
        let parts = [Some(hex::encode(old.to_stored().unwrap().ed25519)), None];
        let text = serde_json::to_vec(&parts).unwrap();
        let sealed = seal.seal("leadhold signing keys 1", &text, random.as_ref()).unwrap();
        store.write(move |tx| installation::put(tx, OLD_ROW, &sealed)).await.unwrap();

        let load = async |seal: &Arc<Seal>| ring(&store, seal, clock.clone(), true, &cx).await;
        let other = Arc::new(Secret([2; 32]).sealer().unwrap());
        assert_eq!(load(&other).await.err().map(|fault| fault.to_string()).as_deref(), Some(OTHER_SECRET));
        let ring = load(&seal).await.unwrap();
        assert_eq!(ring.public().ed25519, old.public().ed25519);
        assert!(ring.signs_with_rsa(), "what it lacked was made");
        assert_eq!(store.read(|tx| installation::get(tx, OLD_ROW)).await.unwrap(), None);
        assert_eq!(load(&seal).await.unwrap().public(), ring.public(), "once");

        forget(&store).await.unwrap();
        assert_ne!(load(&other).await.unwrap().public().ed25519, old.public().ed25519);
    }

    #[test]
    fn the_secret_lies_in_a_file_that_only_its_owner_reads() {
        let folder = tempfile::tempdir().unwrap();
        let made = Secret::make(folder.path(), &SeededRandom::new(2)).unwrap();
        let mode = fs::metadata(folder.path().join(FILE)).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
        assert_eq!(Secret::find(None, folder.path()).unwrap().0, made.0);
        assert!(Secret::make(folder.path(), &SeededRandom::new(3)).is_err(), "it is never overwritten");
        assert!(Secret::find(Some("12"), folder.path()).is_err());
    }
}
