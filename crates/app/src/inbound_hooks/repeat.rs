//! A request that is sent again: known by a header, done once, and answered as the first time.

use aws_lc_rs::digest::{SHA256, digest};
use http::HeaderMap;
use leadhold_kernel::id::{self, Id};
use leadhold_kernel::{Cx, Error};
use leadhold_store::{Tx, params};

use super::{Hook, sql};

/// How long a request is remembered, in milliseconds.
pub(super) const WINDOW: i64 = 24 * 3600 * 1000;

/// What senders name a request by, the first that is there counts: ours and its usual misspelling, Standard Webhooks and
/// Svix, WooCommerce, GitHub, Shopify.
const NAMES: [&str; 8] = [
    "idempotency-key",
    "x-idempotency-key",
    "webhook-id",
    "svix-id",
    "x-wc-webhook-delivery-id",
    "x-github-delivery",
    "x-shopify-webhook-id",
    "x-event-id",
];

/// The longest name of a request.
const LONGEST: usize = 255;

/// A request's name and what it asks for, hashed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Repeat {
    key: String,
    fingerprint: String,
}

/// What is known of it.
pub(super) enum Known {
    /// It is new.
    No,
    /// It was done: this was answered.
    Yes(Option<Id<id::InboundRequest>>),
}

impl Repeat {
    /// The request's name, if it has one. `parts` are what a repetition has in common with it.
    ///
    /// # Errors
    /// 400 for a name that is empty, too long or no text.
    pub(super) fn of(headers: &HeaderMap, parts: &[&[u8]]) -> Result<Option<Self>, Error> {
        let Some((name, value)) = NAMES.iter().find_map(|name| Some((name, headers.get(*name)?))) else {
            return Ok(None);
        };
        let text = value.to_str().ok().filter(|text| (1..=LONGEST).contains(&text.len()));
        let text = text.ok_or_else(|| {
            Error::bad_request(format!("{name} must have 1 to {LONGEST} visible ASCII characters."))
        })?;
        let key = hash(&[name.as_bytes(), text.as_bytes()]);
        Ok(Some(Self { key, fingerprint: hash(parts) }))
    }

    /// Whether it was done within the window. To be asked in the transaction that does it: until that ends, whoever brings
    /// the same name waits here.
    ///
    /// # Errors
    /// 409 when another request had this name.
    pub(super) fn look(&self, tx: &mut Tx<'_>, cx: &Cx, hook: &Hook) -> Result<Known, Error> {
        tx.lock(&format!("inbound hook {} {}", hook.id, self.key))?;
        let since = cx.now.plus_millis(-WINDOW);
        let here = hook.here.location_id();
        let found = tx.query_opt(sql::KEY, params![&hook.id, here, &self.key, since], |row| {
            Ok((row.get(0)?, row.get::<String>(1)?))
        })?;
        match found {
            None => Ok(Known::No),
            Some((answered, fingerprint)) if fingerprint == self.fingerprint => Ok(Known::Yes(answered)),
            Some(_) => Err(Error::Conflict(
                "Another request came with this idempotency key within 24 hours, and was done.".to_owned(),
            )),
        }
    }

    /// Remembers what was answered, and forgets what is older than the window.
    pub(super) fn keep(
        &self,
        tx: &mut Tx<'_>,
        cx: &Cx,
        hook: &Hook,
        answered: Option<&Id<id::InboundRequest>>,
    ) -> Result<(), Error> {
        let here = hook.here.location_id();
        tx.exec(sql::PRUNE_KEYS, params![&hook.id, here, cx.now.plus_millis(-WINDOW)])?;
        tx.exec(sql::PUT_KEY, params![&hook.id, here, &self.key, &self.fingerprint, answered, cx.now])?;
        Ok(())
    }
}

fn hash(parts: &[&[u8]]) -> String {
    let mut all = Vec::new();
    for part in parts {
        all.extend_from_slice(&part.len().to_be_bytes());
        all.extend_from_slice(part);
    }
    hex::encode(digest(&SHA256, &all))
}
