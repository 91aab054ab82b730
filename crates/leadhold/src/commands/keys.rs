//! `leadhold keys`.

use clap::Subcommand;
use leadhold_app::webhook_keys::{self, Pair, Sealed};
use leadhold_kernel::Error;
use leadhold_store::Tx;
use serde_json::{Value, json};

use super::{on_store, print, print_json};
use crate::compose::Machine;
use crate::config::Overrides;
use crate::fault::Fault;
use crate::keys::{self, Secret};
use crate::place::Place;

/// Show and rotate the keys that webhooks are signed with
///
/// Works beside running servers, which take notice within a second. A rotation has three steps, so that no receiver
/// ever sees a signature that it cannot check: `rotate` publishes a new pair that signs nothing yet; `activate` lets it
/// sign, once receivers have learned it; `retire` ends the old pair. Receivers find all of them at
/// /.well-known/leadhold/webhook-keys.
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  leadhold keys list
  leadhold keys rotate                               publish a new pair; the present one goes on signing
  leadhold keys activate 66a0419a0dffa47fb5f8b22f    let it sign; the old one stays published
  leadhold keys retire 6512bd43d9caa6e02c990b0a      end the old one
  leadhold keys rotate --now                         after a leak: the new pair signs at once")]
pub struct Keys {
    #[command(subcommand)]
    action: Action,
}

#[derive(Subcommand)]
enum Action {
    /// List the pairs that there are and were
    List(List),
    /// Make a new pair and publish it
    Rotate(Rotate),
    /// Let a published pair sign from now on
    Activate(OnOne),
    /// Publish a pair no more and destroy its private halves
    Retire(OnOne),
}

#[derive(clap::Args)]
struct List {
    #[command(flatten)]
    place: Place,

    /// Print a JSON array
    #[arg(long)]
    json: bool,
}

#[derive(clap::Args)]
struct Rotate {
    #[command(flatten)]
    place: Place,

    /// Let the new pair sign at once: receivers that do not know it yet refuse what is sent until they do
    #[arg(long)]
    now: bool,

    /// Print one JSON object
    #[arg(long)]
    json: bool,
}

#[derive(clap::Args)]
struct OnOne {
    #[command(flatten)]
    place: Place,

    /// The pair's id, as `keys list` shows it
    id: String,

    /// Print one JSON object
    #[arg(long)]
    json: bool,
}

impl Keys {
    pub fn run(self, overrides: Overrides) -> Result<(), Fault> {
        match self.action {
            Action::List(command) => command.run(overrides),
            Action::Rotate(command) => command.run(overrides),
            Action::Activate(command) => command.activate(overrides),
            Action::Retire(command) => command.retire(overrides),
        }
    }
}

impl List {
    fn run(self, overrides: Overrides) -> Result<(), Fault> {
        let pairs = on_store(&self.place, overrides, |tx, _| Ok(webhook_keys::all(tx)?))?;
        if self.json {
            return print_json(&pairs.iter().map(shown).collect::<Vec<_>>());
        }
        pairs.iter().try_for_each(|pair| print(&line(pair)))
    }
}

impl Rotate {
    fn run(self, overrides: Overrides) -> Result<(), Fault> {
        let seal = Secret::find(self.place.secret_key.as_deref(), &self.place.data)?.sealer()?;
        let random = Machine::real().random;
        let new = Sealed::new(&keys::make_pair(random.as_ref())?, &seal, random.as_ref())?;
        let now = self.now;
        let pair = on_store(&self.place, overrides, move |tx, cx| {
            if !webhook_keys::active_opens(tx, &seal)? {
                return Err(Error::Conflict(keys::OTHER_SECRET.to_owned()));
            }
            let pair = webhook_keys::announce(tx, cx, &new)?;
            if now { webhook_keys::activate(tx, cx, pair.id.as_str()) } else { Ok(pair) }
        })?;
        if now {
            eprintln!("{} signs since {}; the pair before it is still published", pair.id, pair.since());
        } else {
            eprintln!(
                "{0} is published since {1}, and signs nothing yet; once receivers know it: leadhold keys activate {0}",
                pair.id,
                pair.since()
            );
        }
        told(&pair, self.json)
    }
}

impl OnOne {
    fn activate(self, overrides: Overrides) -> Result<(), Fault> {
        let pair = self.change(overrides, webhook_keys::activate)?;
        eprintln!(
            "{} signs since {}; the pair before it is still published, and ends with `leadhold keys retire`",
            pair.id,
            pair.since()
        );
        told(&pair, self.json)
    }

    fn retire(self, overrides: Overrides) -> Result<(), Fault> {
        let pair = self.change(overrides, webhook_keys::retire)?;
        eprintln!("{} ended at {}; receivers can forget it", pair.id, pair.since());
        told(&pair, self.json)
    }

    fn change(
        &self,
        overrides: Overrides,
        what: fn(&mut Tx<'_>, &leadhold_kernel::Cx, &str) -> Result<Pair, Error>,
    ) -> Result<Pair, Fault> {
        let id = self.id.clone();
        on_store(&self.place, overrides, move |tx, cx| what(tx, cx, &id))
    }
}

fn told(pair: &Pair, json: bool) -> Result<(), Fault> {
    if json { print_json(&shown(pair)) } else { print(&line(pair)) }
}

fn line(pair: &Pair) -> String {
    let (state, since, key) = (pair.state.name(), pair.since(), pair.public.ed25519.spki_base64());
    format!("{}  {state:<9}  since {since}  {key}", pair.id)
}

fn shown(pair: &Pair) -> Value {
    json!({
        "id": pair.id, "state": pair.state.name(), "since": pair.since().iso(),
        "announcedAt": pair.announced_at.iso(),
        "activatedAt": pair.activated_at.map(|at| at.iso()),
        "supersededAt": pair.superseded_at.map(|at| at.iso()),
        "retiredAt": pair.retired_at.map(|at| at.iso()),
        "ed25519": pair.public.ed25519.pem(),
        "rsa": pair.public.rsa.as_ref().map(|key| key.pem()),
    })
}
