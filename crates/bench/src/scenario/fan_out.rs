//! From events to received webhooks: how many a second when a pile of events appears at once, and how long one event
//! takes to reach 1, 10 and 100 endpoints, all healthy or one of them hanging.

use std::time::{Duration, Instant};

use leadhold_app::oauth::apps::{self, Kinds};
use leadhold_kernel::{Cx, Error, Id};
use leadhold_store::Store;

use super::receiver::Receiver;
use super::{PATIENCE, Turn, settled, take_turns};
use crate::exchange::Target;
use crate::figures::{Duel, Sample};
use crate::outcome::Outcome;
use crate::place::{Lab, Place};
use crate::process::Server;
use crate::table::Row;
use crate::{clock, process, record, seed};

/// How many endpoints an event goes to; each has a port of its own.
const ENDPOINTS: [usize; 3] = [1, 10, 100];
/// The slowest of a hundred may take twice as long when one endpoint of a hundred hangs.
const AIM: f64 = 2.0;

pub fn run(lab: &Lab) -> Outcome<Vec<Row>> {
    let most = ENDPOINTS[ENDPOINTS.len() - 1];
    let receiver = Receiver::start(lab, most)?;
    let place = lab.place("fanout", Some(&receiver.urls[0]))?;
    let (server, store) = (place.serve()?, place.store()?);
    let target = place.target(&server);
    let mut scene =
        Scene { place: &place, server: &server, store: &store, target, receiver: &receiver, made: 0 };
    let (mut rows, mut subscribed) = (Vec::new(), 1);
    for endpoints in ENDPOINTS {
        for url in &receiver.urls[subscribed..endpoints] {
            scene.subscribe(url)?;
        }
        subscribed = endpoints;
        rows.push(scene.pile(endpoints)?);
        rows.push(scene.one_by_one(endpoints)?);
    }
    rows.push(scene.one_hanging(most)?);
    Ok(rows)
}

struct Scene<'a> {
    place: &'a Place<'a>,
    server: &'a Server,
    store: &'a Store,
    target: Target,
    receiver: &'a Receiver,
    /// How many contacts there are, each of which was an event.
    made: u64,
}

impl Scene<'_> {
    /// All events at once.
    fn pile(&mut self, endpoints: usize) -> Outcome<Row> {
        let rounds = self.place.lab.plan.rounds;
        let samples: Outcome<Vec<Sample>> = (0..rounds).map(|_| self.pile_once(endpoints)).collect();
        let what = format!("a pile of events, {}", to(endpoints));
        Ok(Row { times: String::new(), ..Row::rate(&what, &samples?) })
    }

    fn pile_once(&mut self, endpoints: usize) -> Outcome<Sample> {
        let events = self.events(endpoints);
        let numbers = self.made..self.made + events;
        self.made += events;
        let cpu = process::cpu(self.server.pid())?;
        let Scene { place, store, receiver, .. } = self;
        let made = seed::create((*store).clone(), place.here()?, seed::chance(), numbers, record::untagged);
        place.lab.runtime.block_on(made).map_err(|error| format!("cannot make events: {error:?}"))?;
        let deliveries = usize::try_from(events).unwrap_or(0) * endpoints;
        let times = receiver.wait_for(deliveries, PATIENCE)?;
        settled(place.lab, store)?;
        let used = process::cpu(self.server.pid())?.saturating_sub(cpu);
        let (first, last) = (times.iter().min().copied(), times.iter().max().copied());
        let span = last.zip(first).map_or(Duration::ZERO, |(last, first)| last - first);
        Ok(Sample::new(span.as_secs_f64().max(0.001), vec![0; times.len()], used))
    }

    /// One event after the other, each when all have the one before.
    fn one_by_one(&mut self, endpoints: usize) -> Outcome<Row> {
        let rounds = self.place.lab.plan.rounds;
        let samples: Outcome<Vec<Sample>> = (0..rounds).map(|_| self.calm(endpoints)).collect();
        Ok(Row::rate(&format!("request to receipt, one event {}", to(endpoints)), &samples?))
    }

    /// The same beside an endpoint that answers nobody.
    fn one_hanging(&mut self, endpoints: usize) -> Outcome<Row> {
        let rounds = self.place.lab.plan.rounds;
        let scene = std::cell::RefCell::new(self);
        let turns: [Turn<'_>; 2] = [
            Box::new(|| scene.borrow_mut().beside_a_hanging_one(endpoints)),
            Box::new(|| scene.borrow_mut().calm(endpoints)),
        ];
        let [hanging, calm] = take_turns(rounds, turns)?;
        let duel = Duel { ours: &hanging, theirs: &calm };
        Ok(Row::slowest("the same, one endpoint hanging", &duel, "none hanging", AIM))
    }

    fn calm(&mut self, endpoints: usize) -> Outcome<Sample> {
        let sample = self.events_one_by_one(endpoints, endpoints)?;
        settled(self.place.lab, self.store)?;
        Ok(sample)
    }

    fn beside_a_hanging_one(&mut self, endpoints: usize) -> Outcome<Sample> {
        self.receiver.hang();
        let sample = self.events_one_by_one(endpoints, endpoints - 1);
        self.receiver.answer_again();
        settled(self.place.lab, self.store)?;
        self.receiver.forget();
        sample
    }

    fn events_one_by_one(&mut self, endpoints: usize, heard: usize) -> Outcome<Sample> {
        let (begun, cpu) = (clock::now(), process::cpu(self.server.pid())?);
        let mut micros = Vec::new();
        for _ in 0..self.events(endpoints) {
            let sent = self.make_one()?;
            for came in self.receiver.wait_for(heard, PATIENCE)? {
                micros.push(u32::try_from((came - sent).as_micros()).unwrap_or(u32::MAX));
            }
        }
        let used = process::cpu(self.server.pid())?.saturating_sub(cpu);
        Ok(Sample::new(begun.elapsed().as_secs_f64(), micros, used))
    }

    /// Makes a contact over HTTP, which is one event; when the request was sent.
    fn make_one(&mut self) -> Outcome<Instant> {
        let body = record::untagged_json(&self.place.demo.location_id, self.made);
        self.made += 1;
        let sent = clock::now();
        let _contact = self.target.call("POST", "/contacts/", &body)?.json(201)?;
        Ok(sent)
    }

    fn events(&self, endpoints: usize) -> u64 {
        (self.place.lab.plan.deliveries / endpoints as u64).max(1)
    }

    fn subscribe(&self, url: &str) -> Outcome<()> {
        let app = self.place.demo.app["appId"].as_str().and_then(Id::parse);
        let app = app.ok_or("the demo has no app to subscribe")?;
        let (url, random) = (url.to_owned(), seed::chance());
        let subscribed = self.store.write(move |tx| {
            let cx = Cx::system(clock::timestamp(), random.clone());
            apps::subscribe(tx, &cx, &app, &Kinds::All, &url).map(drop)
        });
        let subscribed: Result<(), Error> = self.place.lab.runtime.block_on(subscribed);
        subscribed.map_err(|error| format!("cannot subscribe: {error:?}"))
    }
}

fn to(endpoints: usize) -> String {
    if endpoints == 1 { "to 1 endpoint".to_owned() } else { format!("to {endpoints} endpoints") }
}
