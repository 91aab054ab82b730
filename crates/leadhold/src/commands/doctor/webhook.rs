//! `leadhold doctor webhook`: whether a receiver tells our deliveries from forged ones.

use std::fmt;
use std::sync::Arc;

use http::Method;
use leadhold_kernel::{Clock, Timestamp};
use leadhold_outbound::{Client, Limits, Outgoing, Policy, SystemResolver};
use serde::Serialize;
use serde_json::json;

use super::super::{print, print_json, runtime};
use super::forgery::{Case, Forger, Wanted};
use crate::compose::Machine;
use crate::config::Overrides;
use crate::fault::Fault;
use crate::keys::Secret;
use crate::place::Place;
use crate::{compose, keys};

/// Send a receiver good and forged webhooks, and say which it accepted
///
/// Signs with the keys of the store in the data directory. A delivery counts as accepted when the answer is a 2xx. The exit code
/// is 1 when a good one is refused or a forged one accepted. The receiver sees a made-up ContactCreate.
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  leadhold doctor webhook http://localhost:3000/hook
  leadhold doctor webhook https://app.example/webhooks --app 66a0419a0dffa47fb5f8b22f-lx4w7r9s --json")]
pub struct Webhook {
    #[command(flatten)]
    place: Place,

    /// The receiver
    url: String,

    /// The app whose receiver it is: some only take deliveries to their own
    #[arg(long, value_name = "CLIENT_ID")]
    app: Option<String>,

    /// Also fail when a delivery is accepted that was recorded and sent again
    #[arg(long)]
    strict: bool,

    /// Print a JSON array
    #[arg(long)]
    json: bool,
}

/// How a case ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
enum State {
    Ok,
    Note,
    Bad,
}

impl fmt::Display for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Ok => "ok",
            Self::Note => "note",
            Self::Bad => "BAD",
        })
    }
}

/// A case and what came of it.
struct Outcome {
    case: &'static str,
    /// The status, or what went wrong instead.
    answer: Result<u16, String>,
    took_millis: u64,
    state: State,
    text: String,
}

impl Outcome {
    fn accepted(&self) -> bool {
        self.answer.as_ref().is_ok_and(|status| (200..300).contains(status))
    }

    fn line(&self) -> String {
        let Self { case, took_millis, state, text, .. } = self;
        let verb = if self.accepted() { "accepted" } else { "refused" };
        let status = self.answer.as_ref().map_or_else(|_| "-".to_owned(), u16::to_string);
        format!("{state:<5} {case:<16} {verb:<9} {status:<4} {took_millis:>5} ms  {text}")
    }
}

impl Webhook {
    pub fn run(self, overrides: Overrides) -> Result<(), Fault> {
        let config = self.place.settings(overrides)?;
        config.log.start()?;
        let store = compose::open(&self.place, &config.database.backend(&self.place.data))?;
        let secret = Secret::find(self.place.secret_key.as_deref(), &self.place.data)?;
        let machine = Machine::real();
        let outcomes = runtime()?.block_on(async {
            compose::expect_initialised(&store).await?;
            let rsa = config.webhooks.rsa_signature;
            let (seal, clock) = (Arc::new(secret.sealer()?), Arc::clone(&machine.clock));
            let ring = keys::ring(&store, &seal, clock, rsa, &machine.cx()).await?;
            let forger = Forger::new(ring, &machine, self.app.as_deref());
            self.examine(&forger, machine.clock.as_ref()).await
        })?;
        if self.json {
            let shown = outcomes.iter().map(|one| {
                json!({
                    "case": one.case, "accepted": one.accepted(), "status": one.answer.as_ref().ok(),
                    "error": one.answer.as_ref().err(), "tookMillis": one.took_millis, "verdict": one.state,
                    "text": one.text,
                })
            });
            print_json(&shown.collect::<Vec<_>>())?;
        } else {
            outcomes.iter().try_for_each(|one| print(&one.line()))?;
        }
        match outcomes.iter().filter(|one| one.state == State::Bad).count() {
            0 => Ok(()),
            wrong => Err(Fault::failed(format!("{wrong} thing(s) to mend in the receiver, marked BAD"))),
        }
    }

    async fn examine(&self, forger: &Forger, clock: &dyn Clock) -> Result<Vec<Outcome>, Fault> {
        let client = Client::new(Policy::allow_loopback(), Arc::new(SystemResolver), Limits::default());
        let mut outcomes = Vec::new();
        for case in forger.cases(clock.now()).await? {
            let outcome = self.try_one(&client, case, clock).await;
            if let (true, Err(why)) = (outcomes.is_empty(), &outcome.answer) {
                return Err(Fault::failed(format!("cannot reach {}: {why}", self.url)));
            }
            outcomes.push(outcome);
        }
        Ok(outcomes)
    }

    async fn try_one(&self, client: &Client, case: Case, clock: &dyn Clock) -> Outcome {
        let outgoing = Outgoing {
            method: Method::POST,
            url: self.url.clone(),
            headers: case.headers,
            body: case.body.into(),
        };
        let began = clock.stopwatch_micros();
        let answer = client.send(outgoing).await;
        let took_millis = clock.stopwatch_micros().saturating_sub(began) / 1000;
        let answer = answer.map(|received| received.status.as_u16()).map_err(|why| why.to_string());
        let accepted = answer.as_ref().is_ok_and(|status| (200..300).contains(status));
        let (state, text) = judge(case.wanted, accepted, self.strict);
        let text = match (&answer, text) {
            (Err(why), "") => why.clone(),
            (_, text) => text.to_owned(),
        };
        Outcome { case: case.name, answer, took_millis, state, text }
    }
}

fn judge(wanted: Wanted, accepted: bool, strict: bool) -> (State, &'static str) {
    match (wanted, accepted) {
        (Wanted::Accept(_), true) | (Wanted::Refuse(_), false) => (State::Ok, ""),
        (Wanted::Accept(advice) | Wanted::Refuse(advice), _) => (State::Bad, advice),
        (Wanted::Careful(_), false) => (State::Ok, ""),
        (Wanted::Careful(advice), true) => (if strict { State::Bad } else { State::Note }, advice),
        (Wanted::Either(yes, _), true) => (State::Note, yes),
        (Wanted::Either(_, no), false) => (State::Note, no),
    }
}

/// The moment that a replayed delivery pretends to be sent at.
pub(super) fn long_ago(now: Timestamp) -> Timestamp {
    now.plus_millis(-24 * 3_600_000)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_forged_must_be_refused_and_what_is_good_accepted() {
        assert_eq!(judge(Wanted::Accept("x"), true, false).0, State::Ok);
        assert_eq!(judge(Wanted::Accept("x"), false, false), (State::Bad, "x"));
        assert_eq!(judge(Wanted::Refuse("x"), true, false), (State::Bad, "x"));
        assert_eq!(judge(Wanted::Refuse("x"), false, false).0, State::Ok);
        assert_eq!(judge(Wanted::Careful("x"), true, false).0, State::Note);
        assert_eq!(judge(Wanted::Careful("x"), true, true).0, State::Bad);
        assert_eq!(judge(Wanted::Careful("x"), false, true).0, State::Ok);
        assert_eq!(judge(Wanted::Either("y", "n"), false, true), (State::Note, "n"));
    }
}
