//! The contract table and the registered handlers say the same.

use std::collections::BTreeSet;

use leadhold_app::http::contract::OPERATIONS;
use leadhold_app::slices;

#[test]
fn every_served_row_has_a_handler_and_every_handler_a_served_row() {
    let served: BTreeSet<String> = OPERATIONS.iter().filter(|row| row.served).map(|row| row.key()).collect();
    let handled: BTreeSet<String> = slices::routes().iter().map(|route| route.key()).collect();
    let unhandled: Vec<_> = served.difference(&handled).collect();
    let unlisted: Vec<_> = handled.difference(&served).collect();
    assert!(
        unhandled.is_empty(),
        "contract/operations.tsv says served, and no slice registers: {unhandled:?}"
    );
    assert!(
        unlisted.is_empty(),
        "registered, and not marked served in contract/operations.tsv: {unlisted:?}"
    );
}

#[test]
fn no_operation_is_registered_twice() {
    let mut keys: Vec<String> = slices::routes().iter().map(|route| route.key()).collect();
    keys.sort();
    let twice: Vec<_> = keys.windows(2).filter(|pair| pair[0] == pair[1]).collect();
    assert!(twice.is_empty(), "{twice:?}");
}
