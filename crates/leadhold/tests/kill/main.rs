//! Kills the server with SIGKILL at random moments under load, starts it again on the same data, and holds what it finds
//! against what was acknowledged.
//!
//! Cast:
//! - The **server** is the real binary ([`server`]), on SQLite, or on the PostgreSQL of `LEADHOLD_TEST_DATABASE_URL`.
//! - **Clients** ([`client`]) create, change, tag and delete contacts and call an inbound hook, side by side; two
//!   workflows ([`automation`]) follow. Each client writes down what was promised to it, and the one request that a kill
//!   left open ([`ledger`]).
//! - The **receiver** keeps every webhook of all rounds, byte for byte, at several endpoints ([`endpoints`]); now and then
//!   it answers 503.
//! - The **judge** reads the database past the server ([`database`], [`evidence`]) and says what is wrong ([`verdict`]).
//! - The **trial** ([`trial`]) is the order in which all of this happens.
//! - An import of contacts ([`imports`]) is killed by itself, at random and right behind its steps.
//!
//! What must hold after every kill, and is judged several times on the way:
//! - An acknowledged write is there, with its event, its delivery, its workflow run and what that did.
//! - An open request happened or did not; it is never half done. Sent again under its `Idempotency-Key` it is answered as
//!   it would have been, and done if it was not.
//! - Nothing happens twice. A webhook may arrive twice, with the same bytes and so with the same `webhookId`.
//!
//! `LEADHOLD_KILLS` sets the number of kills, `LEADHOLD_KILL_SEED` the seed, which is printed. A seed repeats the choices
//! of the clients and the moments of the kills, but not what the machine was at in those moments.

mod automation;
mod client;
mod connection;
mod database;
mod endpoints;
mod evidence;
mod imports;
mod ledger;
mod server;
mod trial;
mod verdict;
mod waiting;

use std::hash::{BuildHasher, Hasher, RandomState};

use crate::trial::Trial;

const KILLS_ON_SQLITE: usize = 200;
/// A start takes longer there.
const KILLS_ON_POSTGRES: usize = 100;
/// After so many kills everything is judged, not only what clients happen to read.
const JUDGED_EVERY: usize = 50;

#[test]
fn what_was_acknowledged_survives_every_kill() {
    let seed = setting("LEADHOLD_KILL_SEED").unwrap_or_else(|| RandomState::new().build_hasher().finish());
    println!("LEADHOLD_KILL_SEED={seed} makes the same choices again");
    let mut trial = Trial::begin(seed);
    let usual = if trial.is_on_postgres() { KILLS_ON_POSTGRES } else { KILLS_ON_SQLITE };
    let kills =
        setting("LEADHOLD_KILLS").map_or(usual, |kills| usize::try_from(kills).expect("a number of kills"));
    for round in 1..=kills {
        trial.round(round);
        if round % JUDGED_EVERY == 0 || round == kills {
            trial.judge(round);
        }
    }
    println!("{}", trial.summary(kills));
}

#[test]
fn an_import_goes_on_after_every_kill() {
    let seed = setting("LEADHOLD_KILL_SEED").unwrap_or_else(|| RandomState::new().build_hasher().finish());
    println!("LEADHOLD_KILL_SEED={seed} makes the same choices again");
    println!("{}", imports::trial(seed));
}

#[expect(
    clippy::disallowed_methods,
    reason = "a test has no configuration; the environment is its only argument"
)]
fn setting(name: &str) -> Option<u64> {
    let text = std::env::var(name).ok()?;
    Some(text.parse().unwrap_or_else(|why| panic!("{name}={text}: {why}")))
}
