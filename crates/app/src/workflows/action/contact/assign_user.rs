//! `assign_user`: somebody looks after the run's contact from here on.
//!
//! ```json
//! {"users": ["hbYDtFzJr9Xy0QkXo1Pz", "{{custom_values.night_shift}}"], "weights": [2, 1], "onlyUnassigned": true}
//! ```
//!
//! Several users take turns, with `weights` (one for each) as many in a row as their weight says; the turns go on over all
//! runs and versions of the workflow. Who is no user of the location any more is passed over. `onlyUnassigned` leaves a
//! contact alone that somebody looks after already.

use std::sync::Arc;

use leadhold_kernel::id::{self, Id};
use leadhold_kernel::{Error, Patch};
use leadhold_store::Tx;
use serde::Serialize;
use serde_json::{Value, json};

use super::of_run;
use crate::contacts::{self, ContactFields};
use crate::workflows::action::{Action, At, Done, Effect, Kind, Turn, Visit, people, shown};
use crate::workflows::definition::reader::Fields;
use crate::workflows::turns;

/// The kind.
pub const KIND: Kind = Kind {
    name: "assign_user",
    parse,
    attributes: r#"{"required": ["users"], "properties": {
        "users": {"type": "array", "minItems": 1, "maxItems": 100, "items": {"type": "string"}},
        "weights": {"type": "array", "maxItems": 100, "items": {"type": "integer", "minimum": 1, "maximum": 100}},
        "onlyUnassigned": {"type": "boolean", "default": false}}}"#,
};

#[derive(Debug)]
struct AssignUser {
    users: Vec<String>,
    weights: Vec<u64>,
    only_unassigned: bool,
}

fn parse(from: &Fields<'_>) -> Option<Arc<dyn Action>> {
    let users = from.templates("users", people::MOST);
    let only_unassigned = from.flag("onlyUnassigned").unwrap_or(false);
    Some(Arc::new(AssignUser { weights: weights(from, users.len()), users, only_unassigned }))
}

/// One for each user; absent is the same for all.
pub fn weights(from: &Fields<'_>, users: usize) -> Vec<u64> {
    let Some(given) = from.given("weights") else { return vec![1; users] };
    let weight = |value: &Value| value.as_u64().filter(|weight| (1..=100).contains(weight));
    let read: Option<Vec<u64>> =
        given.as_array().and_then(|list| list.iter().map(weight).collect::<Option<Vec<_>>>());
    match read.filter(|weights| weights.len() == users) {
        Some(weights) => weights,
        None => {
            from.fault("weights", "must be a list with a whole number from 1 to 100 for each user");
            Vec::new()
        }
    }
}

impl Action for AssignUser {
    fn arrive(&self, visit: &Visit<'_>) -> Turn {
        let contact = match of_run(visit) {
            Ok(contact) => contact,
            Err(turn) => return turn,
        };
        let round = Round::of(&self.users, &self.weights, visit.fields);
        if round.is_empty() {
            return Turn::Skip(NOBODY.to_owned());
        }
        Turn::perform(Assign { contact, round, only_unassigned: self.only_unassigned })
    }
}

/// Why a step without a user does nothing.
pub const NOBODY: &str = "Every user of this step came out empty; check the merge fields in it.";

/// Users who take turns: each as often in a row as its weight says.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(transparent)]
pub struct Round(Vec<String>);

impl Round {
    /// What the templates come to.
    #[must_use]
    pub fn of(users: &[String], weights: &[u64], fields: &Value) -> Self {
        let one = |(template, weight): (&String, &u64)| {
            let ids = people::ids(std::slice::from_ref(template), fields);
            let weight = usize::try_from(*weight).unwrap_or(1);
            ids.into_iter().flat_map(move |id| std::iter::repeat_n(id, weight)).collect::<Vec<_>>()
        };
        Self(users.iter().zip(weights).flat_map(one).collect())
    }

    /// Whether there is nobody.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whose turn it is: the next who is a user of the location. One alone takes no turn.
    ///
    /// # Errors
    /// 400 when none is; when the store fails.
    pub fn next(&self, tx: &mut Tx<'_>, at: &At<'_>) -> Result<Id<id::User>, Error> {
        let start = match self.0.as_slice() {
            [_] => 0,
            _ => turns::take(tx, at.here, &at.run.workflow_id, at.step)?,
        };
        for id in self.from(start) {
            if let Some(user) = people::find(tx, at.here, id)? {
                return Ok(user.id);
            }
        }
        Err(Error::bad_request("None of the users of this step is a user of the location."))
    }

    fn from(&self, turn: u64) -> impl Iterator<Item = &String> {
        let count = self.0.len().max(1);
        let start = usize::try_from(turn % u64::try_from(count).unwrap_or(1)).unwrap_or(0);
        self.0.iter().cycle().skip(start).take(self.0.len())
    }
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Assign {
    contact: Id<id::Contact>,
    #[serde(rename = "users")]
    round: Round,
    only_unassigned: bool,
}

impl Effect for Assign {
    fn shown(&self) -> Value {
        shown("assignUser", self)
    }

    fn perform(&self, tx: &mut Tx<'_>, at: &At<'_>) -> Result<Done, Error> {
        let before = contacts::hold(tx, at.here, self.contact.as_str())?.assigned_to;
        if let Some(user) = before.as_ref().filter(|user| self.only_unassigned && !user.is_empty()) {
            return Ok(Done::with(json!({"assignedTo": user, "assigned": false})));
        }
        let user = self.round.next(tx, at)?;
        let change =
            ContactFields { assigned_to: Patch::Value(user.to_string()), ..ContactFields::default() };
        contacts::update(tx, at.cx, at.here, self.contact.as_str(), &change)?;
        Ok(Done::with(json!({"assignedTo": user, "assigned": true})))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn turns_go_round_by_weight() {
        let users = ["a".to_owned(), "{{r.b}}".to_owned(), "{{r.nobody}}".to_owned()];
        let round = Round::of(&users, &[2, 1, 5], &json!({"r": {"b": "b"}}));
        let first = |turn| round.from(turn).next().map(String::as_str);
        let order: Vec<_> = (0..6).map(|turn| first(turn).unwrap_or_default()).collect();
        assert_eq!(order, ["a", "a", "b", "a", "a", "b"]);
        assert_eq!(round.from(2).collect::<Vec<_>>(), ["b", "a", "a"]);
    }
}
