//! The stores agree: random sequences of calls give the same on memory and on SQLite, and look the same after each of them.
//!
//! Times, the order of deliveries, who is woken and who hears, fences, retention and what an operator does are all part of what
//! is compared. The names are few, so that calls meet.

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use proptest::collection::vec;
use proptest::prelude::*;

use super::scene::*;
use super::{Home, run};
use crate::store::*;

/// A call before it is known which instances there are.
#[derive(Debug, Clone)]
enum Act {
    Write(Draft),
    /// The user's own rows, and a write.
    Session(Vec<u8>, Draft),
    Operate(u8, Operation),
    Expire,
}

/// What a write does.
#[derive(Debug, Clone)]
struct Draft {
    starts: Vec<(u8, Vec<u8>, bool)>,
    messages: Vec<(u8, u8)>,
    moved: Option<Move>,
}

/// Which of the instances moves, from which epoch, and where to.
#[derive(Debug, Clone)]
struct Move {
    instance: usize,
    behind: i64,
    consumes: Vec<u8>,
    kind: Kind,
    topics: Vec<u8>,
    deadline: Option<i64>,
    attempts: u32,
    moved: bool,
}

#[derive(Debug, Clone, Copy)]
enum Kind {
    Step,
    Progress,
    Wait,
    Done,
    Paused,
}

/// Two signals' mailboxes and two instances' ends.
fn a_topic(number: u8) -> Topic {
    match number {
        0 => topic("t"),
        1 => Topic { signal: "/other".to_owned(), identity: "t".to_owned() },
        2 => Topic::end_of("a"),
        _ => Topic::end_of("b"),
    }
}

fn name(number: u8) -> String {
    ["a", "b", "c", "d"][usize::from(number)].to_owned()
}

fn moves() -> impl Strategy<Value = Move> {
    let kind = prop_oneof![
        3 => Just(Kind::Step),
        2 => Just(Kind::Progress),
        6 => Just(Kind::Wait),
        1 => Just(Kind::Done),
        1 => Just(Kind::Paused),
    ];
    let behind = prop_oneof![9 => Just(0_i64), 1 => 1..3_i64];
    (
        0..6_usize,
        behind,
        vec(0..4_u8, 0..3),
        kind,
        vec(0..4_u8, 0..4),
        any::<bool>(),
        0..3_u32,
        any::<bool>(),
        -5..40_i64,
    )
        .prop_map(|(instance, behind, consumes, kind, topics, sleeps, attempts, moved, seconds)| Move {
            instance,
            behind,
            consumes,
            kind,
            topics,
            deadline: sleeps.then_some(seconds),
            attempts,
            moved,
        })
}

fn drafts() -> impl Strategy<Value = Draft> {
    let starts = vec((0..4_u8, vec(0..4_u8, 0..3), any::<bool>()), 0..3);
    (starts, vec((0..2_u8, 0..3_u8), 0..3), prop::option::weighted(0.8, moves()))
        .prop_map(|(starts, messages, moved)| Draft { starts, messages, moved })
}

fn acts() -> impl Strategy<Value = Act> {
    let operation = prop_oneof![Just(Operation::Retry), Just(Operation::Cancel)];
    prop_oneof![
        12 => drafts().prop_map(Act::Write),
        2 => (vec(0..6_u8, 0..3), drafts()).prop_map(|(rows, draft)| Act::Session(rows, draft)),
        2 => (0..4_u8, operation).prop_map(|(name, operation)| Act::Operate(name, operation)),
        1 => Just(Act::Expire),
    ]
}

/// Makes a call of an act, by what is in a store.
async fn call(store: &dyn Store, act: Act, now: Timestamp) -> Call {
    match act {
        Act::Write(draft) => Call::Commit(write(store, draft, now).await),
        Act::Session(rows, draft) => {
            let statements = rows.iter().map(|row| match row {
                0 => "CREATE TABLE note (id INTEGER PRIMARY KEY)".to_owned(),
                row => format!("INSERT INTO note VALUES ({row})"),
            });
            Call::Session(statements.collect(), write(store, draft, now).await)
        }
        Act::Operate(number, operation) => Call::Operate(name(number), operation, now),
        Act::Expire => Call::Expire(now),
    }
}

async fn write(store: &dyn Store, draft: Draft, now: Timestamp) -> Write {
    let rows = store.list(Filter::default()).await.unwrap();
    let starts = draft.starts.into_iter().map(|(number, topics, child)| NewInstance {
        subscriptions: topics.into_iter().map(a_topic).filter(|topic| topic.ends().is_none()).collect(),
        parent: rows.first().filter(|_| child).map(|row| row.id),
        at: now,
        ..new(&name(number))
    });
    let messages = draft.messages.into_iter().map(|(number, kept)| Message {
        topic: a_topic(number),
        payload: format!("{kept}"),
        at: now,
        keep_until: now + SignedDuration::from_secs(i64::from(kept) * 10),
    });
    let transition = match draft.moved {
        Some(moved) => transition(store, &rows, moved, now).await,
        None => None,
    };
    Write { starts: starts.collect(), messages: messages.collect(), transition }
}

async fn transition(store: &dyn Store, rows: &[Instance], moved: Move, now: Timestamp) -> Option<Transition> {
    let row = rows.get(moved.instance % rows.len().max(1))?;
    let consumes = moved.consumes.into_iter().map(a_topic).collect();
    let there = store.deliveries(row.id, consumes).await.unwrap();
    let mut topics: Vec<Topic> = moved.topics.into_iter().map(a_topic).collect();
    topics.sort();
    topics.dedup();
    let (state, waits, attempts) = (state("Next"), "{\"w\":1}".to_owned(), moved.attempts);
    let cause = (attempts > 0).then(|| "refused".to_owned());
    let wake_at = moved.deadline.map(|seconds| now + SignedDuration::from_millis(seconds * 100));
    let moved_on = moved.moved;
    let next = match moved.kind {
        Kind::Step => Next::Step { state },
        Kind::Progress => Next::Progress { state, waits, topics, attempts, cause, moved: moved_on },
        Kind::Wait => Next::Wait { state, waits, topics, wake_at, attempts, cause, moved: moved_on },
        Kind::Done => Next::Done { result: "1".to_owned() },
        Kind::Paused => Next::Paused { cause: "a panic".to_owned() },
    };
    Some(Transition {
        instance: row.id,
        epoch: row.epoch - moved.behind,
        next,
        consumed: there.into_iter().map(|delivery| (delivery.topic, delivery.seq)).collect(),
        left: vec![],
        at: now,
    })
}

async fn agree(acts: Vec<(Act, i64)>) {
    let memory: Arc<dyn Store> = Arc::new(MemoryStore::new());
    let home = Home::sqlite();
    let sqlite = home.open();
    let mut now = at(0);
    let mut calls = Vec::new();
    for (act, nanoseconds) in acts {
        now += SignedDuration::from_nanos(nanoseconds);
        let call = call(&*memory, act, now).await;
        calls.push(call.clone());
        let gave = [make(&*memory, call.clone()).await, make(&*sqlite, call.clone()).await];
        let [on_memory, on_sqlite] = gave.map(|gave| gave.map_err(|error| error.to_string()));
        assert_eq!(on_memory, on_sqlite, "{call:#?}");
        assert_eq!(seen(&*memory, &calls).await, seen(&*sqlite, &calls).await, "{call:#?}");
        for after in [None, Some(now)] {
            let next = [memory.next_wake(after).await.unwrap(), sqlite.next_wake(after).await.unwrap()];
            assert_eq!(next[0], next[1], "the next deadline after {after:?}");
            let due = [memory.due(now, None, 2).await.unwrap(), sqlite.due(now, None, 2).await.unwrap()];
            assert_eq!(due[0], due[1], "due at {now}");
        }
    }
    sqlite.close().await.unwrap();
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn memory_and_sqlite_agree(acts in vec((acts(), 0..4_000_000_000_i64), 1..40)) {
        run(agree(acts));
    }
}
