//! From an address and a password to a person. Unknown account, wrong password and wrong code have one answer, and take
//! equally long.

use std::net::IpAddr;
use std::sync::Arc;

use leadhold_kernel::{Error, Timestamp};
use leadhold_store::Tx;
use serde::{Deserialize, Serialize};

use super::second_factor::{self, Owner, Verdict};
use super::throttle::{self, Subjects};
use crate::http::Visitor;
use crate::http::authenticate::session_ended;
use crate::secret;
use crate::users::{self, SignIn, User};
use crate::world::World;

/// A hash as hard to check as any, of a password that nobody has: for accounts that do not exist.
const DUMMY: &str =
    "$argon2id$v=19$m=19456,t=2,p=1$bm9ib2R5IGhhcyB0aGlz$NL/w/2LI9Lv1bcLSP8rZKDo8ZqXjSBoqs0y5UF7N8TQ";
/// Characters of a password that are looked at: hashing is dear enough as it is.
const LONGEST_PASSWORD: usize = 1024;
/// How long a proven password may wait for its code.
const CHALLENGE_MILLIS: i64 = 5 * 60_000;
const CHALLENGE: &str = "sign-in challenge";

/// What somebody says to be let in.
#[derive(Clone)]
pub struct Attempt {
    /// The address of the account.
    pub email: String,
    /// Its password.
    pub password: String,
    /// A code of the authenticator app, or a recovery code.
    pub code: Option<String>,
    /// Where the attempt comes from; `None`: from this machine's command line.
    pub peer: Option<IpAddr>,
}

/// How an attempt ended that was not refused.
pub(super) enum Outcome {
    /// It is them.
    Proven(Box<User>),
    /// The password is right and a code is needed. The text is what to give to [`answer`], together with it.
    CodeNeeded(String),
}

/// Finds out who it is, for callers that make no session of it: the command line, consent to an app.
///
/// # Errors
/// 401 for an unknown account, a wrong password, a wrong code or a missing one; 429 after too many failures; 503 when too
/// many sign in at once.
pub async fn sign_in(world: &World, attempt: Attempt) -> Result<User, Error> {
    match prove(world, attempt).await? {
        Outcome::Proven(user) => Ok(*user),
        Outcome::CodeNeeded(_) => Err(code_needed()),
    }
}

/// As [`sign_in`], for a page that asks for the code in a second step.
pub(super) async fn prove(world: &World, attempt: Attempt) -> Result<Outcome, Error> {
    let Attempt { email, password, code, peer } = attempt;
    let subjects = Subjects::of(&email, peer);
    let account = admit(world, &subjects, move |tx| users::by_email(tx, &email)).await?;
    let hash = account.as_ref().map_or(DUMMY, |account| &account.password_hash).to_owned();
    let matches = matches(password, hash).await?;
    let account = account.filter(|_| matches).ok_or_else(wrong)?;
    finish(world, account, code, subjects).await
}

/// The second step: a code for what [`Outcome::CodeNeeded`] gave.
pub(super) async fn answer(
    world: &World,
    challenge: &str,
    code: String,
    peer: Option<IpAddr>,
) -> Result<Outcome, Error> {
    let challenge = world
        .seal
        .open(CHALLENGE, challenge)
        .and_then(|text| serde_json::from_slice::<Challenge>(&text).ok());
    let challenge =
        challenge.filter(|challenge| challenge.ends_at > world.clock.now()).ok_or_else(too_late)?;
    let subjects = Subjects::of(&challenge.email, peer);
    let (email, known) = (challenge.email.clone(), challenge.password);
    let account = admit(world, &subjects, move |tx| users::by_email(tx, &email)).await?;
    // The password was changed meanwhile: what was proven is worth nothing.
    let account = account
        .filter(|account| hex::encode(secret::kept(&account.password_hash)) == known)
        .ok_or_else(too_late)?;
    finish(world, account, Some(code), subjects).await
}

/// Has a person who is signed in prove once more that it is them, before something that would lock them out. Earlier
/// failures stay: they may be wrong codes, and whoever knows the password could go on guessing those for ever.
///
/// # Errors
/// As [`sign_in`], without the code.
pub(super) async fn prove_again(
    world: &World,
    email: &str,
    password: String,
    peer: Option<IpAddr>,
) -> Result<User, Error> {
    let (subjects, email) = (Subjects::of(email, peer), email.to_owned());
    let account =
        admit(world, &subjects, move |tx| users::by_email(tx, &email)).await?.ok_or_else(session_ended)?;
    if !matches(password, account.password_hash).await? {
        return Err(Error::Unauthorized("This is not your password.".into()));
    }
    world.store.write(move |tx| throttle::take_back(tx, &subjects, false)).await?;
    Ok(account.user)
}

/// As [`prove_again`], by a code, which is spent.
pub(super) async fn prove_code(
    world: &World,
    visitor: &Visitor,
    code: String,
    peer: Option<IpAddr>,
) -> Result<Verdict, Error> {
    let subjects = Subjects::of(&visitor.email, peer);
    admit(world, &subjects, |_| Ok(None)).await?;
    let (now, seal, who) = (world.clock.now(), Arc::clone(&world.seal), visitor.clone());
    let verdict = world.store.write(move |tx| {
        let owner = Owner { company: &who.company_id, user: &who.user_id };
        let verdict = second_factor::check(tx, &seal, owner, Some(&code), now)?;
        if verdict != Verdict::Wrong {
            throttle::take_back(tx, &subjects, verdict == Verdict::Right)?;
        }
        Ok::<_, Error>(verdict)
    });
    verdict.await
}

async fn matches(password: String, hash: String) -> Result<bool, Error> {
    let fits = password.chars().nth(LONGEST_PASSWORD).is_none();
    Ok(users::hashing::matches(if fits { password } else { String::new() }, hash).await? && fits)
}

/// The memory of a right password, sealed and given to the browser, which brings it back with the code.
#[derive(Serialize, Deserialize)]
struct Challenge {
    email: String,
    /// A hash of the password's hash.
    password: String,
    ends_at: Timestamp,
}

/// Counts the attempt and finds the account, or refuses during a pause.
async fn admit(
    world: &World,
    subjects: &Subjects,
    find: impl Fn(&mut Tx<'_>) -> Result<Option<SignIn>, Error> + Send + 'static,
) -> Result<Option<SignIn>, Error> {
    let (now, subjects) = (world.clock.now(), subjects.clone());
    let admitted = world.store.write(move |tx| match throttle::admit(tx, now, &subjects)? {
        Ok(()) => Ok::<_, Error>(Ok(find(tx)?)),
        Err(wait) => Ok(Err(wait)),
    });
    admitted.await?.map_err(throttle::paused)
}

/// The code, and the end of it.
async fn finish(
    world: &World,
    account: SignIn,
    code: Option<String>,
    subjects: Subjects,
) -> Result<Outcome, Error> {
    let SignIn { user, password_hash } = account;
    let (now, seal) = (world.clock.now(), Arc::clone(&world.seal));
    let (who, known) = (user.clone(), password_hash.clone());
    let verdict = world.store.write(move |tx| {
        // While the password was hashed it may have been changed, or the account deleted.
        let there = users::by_email(tx, &who.email)?.filter(|now| now.password_hash == known);
        if there.is_none() {
            return Ok(Verdict::Wrong);
        }
        let owner = Owner { company: &who.company_id, user: &who.id };
        let verdict = second_factor::check(tx, &seal, owner, code.as_deref(), now)?;
        match verdict {
            Verdict::NotAsked | Verdict::Right => throttle::take_back(tx, &subjects, true)?,
            Verdict::Missing => throttle::take_back(tx, &subjects, false)?,
            Verdict::Wrong => {}
        }
        Ok::<_, Error>(verdict)
    });
    match verdict.await? {
        Verdict::NotAsked | Verdict::Right => Ok(Outcome::Proven(Box::new(user))),
        Verdict::Wrong => Err(wrong()),
        Verdict::Missing => {
            let challenge = Challenge {
                email: user.email,
                password: hex::encode(secret::kept(&password_hash)),
                ends_at: now.plus_millis(CHALLENGE_MILLIS),
            };
            let text = serde_json::to_vec(&challenge).map_err(Error::internal)?;
            Ok(Outcome::CodeNeeded(world.seal.seal(CHALLENGE, &text, world.random.as_ref())?))
        }
    }
}

/// The one answer to everything that was wrong.
fn wrong() -> Error {
    Error::Unauthorized("The e-mail address, the password or the code is wrong.".into())
}

pub(super) fn code_needed() -> Error {
    Error::Unauthorized("A code of your authenticator app is needed. Send it as `code`.".into())
}

fn too_late() -> Error {
    Error::bad_request("This took too long. Enter your e-mail address and password again.")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_dummy_is_as_hard_as_a_real_hash_and_nobodys() {
        let real = users::hash("x", &leadhold_kernel::random::SeededRandom::new(1)).unwrap();
        let costs = |hash: &str| hash.split('$').take(4).collect::<Vec<_>>().join("$");
        assert_eq!(costs(DUMMY), costs(&real));
        let lengths = |hash: &str| hash.split('$').skip(4).map(str::len).collect::<Vec<_>>();
        assert_eq!(lengths(DUMMY)[1], lengths(&real)[1]);
        assert!(!users::matches("", DUMMY) && !users::matches("password", DUMMY));
    }
}
