//! `leadhold apps install`: the authorization page for scripts. It signs in as a person, picks, and prints the code that the
//! page would have led back with; the app exchanges it within a minute.

use leadhold_app::oauth::authorize::{Person, Pick, Wish, code_for};
use leadhold_app::sessions::{Attempt, sign_in};
use leadhold_kernel::Error;
use serde_json::json;

use super::super::server::{Server, body};
use super::super::{print, print_json, runtime};
use crate::compose::{self, Machine};
use crate::config::Overrides;
use crate::fault::Fault;
use crate::keys::Secret;
use crate::place::Place;

#[derive(clap::Args)]
pub struct Install {
    #[command(flatten)]
    place: Place,

    /// The app's client id
    client_id: String,

    #[command(flatten)]
    target: Target,

    /// Locations that are made later get the app, too
    #[arg(long)]
    future_locations: bool,

    /// Where the app wants its answer [default: the first that it registered]
    #[arg(long, value_name = "URI")]
    redirect_uri: Option<String>,

    /// What the app may do, separated by spaces or commas [default: all that it asks for]
    #[arg(long, value_name = "SCOPES")]
    scopes: Option<String>,

    /// The challenge of the app's PKCE verifier (S256)
    #[arg(long, value_name = "TEXT")]
    code_challenge: Option<String>,

    /// A running server, here or elsewhere [default: the store in the data directory]
    #[arg(long, value_name = "URL")]
    url: Option<String>,

    /// The administrator's address
    #[arg(long, env = "LEADHOLD_ADMIN_EMAIL")]
    email: String,

    /// The administrator's password
    #[arg(long, env = "LEADHOLD_ADMIN_PASSWORD", hide_env_values = true)]
    password: String,

    /// The authenticator's code, where the account has a second factor
    #[arg(long, value_name = "CODE")]
    totp: Option<String>,

    /// Print one JSON object: {"code": …, "redirectUri": …}
    #[arg(long)]
    json: bool,
}

#[derive(clap::Args)]
#[group(required = true, multiple = false)]
struct Target {
    /// On this location; several make one install by the agency
    #[arg(long = "location", value_name = "ID")]
    locations: Vec<String>,

    /// On the agency itself
    #[arg(long)]
    company: bool,

    /// On all of the agency's locations
    #[arg(long)]
    all_locations: bool,
}

/// What is printed.
struct Authorized {
    code: String,
    redirect_uri: String,
}

impl Install {
    pub fn run(self, overrides: Overrides) -> Result<(), Fault> {
        let authorized = match &self.url {
            Some(url) => runtime()?.block_on(self.over_http(url))?,
            None => self.on_the_store(overrides)?,
        };
        if self.json {
            let Authorized { code, redirect_uri } = authorized;
            return print_json(&json!({ "code": code, "redirectUri": redirect_uri }));
        }
        eprintln!("the code works for a minute, for {}", authorized.redirect_uri);
        print(&authorized.code)
    }

    /// Beside a running server, or without one.
    fn on_the_store(&self, overrides: Overrides) -> Result<Authorized, Fault> {
        let mut config = self.place.settings(overrides)?;
        // A code is good for a minute by the clock of the server, which may have been turned.
        config.server.sandbox = true;
        let backend = config.database.backend(&self.place.data);
        let store = compose::open(&self.place, &backend)?;
        let secret = Secret::find(self.place.secret_key.as_deref(), &self.place.data)?;
        let (attempt, wish, pick) = (self.attempt(), self.wish(), self.pick());
        let files = config.files.open(&self.place.data)?;
        let address = config.server.listen;
        runtime()?.block_on(async move {
            compose::expect_initialised(&store).await?;
            let logs = compose::begin_logs(&backend).await?;
            let machine = Machine::real();
            let composed =
                compose::application(&config, &machine, store, logs, files, &secret, address).await?;
            let world = composed.app.world.clone();
            let person = Person::from(&sign_in(&world, attempt).await?);
            let cx = world.cx();
            let made = world.write(move |tx| code_for(tx, &cx, &wish, &person, &pick)).await;
            let (code, redirect_uri) = made.map_err(|why: Error| Fault::from(why))?;
            Ok(Authorized { code, redirect_uri })
        })
    }

    fn attempt(&self) -> Attempt {
        Attempt {
            email: self.email.clone(),
            password: self.password.clone(),
            code: self.totp.clone(),
            peer: None,
        }
    }

    fn wish(&self) -> Wish {
        Wish {
            client_id: self.client_id.clone(),
            redirect_uri: self.redirect_uri.clone().unwrap_or_default(),
            response_type: "code".to_owned(),
            scope: self.scopes.clone().unwrap_or_default(),
            code_challenge: self.code_challenge.clone(),
            code_challenge_method: self.code_challenge.as_ref().map(|_| "S256".to_owned()),
            ..Wish::default()
        }
    }

    fn pick(&self) -> Pick {
        Pick {
            company: self.target.company,
            locations: self.target.locations.clone(),
            all: self.target.all_locations,
            future: self.future_locations,
        }
    }

    /// On a running server: signs in, authorizes, signs out.
    async fn over_http(&self, url: &str) -> Result<Authorized, Fault> {
        let server = Server::at(url);
        let session = server.sign_in(&self.email, &self.password, self.totp.as_deref()).await?;
        let proof = session.proof();
        let mut asked = json!({
            "clientId": self.client_id,
            "locationIds": self.target.locations,
            "allLocations": self.target.all_locations,
            "futureLocations": self.future_locations,
        });
        let wish = self.wish();
        let optional = [
            ("redirectUri", Some(wish.redirect_uri)),
            ("scope", Some(wish.scope)),
            ("codeChallenge", wish.code_challenge),
            ("codeChallengeMethod", wish.code_challenge_method),
            ("companyId", self.target.company.then_some(session.company_id.clone())),
        ];
        for (name, value) in optional {
            if let Some(value) = value.filter(|value| !value.is_empty()) {
                asked[name] = json!(value);
            }
        }
        let authorized = server.post("/leadhold/v1/authorizations", &asked, &proof).await;
        server.sign_out(&session).await;
        let answer = body(&authorized?);
        let text = |name: &str| answer[name].as_str().unwrap_or_default().to_owned();
        Ok(Authorized { code: text("code"), redirect_uri: text("redirectUri") })
    }
}
