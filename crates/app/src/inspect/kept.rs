//! Keeping what came, and reading it back.

use http::{HeaderMap, Method};
use leadhold_kernel::Timestamp;
use leadhold_outbound::PublicKeys;
use leadhold_store::{DbError, Json, Tx, json_text, params};
use serde_json::{Map, Value};

use super::answer::Answer;
use super::{KEPT_BODY, NAMES, REQUESTS, signatures, sql};
use crate::http::request_log::redact::{HIDDEN, has_secret, is_secret_name};

/// The longest path and query that is kept, in characters.
const LONGEST_TARGET: usize = 2048;
/// The most headers that are kept.
const MOST_HEADERS: usize = 100;

/// A request on its way in.
#[derive(Clone, Debug)]
pub(super) struct Came {
    pub(super) name: String,
    at: Timestamp,
    method: String,
    target: String,
    headers: Map<String, Value>,
    body: Vec<u8>,
    body_length: i64,
    signatures: Map<String, Value>,
}

/// A request that came.
#[derive(Clone, Debug)]
pub(super) struct Kept {
    pub(super) no: i64,
    pub(super) at: Timestamp,
    pub(super) method: String,
    pub(super) target: String,
    pub(super) headers: Map<String, Value>,
    pub(super) body: Vec<u8>,
    pub(super) body_length: i64,
    pub(super) signatures: Map<String, Value>,
}

/// A name, when it was used last, and how many of its requests there are.
pub(super) struct Named {
    pub(super) name: String,
    pub(super) used_at: Timestamp,
    pub(super) requests: i64,
}

impl Came {
    /// A request to `target`, judged with `keys`.
    pub(super) fn new(
        name: String,
        at: Timestamp,
        method: &Method,
        target: &str,
        headers: &HeaderMap,
        body: &[u8],
        keys: &[PublicKeys],
    ) -> Self {
        Self {
            name,
            at,
            method: method.to_string(),
            target: target.chars().take(LONGEST_TARGET).collect(),
            headers: shown(headers),
            body: body[..body.len().min(KEPT_BODY)].to_vec(),
            body_length: i64::try_from(body.len()).unwrap_or(i64::MAX),
            signatures: signatures::judged(headers, body, keys),
        }
    }
}

/// Headers as they came, without what opens something. Signatures open nothing, and are what one looks for here.
fn shown(headers: &HeaderMap) -> Map<String, Value> {
    let value = |name: &str| {
        let all = headers.get_all(name).iter().map(|value| String::from_utf8_lossy(value.as_bytes()));
        let text = all.collect::<Vec<_>>().join(", ");
        let hidden = is_secret_name(name) && !name.ends_with("signature") || has_secret(&text);
        Value::from(if hidden { HIDDEN.to_owned() } else { text })
    };
    headers.keys().take(MOST_HEADERS).map(|name| (name.to_string(), value(name.as_str()))).collect()
}

/// Keeps a request; its number, and what to answer.
pub(super) fn keep(tx: &mut Tx<'_>, came: &Came) -> Result<(i64, Answer), DbError> {
    use_name(tx, &came.name, came.at)?;
    let row = params![
        &came.name,
        came.at,
        &came.method,
        &came.target,
        json_text(&came.headers),
        &came.body[..],
        came.body_length,
        json_text(&came.signatures)
    ];
    let no = tx.query_one(sql::INSERT, row, |row| row.get(0))?;
    tx.exec(sql::PRUNE, params![&came.name, REQUESTS])?;
    let Some(answer) = answer(tx, &came.name)? else { return Ok((no, Answer::default())) };
    if answer.times.is_some() {
        set_answer(tx, &came.name, answer.clone().after_one().as_ref())?;
    }
    Ok((no, answer))
}

/// Makes the name if there is none, as the one that was used last, and forgets those that are too many.
pub(super) fn use_name(tx: &mut Tx<'_>, name: &str, now: Timestamp) -> Result<(), DbError> {
    tx.lock("inspectors")?;
    tx.exec(sql::ENSURE, params![name, now])?;
    let overdue: Vec<String> = tx.query(sql::OVERDUE, params![NAMES], |row| row.get(0))?;
    for name in overdue {
        tx.exec(sql::EMPTY, params![&name])?;
        tx.exec(sql::FORGET, params![&name])?;
    }
    Ok(())
}

/// The answer that was set; `None`: the usual one.
pub(super) fn answer(tx: &mut Tx<'_>, name: &str) -> Result<Option<Answer>, DbError> {
    let found = tx.query_opt(sql::ANSWER, params![name], |row| row.get::<Option<Json<Answer>>>(0))?;
    Ok(found.flatten().map(|Json(answer)| answer))
}

/// Sets the answer; `None`: the usual one.
pub(super) fn set_answer(tx: &mut Tx<'_>, name: &str, answer: Option<&Answer>) -> Result<(), DbError> {
    tx.exec(sql::SET_ANSWER, params![name, answer.map(json_text)])?;
    Ok(())
}

/// A name's requests before number `before`, newest first.
pub(super) fn list(tx: &mut Tx<'_>, name: &str, before: i64, limit: i64) -> Result<Vec<Kept>, DbError> {
    tx.query(sql::LIST, params![name, before, limit], |row| {
        let (Json(headers), Json(signatures)) = (row.get(4)?, row.get(7)?);
        Ok(Kept {
            no: row.get(0)?,
            at: row.get(1)?,
            method: row.get(2)?,
            target: row.get(3)?,
            headers,
            body: row.get(5)?,
            body_length: row.get(6)?,
            signatures,
        })
    })
}

/// Forgets what came under a name; how many requests that were.
pub(super) fn empty(tx: &mut Tx<'_>, name: &str) -> Result<u64, DbError> {
    tx.exec(sql::EMPTY, params![name])
}

/// All names, the one used last first.
pub(super) fn names(tx: &mut Tx<'_>) -> Result<Vec<Named>, DbError> {
    tx.query(sql::NAMES, params![], |row| {
        Ok(Named { name: row.get(0)?, used_at: row.get(1)?, requests: row.get(2)? })
    })
}
