//! `Idempotency-Key`: a write that is sent twice is done once, and answered the same twice.
//!
//! One transaction takes the key's lock, looks for a kept answer, and if there is none does the work and keeps its answer.
//! So there are two states on disk, never a third: neither the work nor its answer, or both. Whoever finds neither may try
//! again; whoever finds both gets the answer. What was refused keeps nothing, since a refusal changed nothing.
//!
//! [`Request::write`](super::Request::write) is the one door to it, and the edge refuses a key that is none before any
//! handler is asked.

mod answer;
mod sql;

use aws_lc_rs::digest;
use http::{HeaderMap, HeaderName, Method};
use leadhold_kernel::{Error, Id, Timestamp, id};
use leadhold_store::{Sql, Tx, params};

use super::reply::Reply;
use super::request::Request;
use super::version::ApiVersion;
use crate::world::World;

/// Every statement on kept answers.
pub const STATEMENTS: &[Sql] = sql::ALL;

/// The request header.
pub const HEADER: HeaderName = HeaderName::from_static("idempotency-key");
/// The answer's header that says that nothing was done this time.
pub const REPLAYED: &str = "idempotency-replayed";

/// How long an answer is kept.
pub const KEEP_MILLIS: i64 = 86_400_000;
const LONGEST: usize = 255;

/// The key that a client has sent.
///
/// # Errors
/// 400 when it is empty, longer than 255 characters, not visible ASCII, or sent twice.
pub fn key(headers: &HeaderMap) -> Result<Option<&str>, Error> {
    let mut sent = headers.get_all(HEADER).iter();
    let Some(first) = sent.next() else { return Ok(None) };
    let visible = |text: &&str| {
        (1..=LONGEST).contains(&text.len()) && text.bytes().all(|byte| (b'!'..=b'~').contains(&byte))
    };
    match (first.to_str().ok().filter(visible), sent.next()) {
        (Some(key), None) => Ok(Some(key)),
        _ => Err(Error::bad_request(
            "The header Idempotency-Key must be sent once and have 1 to 255 visible ASCII characters without spaces, \
             such as a UUID.",
        )),
    }
}

/// Whether a method can change something, so that its key is looked at.
pub(super) fn concerns(method: &Method) -> bool {
    !matches!(*method, Method::GET | Method::HEAD)
}

/// One request under its key.
pub(super) struct Once {
    company_id: Id<id::Company>,
    owner: String,
    key_hash: String,
    fingerprint: String,
    now: Timestamp,
}

impl Once {
    /// `None` when the request came without a key, or from nobody.
    ///
    /// # Errors
    /// As [`key`].
    pub(super) fn of(request: &Request) -> Result<Option<Self>, Error> {
        let (Some(caller), Some(key)) = (&request.caller, key(&request.headers)?) else { return Ok(None) };
        let version = match request.version {
            ApiVersion::V2 => "v2",
            ApiVersion::V3 => "v3",
        };
        // None of the first three can hold a line feed, so no two requests read alike.
        let head = format!("{version}\n{}\n{}\n", request.method, request.target);
        Ok(Some(Self {
            company_id: caller.company_id.clone(),
            owner: caller.rate_key(),
            key_hash: sha256(&[key.as_bytes()]),
            fingerprint: sha256(&[head.as_bytes(), &request.body, &request.fingerprint]),
            now: request.now,
        }))
    }

    /// What the answer is sealed for: it opens in its own place only.
    fn purpose(&self) -> String {
        format!("idempotency {} {}", self.owner, self.key_hash)
    }

    /// The answer of the first time; `None` when this is the first time. Holds others with the same key off.
    ///
    /// # Errors
    /// 409 when the key stands for another request.
    fn kept(&self, tx: &mut Tx<'_>, world: &World) -> Result<Option<Reply>, Error> {
        tx.lock(&self.purpose())?;
        let since = self.now.plus_millis(-KEEP_MILLIS);
        let kept =
            tx.query_opt(sql::KEPT, params![&self.company_id, &self.owner, &self.key_hash, since], |row| {
                Ok((row.get::<String>(0)?, row.get::<String>(1)?))
            })?;
        let Some((fingerprint, sealed)) = kept else { return Ok(None) };
        if fingerprint != self.fingerprint {
            return Err(Error::Conflict(
                "This Idempotency-Key was used with another method, path, query, version or body within the last \
                 24 hours. Send a new key with a new request."
                    .into(),
            ));
        }
        let opened = world.seal.open(&self.purpose(), &sealed).and_then(|text| answer::read(&text));
        let lost = || {
            Error::Conflict(
                "The request with this Idempotency-Key was done, and its answer can no longer be read: the \
                 server's secret was changed since."
                    .into(),
            )
        };
        opened.map(|reply| Some(reply.header(REPLAYED, "true"))).ok_or_else(lost)
    }

    fn keep(&self, tx: &mut Tx<'_>, world: &World, reply: &Reply) -> Result<(), Error> {
        let sealed = world.seal.seal(&self.purpose(), &answer::write(reply), world.random.as_ref())?;
        let row = params![&self.company_id, &self.owner, &self.key_hash, &self.fingerprint, sealed, self.now];
        tx.exec(sql::KEEP, row)?;
        // Last, and skipping what others hold: it waits for nobody, so it can lock nobody out.
        tx.exec(sql::SWEEP, params![self.now.plus_millis(-KEEP_MILLIS)])?;
        Ok(())
    }

    /// Does `work` unless it was done, and answers the same either way.
    ///
    /// # Errors
    /// What `work` answers, 409, or the store's failure.
    pub(super) async fn write<T, F, W>(self, world: &World, work: F, wrap: W) -> Result<Reply, Error>
    where
        F: Fn(&mut Tx<'_>) -> Result<T, Error> + Send + 'static,
        W: Fn(T) -> Reply + Send + 'static,
        T: Send + 'static,
    {
        let inside = world.clone();
        let once = move |tx: &mut Tx<'_>| {
            if let Some(reply) = self.kept(tx, &inside)? {
                return Ok(reply);
            }
            let reply = wrap(work(tx)?);
            self.keep(tx, &inside, &reply)?;
            Ok(reply)
        };
        world.write(once).await
    }
}

fn sha256(parts: &[&[u8]]) -> String {
    let mut hash = digest::Context::new(&digest::SHA256);
    parts.iter().for_each(|part| hash.update(part));
    hex::encode(hash.finish())
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    #[test]
    fn a_key_is_visible_ascii_and_sent_once() {
        let with = |values: &[&[u8]]| {
            let mut headers = HeaderMap::new();
            for value in values {
                headers.append(HEADER, HeaderValue::from_bytes(value).unwrap());
            }
            key(&headers).map(|found| found.map(str::to_owned))
        };
        assert_eq!(with(&[]), Ok(None));
        assert_eq!(with(&[b"a"]), Ok(Some("a".to_owned())));
        assert_eq!(with(&[&[b'~'; 255]]).map(|key| key.map(|key| key.len())), Ok(Some(255)));
        for bad in [&[&b""[..]][..], &[b"a b"], &[&[b'x'; 256]], &["ä".as_bytes()], &[b"a", b"a"]] {
            assert!(with(bad).is_err(), "{bad:?}");
        }
    }
}
