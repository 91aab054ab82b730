//! Every filter, sort and page of a search, held against a naive model in memory. The model knows nothing of SQL: it
//! keeps what was written and compares it in the most obvious way.

use leadhold_kernel::{Random, random::SeededRandom};
use leadhold_testkit::TestApp;
use serde_json::{Value, json};

use super::{field, unlimited};

const CONTACTS: u64 = 60;
const SEARCHES: u64 = 400;
const DAY: i64 = 86_400_000;

/// Texts in which characters that mean something to SQL, and letters beyond ASCII, come up often.
const WORDS: &[&str] = &[
    "Ada",
    "ada lovelace",
    "100%",
    "a_b",
    "axb",
    "O'Hara",
    "ÄÖ Ü",
    "äö",
    "x!y",
    "back\\slash",
    "zoë",
    "Zo",
    "a",
    "İz",
    "50% off_",
];
const TAGS: &[&str] = &["vip", "lead", "100%", "größe", "a_b"];

/// A field under its public name: which tests it takes.
#[derive(Clone, Copy, PartialEq)]
enum Kind {
    Exact,
    Word,
    Part,
    Flag,
    Span,
    Number,
}

/// A contact as the model keeps it: for each public name its texts as written, and its number.
#[derive(Debug, Default)]
struct Record {
    id: String,
    body: serde_json::Map<String, Value>,
    texts: Vec<(String, Vec<String>)>,
    numbers: Vec<(String, f64)>,
}

impl Record {
    fn texts(&self, name: &str) -> &[String] {
        self.texts.iter().find(|(known, _)| known == name).map_or(&[], |(_, texts)| texts)
    }

    fn number(&self, name: &str) -> Option<f64> {
        self.numbers.iter().find(|(known, _)| known == name).map(|(_, number)| *number)
    }
}

fn lower(text: &str) -> String {
    text.chars().flat_map(char::to_lowercase).collect()
}

struct Model {
    random: SeededRandom,
    records: Vec<Record>,
    fields: Vec<(String, Kind)>,
}

impl Model {
    fn below(&self, below: u64) -> u64 {
        self.random.below(below)
    }

    fn one<'a, T>(&self, of: &'a [T]) -> &'a T {
        &of[usize::try_from(self.below(of.len() as u64)).unwrap()]
    }

    /// A contact of random parts, each there two times of three.
    fn contact(&self, custom: &[String; 4]) -> Record {
        let mut record = Record::default();
        for (key, name) in [
            ("firstName", "firstNameLowerCase"),
            ("lastName", "lastNameLowerCase"),
            ("address1", "address"),
            ("city", "city"),
            ("state", "state"),
            ("country", "country"),
            ("postalCode", "postalCode"),
            ("companyName", "companyName"),
            ("source", "source"),
            ("assignedTo", "assignedTo"),
        ] {
            if self.below(3) > 0 {
                let word = self.one(WORDS);
                record.body.insert(key.into(), json!(word));
                record.texts.push((name.into(), vec![(*word).into()]));
            }
        }
        let name = [record.texts("firstNameLowerCase"), record.texts("lastNameLowerCase")].concat().join(" ");
        record
            .texts
            .push(("contactName".into(), Some(name).filter(|name| !name.is_empty()).into_iter().collect()));
        let dnd = self.below(2) == 0;
        record.body.insert("dnd".into(), json!(dnd));
        record.texts.push(("dnd".into(), vec![dnd.to_string()]));
        if self.below(2) == 0 {
            let status = *self.one(&["active", "inactive", "permanent"]);
            record.body.insert("dndSettings".into(), json!({"SMS": {"status": status}}));
            record.texts.push(("dndSettings.SMS.status".into(), vec![status.into()]));
        }
        let tags: Vec<String> =
            TAGS.iter().filter(|_| self.below(3) == 0).map(|tag| (*tag).to_owned()).collect();
        record.body.insert("tags".into(), json!(tags));
        record.texts.push(("tags".into(), tags));
        self.custom_values(&mut record, custom);
        record
    }

    fn custom_values(&self, record: &mut Record, [text, number, date, choices]: &[String; 4]) {
        let mut values = Vec::new();
        let mut put =
            |record: &mut Record, id: &str, value: Value, texts: Vec<String>, number: Option<f64>| {
                values.push(json!({"id": id, "value": value}));
                record.texts.push((format!("customFields.{id}"), texts));
                record.numbers.extend(number.map(|number| (format!("customFields.{id}"), number)));
            };
        if self.below(2) == 0 {
            let word = self.one(WORDS);
            put(record, text, json!(word), vec![(*word).into()], None);
        }
        if self.below(2) == 0 {
            let value = *self.one(&["-1", "0", "1.5", "2", "100"]);
            put(record, number, json!(value), vec![value.into()], value.parse().ok());
        }
        if self.below(2) == 0 {
            let (day, at) =
                *self.one(&[("1969-12-31", -DAY), ("1970-01-02", DAY), ("2024-02-29", 19_782 * DAY)]);
            put(record, date, json!(day), vec![day.into()], Some(at as f64));
        }
        let chosen: Vec<String> =
            WORDS.iter().filter(|_| self.below(8) == 0).map(|word| (*word).to_owned()).collect();
        if !chosen.is_empty() {
            put(record, choices, json!(chosen), chosen, None);
        }
        record.body.insert("customFields".into(), json!(values));
    }

    /// A random tree of filters, and the records that it lets pass.
    fn filter(&self, depth: u64) -> (Value, Vec<bool>) {
        if depth > 0 && self.below(3) == 0 {
            let any = self.below(2) == 0;
            let parts: Vec<_> = (0..1 + self.below(3)).map(|_| self.filter(depth - 1)).collect();
            let passes = (0..self.records.len())
                .map(|at| {
                    if any {
                        parts.iter().any(|part| part.1[at])
                    } else {
                        parts.iter().all(|part| part.1[at])
                    }
                })
                .collect();
            let filters: Vec<_> = parts.into_iter().map(|part| part.0).collect();
            return (json!({"group": if any { "OR" } else { "AND" }, "filters": filters}), passes);
        }
        self.condition()
    }

    fn condition(&self) -> (Value, Vec<bool>) {
        let (name, kind) = self.one(&self.fields).clone();
        let operators: &[&str] = match kind {
            Kind::Exact if name == "id" => &["eq", "not_eq"],
            Kind::Exact | Kind::Word | Kind::Flag => &["eq", "not_eq", "exists", "not_exists"],
            Kind::Part => &["eq", "not_eq", "contains", "not_contains", "exists", "not_exists"],
            Kind::Span => &["range", "exists", "not_exists"],
            Kind::Number => &["range", "eq", "not_eq", "exists", "not_exists"],
        };
        let operator = *self.one(operators);
        let value = match operator {
            "eq" | "not_eq" => self.operands(&name, kind),
            "contains" | "not_contains" => json!(self.part(&name)),
            "range" => self.range(&name),
            _ => Value::Null,
        };
        let passes =
            self.records.iter().map(|record| passes(record, &name, kind, operator, &value)).collect();
        let mut condition = json!({"field": name, "operator": operator});
        if !value.is_null() {
            condition["value"] = value;
        }
        (condition, passes)
    }

    /// Mostly values that some contact has, in another case where that does not matter.
    fn operands(&self, name: &str, kind: Kind) -> Value {
        let one = || {
            let texts = self.one(&self.records).texts(name);
            let text = if texts.is_empty() { "nothing".to_owned() } else { self.one(texts).clone() };
            match kind {
                Kind::Exact => json!(text),
                Kind::Flag if self.below(2) == 0 => json!(text == "true"),
                Kind::Flag => json!((text == "true").to_string()),
                _ if self.below(2) == 0 => json!(lower(&text)),
                _ => json!(text),
            }
        };
        if self.below(3) == 0 {
            json!((0..1 + self.below(3)).map(|_| one()).collect::<Vec<_>>())
        } else {
            one()
        }
    }

    /// A piece of a text that some contact has.
    fn part(&self, name: &str) -> String {
        let texts = self.one(&self.records).texts(name);
        let text = if texts.is_empty() { (*self.one(WORDS)).to_owned() } else { self.one(texts).clone() };
        let chars: Vec<char> = text.chars().collect();
        let from = usize::try_from(self.below(chars.len() as u64)).unwrap();
        let to = from + 1 + usize::try_from(self.below((chars.len() - from) as u64)).unwrap();
        chars[from..to].iter().collect()
    }

    fn range(&self, name: &str) -> Value {
        let mut range = serde_json::Map::new();
        for bound in ["gt", "gte", "lt", "lte"] {
            if self.below(2) == 0 {
                let number = self.one(&self.records).number(name).unwrap_or(1.0);
                range.insert(bound.into(), json!(number));
            }
        }
        if range.is_empty() { json!({"gte": 0}) } else { Value::Object(range) }
    }

    /// A random order, and the records of `passes` in it.
    fn sorted(&self, passes: &[bool]) -> (Value, Vec<String>) {
        let names =
            ["email", "dnd", "source", "firstNameLowerCase", "lastNameLowerCase", "dateAdded", "dateUpdated"];
        let mut sort: Vec<(&str, bool)> = Vec::new();
        for _ in 0..self.below(4) {
            let name = *self.one(&names);
            if !sort.iter().any(|(known, _)| *known == name) {
                sort.push((name, self.below(2) == 0));
            }
        }
        let order = if sort.is_empty() { vec![("dateAdded", true)] } else { sort.clone() };
        let mut found: Vec<&Record> = self
            .records
            .iter()
            .zip(passes)
            .filter(|(_, passes)| **passes)
            .map(|(record, _)| record)
            .collect();
        found.sort_by(|a, b| {
            let mut decided = std::cmp::Ordering::Equal;
            for (name, descending) in &order {
                let step = compare(a, b, name);
                decided = decided.then(if *descending { step.reverse() } else { step });
            }
            let by_id = a.id.cmp(&b.id);
            decided.then(if order.last().is_some_and(|last| last.1) { by_id.reverse() } else { by_id })
        });
        let asked: Vec<_> = sort
            .iter()
            .map(|(name, descending)| json!({"field": name, "direction": if *descending { "desc" } else { "asc" }}))
            .collect();
        (json!(asked), found.into_iter().map(|record| record.id.clone()).collect())
    }
}

fn compare(a: &Record, b: &Record, name: &str) -> std::cmp::Ordering {
    let text = |record: &Record| record.texts(name).first().map(|text| lower(text)).unwrap_or_default();
    let number = |record: &Record| record.number(name).unwrap_or(0.0);
    text(a).cmp(&text(b)).then(number(a).total_cmp(&number(b)))
}

fn passes(record: &Record, name: &str, kind: Kind, operator: &str, value: &Value) -> bool {
    let spelled = |text: &str| if kind == Kind::Exact { text.to_owned() } else { lower(text) };
    let texts: Vec<String> = record.texts(name).iter().map(|text| spelled(text)).collect();
    let number = record.number(name);
    let wanted: Vec<String> = match value {
        Value::Array(values) => values.clone(),
        one => vec![one.clone()],
    }
    .iter()
    .map(|value| value.as_str().map_or_else(|| value.to_string(), str::to_owned))
    .map(|text| spelled(&text))
    .collect();
    match operator {
        "eq" => texts.iter().any(|text| wanted.contains(text)),
        "not_eq" => !texts.iter().any(|text| wanted.contains(text)),
        "contains" => texts.iter().any(|text| text.contains(&wanted[0])),
        "not_contains" => !texts.iter().any(|text| text.contains(&wanted[0])),
        "exists" => !texts.is_empty() || number.is_some(),
        "not_exists" => texts.is_empty() && number.is_none(),
        "range" => number.is_some_and(|number| {
            value.as_object().unwrap().iter().all(|(bound, limit)| {
                let limit = limit.as_f64().unwrap();
                match bound.as_str() {
                    "gt" => number > limit,
                    "gte" => number >= limit,
                    "lt" => number < limit,
                    _ => number <= limit,
                }
            })
        }),
        other => panic!("{other}"),
    }
}

async fn settle(app: &TestApp) -> Model {
    let options: Vec<&str> = WORDS.to_vec();
    let custom = [
        field(app, "Text", "TEXT", json!({})).await,
        field(app, "Number", "NUMERICAL", json!({})).await,
        field(app, "Date", "DATE", json!({})).await,
        field(app, "Choices", "CHECKBOX", json!({"options": options})).await,
    ];
    let mut fields: Vec<(String, Kind)> = [
        ("id", Kind::Exact),
        ("assignedTo", Kind::Exact),
        ("contactName", Kind::Word),
        ("email", Kind::Word),
        ("state", Kind::Word),
        ("country", Kind::Word),
        ("source", Kind::Word),
        ("tags", Kind::Word),
        ("dndSettings.SMS.status", Kind::Word),
        ("followers", Kind::Word),
        ("additionalEmails", Kind::Word),
        ("firstNameLowerCase", Kind::Part),
        ("lastNameLowerCase", Kind::Part),
        ("phone", Kind::Part),
        ("address", Kind::Part),
        ("city", Kind::Part),
        ("postalCode", Kind::Part),
        ("companyName", Kind::Part),
        ("businessName", Kind::Part),
        ("dnd", Kind::Flag),
        ("isValidWhatsapp", Kind::Flag),
        ("dateAdded", Kind::Span),
        ("dateUpdated", Kind::Span),
        ("lastEmailClickedDate", Kind::Span),
    ]
    .map(|(name, kind)| (name.to_owned(), kind))
    .to_vec();
    let kinds = [Kind::Part, Kind::Number, Kind::Span, Kind::Word];
    fields.extend(custom.iter().zip(kinds).map(|(id, kind)| (format!("customFields.{id}"), kind)));
    let mut model = Model { random: SeededRandom::new(7), records: Vec::new(), fields };
    for number in 0..CONTACTS {
        app.clock.advance(i64::try_from(model.below(3)).unwrap() * 1_000);
        let mut record = model.contact(&custom);
        let email = format!("Mail{number}@{}.co", model.one(&["Ab", "b-c"]));
        record.body.insert("email".into(), json!(email));
        record.texts.push(("email".into(), vec![email]));
        if model.below(2) == 0 {
            let phone = format!("+1415555{:04}", 1000 + number);
            record.body.insert("phone".into(), json!(phone));
            record.texts.push(("phone".into(), vec![phone]));
        }
        let answer = app.post("/contacts/").json(&json!(record.body)).send().await.expect(201).json();
        record.id = answer["contact"]["id"].as_str().unwrap().to_owned();
        record.texts.push(("id".into(), vec![record.id.clone()]));
        let now = leadhold_kernel::Clock::now(app.clock.as_ref()).millis() as f64;
        record.numbers.extend([("dateAdded".to_owned(), now), ("dateUpdated".to_owned(), now)]);
        model.records.push(record);
    }
    model
}

#[tokio::test]
async fn every_search_finds_what_the_model_finds() {
    let app = unlimited().await;
    let model = settle(&app).await;
    let mut matched = 0;
    for _ in 0..SEARCHES {
        let (filters, passes): (Vec<_>, Vec<_>) = (0..1 + model.below(2)).map(|_| model.filter(2)).unzip();
        let passes: Vec<bool> =
            (0..model.records.len()).map(|at| passes.iter().all(|part| part[at])).collect();
        let (sort, expected) = model.sorted(&passes);
        let page_limit = 7 + model.below(40);
        let mut body = json!({"locationId": app.agency.location.location_id(), "pageLimit": page_limit,
            "filters": filters, "sort": sort});
        let mut found = Vec::new();
        loop {
            let answer = app.post("/contacts/search").json(&body).send().await.expect(200).json();
            assert_eq!(answer["total"], expected.len(), "{body}");
            let contacts = answer["contacts"].as_array().unwrap();
            found.extend(contacts.iter().map(|contact| contact["id"].as_str().unwrap().to_owned()));
            let Some(last) = contacts.last() else { break };
            body["searchAfter"] = last["searchAfter"].clone();
        }
        assert_eq!(found, expected, "{body}");
        matched += expected.len();
    }
    let of_all = SEARCHES * CONTACTS;
    assert!(
        (of_all / 10..of_all * 9 / 10).contains(&(matched as u64)),
        "the searches tell contacts apart: {matched}"
    );
}
