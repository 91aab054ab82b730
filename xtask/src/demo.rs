//! `cargo xtask run`: a served demo agency, from nothing, in one command.

use std::fs;
use std::io::Write;
use std::net::{SocketAddr, TcpListener};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use serde::Deserialize;

use crate::tool::{Outcome, Tool, root};

#[derive(clap::Args)]
pub struct Args {
    /// Where to listen
    #[arg(long, default_value = "127.0.0.1:8080", value_name = "ADDR")]
    listen: SocketAddr,
    /// The data directory; made with a demo agency if it is not there
    #[arg(long, default_value = "leadhold-data", value_name = "DIR")]
    data: PathBuf,
}

/// What we read back of `leadhold init --demo --json`.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Demo {
    company_id: String,
    location_id: String,
    admin_email: String,
    admin_password: String,
    location_token: String,
    inbound_hook_path: String,
}

pub fn run(args: &Args) -> Outcome<ExitCode> {
    Tool::new("cargo").args(["build", "--release", "--package", "leadhold"]).run()?;
    let target = std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), PathBuf::from);
    let leadhold = target.join("release/leadhold");
    let data = root().join(&args.data);
    let secrets = beside(&data);
    if !data.exists() {
        let init = Tool::new(&leadhold).args(["init", "--demo", "--json", "--data"]).args([&data]);
        keep(&secrets, &init.capture()?)?;
    }
    TcpListener::bind(args.listen).map_err(|error| {
        format!(
            "cannot listen on {}: {error}; stop what listens there, or name another address with --listen",
            args.listen
        )
    })?;
    eprint!("{}", welcome(args.listen, &data, &secrets));
    let listen = args.listen.to_string();
    let serve =
        Tool::new(&leadhold).args(["serve", "--sandbox", "--listen", &listen, "--data"]).args([&data]);
    // Becoming the server lets Ctrl-C and SIGTERM reach it directly, so that it drains.
    Err(serve.replace_this_process())
}

/// `leadhold-data` keeps its secrets in `leadhold-data.demo.json`.
fn beside(data: &Path) -> PathBuf {
    let mut name = data.file_name().unwrap_or_default().to_owned();
    name.push(".demo.json");
    data.with_file_name(name)
}

fn keep(file: &Path, json: &str) -> Outcome<()> {
    let write = || -> std::io::Result<()> {
        if file.exists() {
            fs::remove_file(file)?; // secrets of a data directory that was deleted since; its mode may be any
        }
        fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(file)?.write_all(json.as_bytes())
    };
    write().map_err(|error| format!("cannot write {}: {error}", file.display()))
}

fn welcome(address: SocketAddr, data: &Path, secrets: &Path) -> String {
    let demo = fs::read_to_string(secrets).ok().and_then(|text| serde_json::from_str::<Demo>(&text).ok());
    let Some(demo) = demo else {
        return format!(
            "\nLeadhold serves {data} on http://{address}\n\
             That directory was not made here, so its tokens are not known: `leadhold token create` makes one.\n\n",
            data = data.display()
        );
    };
    let Demo { company_id, location_id, admin_email, admin_password, location_token, inbound_hook_path } =
        &demo;
    let hook = if inbound_hook_path.contains('?') {
        inbound_hook_path.clone()
    } else {
        format!("{inbound_hook_path}?company_id={company_id}")
    };
    format!(
        "
Leadhold serves a demo agency. The sandbox is on: webhooks may go to this machine, and the clock can be set.

  address                    http://{address}
  sign-in                    {admin_email}   {admin_password}
  location                   {location_id}
  private integration token  {location_token}
  all of the demo's keys     {secrets}
  start over                 stop the server, then delete {data}

Make a contact (paste into another terminal):

  curl -X POST 'http://{address}/contacts/upsert' \\
    -H 'Authorization: Bearer {location_token}' \\
    -H 'Content-Type: application/json' \\
    -d '{{\"locationId\":\"{location_id}\",\"firstName\":\"Ada\",\"lastName\":\"Lovelace\",\"email\":\"ada@example.com\",\"tags\":[\"lead\"]}}'

Post a web form to the demo's workflow, which makes a contact and tags it:

  curl -X POST 'http://{address}{hook}' \\
    -H 'Content-Type: application/json' \\
    -d '{{\"firstName\":\"Alice\",\"email\":\"alice@example.com\"}}'

Ctrl-C stops the server.

",
        secrets = secrets.display(),
        data = data.display(),
    )
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    const DEMO: &str = r#"{"companyId":"com","locationId":"loc","adminEmail":"a@b.c","adminPassword":"pw",
        "locationToken":"pit-1","inboundHookPath":"/v1/hooker/h?company_id=com","unknownToUs":1}"#;

    #[test]
    fn secrets_lie_beside_the_data_and_only_the_owner_reads_them() {
        let folder = tempfile::tempdir().unwrap();
        let file = beside(&folder.path().join("leadhold-data"));
        assert_eq!(file, folder.path().join("leadhold-data.demo.json"));
        keep(&file, DEMO).unwrap();
        assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
        assert_eq!(fs::read_to_string(&file).unwrap(), DEMO);
    }

    #[test]
    fn the_welcome_names_address_sign_in_token_and_a_curl() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("d.demo.json");
        keep(&file, DEMO).unwrap();
        let text = welcome("127.0.0.1:8080".parse().unwrap(), Path::new("d"), &file);
        for part in
            ["http://127.0.0.1:8080", "a@b.c   pw", "Bearer pit-1'", "8080/v1/hooker/h?company_id=com'"]
        {
            assert!(text.contains(part), "{part} is missing in {text}");
        }
    }

    #[test]
    fn a_directory_from_elsewhere_is_served_without_secrets() {
        let text = welcome("127.0.0.1:1".parse().unwrap(), Path::new("d"), Path::new("/nonexistent"));
        assert!(text.contains("leadhold token create"), "{text}");
    }
}
