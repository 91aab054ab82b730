//! Two clients at once on one record: whatever they were answered, some order of their operations explains it, in which
//! each client's operations stay in their order and none comes before one that had ended when it began
//! (linearizability). `LEADHOLD_MODEL_CASES` sets how many histories.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use leadhold_testkit::TestApp;
use proptest::collection::vec;
use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::TestRunner;
use tokio::task::JoinSet;

use super::address_book::AddressBook;
use super::operation::{Operation, Said, fields, on_one};
use crate::api::contacts::unlimited;

/// Operations of each client.
const STEPS: usize = 4;

/// An operation that was answered, with the ticks of a common counter at which it began and ended.
#[derive(Clone, Debug)]
struct Done {
    operation: Operation,
    said: Said,
    began: usize,
    ended: usize,
}

#[tokio::test(flavor = "multi_thread")]
async fn two_clients_never_see_what_no_order_explains() {
    let histories = crate::how_many("LEADHOLD_MODEL_CASES", 16);
    let app = Arc::new(unlimited().await);
    let mut runner = TestRunner::default();
    let client = vec(on_one(1), STEPS);
    for _ in 0..histories {
        let pair =
            (fields(), client.clone(), client.clone()).new_tree(&mut runner).expect("a case").current();
        let (first, one, other) = pair;
        race(&app, Operation::Create(first), [one, other]).await;
    }
}

/// Lets two clients loose on a fresh contact and looks for an order.
async fn race(app: &Arc<TestApp>, create: Operation, clients: [Vec<Operation>; 2]) {
    let mut model = AddressBook::default();
    let mut ids = Vec::new();
    let expected = model.run(&create).ordered();
    let answer = create.send(app, &ids).await;
    assert_eq!(create.heard(&answer, &mut ids), expected);
    let tick = Arc::new(AtomicUsize::new(0));
    let mut racing = JoinSet::new();
    for operations in clients {
        racing.spawn(client(Arc::clone(app), operations, ids.clone(), Arc::clone(&tick)));
    }
    let answered: [Vec<Done>; 2] = racing.join_all().await.try_into().expect("two clients");
    let [one, other] = answered;
    // What is there in the end is one more answer, after all others.
    let last = Operation::Read(0);
    let said = last.heard(&last.send(app, &ids).await, &mut ids);
    let now = tick.load(Ordering::SeqCst);
    let end = Done { operation: last, said, began: now + 1, ended: now + 2 };
    assert!(
        is_explained(&model, [&one, &other], &end),
        "no order explains these answers after {create:?}:\n{one:#?}\n{other:#?}\nin the end {end:#?}"
    );
    clear(app, &ids).await;
}

async fn client(
    app: Arc<TestApp>,
    operations: Vec<Operation>,
    mut ids: Vec<String>,
    tick: Arc<AtomicUsize>,
) -> Vec<Done> {
    let mut done = Vec::new();
    for operation in operations {
        let began = tick.fetch_add(1, Ordering::SeqCst);
        let answer = operation.send(&app, &ids).await;
        let ended = tick.fetch_add(1, Ordering::SeqCst);
        let said = operation.heard(&answer, &mut ids);
        done.push(Done { operation, said, began, ended });
    }
    done
}

/// Whether the model, taking the next operation of either client, can say all that was said, and `end` after it.
fn is_explained(model: &AddressBook, rest: [&[Done]; 2], end: &Done) -> bool {
    if rest.iter().all(|client| client.is_empty()) {
        return model.clone().run(&end.operation).ordered() == end.said;
    }
    (0..2).any(|chosen| {
        let Some((next, later)) = rest[chosen].split_first() else { return false };
        let other = rest[1 - chosen];
        // The other's next had ended before this one began: it must come first.
        if other.first().is_some_and(|waiting| waiting.ended < next.began) {
            return false;
        }
        let mut after = model.clone();
        if after.run(&next.operation).ordered() != next.said {
            return false;
        }
        let rest = if chosen == 0 { [later, other] } else { [other, later] };
        is_explained(&after, rest, end)
    })
}

/// Leaves nothing that the next history's addresses could collide with.
async fn clear(app: &TestApp, ids: &[String]) {
    for id in ids {
        app.delete(&format!("/contacts/{id}")).send().await;
    }
}

#[test]
fn an_answer_that_no_order_explains_is_noticed() {
    let mut runner = TestRunner::deterministic();
    let fields = fields().prop_filter("it changes", |fields| fields.card() != Default::default());
    let fields = fields.new_tree(&mut runner).expect("a case").current();
    let mut model = AddressBook::default();
    let Said::Is(card) = model.run(&Operation::Upsert(fields)) else { panic!("a card") };
    let read = |said: Said, began| Done { operation: Operation::Read(0), said, began, ended: began + 1 };
    let deleted = Done { operation: Operation::Delete(0), said: Said::Deleted, began: 0, ended: 1 };
    let gone = read(Said::Refused, 10);
    let at_once = Done { began: 0, ended: 9, ..read(Said::Is(card.clone()).ordered(), 0) };
    assert!(is_explained(&model, [std::slice::from_ref(&deleted), &[at_once]], &gone));
    let too_late = read(Said::Is(card).ordered(), 5);
    assert!(!is_explained(&model, [&[deleted], &[too_late]], &gone), "read after its deletion had ended");
}
