//! Nothing that anyone was given can be found again: not in the store, the request log, the backup, or what the server said.

use std::collections::BTreeMap;
use std::fs;

use serde_json::{Value, json};

use super::process::{Home, Server};

fn text(value: &Value, name: &str) -> String {
    value[name].as_str().unwrap_or_else(|| panic!("no {name} in {value}")).to_owned()
}

#[test]
fn no_issued_secret_lies_in_files_logs_or_the_backup() {
    let (home, demo) = Home::embedded().with_demo();
    let server = home.serve(&["--sandbox", "--log-bodies"]);
    let mut issued = BTreeMap::new();
    for name in ["adminPassword", "agencyKey", "agencyToken", "locationToken", "secondLocationToken"] {
        issued.insert(name.to_owned(), text(&demo, name));
    }
    issued.insert("demo client secret".into(), text(&demo["app"], "clientSecret"));
    oauth(&home, &server, &demo, &mut issued);
    let password = json!({ "email": demo["adminEmail"], "password": demo["adminPassword"] });
    let (status, session) = server.post("/leadhold/v1/sessions", "", &password);
    assert_eq!(status, 201, "{session}");
    issued.insert("csrf".into(), text(&session, "csrf"));
    home.run(&["backup", "copy.db"]).expect(0);
    let (code, words) = server.stop("-TERM");
    assert_eq!(code, Some(0));

    let mut places = vec![("what the server said".to_owned(), words.into_bytes())];
    for folder in [home.path("data"), home.folder.path().to_owned()] {
        for entry in fs::read_dir(folder).unwrap().map(Result::unwrap) {
            if entry.path().is_file() {
                places.push((entry.path().display().to_string(), fs::read(entry.path()).unwrap()));
            }
        }
    }
    let has = |name: &str| places.iter().any(|(place, _)| place.ends_with(name));
    assert!(has("leadhold.db") && has("logs.db") && has("copy.db"), "all of them are looked at");
    assert!(issued.len() >= 14, "{:?}", issued.keys());
    for (place, bytes) in &places {
        let text = String::from_utf8_lossy(bytes);
        for (what, secret) in &issued {
            assert!(!text.contains(secret.as_str()), "{what} lies in {place}");
        }
    }
}

/// An app's way from its registration to a refreshed token; all that it is given goes into `issued`.
fn oauth(home: &Home, server: &Server, demo: &Value, issued: &mut BTreeMap<String, String>) {
    let agency = text(demo, "agencyToken");
    let new = json!({ "name": "Partner", "redirectUris": ["https://app.example/callback"],
        "scopes": ["contacts.readonly"] });
    let (status, made) = server.post("/leadhold/v1/apps", &agency, &new);
    assert_eq!(status, 201, "{made}");
    let (client_id, secret) = (text(&made["app"], "clientId"), text(&made, "clientSecret"));
    issued.insert("client secret".into(), secret.clone());

    let (email, password) = (text(demo, "adminEmail"), text(demo, "adminPassword"));
    let line = ["apps", "install", &client_id, "--location", &text(demo, "locationId"), "--json"];
    let line = [&line[..], &["--email", &email, "--password", &password]].concat();
    let answer = home.run(&line).expect(0).json();
    assert_eq!(answer["redirectUri"], "https://app.example/callback");
    issued.insert("code".into(), text(&answer, "code"));

    let exchange = |more: Value| {
        let mut body = json!({ "client_id": client_id, "client_secret": secret });
        body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        let (status, token) = server.post("/oauth/token", "", &body);
        assert_eq!(status, 200, "{token}");
        token
    };
    let first = exchange(json!({ "grant_type": "authorization_code", "code": answer["code"] }));
    let second = exchange(json!({ "grant_type": "refresh_token", "refresh_token": first["refresh_token"] }));
    for (round, token) in [("first", first), ("second", second)] {
        for name in ["access_token", "refresh_token"] {
            issued.insert(format!("{round} {name}"), text(&token, name));
        }
        assert_eq!(server.get("/contacts/?limit=1", &text(&token, "access_token")).0, 200);
    }

    let token = json!({ "name": "Script", "scopes": ["contacts.readonly"] });
    let (status, made) = server.post("/leadhold/v1/tokens", &agency, &token);
    assert_eq!(status, 201, "{made}");
    issued.insert("private token".into(), text(&made, "secret"));
}
