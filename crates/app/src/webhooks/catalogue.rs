//! The catalogue: every event that an app can subscribe to, what it means, how its body looks, and whether it comes yet.
//!
//! `contract/events.tsv` has the rows, `contract/event-examples.json` a body for each. Tests hold the table against
//! `EventKind`, and the examples against what is really delivered.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use leadhold_kernel::Error;
use serde::Serialize;
use serde_json::{Value, json};

use crate::http::{Reply, Request, Route, get};

static TABLE: &str = include_str!("../../../../contract/events.tsv");
static EXAMPLES: &str = include_str!("../../../../contract/event-examples.json");

/// One kind of event.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Entry {
    /// As `type` spells it in a delivery.
    pub name: &'static str,
    /// What an install must have been granted to hear of it; `None`: nothing.
    pub scope: Option<&'static str>,
    /// The area of the API that causes it.
    pub area: &'static str,
    /// `emitted`, or what it waits for. One can subscribe to those that wait, and hears of them when they come.
    pub state: &'static str,
    /// What happened.
    pub description: &'static str,
    /// A delivery's body.
    pub example: Value,
}

/// All of them, by name.
pub static CATALOGUE: LazyLock<Vec<Entry>> = LazyLock::new(|| {
    let mut examples: BTreeMap<String, Value> =
        serde_json::from_str(EXAMPLES).unwrap_or_else(|why| panic!("contract/event-examples.json: {why}"));
    TABLE.lines().skip(1).map(|line| entry(line, &mut examples)).collect()
});

fn entry(line: &'static str, examples: &mut BTreeMap<String, Value>) -> Entry {
    let [name, scope, area, state, description] = line
        .split('\t')
        .collect::<Vec<_>>()
        .try_into()
        .unwrap_or_else(|_| panic!("contract/events.tsv: `{line}` has not five columns"));
    let example = examples.remove(name).unwrap_or_else(|| panic!("no example of {name}"));
    Entry { name, scope: (scope != "-").then_some(scope), area, state, description, example }
}

/// The route of the catalogue.
#[must_use]
pub fn routes() -> Vec<Route> {
    vec![get("/leadhold/v1/webhooks/events", list)]
}

/// Public, as documentation is. `state=emitted` leaves out what does not come yet.
async fn list(request: Request) -> Result<Reply, Error> {
    let asked = request.query.get("state");
    if asked.is_some_and(|state| state != EMITTED && state != WAITING) {
        return Err(Error::field("state must be one of: emitted, waiting"));
    }
    let fits = |entry: &&Entry| asked.is_none_or(|state| (entry.state == EMITTED) == (state == EMITTED));
    let events: Vec<&Entry> = CATALOGUE.iter().filter(fits).collect();
    Ok(Reply::ok(&json!({ "events": events })))
}

const EMITTED: &str = "emitted";
const WAITING: &str = "waiting";

#[cfg(test)]
mod tests {
    use leadhold_kernel::EventKind;

    use super::*;

    #[test]
    fn the_table_has_every_kind_with_its_scope_and_no_other() {
        let table: Vec<_> = CATALOGUE.iter().map(|entry| (entry.name, entry.scope)).collect();
        let mut kinds: Vec<_> = EventKind::PUBLIC.iter().map(|kind| (kind.name(), kind.scope())).collect();
        kinds.sort_unstable();
        assert_eq!(table, kinds, "sorted by name, as LC_ALL=C does");
        for entry in CATALOGUE.iter() {
            let known = entry.state == EMITTED || entry.state == format!("waits for {}", entry.area);
            assert!(known && !entry.description.is_empty(), "{entry:?}");
        }
    }

    #[test]
    fn the_page_in_docs_has_every_row() {
        let page = include_str!("../../../../docs/events.md");
        for Entry { name, scope, state, description, .. } in CATALOGUE.iter() {
            let scope = scope.map_or("none".to_owned(), |scope| format!("`{scope}`"));
            let row = format!("| `{name}` | {scope} | {state} | {description} |");
            assert!(page.lines().any(|line| line == row), "docs/events.md needs: {row}");
        }
    }

    #[test]
    fn an_example_for_each_and_none_besides() {
        let examples: BTreeMap<String, Value> = serde_json::from_str(EXAMPLES).unwrap();
        assert_eq!(examples.len(), CATALOGUE.len());
        for (name, example) in examples {
            let provider = name == "ProviderOutboundMessage"; // whose `type` is the channel
            assert!(provider || example["type"] == name.as_str(), "{name}");
        }
    }
}
