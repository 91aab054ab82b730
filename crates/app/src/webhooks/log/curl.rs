//! An attempt as a command for a POSIX shell: the same bytes with the same signatures, to try a receiver by hand.

use super::Whole;
use crate::http::request_log::redact::HIDDEN;
use crate::requests::quoted;

/// The last attempt, or what the first will be without its signatures.
pub(in crate::webhooks) fn curl(whole: &Whole) -> String {
    let entry = &whole.entry;
    let mut lines = vec![format!("curl -X {} {}", entry.method, quoted(&entry.url))];
    let sent = whole.attempts.last().map(|attempt| &attempt.request_headers);
    for (name, value) in sent.into_iter().flatten() {
        let value = value.as_str().filter(|value| *value != HIDDEN && name != "content-length");
        lines.extend(value.map(|value| format!("-H {}", quoted(&format!("{name}: {value}")))));
    }
    if !whole.body.is_empty() {
        lines.push(format!("--data-raw {}", quoted(&String::from_utf8_lossy(&whole.body))));
    }
    lines.join(" \\\n  ")
}
