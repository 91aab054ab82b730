//! `leadhold init`.

use std::fs::{self, Permissions};
use std::io::Write;
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

use leadhold_app::founding::{Founded, Founding, found};
use leadhold_app::webhook_keys::Sealed;
use leadhold_app::{companies, demo, users};
use leadhold_kernel::{Cx, Error, Id, Random, id};
use leadhold_store::{Backend, MAIN, Store, Tx, migrate};
use serde::Serialize;
use serde_json::Value;

use super::{print, print_json, runtime};
use crate::compose::Machine;
use crate::config::{self, Overrides};
use crate::fault::Fault;
use crate::keys::{self, Secret};
use crate::place::Place;

/// Make a store: the embedded one in the data directory, or in a PostgreSQL database
///
/// Puts a settings file and the secret for the signing keys into the data directory. Never overwrites: a directory
/// with anything in it, or a database with an agency in it, is refused.
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  leadhold init --demo                                          a demo agency in ./leadhold-data
  leadhold init --demo --json --webhook-url http://127.0.0.1:9000/hook
  leadhold init --agency \"Bright Path\" --email me@example.com      the first agency of a real installation
  leadhold init --data /var/lib/leadhold --database-url postgres://leadhold:secret@db/leadhold")]
pub struct Init {
    #[command(flatten)]
    place: Place,

    /// Make two agencies with users, tokens, a pipeline, custom fields, a workflow behind a hook, and an installed app
    #[arg(long)]
    demo: bool,

    /// Make an agency of this name with a location, an administrator and a credential for each
    #[arg(long, value_name = "NAME", conflicts_with = "demo", requires = "email")]
    agency: Option<String>,

    /// The administrator's address, to sign in with
    #[arg(long, value_name = "ADDRESS", requires = "agency")]
    email: Option<String>,

    /// The agency's country, by which telephone numbers are read
    #[arg(long, value_name = "CODE", default_value = "US")]
    country: String,

    /// The agency's time zone
    #[arg(long, value_name = "ZONE", default_value = "UTC")]
    timezone: String,

    /// Where the demo's app receives its webhooks
    #[arg(long, value_name = "URL", requires = "demo")]
    webhook_url: Option<String>,

    /// Print one JSON object instead of lines to read
    #[arg(long)]
    json: bool,
}

/// What `init` prints.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Made {
    #[serde(flatten)]
    content: Option<Content>,
    webhook_public_key: String,
}

/// What the store is filled with.
#[derive(Serialize)]
#[serde(untagged)]
enum Content {
    Demo(Box<demo::Demo>),
    #[serde(rename_all = "camelCase")]
    Agency {
        #[serde(flatten)]
        founded: Founded,
        admin_email: String,
        admin_password: String,
    },
}

/// What that takes, drawn before the transaction: hashing a password takes tens of milliseconds.
enum Plan {
    Empty,
    Demo(demo::Plan),
    Agency { founding: Founding, password: String },
}

impl Plan {
    fn carry_out(&self, tx: &mut Tx<'_>, cx: &Cx) -> Result<Option<Content>, Error> {
        Ok(match self {
            Self::Empty => None,
            Self::Demo(plan) => Some(Content::Demo(Box::new(demo::create(tx, cx, plan)?))),
            Self::Agency { founding, password } => Some(Content::Agency {
                founded: found(tx, cx, founding)?,
                admin_email: founding.email.clone(),
                admin_password: password.clone(),
            }),
        })
    }
}

impl Init {
    pub fn run(self, overrides: Overrides) -> Result<(), Fault> {
        let config = self.place.settings(overrides)?;
        config.log.start()?;
        let data = &self.place.data;
        refuse_used(data)?;
        let draft = Draft::beside(data)?;
        let backend = match config.database.backend(data) {
            Backend::Embedded(_) => Backend::Embedded(draft.path.clone()),
            postgres => postgres,
        };
        let machine = Machine::real();
        let secret = match self.place.secret_key.as_deref() {
            Some(given) => Secret::find(Some(given), data)?,
            None => Secret::make(&draft.path, machine.random.as_ref())?,
        };
        write_settings(&draft.path.join(config::FILE), config.database.url())?;
        let store = Store::open(&backend).map_err(|error| {
            Fault::failed(format!("cannot open {}: {error}", self.place.describe(&backend)))
        })?;
        let pair = keys::make_pair(machine.random.as_ref())?;
        let sealed = Sealed::new(&pair, &secret.sealer()?, machine.random.as_ref())?;
        let public_key = pair.public().ed25519.pem();
        let made = runtime()?.block_on(self.fill(&store, &machine, sealed, public_key))?;
        drop(store); // the file is complete only when its last connection is closed
        draft.become_real(data)?;
        self.report(&made)
    }

    /// Fills the database in one transaction: an `init` that fails leaves no half installation.
    async fn fill(
        &self,
        store: &Store,
        machine: &Machine,
        pair: Sealed,
        webhook_public_key: String,
    ) -> Result<Made, Fault> {
        migrate(store, MAIN).await?;
        let plan = self.plan(machine.random.as_ref())?;
        let cx = machine.cx();
        let fill = move |tx: &mut Tx<'_>| {
            keys::found(tx, &cx, &pair)?;
            if !companies::all(tx)?.is_empty() {
                return Err(Error::Conflict(keys::ALREADY.to_owned()));
            }
            plan.carry_out(tx, &cx)
        };
        Ok(Made { content: store.write(fill).await?, webhook_public_key })
    }

    fn plan(&self, random: &dyn Random) -> Result<Plan, Fault> {
        if self.demo {
            return Ok(Plan::Demo(demo::Plan::draw(random, self.webhook_url.clone())?));
        }
        let (Some(agency), Some(email)) = (&self.agency, &self.email) else { return Ok(Plan::Empty) };
        let password = Id::<id::Token>::generate(random).to_string();
        let founding = Founding {
            agency: agency.clone(),
            location: agency.clone(),
            email: email.clone(),
            name: ["Agency", "Administrator"].map(str::to_owned),
            password_hash: users::hash(&password, random)?,
            country: self.country.clone(),
            timezone: self.timezone.clone(),
        };
        Ok(Plan::Agency { founding, password })
    }

    fn report(&self, made: &Made) -> Result<(), Fault> {
        let dir = self.place.data.display();
        if self.json {
            print_json(made)?;
        } else {
            let value = serde_json::to_value(made).map_err(|error| Fault::failed(error.to_string()))?;
            for line in lines("", &value) {
                print(&line)?;
            }
        }
        eprintln!(
            "made {dir}; serve it with `leadhold serve --data {dir}{}`",
            if self.demo { " --sandbox" } else { "" }
        );
        Ok(())
    }
}

/// One `name  value` per line, nested names joined by dots.
fn lines(prefix: &str, value: &Value) -> Vec<String> {
    match value {
        Value::Object(fields) => {
            let join =
                |name: &str| if prefix.is_empty() { name.to_owned() } else { format!("{prefix}.{name}") };
            fields.iter().flat_map(|(name, value)| lines(&join(name), value)).collect()
        }
        Value::Array(items) => {
            let words: Vec<&str> = items.iter().filter_map(Value::as_str).collect();
            vec![format!("{prefix:<28}{}", words.join(" "))]
        }
        Value::String(text) => {
            vec![format!("{prefix:<28}{}", text.trim_end().replace('\n', "\n                            "))]
        }
        other => vec![format!("{prefix:<28}{other}")],
    }
}

fn refuse_used(data: &Path) -> Result<(), Fault> {
    let mut entries = match fs::read_dir(data) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(Fault::failed(format!("cannot read {}: {error}", data.display()))),
        Ok(entries) => entries,
    };
    if entries.next().is_some() {
        return Err(Fault::failed(format!(
            "{} is not empty, and `init` never overwrites; name another directory with --data",
            data.display()
        )));
    }
    Ok(())
}

fn write_settings(path: &Path, database_url: Option<&str>) -> Result<(), Fault> {
    let mut new = fs::OpenOptions::new();
    let file = new.write(true).create_new(true).mode(0o600).open(path); // it may hold the database's password
    let written = file.and_then(|mut file| file.write_all(config::file_to_edit(database_url).as_bytes()));
    written.map_err(|error| Fault::failed(format!("cannot write {}: {error}", path.display())))
}

/// A directory in the making, beside the real one: an `init` that is interrupted leaves no half store behind under the
/// real name.
struct Draft {
    path: PathBuf,
    folder: tempfile::TempDir,
}

impl Draft {
    fn beside(data: &Path) -> Result<Self, Fault> {
        let parent = match data.parent() {
            Some(parent) if !parent.as_os_str().is_empty() => parent,
            _ => Path::new("."),
        };
        let made = fs::create_dir_all(parent).and_then(|()| {
            tempfile::Builder::new()
                .prefix(".leadhold-init-")
                .permissions(Permissions::from_mode(0o700))
                .tempdir_in(parent)
        });
        let folder =
            made.map_err(|error| Fault::failed(format!("cannot write in {}: {error}", parent.display())))?;
        Ok(Self { path: folder.path().to_owned(), folder })
    }

    fn become_real(self, data: &Path) -> Result<(), Fault> {
        let moved = sync(&self.path).and_then(|()| fs::rename(&self.path, data));
        moved.map_err(|error| Fault::failed(format!("cannot make {}: {error}", data.display())))?;
        let _moved_away = self.folder.keep();
        let parent = data.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
        sync(parent).map_err(|error| Fault::failed(format!("cannot sync {}: {error}", parent.display())))
    }
}

/// Makes a directory's entries durable.
fn sync(directory: &Path) -> std::io::Result<()> {
    fs::File::open(directory)?.sync_all()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_person_reads_names_and_values() {
        let value = json!({"a": "x", "b": {"c": ["1", "2"]}, "key": "line 1\nline 2\n"});
        let text = lines("", &value).join("\n");
        let pad = " ".repeat(28);
        let expected = format!("a{}x\nb.c{}1 2\nkey{}line 1\n{pad}line 2", &pad[1..], &pad[3..], &pad[3..]);
        assert_eq!(text, expected);
    }

    #[test]
    fn a_draft_takes_the_place_of_nothing_or_of_an_empty_directory_only() {
        let folder = tempfile::tempdir().unwrap();
        let data = folder.path().join("data");
        Draft::beside(&data).unwrap().become_real(&data).unwrap();
        assert!(data.is_dir());
        Draft::beside(&data).unwrap().become_real(&data).unwrap();
        refuse_used(&data).unwrap();
        fs::write(data.join("x"), "").unwrap();
        assert!(refuse_used(&data).unwrap_err().to_string().contains("is not empty"));
        assert!(Draft::beside(&data).unwrap().become_real(&data).is_err());
        let left: Vec<_> =
            fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
        assert_eq!(left, ["data"], "an abandoned draft vanishes");
    }
}
