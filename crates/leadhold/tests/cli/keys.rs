//! `leadhold keys`, beside a running server.

use serde_json::Value;

use super::process::{Home, Server};

const KEYS: &str = "/.well-known/leadhold/webhook-keys";

/// What the server publishes for a header: id and state.
fn published(server: &Server, header: &str) -> Vec<(String, String)> {
    let (status, body) = server.get(KEYS, "");
    assert_eq!(status, 200, "{body}");
    let keys = body["keys"].as_array().unwrap().iter().filter(|key| key["header"] == header);
    let text = |key: &Value, name: &str| key[name].as_str().unwrap().to_owned();
    keys.map(|key| (text(key, "id"), text(key, "state"))).collect()
}

fn pair(id: &str, state: &str) -> (String, String) {
    (id.to_owned(), state.to_owned())
}

#[test]
fn a_rotation_goes_from_announcing_to_retiring_beside_a_running_server() {
    let (home, demo) = Home::new().with_demo();
    let server = home.serve(&[]);
    let listed = home.run(&["keys", "list", "--json"]).expect(0).json();
    let old = listed[0]["id"].as_str().unwrap().to_owned();
    assert_eq!(listed[0]["ed25519"], demo["webhookPublicKey"], "the pair that `init` made");
    assert!(listed[0]["rsa"].as_str().unwrap().starts_with("-----BEGIN PUBLIC KEY-----"));
    for header in ["x-ghl-signature", "x-wh-signature"] {
        assert_eq!(published(&server, header), [pair(&old, "active")]);
    }

    let rotated = home.run(&["keys", "rotate", "--json"]).expect(0);
    let new = rotated.json()["id"].as_str().unwrap().to_owned();
    assert!(rotated.err().contains(&format!("leadhold keys activate {new}")), "{}", rotated.err());
    assert_eq!(published(&server, "x-ghl-signature"), [pair(&old, "active"), pair(&new, "announced")]);
    assert!(home.run(&["keys", "rotate"]).expect(1).err().contains("has been announced already"));
    assert!(home.run(&["keys", "retire", &old]).expect(1).err().contains("activate another one first"));

    home.run(&["keys", "activate", &new]).expect(0);
    assert_eq!(published(&server, "x-wh-signature"), [pair(&new, "active"), pair(&old, "previous")]);
    let retired = home.run(&["keys", "retire", &old]).expect(0);
    assert!(retired.err().contains(&format!("{old} ended at 2")), "{}", retired.err());
    assert_eq!(published(&server, "x-ghl-signature"), [pair(&new, "active")]);
    let lines = home.run(&["keys", "list"]).expect(0).out();
    let [first, second] = lines.lines().collect::<Vec<_>>()[..] else { panic!("{lines}") };
    assert!(first.starts_with(&format!("{old}  retired    since 2")), "{first}");
    assert!(second.starts_with(&format!("{new}  active     since 2")), "{second}");
    assert!(home.run(&["keys", "activate", "nothing"]).expect(1).err().contains("nothing"));
}

#[test]
fn a_leaked_pair_is_replaced_at_once() {
    let (home, _) = Home::new().with_demo();
    let new = home.run(&["keys", "rotate", "--now", "--json"]).expect(0).json();
    assert_eq!(new["state"], "active");
    let server = home.serve(&[]);
    let states: Vec<_> = published(&server, "x-ghl-signature").into_iter().map(|(_, state)| state).collect();
    assert_eq!(states, ["active", "previous"]);
}

#[test]
fn without_the_secret_nothing_is_rotated() {
    let (home, _) = Home::new().with_demo();
    let other = "1".repeat(64);
    let refused = home.run(&["keys", "rotate", "--secret-key", &other]).expect(1);
    assert!(refused.err().contains("sealed with another secret"), "{}", refused.err());
    assert_eq!(home.run(&["keys", "list"]).expect(0).out().lines().count(), 1);
}
