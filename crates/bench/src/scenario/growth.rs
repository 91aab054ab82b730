//! The same reads on a small and on a large address book.

use super::{AddressBook, load, take_turns};
use crate::figures::{Duel, number};
use crate::outcome::Outcome;
use crate::place::Lab;
use crate::table::Row;

pub fn run(lab: &Lab, small: &AddressBook<'_>) -> Outcome<Vec<Row>> {
    let mut rows = Vec::new();
    for &contacts in &lab.plan.growth {
        let large = AddressBook::open(lab, &format!("book{contacts}"), contacts)?;
        for ((operation, of_small), (_, of_large)) in small.requests().into_iter().zip(large.requests()) {
            let (few, many) =
                (load(lab, &small.server, of_small, 200), load(lab, &large.server, of_large, 200));
            let turns = [Box::new(|| many.run()) as super::Turn<'_>, Box::new(|| few.run())];
            let [many, few] = take_turns(lab.plan.rounds, turns)?;
            let what = format!("{operation} at {} contacts", number(contacts as f64));
            let than = format!("the same at {}", number(lab.plan.contacts as f64));
            rows.push(Row::duel(&what, &Duel { ours: &many, theirs: &few }, &than, None));
        }
    }
    Ok(rows)
}
