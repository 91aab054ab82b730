//! The keys that webhooks are signed with: made once, kept in the store, sealed with a secret that is kept elsewhere.
//!
//! All nodes on one database sign with the same pair, so it lies in the database. Whoever copies the database must not
//! be able to sign, so it is sealed (AES-256-GCM) with the secret from `secret.key` in the data directory, or from
//! LEADHOLD_SECRET_KEY where several machines share a database.

use std::fs;
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use leadhold_app::installation;
use leadhold_app::seal::Seal;
use leadhold_app::token_keys::TokenKeys;
use leadhold_kernel::{Error, Random};
use leadhold_outbound::{SigningKeys, StoredKeys};
use leadhold_store::{DbError, Store, Tx};

use crate::fault::Fault;

/// The secret's file in the data directory.
pub const FILE: &str = "secret.key";

const ROW: &str = "signing_keys";
const PURPOSE: &str = "leadhold signing keys 1";
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

    fn seal(&self, keys: &SigningKeys, random: &dyn Random) -> Result<String, Error> {
        let StoredKeys { ed25519, rsa } = keys.to_stored().map_err(Error::internal)?;
        let parts = [Some(ed25519), rsa].map(|part| part.map(hex::encode));
        let text = serde_json::to_vec(&parts).map_err(Error::internal)?;
        self.sealer()?.seal(PURPOSE, &text, random)
    }

    fn open(&self, sealed: &str) -> Option<SigningKeys> {
        let text = self.sealer().ok()?.open(PURPOSE, sealed)?;
        let [ed25519, rsa]: [Option<String>; 2] = serde_json::from_slice(&text).ok()?;
        let rsa = rsa.map(hex::decode).transpose().ok()?;
        SigningKeys::from_stored(&StoredKeys { ed25519: hex::decode(ed25519?).ok()?, rsa }).ok()
    }
}

/// The file in which a backup keeps the secret, beside the copy of the database.
pub fn beside(backup: &Path) -> PathBuf {
    let mut name = backup.as_os_str().to_owned();
    name.push(".key");
    PathBuf::from(name)
}

/// Keys that were just made and are not stored yet.
pub struct Fresh {
    pub keys: SigningKeys,
    sealed: String,
}

impl Fresh {
    /// Makes keys; `rsa` asks for the pair of the older header, too, which takes seconds.
    pub fn make(secret: &Secret, rsa: bool, random: &dyn Random) -> Result<Self, Fault> {
        let mut seed = [0; 32];
        random.fill(&mut seed);
        let keys = SigningKeys::from_seed(&seed).map_err(Error::internal)?;
        Self::seal(keys, secret, rsa, random)
    }

    fn seal(keys: SigningKeys, secret: &Secret, rsa: bool, random: &dyn Random) -> Result<Self, Fault> {
        let keys = if rsa { keys.with_new_rsa().map_err(Error::internal)? } else { keys };
        let sealed = secret.seal(&keys, random)?;
        Ok(Self { keys, sealed })
    }

    /// Stores them in a database that has none.
    ///
    /// # Errors
    /// 409 when it has: whoever sealed those still needs them.
    pub fn store(&self, tx: &mut Tx<'_>) -> Result<(), Error> {
        tx.lock(ROW)?;
        if installation::get(tx, ROW)?.is_some() {
            return Err(Error::Conflict(ALREADY.to_owned()));
        }
        Ok(installation::put(tx, ROW, &self.sealed)?)
    }
}

/// Said of a database that an `init` has filled before.
pub const ALREADY: &str =
    "the database holds a Leadhold already; `init` never overwrites, name another database";

/// The installation's keys; made and stored if there are none yet. `rsa` asks for the pair of the older header, too.
pub async fn load_or_make(
    store: &Store,
    secret: &Secret,
    rsa: bool,
    random: &dyn Random,
) -> Result<SigningKeys, Fault> {
    let stored = store.read(|tx| installation::get(tx, ROW)).await?;
    let found = stored.as_deref().map(|sealed| open(secret, sealed)).transpose()?;
    let fresh = match found {
        Some(keys) if keys.public().rsa.is_some() || !rsa => return without_unwanted(keys, rsa),
        Some(keys) => Fresh::seal(keys, secret, rsa, random)?,
        None => Fresh::make(secret, rsa, random)?,
    };
    // Another node may have been faster; the first to write decides for all.
    let winner = store.write(move |tx| put_over(tx, ROW, stored.as_deref(), &fresh.sealed)).await?;
    without_unwanted(open(secret, &winner)?, rsa)
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
        installation::remove(tx, ROW)?;
        installation::remove(tx, TOKEN_ROW)
    });
    Ok(forgotten.await?)
}

fn open(secret: &Secret, sealed: &str) -> Result<SigningKeys, Fault> {
    secret.open(sealed).ok_or_else(other_secret)
}

fn other_secret() -> Fault {
    Fault::failed(
        "the webhook signing keys in the database were sealed with another secret; put that `secret.key` into the \
         data directory, or its content into LEADHOLD_SECRET_KEY",
    )
}

fn without_unwanted(keys: SigningKeys, rsa: bool) -> Result<SigningKeys, Fault> {
    if rsa || keys.public().rsa.is_none() {
        return Ok(keys);
    }
    let stored = keys.to_stored().map_err(Error::internal)?;
    Ok(SigningKeys::from_stored(&StoredKeys { rsa: None, ..stored }).map_err(Error::internal)?)
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use leadhold_kernel::random::SeededRandom;

    use super::*;

    #[test]
    fn sealed_keys_open_with_their_secret_and_no_other() {
        let random = SeededRandom::new(1);
        let (mine, other) = (Secret([1; 32]), Secret([2; 32]));
        let keys = SigningKeys::from_seed(&[7; 32]).unwrap();
        let sealed = mine.seal(&keys, &random).unwrap();
        assert_eq!(mine.open(&sealed).unwrap().public(), keys.public());
        assert!(other.open(&sealed).is_none());
        let broken = format!("{}0", &sealed[..sealed.len() - 1]);
        assert!(broken == sealed || mine.open(&broken).is_none());
        assert!(mine.open("").is_none() && mine.open("no hex").is_none());
        assert_ne!(sealed, mine.seal(&keys, &random).unwrap(), "each seal has its own nonce");
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
