//! Random operations: whatever is done, a store answers as the one in memory does.

use std::sync::Arc;

use portcullis_issuer::{EndReason, Family, MemoryStore, Store, UseMark};
use proptest::prelude::*;
use proptest::test_runner::TestRunner;

use super::Place;
use super::sample::{ended, family, hash, hours, key, mark, now, signing_key, step};

/// Numbers choose among few families, marks and keys, so that operations meet.
#[derive(Clone, Debug)]
enum Operation {
    Begin { subject: usize },
    Find { family: usize },
    Rotate { family: usize, good: bool },
    End { family: usize, reason: usize },
    EndAll { subject: usize },
    Use { mark: usize },
    AddKey { generation: u64 },
    DropKey { generation: u64 },
    Sweep,
}

const SUBJECTS: [&str; 3] = ["alice", "bob", "carol o'hara"];
const REASONS: [EndReason; 3] = [EndReason::Reuse, EndReason::Revoked, EndReason::Disabled];

fn operation() -> impl Strategy<Value = Operation> {
    prop_oneof![
        3 => (0..3usize).prop_map(|subject| Operation::Begin { subject }),
        2 => (0..6usize).prop_map(|family| Operation::Find { family }),
        6 => (0..6usize, prop::bool::weighted(0.8)).prop_map(|(family, good)| Operation::Rotate { family, good }),
        2 => (0..6usize, 0..3usize).prop_map(|(family, reason)| Operation::End { family, reason }),
        1 => (0..3usize).prop_map(|subject| Operation::EndAll { subject }),
        2 => (0..3usize).prop_map(|mark| Operation::Use { mark }),
        2 => (1..5u64).prop_map(|generation| Operation::AddKey { generation }),
        1 => (1..5u64).prop_map(|generation| Operation::DropKey { generation }),
        1 => Just(Operation::Sweep),
    ]
}

/// Runs sequences of operations in fresh places.
pub(super) async fn same_as_memory<P: Place>(fresh: impl AsyncFn() -> P) {
    let config = ProptestConfig { failure_persistence: None, max_shrink_iters: 64, ..ProptestConfig::with_cases(24) };
    let run = || {
        TestRunner::new(config).run(&prop::collection::vec(operation(), 1..40), |operations| {
            let same = async {
                let place = fresh().await;
                compare(place.open().await, operations).await
            };
            tokio::runtime::Handle::current().block_on(same);
            Ok(())
        })
    };
    tokio::task::block_in_place(run).unwrap_or_else(|error| panic!("{error}"));
}

async fn compare(store: Arc<dyn Store>, operations: Vec<Operation>) {
    let model = MemoryStore::new();
    let mut families: Vec<Family> = Vec::new();
    let marks: [UseMark; 3] = [mark(), mark(), mark()];
    for operation in operations {
        match operation {
            Operation::Begin { subject } => {
                let begun = family(SUBJECTS[subject]);
                assert_eq!(store.begin(begun.clone(), now()).await, model.begin(begun.clone(), now()).await);
                families.push(begun);
            }
            Operation::Find { family } => {
                let key = families.get(family).map_or_else(key, |family| family.key);
                assert_eq!(store.find(key).await, model.find(key).await);
            }
            Operation::Rotate { family: nth, good } => {
                let begun = families.get(nth).cloned().unwrap_or_else(|| family("nobody"));
                let known = model.find(begun.key).await.unwrap().unwrap_or(begun);
                let mut step = step(&known);
                if !good {
                    step.spent = known.spent.map_or_else(hash, |spent| spent.hash);
                }
                assert_eq!(store.rotate(step.clone()).await, model.rotate(step).await);
            }
            Operation::End { family, reason } => {
                let key = families.get(family).map_or_else(key, |family| family.key);
                let ended = ended(REASONS[reason]);
                assert_eq!(store.end(key, ended).await, model.end(key, ended).await);
            }
            Operation::EndAll { subject } => {
                let (subject, ended) = (SUBJECTS[subject].to_owned(), ended(EndReason::Revoked));
                let mut both = [
                    store.end_all(subject.clone(), ended).await.unwrap(),
                    model.end_all(subject, ended).await.unwrap(),
                ];
                both.iter_mut().for_each(|keys| keys.sort_by_key(|key| *key.as_bytes()));
                assert_eq!(both[0], both[1]);
            }
            Operation::Use { mark } => {
                let (mark, now) = (marks[mark], now());
                let until = now.saturating_add(hours(1));
                assert_eq!(store.first_use(mark, until, now).await, model.first_use(mark, until, now).await);
            }
            Operation::AddKey { generation } => {
                let key = signing_key(generation, &format!("{:?}", std::time::Instant::now()));
                assert_eq!(store.add_key(key.clone()).await, model.add_key(key).await);
            }
            Operation::DropKey { generation } => {
                assert_eq!(store.drop_key(generation).await, model.drop_key(generation).await);
            }
            Operation::Sweep => assert_eq!(store.sweep(now()).await, model.sweep(now()).await),
        }
    }
    for family in families {
        assert_eq!(store.find(family.key).await, model.find(family.key).await);
    }
    assert!(store.keys().await == model.keys().await);
}
