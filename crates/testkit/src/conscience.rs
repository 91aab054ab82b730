//! What the harness holds against every test: no secret that an answer showed is found in the database afterwards, neither
//! in its tables nor in the request log.

use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use leadhold_store::Backend;
use serde_json::Value;

use crate::content;

/// Fields of answers that hold something usable.
const SECRET_FIELDS: [&str; 8] = [
    "access_token",
    "refresh_token",
    "accessToken",
    "refreshToken",
    "clientSecret",
    "secret",
    "csrf",
    "code",
];

/// The secrets that were seen; shared by an application and its calls.
#[derive(Clone, Default)]
pub(crate) struct Seen(Arc<Mutex<BTreeSet<String>>>);

impl Seen {
    /// Notes what an answer shows.
    pub(crate) fn note(&self, headers: &http::HeaderMap, body: &[u8]) {
        let cookies =
            headers.get_all(http::header::SET_COOKIE).iter().filter_map(|value| value.to_str().ok());
        for cookie in cookies {
            let value = cookie.split(';').next().and_then(|pair| pair.split_once('='));
            self.add(value.map_or("", |(_, value)| value));
        }
        if let Ok(body) = serde_json::from_slice(body) {
            self.walk(&body);
        }
    }

    fn walk(&self, value: &Value) {
        match value {
            Value::Array(items) => items.iter().for_each(|item| self.walk(item)),
            Value::Object(fields) => {
                for (name, value) in fields {
                    match value {
                        Value::String(text) if SECRET_FIELDS.contains(&name.as_str()) => self.add(text),
                        other => self.walk(other),
                    }
                }
            }
            _ => {}
        }
    }

    fn add(&self, secret: &str) {
        // Shorter texts are no secrets of chance: a cookie that is being cleared, a word in a test's record.
        if secret.len() >= 20 {
            self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(secret.to_owned());
        }
    }

    fn all(&self) -> Vec<String> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).iter().cloned().collect()
    }
}

/// Looks when it is dropped, which has to happen before the database is.
pub(crate) struct Conscience {
    pub(crate) seen: Seen,
    pub(crate) backend: Backend,
}

impl Drop for Conscience {
    fn drop(&mut self) {
        let secrets = self.seen.all();
        if secrets.is_empty() || std::thread::panicking() {
            return;
        }
        let kept = match &self.backend {
            Backend::Embedded(dir) => files(dir),
            // The client blocks, which a test's own thread must not.
            Backend::Postgres(url) => {
                let url = url.clone();
                let read = move || {
                    let schemas = ["public", "logs"].map(|schema| content::of_postgres(&url, schema));
                    schemas
                        .into_iter()
                        .flatten()
                        .map(|(table, rows)| (table.into(), content::lines(rows).join("\n")))
                        .collect()
                };
                std::thread::spawn(read).join().expect("the test's database can be read")
            }
        };
        for (place, text) in kept {
            let found: Vec<_> = secrets.iter().filter(|secret| text.contains(secret.as_str())).collect();
            assert!(found.is_empty(), "usable secrets lie in {}: {found:?}", place.display());
        }
    }
}

/// The bytes of every file, and so also of what was deleted and not yet overwritten.
fn files(dir: &std::path::Path) -> Vec<(PathBuf, String)> {
    let entries = fs::read_dir(dir).into_iter().flatten().flatten();
    let read =
        |path: PathBuf| Some((path.clone(), String::from_utf8_lossy(&fs::read(path).ok()?).into_owned()));
    entries.filter_map(|entry| read(entry.path())).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use crate::TestApp;

    #[tokio::test]
    async fn a_secret_that_was_kept_fails_the_test() {
        let app = TestApp::start().await;
        let new = json!({ "name": "Script", "scopes": ["contacts.readonly"] });
        let call = app.post("/leadhold/v1/tokens").token(&app.agency.token).json(&new);
        let secret = call.send().await.expect(201).json()["secret"].as_str().map(str::to_owned);
        let secret = secret.expect("a secret");
        app.write(move |tx, _| Ok(leadhold_app::installation::put(tx, "kept", &secret)?)).await;
        let dropped = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| drop(app)));
        assert!(dropped.is_err());
    }
}
