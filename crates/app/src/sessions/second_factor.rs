//! A person's second factor: the seed of their authenticator app, and ten codes for the day on which it is lost.

use leadhold_kernel::{Cx, Error, Id, Random, Timestamp, id};
use leadhold_store::{Tx, params};

use super::{sql, totp};
use crate::seal::Seal;
use crate::secret;

/// How many recovery codes a person gets.
const RECOVERY_CODES: usize = 10;

/// Whose factor it is.
#[derive(Clone, Copy, Debug)]
pub struct Owner<'a> {
    /// The agency.
    pub company: &'a Id<id::Company>,
    /// The person.
    pub user: &'a Id<id::User>,
}

/// What is known of a person's second factor.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum State {
    /// There is none.
    Off,
    /// The seed was made, and no code of it was seen yet: signing in does not ask for one.
    Begun(Vec<u8>),
    /// Signing in asks for a code. So many recovery codes are left.
    On(i64),
}

/// What a code was worth.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// The person has no second factor.
    NotAsked,
    /// Right, and spent.
    Right,
    /// A code is needed and was not given.
    Missing,
    /// Wrong or spent.
    Wrong,
}

struct Factor {
    seed: Vec<u8>,
    confirmed: bool,
    last_step: i64,
}

fn factor(tx: &mut Tx<'_>, seal: &Seal, owner: Owner<'_>) -> Result<Option<Factor>, Error> {
    let row = tx.query_opt(sql::FACTOR, params![owner.company, owner.user], |row| {
        Ok((row.get::<String>(0)?, row.get::<Option<i64>>(1)?, row.get::<i64>(2)?))
    })?;
    let Some((sealed, confirmed_at, last_step)) = row else { return Ok(None) };
    let seed = seal.open(&purpose(owner), &sealed);
    let seed =
        seed.ok_or_else(|| Error::internal("the seed of a second factor was sealed under another key"))?;
    Ok(Some(Factor { seed, confirmed: confirmed_at.is_some(), last_step }))
}

fn purpose(owner: Owner<'_>) -> String {
    format!("second factor of {}", owner.user)
}

/// What the person has.
///
/// # Errors
/// When the store fails.
pub fn state(tx: &mut Tx<'_>, seal: &Seal, owner: Owner<'_>) -> Result<State, Error> {
    Ok(match factor(tx, seal, owner)? {
        None => State::Off,
        Some(factor) if !factor.confirmed => State::Begun(factor.seed),
        Some(_) => State::On(tx.query_one(
            sql::COUNT_RECOVERY_CODES,
            params![owner.company, owner.user],
            |row| row.get(0),
        )?),
    })
}

/// Takes a code: one of the app's, or a recovery code, each once.
///
/// # Errors
/// When the store fails.
pub fn check(
    tx: &mut Tx<'_>,
    seal: &Seal,
    owner: Owner<'_>,
    code: Option<&str>,
    now: Timestamp,
) -> Result<Verdict, Error> {
    let Some(factor) = factor(tx, seal, owner)?.filter(|factor| factor.confirmed) else {
        return Ok(Verdict::NotAsked);
    };
    let Some(code) = code.map(str::trim).filter(|code| !code.is_empty()) else { return Ok(Verdict::Missing) };
    let right = match totp::matching_step(&factor.seed, code, now, factor.last_step) {
        Some(step) => tx.exec(sql::SPEND_STEP, params![owner.company, owner.user, step])? == 1,
        None => tx.exec(sql::SPEND_RECOVERY_CODE, params![owner.company, owner.user, hash(code)])? == 1,
    };
    Ok(if right { Verdict::Right } else { Verdict::Wrong })
}

/// Makes a fresh seed, which counts once [`confirm`] has seen a code of it.
///
/// # Errors
/// 409 when the person has a second factor already; when the store fails.
pub fn begin(tx: &mut Tx<'_>, cx: &Cx, seal: &Seal, owner: Owner<'_>) -> Result<(), Error> {
    if factor(tx, seal, owner)?.is_some_and(|factor| factor.confirmed) {
        return Err(Error::Conflict("Codes are asked for already. Switch them off first.".into()));
    }
    let mut seed = [0; totp::SEED];
    cx.random.fill(&mut seed);
    let sealed = seal.seal(&purpose(owner), &seed, cx.random.as_ref())?;
    tx.exec(sql::PUT_FACTOR, params![owner.company, owner.user, sealed, cx.now])?;
    Ok(())
}

/// Switches the second factor on, for the right code; answers the recovery codes, which are shown this once.
///
/// # Errors
/// 400 when the code is wrong, 409 when nothing was begun; when the store fails.
pub fn confirm(
    tx: &mut Tx<'_>,
    cx: &Cx,
    seal: &Seal,
    owner: Owner<'_>,
    code: &str,
) -> Result<Vec<String>, Error> {
    let begun = factor(tx, seal, owner)?.filter(|factor| !factor.confirmed);
    let begun = begun.ok_or_else(|| Error::Conflict("There is nothing to confirm.".into()))?;
    let step = totp::matching_step(&begun.seed, code, cx.now, begun.last_step);
    let step = step.ok_or_else(|| Error::bad_request("This is not the code that the app shows now."))?;
    tx.exec(sql::SPEND_STEP, params![owner.company, owner.user, step])?;
    tx.exec(sql::CONFIRM_FACTOR, params![owner.company, owner.user, cx.now])?;
    fresh_recovery_codes(tx, cx, owner)
}

/// Replaces the recovery codes; answers the new ones, which are shown this once.
///
/// # Errors
/// When the store fails.
pub fn fresh_recovery_codes(tx: &mut Tx<'_>, cx: &Cx, owner: Owner<'_>) -> Result<Vec<String>, Error> {
    tx.exec(sql::DELETE_RECOVERY_CODES, params![owner.company, owner.user])?;
    let codes: Vec<String> = (0..RECOVERY_CODES).map(|_| recovery_code(cx.random.as_ref())).collect();
    for code in &codes {
        tx.exec(sql::INSERT_RECOVERY_CODE, params![owner.company, owner.user, hash(code)])?;
    }
    Ok(codes)
}

/// Removes the second factor and its recovery codes.
///
/// # Errors
/// When the store fails.
pub fn remove(tx: &mut Tx<'_>, owner: Owner<'_>) -> Result<(), Error> {
    tx.exec(sql::DELETE_FACTOR, params![owner.company, owner.user])?;
    tx.exec(sql::DELETE_RECOVERY_CODES, params![owner.company, owner.user])?;
    Ok(())
}

/// 120 bits of chance in six groups: enough that a plain hash of it cannot be guessed (OWASP ASVS 5, 6.5.2).
fn recovery_code(random: &dyn Random) -> String {
    let mut bytes = [0; 15];
    random.fill(&mut bytes);
    let text: Vec<char> = totp::base32(&bytes).to_lowercase().chars().collect();
    text.chunks(4).map(String::from_iter).collect::<Vec<_>>().join("-")
}

/// However it was typed.
fn hash(code: &str) -> Vec<u8> {
    let plain: String = code.chars().filter(char::is_ascii_alphanumeric).collect();
    secret::kept(&plain.to_lowercase())
}

#[cfg(test)]
mod tests {
    use leadhold_kernel::random::SeededRandom;

    use super::*;

    #[test]
    fn a_recovery_code_can_be_typed_as_one_likes() {
        let code = recovery_code(&SeededRandom::new(1));
        assert_eq!(code.len(), 29);
        assert_eq!(hash(&code), hash(&format!(" {} ", code.replace('-', " ").to_uppercase())));
    }
}
