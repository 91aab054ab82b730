//! Writes down every exchange of the tests, one JSON object a line, where `LEADHOLD_TRANSCRIPT` names a folder: for holding
//! all answers against a description of the API at once.

use std::io::Write;
use std::path::PathBuf;
use std::sync::LazyLock;

use http::{HeaderMap, Method, StatusCode};
use serde_json::json;

static FOLDER: LazyLock<Option<PathBuf>> = LazyLock::new(folder);

#[expect(clippy::disallowed_methods, reason = "whoever runs the tests speaks through the environment")]
fn folder() -> Option<PathBuf> {
    std::env::var("LEADHOLD_TRANSCRIPT").ok().map(PathBuf::from)
}

/// What was asked.
pub(crate) struct Asked {
    method: Method,
    path: String,
    version: String,
}

impl Asked {
    /// Of a request.
    pub(crate) fn of(method: &Method, path: &str, headers: &HeaderMap) -> Self {
        Self { method: method.clone(), path: path.to_owned(), version: text(headers, "version") }
    }

    /// Writes down how it was answered.
    pub(crate) fn answered(&self, status: StatusCode, headers: &HeaderMap, body: &[u8]) {
        let Some(folder) = FOLDER.as_ref() else { return };
        let line = json!({
            "method": self.method.as_str(),
            "path": self.path,
            "version": self.version,
            "status": status.as_u16(),
            "contentType": text(headers, "content-type"),
            "body": String::from_utf8_lossy(body),
        });
        let file = folder.join(format!("{}.jsonl", std::process::id()));
        let file = std::fs::OpenOptions::new().create(true).append(true).open(file);
        file.and_then(|mut file| file.write_all(format!("{line}\n").as_bytes()))
            .expect("the line is written");
    }
}

fn text(headers: &HeaderMap, name: &str) -> String {
    headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default().to_owned()
}
