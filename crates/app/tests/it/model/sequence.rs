//! One client: server and model agree after any sequence of operations. `LEADHOLD_MODEL_CASES` sets how many.

use leadhold_testkit::TestApp;
use proptest::collection::vec;
use proptest::test_runner::{Config as Cases, TestRunner};

use super::address_book::AddressBook;
use super::operation::{Operation, any};
use crate::api::contacts::unlimited;

/// Operations in a sequence.
const STEPS: std::ops::Range<usize> = 1..40;
/// Cards that operations speak of; some of them are never made.
const SLOTS: usize = 6;

#[tokio::test(flavor = "multi_thread")]
async fn server_and_model_agree_after_any_sequence() {
    let cases = u32::try_from(crate::how_many("LEADHOLD_MODEL_CASES", 16)).expect("a number of cases");
    let handle = tokio::runtime::Handle::current();
    let tried = tokio::task::spawn_blocking(move || {
        let mut runner = TestRunner::new(Cases { cases, failure_persistence: None, ..Cases::default() });
        runner.run(&vec(any(SLOTS), STEPS), |operations| {
            handle.block_on(agree(&operations));
            Ok(())
        })
    });
    tried.await.expect("the runner ends").unwrap_or_else(|fault| panic!("{fault}"));
}

async fn agree(operations: &[Operation]) {
    let app = unlimited().await;
    let (mut model, mut ids) = (AddressBook::default(), Vec::new());
    for (step, operation) in operations.iter().enumerate() {
        app.clock.advance(1);
        let expected = model.run(operation).ordered();
        let answer = operation.send(&app, &ids).await;
        let said = operation.heard(&answer, &mut ids);
        assert_eq!(said, expected, "step {step}: {operation:?} of {operations:#?}");
        assert_eq!(
            ids.len(),
            model.next_slot(),
            "step {step}: {operation:?} made another number of contacts"
        );
    }
    whole_book(&app, &mut model, &mut ids).await;
}

/// At the end everything is read once more.
async fn whole_book(app: &TestApp, model: &mut AddressBook, ids: &mut Vec<String>) {
    let reads = (0..ids.len()).map(Operation::Read).chain([Operation::List]);
    for operation in reads.collect::<Vec<_>>() {
        let expected = model.run(&operation).ordered();
        let answer = operation.send(app, ids).await;
        assert_eq!(operation.heard(&answer, ids), expected, "at the end: {operation:?}");
    }
}
