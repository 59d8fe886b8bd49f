//! What a step is made of: its state as text and back, its commit on each store, and a park with the wake that ends it.
//!
//! The program `fixtures/bench` measures whole processes against the bare limit of the disk; this is for finding out where time goes.
#![allow(missing_docs, clippy::unwrap_used)] // A benchmark is nobody's interface and may panic.

use std::sync::Arc;

use criterion::{BatchSize, Criterion, criterion_group, criterion_main};
use jiff::Timestamp;
use justscale::encoding::{FieldReader, FieldWriter};
use justscale::store::{
    Committed, InstanceId, MemoryStore, Message, NewInstance, Next, SavedState, SqliteStore, Store, Topic,
    Transition, Write,
};
use tokio::runtime::Runtime;

/// The locals of a usual state.
fn encode(turn: u32) -> String {
    let mut locals = FieldWriter::new();
    locals.field("customer", &"ada".to_owned()).unwrap();
    locals.field("items", &vec![("tea".to_owned(), 3_u32), ("scones".to_owned(), 12)]).unwrap();
    locals.field("paid", &Some(1299_u64)).unwrap();
    locals.field("turn", &turn).unwrap();
    locals.finish()
}

fn decode(text: &str) -> (String, Vec<(String, u32)>, Option<u64>, u32) {
    let mut locals = FieldReader::parse(text).unwrap();
    let (customer, items) = (locals.take("customer").unwrap(), locals.take("items").unwrap());
    (customer, items, locals.take("paid").unwrap(), locals.take("turn").unwrap())
}

fn states(criterion: &mut Criterion) {
    let text = encode(7);
    criterion.bench_function("state to text", |bencher| bencher.iter(|| encode(7)));
    criterion.bench_function("text to state", |bencher| bencher.iter(|| decode(&text)));
}

/// One instance on a store.
struct Instance {
    store: Arc<dyn Store>,
    id: InstanceId,
    epoch: i64,
}

impl Instance {
    async fn start(store: Arc<dyn Store>) -> Self {
        let start = NewInstance {
            name: "/order/1".to_owned(),
            process: "/order/{order}".to_owned(),
            state: SavedState { point: "Start".to_owned(), locals: encode(0) },
            subscriptions: vec![topic()],
            parent: None,
            at: Timestamp::UNIX_EPOCH,
        };
        let started = store.commit(Write { starts: vec![start], ..Write::default() }).await.unwrap().started;
        Self { store, id: started.first().unwrap().id, epoch: 1 }
    }

    async fn go(&mut self, next: Next, consumed: Vec<(Topic, i64)>) -> Committed {
        let transition = Transition {
            instance: self.id,
            epoch: self.epoch,
            next,
            consumed,
            left: Vec::new(),
            at: Timestamp::UNIX_EPOCH,
        };
        self.epoch += 1;
        self.store.commit(Write { transition: Some(transition), ..Write::default() }).await.unwrap()
    }

    async fn step(&mut self, state: SavedState) {
        self.go(Next::Step { state }, Vec::new()).await;
    }

    /// Parks, is woken by a message, and goes on past it.
    async fn park_and_wake(&mut self, state: SavedState) {
        let waits = String::from(r#"{"0":{"signal":{"signal":"/paid/{order}","identity":"/paid/1"}}}"#);
        let (topics, wake_at, cause) = (vec![topic()], None, None);
        let wait =
            Next::Wait { state: state.clone(), waits, topics, wake_at, attempts: 0, cause, moved: true };
        self.go(wait, Vec::new()).await;
        let (at, keep_until) = (Timestamp::UNIX_EPOCH, Timestamp::MAX);
        let message = Message { topic: topic(), payload: "{}".to_owned(), at, keep_until };
        self.store.commit(Write { messages: vec![message], ..Write::default() }).await.unwrap();
        self.store.load(self.id).await.unwrap();
        let there = self.store.deliveries(self.id, vec![topic()]).await.unwrap();
        let consumed = there.into_iter().map(|delivery| (delivery.topic, delivery.seq)).collect();
        self.go(Next::Step { state }, consumed).await;
    }
}

fn topic() -> Topic {
    Topic { signal: "/paid/{order}".to_owned(), identity: "/paid/1".to_owned() }
}

fn state() -> SavedState {
    SavedState { point: "Charge".to_owned(), locals: encode(7) }
}

fn commits(criterion: &mut Criterion) {
    let runtime = Runtime::new().unwrap();
    let folder = tempfile::tempdir().unwrap();
    let stores: [(&str, Arc<dyn Store>); 2] = [
        ("memory", Arc::new(MemoryStore::new())),
        ("sqlite", Arc::new(SqliteStore::open(folder.path()).unwrap())),
    ];
    for (name, store) in stores {
        let mut instance = runtime.block_on(Instance::start(store));
        criterion.bench_function(&format!("a step's commit, {name}"), |bencher| {
            bencher.iter_batched(
                state,
                |state| runtime.block_on(instance.step(state)),
                BatchSize::SmallInput,
            );
        });
        criterion.bench_function(&format!("park and wake, {name}"), |bencher| {
            let mut park = |state| runtime.block_on(instance.park_and_wake(state));
            bencher.iter_batched(state, &mut park, BatchSize::SmallInput);
        });
    }
}

criterion_group!(benches, states, commits);
criterion_main!(benches);
