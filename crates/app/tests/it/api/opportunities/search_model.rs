//! Every filter, sort and page of a search, and what it sums up, held against a naive model in memory. The model knows
//! nothing of SQL: it keeps what was written and compares it in the most obvious way.

use leadhold_app::locations::Settings;
use leadhold_kernel::{Random, random::SeededRandom};
use leadhold_testkit::TestApp;
use serde_json::{Value, json};

use crate::api::contacts::{location_with, unlimited};

const OPPORTUNITIES: u64 = 40;
const CHANGES: u64 = 60;
const SEARCHES: u64 = 250;

const NAMES: &[&str] = &["Engine", "engine 100%", "a_b", "axb", "O'Hara", "ÄÖ Ü", "äö", "x!y", "50% off_"];
const STATUSES: &[&str] = &["open", "open", "won", "lost", "abandoned"];
const USERS: &[&str] = &["", "u1", "u2"];
const TAGS: [&[&str]; 3] = [&["vip"], &["größe", "vip"], &[]];
/// What the stages say of their deals, in percent.
const ODDS: [f64; 3] = [25.0, 0.0, 50.0];

/// An opportunity as the model keeps it. Amounts are multiples of 4 and probabilities of 25, so that sums are exact.
#[derive(Clone, Debug, Default)]
struct Record {
    id: String,
    name: String,
    status: String,
    value: f64,
    stage: usize,
    contact: usize,
    assignee: String,
    probability: Option<f64>,
    followers: Vec<String>,
    size: Option<f64>,
    colour: Option<String>,
    added: i64,
}

/// A condition as a client composes it, which the model can read, too.
enum Node {
    Group(&'static str, Vec<Node>),
    Leaf { field: &'static str, operator: &'static str, value: Value },
}

struct Model {
    app: TestApp,
    token: String,
    location: String,
    random: SeededRandom,
    pipeline: String,
    stages: Vec<String>,
    contacts: Vec<String>,
    records: Vec<Record>,
    now: i64,
}

fn lower(text: &str) -> String {
    text.chars().flat_map(char::to_lowercase).collect()
}

fn id(record: &Value) -> String {
    record["id"].as_str().unwrap().to_owned()
}

impl Model {
    async fn start(seed: u64) -> Self {
        let app = unlimited().await;
        let settings = Settings { allow_duplicate_opportunity: true, ..Settings::default() };
        let (here, token) = location_with(&app, settings).await;
        let location = here.location_id().to_string();
        let post = async |path: &str, body: Value| {
            app.post(path).token(&token).json(&body).send().await.expect(201).json()
        };
        let stages: Vec<Value> =
            ODDS.iter().map(|odds| json!({"name": "Stage", "forecastProbability": odds})).collect();
        let pipeline =
            post("/opportunities/pipelines", json!({"name": "Sales", "stages": stages})).await["pipeline"]
                .clone();
        let fields = format!("/locations/{location}/customFields");
        for (name, data_type) in [("Size", "NUMERICAL"), ("Colour", "TEXT")] {
            post(&fields, json!({"name": name, "dataType": data_type, "model": "opportunity"})).await;
        }
        let mut contacts = Vec::new();
        for (name, tags) in ["Ada", "Bob", "Zoë"].into_iter().zip(TAGS) {
            contacts.push(id(&post("/contacts/", json!({"firstName": name, "tags": tags})).await["contact"]));
        }
        Self {
            location,
            random: SeededRandom::new(seed),
            pipeline: id(&pipeline),
            stages: pipeline["stages"].as_array().unwrap().iter().map(id).collect(),
            contacts,
            records: Vec::new(),
            now: 1_768_471_200_000,
            app,
            token,
        }
    }

    fn below(&self, below: usize) -> usize {
        usize::try_from(self.random.below(below as u64)).unwrap()
    }

    fn one<T: Clone>(&self, of: &[T]) -> T {
        of[self.below(of.len())].clone()
    }

    /// Parts that a creation takes and an update changes; `record` has them afterwards.
    fn parts(&self, record: &mut Record) -> Value {
        let mut body = json!({});
        if self.below(2) == 0 {
            record.name = self.one(NAMES).to_owned();
            body["name"] = json!(record.name);
        }
        if self.below(2) == 0 {
            record.status = self.one(STATUSES).to_owned();
            body["status"] = json!(record.status);
        }
        if self.below(2) == 0 {
            record.value = self.one(&[0.0, 4.0, 100.0, 1000.0]);
            body["monetaryValue"] = json!(record.value);
        }
        if self.below(2) == 0 {
            record.stage = self.below(3);
            body["pipelineStageId"] = json!(self.stages[record.stage]);
        }
        if self.below(2) == 0 {
            record.assignee = self.one(USERS).to_owned();
            body["assignedTo"] = json!(record.assignee);
        }
        if self.below(2) == 0 {
            record.probability = self.one(&[None, Some(25.0), Some(75.0), Some(100.0)]);
            body["forecastProbability"] = json!(record.probability);
        }
        let mut values = Vec::new();
        if self.below(2) == 0 {
            record.size = self.one(&[None, Some(-1.0), Some(0.0), Some(1.5), Some(100.0)]);
            values.push(json!({"key": "size", "field_value": record.size}));
        }
        if self.below(2) == 0 {
            record.colour = self.one(&[None, Some("Red".to_owned()), Some("deep red_".to_owned())]);
            values.push(json!({"key": "opportunity.colour", "fieldValue": record.colour}));
        }
        body["customFields"] = json!(values);
        body
    }

    async fn create(&mut self) {
        let mut record = Record {
            name: "Deal".to_owned(),
            status: "open".to_owned(),
            contact: self.below(3),
            added: self.now,
            ..Record::default()
        };
        let mut body = self.parts(&mut record);
        body["name"] = json!(record.name);
        body["pipelineId"] = json!(self.pipeline);
        body["contactId"] = json!(self.contacts[record.contact]);
        let made = self.app.post("/opportunities/").token(&self.token).json(&body).send().await.expect(201);
        record.id = id(&made.json()["opportunity"]);
        self.records.push(record);
        if self.below(2) == 0 {
            self.app.clock.advance(1000);
            self.now += 1000;
        }
    }

    async fn change(&mut self) {
        let at = self.below(self.records.len());
        let mut record = self.records[at].clone();
        let path = format!("/opportunities/{}", record.id);
        match self.below(8) {
            0 => {
                self.app.delete(&path).token(&self.token).send().await.expect(200);
                self.records.remove(at);
                return;
            }
            1 => {
                let user = self.one(&["u1", "u2"]);
                let followers = json!({"followers": [user]});
                let path = format!("{path}/followers");
                self.app.post(&path).token(&self.token).json(&followers).send().await.expect(201);
                record.followers.retain(|known| known != user);
                record.followers.push(user.to_owned());
            }
            _ => {
                let body = self.parts(&mut record);
                self.app.put(&path).token(&self.token).json(&body).send().await.expect(200);
            }
        }
        self.records[at] = record;
    }

    fn node(&self, depth: usize) -> Node {
        if depth < 2 && self.below(3) == 0 {
            let parts = (0..=self.below(2)).map(|_| self.node(depth + 1)).collect();
            return Node::Group(self.one(&["AND", "OR"]), parts);
        }
        let same: &[&str] = &["eq", "not_eq"];
        let present: &[&str] = &["eq", "not_eq", "exists", "not_exists"];
        let part: &[&str] = &["eq", "not_eq", "contains", "not_contains", "exists", "not_exists"];
        let amount: &[&str] = &["eq", "not_eq", "range"];
        let (field, operators, values): (&'static str, &[&'static str], Vec<Value>) = match self.below(9) {
            0 => ("status", same, STATUSES.iter().map(|status| json!(status)).collect()),
            1 => ("pipeline_stage_id", same, self.stages.iter().map(|stage| json!(stage)).collect()),
            2 => ("contact_id", same, self.contacts.iter().map(|contact| json!(contact)).collect()),
            3 => ("assigned_to", present, vec![json!("u1"), json!("u2")]),
            4 => ("name", part, NAMES.iter().map(|name| json!(name)).collect()),
            5 => ("monetary_value", amount, vec![json!(0), json!(4), json!(100.0)]),
            6 => ("tags", present, vec![json!("VIP"), json!("größe")]),
            7 => ("followers", present, vec![json!("u1"), json!("u2")]),
            _ if self.below(2) == 0 => ("custom_fields.size", amount, vec![json!(-1), json!(0), json!(1.5)]),
            _ => ("custom_fields.colour", part, vec![json!("RED"), json!("red_"), json!("deep red_")]),
        };
        let operator = self.one(operators);
        let value = match operator {
            "exists" | "not_exists" => Value::Null,
            "range" => json!({self.one(&["gt", "gte", "lt", "lte"]): self.one(&values)}),
            "contains" | "not_contains" => self.one(&values),
            _ if self.below(3) == 0 => json!([self.one(&values), self.one(&values)]),
            _ => self.one(&values),
        };
        Node::Leaf { field, operator, value }
    }

    /// What a field holds: folded texts, and its number.
    fn holds(&self, record: &Record, field: &str) -> (Vec<String>, Option<f64>) {
        let text = |text: &str| (vec![lower(text)], None);
        let number =
            |number: f64| (vec![json!(number).to_string().trim_end_matches(".0").to_owned()], Some(number));
        match field {
            "status" => text(&record.status),
            "pipeline_stage_id" => (vec![self.stages[record.stage].clone()], None),
            "contact_id" => (vec![self.contacts[record.contact].clone()], None),
            "assigned_to" if record.assignee.is_empty() => (vec![], None),
            "assigned_to" => text(&record.assignee),
            "name" => text(&record.name),
            "monetary_value" => number(record.value),
            "tags" => (TAGS[record.contact].iter().map(|tag| lower(tag)).collect(), None),
            "followers" => (record.followers.clone(), None),
            "custom_fields.size" => record.size.map_or((vec![], None), number),
            _ => record.colour.as_deref().map_or((vec![], None), text),
        }
    }

    fn fits(&self, record: &Record, node: &Node) -> bool {
        let (field, operator, value) = match node {
            Node::Group("OR", parts) => return parts.iter().any(|part| self.fits(record, part)),
            Node::Group(_, parts) => return parts.iter().all(|part| self.fits(record, part)),
            Node::Leaf { field, operator, value } => (*field, *operator, value),
        };
        let (texts, number) = self.holds(record, field);
        let exact = field.ends_with("_id");
        let plain = |value: &Value| match value {
            Value::String(text) if exact => text.clone(),
            Value::String(text) => lower(text),
            other => other.to_string().trim_end_matches(".0").to_owned(),
        };
        let equals = || match value {
            Value::Array(values) => values.iter().any(|value| texts.contains(&plain(value))),
            one => texts.contains(&plain(one)),
        };
        let has = || texts.iter().any(|text| text.contains(&plain(value)));
        match operator {
            "eq" => equals(),
            "not_eq" => !equals(),
            "contains" => has(),
            "not_contains" => !has(),
            "exists" => !texts.is_empty(),
            "not_exists" => texts.is_empty(),
            _ => number.is_some_and(|number| {
                let (bound, limit) = value.as_object().unwrap().iter().next().unwrap();
                let limit = limit.as_f64().unwrap();
                match bound.as_str() {
                    "gt" => number > limit,
                    "gte" => number >= limit,
                    "lt" => number < limit,
                    _ => number <= limit,
                }
            }),
        }
    }

    fn sums(records: &[&Record]) -> Value {
        let sum = |of: &dyn Fn(&Record) -> f64| records.iter().map(|record| of(record)).sum::<f64>();
        let if_status = |status: &'static str| {
            move |record: &Record| if record.status == status { record.value } else { 0.0 }
        };
        let open_weighted = |record: &Record| match record.status.as_str() {
            "open" => record.value * record.probability.unwrap_or(ODDS[record.stage]) / 100.0,
            _ => 0.0,
        };
        let won = sum(&if_status("won"));
        json!({
            "totalCount": records.len(),
            "totalValue": sum(&|record| record.value),
            "weightedValue": sum(&open_weighted) + won,
            "openValue": sum(&if_status("open")),
            "openWeightedValue": sum(&open_weighted),
            "wonValue": won,
        })
    }

    async fn search(&self, number: u64) {
        let filters: Vec<Node> = (0..self.below(3)).map(|_| self.node(0)).collect();
        let mut expected: Vec<&Record> = self
            .records
            .iter()
            .filter(|record| filters.iter().all(|filter| self.fits(record, filter)))
            .collect();
        let key = self.one(&["date_added", "name", "monetary_value"]);
        let descending = self.below(2) == 0;
        expected.sort_by(|a, b| {
            let order = match key {
                "name" => lower(&a.name).cmp(&lower(&b.name)),
                "monetary_value" => a.value.total_cmp(&b.value),
                _ => a.added.cmp(&b.added),
            };
            let order = order.then(a.id.cmp(&b.id));
            if descending { order.reverse() } else { order }
        });
        let limit = self.one(&[1, 7, 100]);
        let mut body = json!({
            "locationId": self.location,
            "limit": limit,
            "filters": filters.iter().map(shown).collect::<Vec<_>>(),
            "sort": [{"field": key, "direction": if descending { "desc" } else { "asc" }}],
        });
        let mut seen = Vec::new();
        loop {
            let call = self.app.post("/opportunities/search").token(&self.token).version("v3").json(&body);
            let found = call.send().await.expect(200).json();
            let place = format!("search {number}: {body}");
            assert_eq!(found["total"], json!(expected.len()), "{place}");
            for (name, amount) in Self::sums(&expected).as_object().unwrap() {
                assert_eq!(found["aggregations"][name].as_f64(), amount.as_f64(), "{name} of {place}");
            }
            let page = found["opportunities"].as_array().unwrap().clone();
            seen.extend(page.iter().map(id));
            match page.last() {
                Some(last) if seen.len() < expected.len() => {
                    body["searchAfter"] = last["searchAfter"].clone()
                }
                _ => break,
            }
        }
        let expected: Vec<&str> = expected.iter().map(|record| record.id.as_str()).collect();
        assert_eq!(seen, expected, "search {number}: {body}");
    }
}

fn shown(node: &Node) -> Value {
    match node {
        Node::Group(joined, parts) => {
            json!({"group": joined, "filters": parts.iter().map(shown).collect::<Vec<_>>()})
        }
        Node::Leaf { field, operator, value: Value::Null } => json!({"field": field, "operator": operator}),
        Node::Leaf { field, operator, value } => {
            json!({"field": field, "operator": operator, "value": value})
        }
    }
}

#[tokio::test]
async fn searches_find_and_sum_up_what_the_model_does() {
    let mut model = Model::start(7313).await;
    for _ in 0..OPPORTUNITIES {
        model.create().await;
    }
    for _ in 0..CHANGES {
        model.change().await;
    }
    for number in 0..SEARCHES {
        model.search(number).await;
    }
}
