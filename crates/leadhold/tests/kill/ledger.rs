//! What a client knows: every promise that a server made to it, and the one request that a kill left open.

use std::fmt;

use serde_json::{Value, json};

/// A contact as its client wrote it. Three fields carry the revision, so that half a write would show.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shape {
    pub revision: u32,
    pub tags: Vec<String>,
}

/// An event that must be there, with the contact as it is to show it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Told {
    pub kind: String,
    pub shape: Shape,
}

/// A write: what it makes of the contact (`None`: gone), and the events that belong to it.
#[derive(Clone, Debug)]
pub struct Write {
    pub after: Option<Shape>,
    pub events: Vec<Told>,
}

/// A contact that only one client writes to, one request after the other: so its state and its events are known exactly.
pub struct Person {
    pub email: String,
    /// Known once an answer has named it.
    pub id: Option<String>,
    /// `None` before it was made and after it was deleted.
    pub now: Option<Shape>,
    /// All events there must be, in order.
    pub events: Vec<Told>,
    /// A write whose answer did not come: it happened or it did not, and reading must tell which.
    pub open: Option<Write>,
    history: Vec<String>,
}

/// A request to the inbound hook, with an e-mail address of its own.
pub struct HookCall {
    pub email: String,
    /// The id in the answer; `None` when the answer did not come.
    pub acknowledged: Option<String>,
}

impl Shape {
    /// The fields of a create or an update.
    pub fn fields(&self) -> Value {
        let mark = format!("r{}", self.revision);
        json!({ "firstName": mark, "city": mark, "address1": mark })
    }

    /// The contact in an answer or in an event's payload.
    ///
    /// # Errors
    /// When it is no contact of ours, or half of one revision and half of another.
    pub fn read(contact: &Value) -> Result<Self, String> {
        let marks =
            ["firstName", "city", "address1"].map(|field| contact[field].as_str().unwrap_or_default());
        let revision = marks[0].strip_prefix('r').and_then(|number| number.parse().ok());
        let tags =
            contact["tags"].as_array().map(|tags| tags.iter().filter_map(Value::as_str).map(str::to_owned));
        match (revision, tags) {
            (Some(revision), Some(tags)) if marks.iter().all(|mark| *mark == marks[0]) => {
                Ok(Self { revision, tags: tags.collect() })
            }
            _ => Err(format!("half written: {contact}")),
        }
    }

    fn tagged(&self, tag: String) -> Self {
        Self { tags: [self.tags.clone(), vec![tag]].concat(), ..self.clone() }
    }
}

impl Write {
    pub fn create(shape: &Shape) -> Self {
        let kinds: &[&str] =
            if shape.tags.is_empty() { &["ContactCreate"] } else { &["ContactCreate", "ContactTagUpdate"] };
        Self { after: Some(shape.clone()), events: kinds.iter().map(|kind| Told::of(kind, shape)).collect() }
    }

    pub fn update(now: &Shape) -> Self {
        let after = Shape { revision: now.revision + 1, ..now.clone() };
        Self { events: vec![Told::of("ContactUpdate", &after)], after: Some(after) }
    }

    pub fn tag(now: &Shape, tag: &str) -> Self {
        let after = now.tagged(tag.to_owned());
        Self { events: vec![Told::of("ContactTagUpdate", &after)], after: Some(after) }
    }

    pub fn delete(now: &Shape) -> Self {
        Self { events: vec![Told::of("ContactDelete", now)], after: None }
    }
}

impl Told {
    fn of(kind: &str, shape: &Shape) -> Self {
        Self { kind: kind.to_owned(), shape: shape.clone() }
    }
}

impl Person {
    pub fn new(email: String) -> Self {
        Self { email, id: None, now: None, events: Vec::new(), open: None, history: Vec::new() }
    }

    /// The write was acknowledged.
    pub fn wrote(&mut self, round: usize, write: Write) {
        self.history.push(format!("round {round}: acknowledged {write}"));
        self.now = write.after;
        self.events.extend(write.events);
    }

    /// The write was under way when the server was killed.
    pub fn left_open(&mut self, round: usize, write: Write) {
        self.history.push(format!("round {round}: open {write}"));
        self.open = Some(write);
    }

    /// Reading found `actual`: either the state before the open write, or exactly the one after it.
    ///
    /// # Errors
    /// When it is neither.
    pub fn found(&mut self, round: usize, actual: Option<Shape>) -> Result<(), String> {
        let open = self.open.take();
        self.history.push(format!("round {round}: found {actual:?}"));
        match open {
            Some(write) if actual == write.after => self.wrote(round, write),
            _ if actual == self.now => {}
            open => {
                return Err(self
                    .fault(&format!("is {actual:?}, expected {:?} or, if it happened, {open:?}", self.now)));
            }
        }
        Ok(())
    }

    /// A sentence about this contact, with what happened to it.
    pub fn fault(&self, what: &str) -> String {
        let id = self.id.as_deref().unwrap_or("not known");
        format!("contact {} (id {id}) {what}\n    {}", self.email, self.history.join("\n    "))
    }
}

impl fmt::Display for Write {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kinds: Vec<&str> = self.events.iter().map(|told| told.kind.as_str()).collect();
        write!(out, "{} -> {:?}", kinds.join(" + "), self.after)
    }
}
