//! A client: one request after the other, each written down when it is answered.

use std::sync::Arc;

use http::{Method, StatusCode};
use leadhold_kernel::Random;
use leadhold_kernel::random::SeededRandom;
use serde_json::{Value, json};
use tokio::sync::Notify;

use crate::connection::{Answer, Connection};
use crate::ledger::{HookCall, Person, Shape, Write};

/// What every client is told.
#[derive(Clone)]
pub struct Target {
    pub location: String,
    pub token: String,
    /// The hook's path in the guide's form and in today's.
    pub hooks: [String; 2],
}

/// A client and everything that it knows.
pub struct Client {
    /// Which one it is.
    pub name: usize,
    target: Target,
    random: SeededRandom,
    round: usize,
    /// The contacts that it made or tried to make.
    pub people: Vec<Person>,
    /// The hook requests that it sent.
    pub hooks: Vec<HookCall>,
    /// Writes that were acknowledged.
    pub acknowledged: usize,
    /// Writes that a kill cut off.
    pub cut_off: usize,
    /// Of those, the ones that were done, and answered when they were sent again under their key.
    pub replayed: usize,
    /// The last one that was cut off, when it had a key.
    unanswered: Option<Ask>,
}

/// The server is gone; or what it answered is wrong.
enum Stop {
    Gone,
    Fault(String),
}

/// A request that writes.
struct Ask {
    method: Method,
    path: String,
    body: Option<Value>,
    /// Its `Idempotency-Key`.
    key: Option<String>,
}

impl Ask {
    fn new(method: Method, path: String, body: Option<Value>) -> Self {
        Self { method, path, body, key: None }
    }

    async fn send(&self, server: &mut Connection, token: &str) -> Option<Answer> {
        let (method, key) = (self.method.clone(), self.key.as_deref());
        server.send_under(key, method, &self.path, token, self.body.as_ref()).await
    }
}

impl Client {
    pub fn new(name: usize, target: Target, seed: u64) -> Self {
        Self {
            name,
            target,
            random: SeededRandom::new(seed.wrapping_add(name as u64)),
            round: 0,
            people: Vec::new(),
            hooks: Vec::new(),
            acknowledged: 0,
            cut_off: 0,
            replayed: 0,
            unanswered: None,
        }
    }

    /// Sends requests until the server is gone; tells `answered` of each acknowledged write.
    ///
    /// # Errors
    /// When an answer contradicts what was acknowledged before, or is no success.
    pub async fn work(
        &mut self,
        round: usize,
        mut server: Connection,
        answered: Arc<Notify>,
    ) -> Result<(), String> {
        self.round = round;
        loop {
            let before = self.acknowledged;
            let step = match self.open_write() {
                Some(open) => self.settle(&mut server, open).await,
                None => self.step(&mut server).await,
            };
            match step {
                Ok(()) if self.acknowledged > before => answered.notify_one(),
                Ok(()) => {}
                Err(Stop::Gone) => return Ok(()),
                Err(Stop::Fault(fault)) => return Err(fault),
            }
        }
    }

    /// Reads what became of the write that a kill left open.
    ///
    /// # Errors
    /// When it is half done, or the contact cannot be read.
    pub async fn close_open_write(&mut self, server: &mut Connection) -> Result<(), String> {
        let Some(open) = self.open_write() else { return Ok(()) };
        self.settle(server, open).await.map_err(|stop| match stop {
            Stop::Gone => "the server is gone".to_owned(),
            Stop::Fault(fault) => fault,
        })
    }

    /// Reads what became of an open write. One that had a key is sent again: what was done is answered and not done twice,
    /// what was not is done now.
    async fn settle(&mut self, server: &mut Connection, at: usize) -> Result<(), Stop> {
        let open = self.people[at].open.clone();
        self.look(server, at).await?;
        let (Some(write), Some(ask)) = (open, self.unanswered.take()) else { return Ok(()) };
        let done = write.after == self.people[at].now;
        let answer = ask.send(server, &self.target.token).await;
        let person = &mut self.people[at];
        let Some(answer) = answer else {
            if !done {
                person.left_open(self.round, write);
                self.unanswered = Some(ask);
            }
            return Err(Stop::Gone);
        };
        let id = answer.body["contact"]["id"].as_str().map(str::to_owned);
        let same = person.id.is_none() || id.is_none() || id == person.id;
        if !answer.status.is_success() || answer.replayed != done || !same {
            let what = format!(
                "{write}: was {}done, and sent again answered {answer:?}",
                if done { "" } else { "not " }
            );
            return Err(Stop::Fault(person.fault(&what)));
        }
        if done {
            self.replayed += 1;
        } else {
            person.id = person.id.take().or(id);
            person.wrote(self.round, write);
            self.acknowledged += 1;
        }
        Ok(())
    }

    /// A client has at most one.
    fn open_write(&self) -> Option<usize> {
        self.people.iter().position(|person| person.open.is_some())
    }

    async fn step(&mut self, server: &mut Connection) -> Result<(), Stop> {
        let choice = self.random.below(100);
        if choice < 25 {
            return self.call_hook(server).await;
        }
        let living: Vec<usize> = (0..self.people.len()).filter(|&at| self.people[at].now.is_some()).collect();
        let chosen = living.get(usize::try_from(self.random.below(living.len() as u64)).unwrap_or(0));
        match (choice, chosen) {
            (60..76, Some(&at)) => self.update(server, at).await,
            (76..86, Some(&at)) => self.tag(server, at).await,
            (86..92, Some(&at)) => self.delete(server, at).await,
            (92.., Some(&at)) => self.look(server, at).await,
            _ => self.create(server).await,
        }
    }

    async fn create(&mut self, server: &mut Connection) -> Result<(), Stop> {
        let email = format!("c{}-{}@kill.example", self.name, self.people.len());
        let tags = if self.random.below(2) == 0 { vec![] } else { vec!["made".to_owned()] };
        let shape = Shape { revision: 0, tags };
        let mut body = shape.fields();
        body["email"] = json!(email);
        body["tags"] = json!(shape.tags);
        body["locationId"] = json!(self.target.location);
        self.people.push(Person::new(email));
        let at = self.people.len() - 1;
        let ask = Ask::new(Method::POST, "/contacts/".to_owned(), Some(body));
        let answer = self.write(server, at, Write::create(&shape), ask).await?;
        let id = answer.body["contact"]["id"].as_str();
        let id = id.ok_or_else(|| Stop::Fault(format!("a create answered no id: {}", answer.body)))?;
        self.people[at].id = Some(id.to_owned());
        self.agree(at, &answer.body["contact"])
    }

    async fn update(&mut self, server: &mut Connection, at: usize) -> Result<(), Stop> {
        let (path, now) = self.known(at);
        let write = Write::update(&now);
        let body = write.after.as_ref().map(Shape::fields);
        let answer = self.write(server, at, write, Ask::new(Method::PUT, path, body)).await?;
        self.agree(at, &answer.body["contact"])
    }

    async fn tag(&mut self, server: &mut Connection, at: usize) -> Result<(), Stop> {
        let (path, now) = self.known(at);
        let tag = format!("t{}", now.tags.len());
        let ask = Ask::new(Method::POST, format!("{path}/tags"), Some(json!({ "tags": [tag] })));
        self.write(server, at, Write::tag(&now, &tag), ask).await.map(drop)
    }

    async fn delete(&mut self, server: &mut Connection, at: usize) -> Result<(), Stop> {
        let (path, now) = self.known(at);
        let ask = Ask::new(Method::DELETE, path, None);
        self.write(server, at, Write::delete(&now), ask).await.map(drop)
    }

    async fn call_hook(&mut self, server: &mut Connection) -> Result<(), Stop> {
        let email = format!("h{}-{}@kill.example", self.name, self.hooks.len());
        let body = json!({ "email": email, "firstName": "Hook" });
        let path = self.target.hooks[self.hooks.len() % 2].clone();
        self.hooks.push(HookCall { email, acknowledged: None });
        let Some(answer) = server.send(Method::POST, &path, "", Some(&body)).await else {
            self.cut_off += 1;
            return Err(Stop::Gone);
        };
        let id = answer.body["id"].as_str().filter(|_| answer.status == StatusCode::OK);
        let id = id.ok_or_else(|| Stop::Fault(format!("the hook answered {answer:?}")))?;
        if let Some(call) = self.hooks.last_mut() {
            call.acknowledged = Some(id.to_owned());
        }
        self.acknowledged += 1;
        Ok(())
    }

    /// Reads a contact: it must be as acknowledged, or as an open write would have left it.
    async fn look(&mut self, server: &mut Connection, at: usize) -> Result<(), Stop> {
        let person = &self.people[at];
        let path = match &person.id {
            Some(id) => format!("/contacts/{id}"),
            None => {
                let (location, email) = (&self.target.location, &person.email);
                format!("/contacts/search/duplicate?locationId={location}&email={email}")
            }
        };
        let answer = server.send(Method::GET, &path, &self.target.token, None).await.ok_or(Stop::Gone)?;
        let person = &mut self.people[at];
        // A contact that is gone: 400 by id, as the real service answers, and null by e-mail.
        let actual = match (&answer.body["contact"], answer.status) {
            (Value::Null, StatusCode::OK | StatusCode::BAD_REQUEST) => None,
            (contact, StatusCode::OK) => {
                person.id = contact["id"].as_str().map(str::to_owned);
                Some(Shape::read(contact).map_err(|half| Stop::Fault(person.fault(&half)))?)
            }
            _ => return Err(Stop::Fault(person.fault(&format!("could not be read: {answer:?}")))),
        };
        person.found(self.round, actual).map_err(Stop::Fault)
    }

    async fn write(
        &mut self,
        server: &mut Connection,
        at: usize,
        write: Write,
        mut ask: Ask,
    ) -> Result<Answer, Stop> {
        if self.random.below(2) == 0 {
            ask.key = Some(format!("c{}-{}", self.name, self.acknowledged + self.cut_off));
        }
        let answer = ask.send(server, &self.target.token).await;
        let person = &mut self.people[at];
        match answer {
            Some(answer) if answer.status.is_success() => {
                person.wrote(self.round, write);
                self.acknowledged += 1;
                Ok(answer)
            }
            Some(answer) => {
                Err(Stop::Fault(person.fault(&format!("{write}: the server answered {answer:?}"))))
            }
            None => {
                person.left_open(self.round, write);
                self.cut_off += 1;
                self.unanswered = Some(ask).filter(|ask| ask.key.is_some());
                Err(Stop::Gone)
            }
        }
    }

    fn known(&self, at: usize) -> (String, Shape) {
        let person = &self.people[at];
        let (id, now) = (person.id.as_deref().unwrap_or_default(), person.now.clone());
        (format!("/contacts/{id}"), now.expect("only living contacts are chosen"))
    }

    /// The answer of a write shows what it wrote.
    fn agree(&self, at: usize, shown: &Value) -> Result<(), Stop> {
        let person = &self.people[at];
        match Shape::read(shown) {
            Ok(shape) if Some(&shape) == person.now.as_ref() => Ok(()),
            other => Err(Stop::Fault(person.fault(&format!("was answered as {other:?}")))),
        }
    }
}
