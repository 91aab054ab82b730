//! Filters, sorts and pages of a search, held against a naive model in memory. The model knows nothing of SQL: it keeps what
//! was written and compares it in the most obvious way.

use leadhold_app::custom_fields::DataType;
use leadhold_kernel::{Random, random::SeededRandom};
use leadhold_testkit::TestApp;
use serde_json::{Map, Value, json};

use super::{field, here, object, record, records, unlimited};

const RECORDS: u64 = 60;
const SEARCHES: u64 = 300;
const WORDS: &[&str] =
    &["Ada", "ada b", "100%", "a_b", "axb", "O'Hara", "ÄÖ Ü", "äö", "x!y", "back\\slash", "zoë", "a"];
const CHOICES: &[&str] = &["red", "dark_red", "blue"];
const DAYS: &[&str] = &["1969-12-31", "1970-01-02", "2024-02-29"];

/// A record's id and its properties.
type Kept = (String, Map<String, Value>);

struct Model {
    random: SeededRandom,
    records: Vec<Kept>,
}

/// What a client asks, and whether a record passes.
type Asked = (Value, Box<dyn Fn(&Map<String, Value>) -> bool>);

fn lower(text: &str) -> String {
    text.chars().flat_map(char::to_lowercase).collect()
}

fn text(properties: &Map<String, Value>, key: &str) -> Option<String> {
    properties.get(key).and_then(Value::as_str).map(lower)
}

impl Model {
    fn below(&self, below: u64) -> usize {
        usize::try_from(self.random.below(below)).expect("small")
    }

    fn one<'a>(&self, of: &'a [&'a str]) -> &'a str {
        of[self.below(of.len() as u64)]
    }

    fn record(&self, at: u64) -> Map<String, Value> {
        let mut properties = Map::new();
        properties.insert("name".to_owned(), json!(format!("{at:02} {}", self.one(WORDS))));
        if self.below(3) > 0 {
            properties.insert("note".to_owned(), json!(self.one(WORDS)));
        }
        if self.below(3) > 0 {
            properties.insert("size".to_owned(), json!([-1.0, 0.0, 1.5, 2.0, 100.0][self.below(5)]));
        }
        if self.below(3) > 0 {
            properties.insert("day".to_owned(), json!(self.one(DAYS)));
        }
        let chosen: Vec<&str> = CHOICES.iter().copied().filter(|_| self.below(2) == 0).collect();
        if !chosen.is_empty() {
            properties.insert("colours".to_owned(), json!(chosen));
        }
        properties
    }

    fn condition(&self) -> Asked {
        match self.below(4) {
            0 => self.of_text(),
            1 => self.of_size(),
            2 => self.of_day(),
            _ => self.of_colours(),
        }
    }

    fn of_text(&self) -> Asked {
        let key = *["note", "name"].get(self.below(2)).expect("one of two");
        let (operator, word) =
            (self.one(&["eq", "not_eq", "contains", "not_contains", "exists"]), self.one(WORDS));
        let wanted = lower(word);
        let mut asked = json!({"field": format!("properties.{key}"), "operator": operator});
        if operator != "exists" {
            asked["value"] = json!(word);
        }
        let passes = move |properties: &Map<String, Value>| {
            let text = text(properties, key);
            match operator {
                "eq" => text.as_ref() == Some(&wanted),
                "not_eq" => text.as_ref() != Some(&wanted),
                "contains" => text.is_some_and(|text| text.contains(&wanted)),
                "not_contains" => !text.is_some_and(|text| text.contains(&wanted)),
                _ => text.is_some(),
            }
        };
        (asked, Box::new(passes))
    }

    fn of_size(&self) -> Asked {
        let (operator, number) =
            (self.one(&["eq", "not_eq", "range", "not_exists"]), [-1.0, 0.0, 1.5, 2.0][self.below(4)]);
        let mut asked = json!({"field": "properties.size", "operator": operator});
        match operator {
            "range" => asked["value"] = json!({"gt": number, "lte": 100}),
            "not_exists" => {}
            _ => asked["value"] = json!(number),
        }
        let passes = move |properties: &Map<String, Value>| {
            let size = properties.get("size").and_then(Value::as_f64);
            match operator {
                "eq" => size == Some(number),
                "not_eq" => size != Some(number),
                "range" => size.is_some_and(|size| size > number && size <= 100.0),
                _ => size.is_none(),
            }
        };
        (asked, Box::new(passes))
    }

    fn of_day(&self) -> Asked {
        let (operator, day) = (self.one(&["eq", "range", "exists"]), self.one(DAYS).to_owned());
        let mut asked = json!({"field": "properties.day", "operator": operator});
        match operator {
            "range" => asked["value"] = json!({"gte": day}),
            "exists" => {}
            _ => asked["value"] = json!(day),
        }
        let passes = move |properties: &Map<String, Value>| {
            let given = properties.get("day").and_then(Value::as_str);
            match operator {
                "eq" => given == Some(&*day),
                "range" => given.is_some_and(|given| given >= &*day),
                _ => given.is_some(),
            }
        };
        (asked, Box::new(passes))
    }

    fn of_colours(&self) -> Asked {
        let (operator, colour) = (self.one(&["eq", "not_eq", "not_exists"]), self.one(CHOICES).to_owned());
        let mut asked = json!({"field": "properties.colours", "operator": operator});
        if operator != "not_exists" {
            asked["value"] = json!([colour, "green"]);
        }
        let passes = move |properties: &Map<String, Value>| {
            let given = properties.get("colours").and_then(Value::as_array).cloned().unwrap_or_default();
            let has = given.iter().any(|one| *one == *colour);
            match operator {
                "eq" => has,
                "not_eq" => !has,
                _ => given.is_empty(),
            }
        };
        (asked, Box::new(passes))
    }

    /// A tree of conditions.
    fn filter(&self, depth: usize) -> Asked {
        if depth == 0 || self.below(3) == 0 {
            return self.condition();
        }
        let joined = self.one(&["AND", "OR"]);
        let (asked, parts): (Vec<_>, Vec<_>) = (0..=self.below(3)).map(|_| self.filter(depth - 1)).unzip();
        let passes = move |properties: &Map<String, Value>| match joined {
            "AND" => parts.iter().all(|part| part(properties)),
            _ => parts.iter().any(|part| part(properties)),
        };
        (json!({"group": joined, "filters": asked}), Box::new(passes))
    }

    fn sort(&self) -> (Value, &'static str, bool) {
        let key = ["name", "size", "note", "createdAt"][self.below(4)];
        let field = if key == "createdAt" { key.to_owned() } else { format!("properties.{key}") };
        let descending = self.below(2) == 0;
        (json!([{"field": field, "direction": if descending { "desc" } else { "asc" }}]), key, descending)
    }

    /// The names of the records that pass, in order.
    fn answer(
        &self,
        passes: &dyn Fn(&Map<String, Value>) -> bool,
        key: &str,
        descending: bool,
    ) -> Vec<String> {
        let mut found: Vec<(usize, &Kept)> =
            self.records.iter().enumerate().filter(|(_, (_, properties))| passes(properties)).collect();
        found.sort_by(|(at, (id, a)), (bt, (jd, b))| {
            let order = match key {
                "createdAt" => at.cmp(bt),
                "size" => {
                    let size = |properties: &Map<String, Value>| {
                        properties.get("size").and_then(Value::as_f64).unwrap_or(f64::MIN)
                    };
                    size(a).total_cmp(&size(b))
                }
                key => text(a, key).unwrap_or_default().cmp(&text(b, key).unwrap_or_default()),
            };
            order.then_with(|| id.cmp(jd))
        });
        if descending {
            found.reverse();
        }
        found.into_iter().map(|(_, (id, _))| id.clone()).collect()
    }
}

/// Everything found, page by page, behind one another.
async fn walked(app: &TestApp, filter: &Value, sort: &Value, limit: usize) -> Vec<String> {
    let (mut after, mut ids) = (json!([]), Vec::new());
    loop {
        let body = json!({
            "locationId": here(app), "page": 1, "pageLimit": limit, "query": "", "searchAfter": after,
            "filters": [filter], "sort": sort,
        });
        let url = format!("{}/search", records("custom_objects.thing"));
        let answer = app.post(&url).json(&body).send().await.expect(200).json();
        let page = answer["records"].as_array().expect("a list").clone();
        ids.extend(page.iter().map(super::id));
        match page.last() {
            Some(last) if page.len() == limit => after = last["searchAfter"].clone(),
            _ => {
                assert_eq!(answer["total"].as_u64().expect("a number"), ids.len() as u64, "{body}");
                return ids;
            }
        }
    }
}

#[tokio::test]
async fn every_search_answers_what_the_model_does() {
    let app = unlimited().await;
    object(&app, "thing").await;
    field(&app, "thing", "Note", DataType::Text, &[]).await;
    field(&app, "thing", "Size", DataType::Numerical, &[]).await;
    field(&app, "thing", "Day", DataType::Date, &[]).await;
    field(&app, "thing", "Colours", DataType::Checkbox, &["Red", "Dark red", "Blue"]).await;
    let seed = 20_261_125;
    let mut model = Model { random: SeededRandom::new(seed), records: Vec::new() };
    for at in 0..RECORDS {
        let properties = model.record(at);
        let made = record(&app, "custom_objects.thing", Value::Object(properties.clone())).await;
        model.records.push((super::id(&made), properties));
        app.clock.advance(1);
    }
    for at in 0..SEARCHES {
        let (filter, passes) = model.filter(3);
        let (sort, key, descending) = model.sort();
        let expected = model.answer(&*passes, key, descending);
        let limit = 1 + model.below(40);
        let found = walked(&app, &filter, &sort, limit).await;
        assert_eq!(found, expected, "search {at} of seed {seed}: {filter} {sort} by {limit}");
    }
}
