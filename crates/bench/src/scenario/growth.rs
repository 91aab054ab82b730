//! The same operations on a small and on a large address book, both in memory.

use std::sync::Arc;

use super::{AddressBook, load, scattered, take_turns};
use crate::figures::{Duel, number};
use crate::load::Requests;
use crate::outcome::Outcome;
use crate::place::Lab;
use crate::record;
use crate::table::Row;

/// A book may take half as long again as one that is a hundred times smaller.
const AIM: f64 = 1.0 / 1.5;

pub fn run(lab: &Lab, small: &AddressBook<'_>) -> Outcome<Vec<Row>> {
    let mut rows = Vec::new();
    for &contacts in &lab.plan.growth {
        let large = AddressBook::open(lab, &format!("book{contacts}"), contacts)?;
        for ((operation, of_small), (_, of_large)) in operations(small).into_iter().zip(operations(&large)) {
            large.place.warm()?;
            small.place.warm()?;
            let (few, many) =
                (load(lab, &small.server, of_small, 200), load(lab, &large.server, of_large, 200));
            let turns = [Box::new(|| many.run()) as super::Turn<'_>, Box::new(|| few.run())];
            let [many, few] = take_turns(lab.plan.rounds, turns)?;
            let what = format!("{operation} at {} contacts", number(contacts as f64));
            let than = format!("the same at {}", number(lab.plan.contacts as f64));
            rows.push(Row::duel(&what, &Duel { ours: &many, theirs: &few }, &than, Some(AIM)));
        }
    }
    Ok(rows)
}

/// What is measured, in both books alike.
fn operations(book: &AddressBook<'_>) -> Vec<(&'static str, Requests)> {
    let [get, list, search] = book.requests();
    vec![get, list, search, ("search by a word", by_word(book)), ("upsert", upsert(book))]
}

/// The words of one contact, as a person types them.
fn by_word(book: &AddressBook<'_>) -> Requests {
    let (target, count) = (book.target(), book.ids.len());
    let location = book.place.demo.location_id.clone();
    Arc::new(move |n| {
        let email = record::email(scattered(n, count) as u64);
        let word = email.split('@').next().unwrap_or_default();
        let body = format!(r#"{{"locationId":"{location}","page":1,"pageLimit":20,"query":"{word}"}}"#);
        target.request("POST", "/contacts/search", &body)
    })
}

/// Of two upserts one changes a contact's city and one makes a contact: whole records, as a client that keeps two address
/// books alike sends them. All else about a changed contact stays what it is, or the first change of each would do more
/// than those behind it, and a small book runs out of first changes.
fn upsert(book: &AddressBook<'_>) -> Requests {
    let (target, count) = (book.target(), book.ids.len());
    let location = book.place.demo.location_id.clone();
    Arc::new(move |n| {
        let who = if n % 2 == 0 { scattered(n, count) as u64 } else { count as u64 + n };
        target.request("POST", "/contacts/upsert", &record::moved_json(&location, who, n))
    })
}
