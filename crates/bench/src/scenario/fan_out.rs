//! From committed events to received webhooks: a pile of events appears at once, and the deliveries are timed as they
//! come in.

use std::time::Duration;

use leadhold_app::oauth::apps::{self, Kinds};
use leadhold_kernel::{Cx, Error, Id};
use leadhold_store::Store;

use super::receiver::Receiver;
use super::{PATIENCE, settled};
use crate::figures::Sample;
use crate::outcome::Outcome;
use crate::place::{Lab, Place};
use crate::table::Row;
use crate::{clock, process, record, seed};

/// Subscriptions in the second row; each has an endpoint of its own.
const MANY: usize = 10;

pub fn run(lab: &Lab) -> Outcome<Vec<Row>> {
    let receiver = Receiver::start(lab, MANY)?;
    let place = lab.place("fanout", Some(&receiver.urls[0]))?;
    let (server, store) = (place.serve()?, place.store()?);
    let scene = Scene { place: &place, store: &store, receiver: &receiver, pid: server.pid() };
    let mut rows = vec![scene.row(1, 0)?];
    for url in &receiver.urls[1..] {
        scene.subscribe(url)?;
    }
    rows.push(scene.row(MANY, 50_000_000)?);
    Ok(rows)
}

struct Scene<'a> {
    place: &'a Place<'a>,
    store: &'a Store,
    receiver: &'a Receiver,
    pid: u32,
}

impl Scene<'_> {
    fn row(&self, subscriptions: usize, first: u64) -> Outcome<Row> {
        let plan = &self.place.lab.plan;
        let events = plan.deliveries / subscriptions as u64;
        let mut samples = Vec::new();
        for round in 0..plan.rounds as u64 {
            samples.push(self.round(first + round * events, events, subscriptions)?);
        }
        let what = if subscriptions == 1 { "1 subscription" } else { "10 subscriptions" };
        Ok(Row { times: String::new(), ..Row::rate(&format!("webhooks received, {what}"), &samples) })
    }

    fn round(&self, first: u64, events: u64, subscriptions: usize) -> Outcome<Sample> {
        let Scene { place, store, receiver, pid } = self;
        let numbers = first..first + events;
        let cpu = process::cpu(*pid)?;
        let made = seed::create((*store).clone(), place.here()?, seed::chance(), numbers, record::untagged);
        place.lab.runtime.block_on(made).map_err(|error| format!("cannot make events: {error:?}"))?;
        let deliveries = usize::try_from(events).unwrap_or(0) * subscriptions;
        let times = receiver.wait_for(deliveries, PATIENCE)?;
        settled(place.lab, store)?;
        let used = process::cpu(*pid)?.saturating_sub(cpu);
        let (first, last) = (times.iter().min().copied(), times.iter().max().copied());
        let span = last.zip(first).map_or(Duration::ZERO, |(last, first)| last - first);
        Ok(Sample::new(span.as_secs_f64().max(0.001), vec![0; times.len()], used))
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
