//! get, list and search against a bare server that answers the same bytes.

use super::{AddressBook, load, take_turns};
use crate::figures::Duel;
use crate::outcome::Outcome;
use crate::process::Server;
use crate::table::Row;

/// The aim for get.
const GET_AIM: f64 = 0.6;

pub fn run(book: &AddressBook<'_>, bare: &Server) -> Outcome<Vec<Row>> {
    let (lab, mut rows) = (book.place.lab, Vec::new());
    for (operation, requests) in book.requests() {
        let (ours, theirs) = (load(lab, &book.server, requests.clone(), 200), load(lab, bare, requests, 200));
        let turns = [Box::new(|| ours.run()) as super::Turn<'_>, Box::new(|| theirs.run())];
        let [ours, theirs] = take_turns(lab.plan.rounds, turns)?;
        let what = match operation {
            "list" => "list 20 contacts",
            "search" => "search contacts by e-mail",
            _ => "get a contact",
        };
        let aim = (operation == "get").then_some(GET_AIM);
        rows.push(Row::duel(what, &Duel { ours: &ours, theirs: &theirs }, "bare axum, same bytes", aim));
    }
    rows.push(Row::value("memory after that load", book.server.resident_mib()?, "MiB", None));
    Ok(rows)
}
