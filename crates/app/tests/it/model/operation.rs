//! What a client does: as data that proptest can shrink, as a request to the server, and what either side answered.

use leadhold_testkit::{Answer, TestApp};
use proptest::prelude::*;
use serde_json::{Map, Value, json};

/// Addresses few enough to collide.
const EMAILS: &[&str] = &["ada@example.com", "grace@example.com", "alan@example.com"];
const NAMES: &[&str] = &["Ada", "Grace", "O'Hara", "Zoë", "100%"];
const CITIES: &[&str] = &["London", "Zürich", "a_b"];
const TAGS: &[&str] = &["vip", "lead", "größe"];

/// One step of a client. A number is a card's slot: the how-manieth that was made.
#[derive(Clone, Debug)]
pub(super) enum Operation {
    Create(Fields),
    Upsert(Fields),
    Update(usize, Fields),
    AddTags(usize, Vec<String>),
    RemoveTags(usize, Vec<String>),
    Delete(usize),
    Read(usize),
    List,
    Tagged(String),
    Living(String),
}

/// What a write says; `None` is not mentioned.
#[derive(Clone, Debug, Default)]
pub(super) struct Fields {
    pub(super) email: Option<String>,
    first_name: Option<String>,
    city: Option<Option<String>>,
    tags: Option<Vec<String>>,
}

/// A contact, as far as the model looks.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Card {
    pub(super) email: Option<String>,
    pub(super) first_name: Option<String>,
    pub(super) city: Option<String>,
    pub(super) tags: Vec<String>,
}

/// What was answered. Cards in a list are named by their slots, newest first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Said {
    Refused,
    Deleted,
    Is(Card),
    Tags(Vec<String>),
    Are(Vec<usize>),
}

impl Card {
    pub(super) fn add(&mut self, tags: &[String]) {
        for tag in tags {
            if !self.tags.contains(tag) {
                self.tags.push(tag.clone());
            }
        }
    }

    pub(super) fn remove(&mut self, tags: &[String]) {
        self.tags.retain(|tag| !tags.contains(tag));
    }

    fn of(contact: &Value) -> Self {
        let text = |key: &str| contact[key].as_str().map(str::to_owned);
        let tags = contact["tags"].as_array().into_iter().flatten();
        Self {
            email: text("email"),
            first_name: text("firstName"),
            city: text("city"),
            tags: tags.filter_map(Value::as_str).map(str::to_owned).collect(),
        }
        .ordered()
    }

    /// Tags are a set: a whole new list in another order is no change.
    fn ordered(mut self) -> Self {
        self.tags.sort();
        self
    }
}

impl Fields {
    pub(super) fn card(&self) -> Card {
        let mut card = Card::default();
        self.apply(&mut card);
        card
    }

    pub(super) fn apply(&self, card: &mut Card) {
        if let Some(email) = &self.email {
            card.email = Some(email.clone());
        }
        if let Some(name) = &self.first_name {
            card.first_name = Some(name.clone());
        }
        if let Some(city) = &self.city {
            card.city.clone_from(city);
        }
        if let Some(tags) = &self.tags {
            card.tags = Vec::new();
            card.add(tags);
        }
    }

    fn body(&self) -> Value {
        let mut body = Map::new();
        if let Some(email) = &self.email {
            body.insert("email".into(), json!(email));
        }
        if let Some(name) = &self.first_name {
            body.insert("firstName".into(), json!(name));
        }
        if let Some(city) = &self.city {
            body.insert("city".into(), json!(city));
        }
        if let Some(tags) = &self.tags {
            body.insert("tags".into(), json!(tags));
        }
        Value::Object(body)
    }
}

impl Said {
    /// Tags in one order, to compare two answers.
    pub(super) fn ordered(self) -> Self {
        match self {
            Self::Is(card) => Self::Is(card.ordered()),
            Self::Tags(mut tags) => {
                tags.sort();
                Self::Tags(tags)
            }
            other => other,
        }
    }
}

impl Operation {
    /// Sends it. `ids` are the contacts' ids by their slots; a slot that nothing was made for is an id that nobody has.
    pub(super) async fn send(&self, app: &TestApp, ids: &[String]) -> Answer {
        let id = |slot: &usize| ids.get(*slot).map_or("ocQHyuzHvysMo5N5VsXc", String::as_str);
        let tags = |tags: &[String]| json!({ "tags": tags });
        match self {
            Self::Create(fields) => app.post("/contacts/").json(&fields.body()).send().await,
            Self::Upsert(fields) => app.post("/contacts/upsert").json(&fields.body()).send().await,
            Self::Update(slot, fields) => {
                app.put(&format!("/contacts/{}", id(slot))).json(&fields.body()).send().await
            }
            Self::AddTags(slot, named) => {
                app.post(&format!("/contacts/{}/tags", id(slot))).json(&tags(named)).send().await
            }
            Self::RemoveTags(slot, named) => {
                app.delete(&format!("/contacts/{}/tags", id(slot))).json(&tags(named)).send().await
            }
            Self::Delete(slot) => app.delete(&format!("/contacts/{}", id(slot))).send().await,
            Self::Read(slot) => app.get(&format!("/contacts/{}", id(slot))).send().await,
            Self::List => app.get("/contacts/?limit=100").send().await,
            Self::Tagged(tag) => search(app, "tags", tag).await,
            Self::Living(city) => search(app, "city", city).await,
        }
    }

    /// What the server's answer says. A contact that was not known yet gets the next slot.
    pub(super) fn heard(&self, answer: &Answer, ids: &mut Vec<String>) -> Said {
        if !answer.status.is_success() {
            assert_eq!(answer.status.as_u16(), 400, "{self:?}: {answer:?}");
            return Said::Refused;
        }
        let body = answer.json();
        match self {
            Self::Delete(_) => Said::Deleted,
            Self::AddTags(..) | Self::RemoveTags(..) => {
                let tags = body["tags"].as_array().expect("tags").iter();
                Said::Tags(tags.map(|tag| tag.as_str().expect("a tag").to_owned()).collect())
            }
            Self::List | Self::Tagged(_) | Self::Living(_) => {
                let found: Vec<&str> = body["contacts"]
                    .as_array()
                    .expect("contacts")
                    .iter()
                    .filter_map(|one| one["id"].as_str())
                    .collect();
                let total = body["total"].as_u64().or(body["meta"]["total"].as_u64());
                assert_eq!(total, Some(found.len() as u64), "{self:?} counts what it lists");
                let slot =
                    |id: &str| ids.iter().position(|known| known == id).expect("a contact that we made");
                Said::Are(found.into_iter().map(slot).collect())
            }
            Self::Create(_) | Self::Upsert(_) | Self::Update(..) | Self::Read(_) => {
                let id = body["contact"]["id"].as_str().expect("an id");
                if !ids.iter().any(|known| known == id) {
                    ids.push(id.to_owned());
                }
                Said::Is(Card::of(&body["contact"]))
            }
        }
        .ordered()
    }
}

async fn search(app: &TestApp, field: &str, value: &str) -> Answer {
    let location = app.agency.location.location_id();
    let filters = json!([{"field": field, "operator": "eq", "value": value}]);
    let body = json!({"locationId": location, "pageLimit": 100, "page": 1, "filters": filters});
    app.post("/contacts/search").json(&body).send().await
}

fn one_of(words: &'static [&'static str]) -> impl Strategy<Value = String> + Clone {
    proptest::sample::select(words).prop_map(str::to_owned)
}

fn tags() -> impl Strategy<Value = Vec<String>> + Clone {
    proptest::collection::vec(one_of(TAGS), 1..3)
}

pub(super) fn fields() -> impl Strategy<Value = Fields> + Clone {
    use proptest::option::of;
    (of(one_of(EMAILS)), of(one_of(NAMES)), of(of(one_of(CITIES))), of(tags()))
        .prop_map(|(email, first_name, city, tags)| Fields { email, first_name, city, tags })
}

/// Any operation, on any of the first `slots` cards.
pub(super) fn any(slots: usize) -> impl Strategy<Value = Operation> {
    prop_oneof![
        3 => fields().prop_map(Operation::Create),
        2 => fields().prop_map(Operation::Upsert),
        9 => on_one(slots),
        1 => Just(Operation::List),
        1 => one_of(TAGS).prop_map(Operation::Tagged),
        1 => one_of(CITIES).prop_map(Operation::Living),
    ]
}

/// An operation on one card that may be there.
pub(super) fn on_one(slots: usize) -> impl Strategy<Value = Operation> + Clone {
    prop_oneof![
        3 => (0..slots, fields()).prop_map(|(slot, fields)| Operation::Update(slot, fields)),
        2 => (0..slots, tags()).prop_map(|(slot, tags)| Operation::AddTags(slot, tags)),
        1 => (0..slots, tags()).prop_map(|(slot, tags)| Operation::RemoveTags(slot, tags)),
        1 => (0..slots).prop_map(Operation::Delete),
        2 => (0..slots).prop_map(Operation::Read),
    ]
}
