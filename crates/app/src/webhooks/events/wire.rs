//! A page of events as JSON.

use leadhold_kernel::{Error, EventKind};
use serde_json::{Value, json};

use super::{Asked, Found, Listener};
use crate::http::Query;
use crate::http::fields::Fields;
use crate::oauth::apps;
use crate::webhooks::body;

/// Reads `after`, `limit` (1 to 100, else 100) and `types` of a query. Names that say whose events are let pass.
pub(super) fn asked(query: &Query) -> Result<Asked, Error> {
    let mut fields = Fields::of_query(query);
    fields.declare("locationId");
    fields.declare("companyId");
    let after = match fields.text_within("after", 40).into_option() {
        None => Some(0),
        Some(text) if text.is_empty() => Some(0),
        Some(text) => text.parse().ok().filter(|after| *after >= 0),
    };
    if after.is_none() {
        fields.fault("after", "must be the `next` of an earlier answer");
    }
    let limit = fields.integer("limit", 1, 100).unwrap_or(100);
    let mut kinds = Vec::new();
    for name in fields.texts_within("types", 100).unwrap_or_default() {
        match EventKind::parse(name.trim())
            .filter(|kind| apps::is_chosen(*kind) || apps::is_of_one_app(*kind))
        {
            Some(kind) => kinds.push(kind),
            None if name.trim().is_empty() => {}
            None => fields
                .fault("types", format!("must not contain {name}, which is no event that webhooks carry")),
        }
    }
    fields.finish()?;
    Ok(Asked { after: after.unwrap_or(0), limit: usize::try_from(limit).unwrap_or(100), kinds })
}

/// The page. Each body is what a webhook would carry, with the `appId` and `versionId` of the app that asks.
pub(super) fn page(listener: &Listener, found: &Found) -> Value {
    let to = listener.app.as_ref().zip(found.version.as_ref());
    let shown = found
        .events
        .iter()
        .map(|(position, event)| json!({ "cursor": position.to_string(), "body": body::of(event, to) }));
    json!({
        "events": shown.collect::<Vec<_>>(),
        "next": found.next.to_string(),
        "more": found.more,
        "expired": found.expired,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(query: &str) -> Result<Asked, Error> {
        asked(&Query::parse(query.as_bytes()))
    }

    #[test]
    fn a_poller_may_begin_with_nothing() {
        let all = Asked { after: 0, limit: 100, kinds: Vec::new() };
        assert_eq!(read("").unwrap(), all);
        assert_eq!(read("after=&locationId=x").unwrap(), all);
        let some = Asked { after: 17, limit: 5, kinds: vec![EventKind::ContactCreate, EventKind::Install] };
        assert_eq!(read("after=17&limit=5&types=ContactCreate,INSTALL").unwrap(), some);
    }

    #[test]
    fn all_faults_are_told_at_once() {
        let Err(Error::Validation(faults)) = read("after=-1&limit=0&types=InboundWebhook,x&foo=1") else {
            panic!("expected faults")
        };
        assert_eq!(faults.len(), 5, "{faults:#?}");
    }
}
