//! A store on which a behaviour is played, the calls that it made, and what can be seen of the store from outside.

use std::sync::{Arc, Mutex};

use jiff::{SignedDuration, Timestamp};

use crate::store::*;

/// A call that commits something, as data, so that it can be made again on another store.
#[derive(Debug, Clone)]
pub(super) enum Call {
    Commit(Write),
    /// Statements, then the write. A statement that fails ends nothing.
    Session(Vec<String>, Write),
    Operate(String, Operation, Timestamp),
    Expire(Timestamp),
}

/// What a call came to.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Came {
    Committed(Committed),
    Operated(Box<Option<(Instance, Committed)>>),
    Expired(u64),
}

/// All that can be seen of a store.
#[derive(Debug, PartialEq)]
pub(super) struct Seen {
    instances: Vec<Instance>,
    active: Vec<InstanceId>,
    due: Vec<Due>,
    next_wake: Option<Timestamp>,
    last_move: Option<Timestamp>,
    deliveries: Vec<(InstanceId, Vec<Delivery>)>,
    notes: Vec<Vec<Value>>,
}

/// A store and the calls that were made on it.
pub(super) struct Scene {
    pub(super) store: Arc<dyn Store>,
    log: Mutex<Vec<Call>>,
}

/// So many seconds after the beginning.
pub(super) fn at(seconds: i64) -> Timestamp {
    Timestamp::UNIX_EPOCH + SignedDuration::from_secs(1_000_000 + seconds)
}

pub(super) fn state(point: &str) -> SavedState {
    SavedState { point: point.to_owned(), locals: format!("{{\"at\":\"{point}\"}}") }
}

pub(super) fn topic(identity: &str) -> Topic {
    Topic { signal: "/signal".to_owned(), identity: identity.to_owned() }
}

/// Kept until second 100.
pub(super) fn message(identity: &str, payload: &str) -> Message {
    Message { topic: topic(identity), payload: payload.to_owned(), at: at(0), keep_until: at(100) }
}

pub(super) fn new(name: &str) -> NewInstance {
    NewInstance {
        name: name.to_owned(),
        process: "/process".to_owned(),
        state: state("Start"),
        subscriptions: vec![],
        parent: None,
        at: at(0),
    }
}

/// Stands for the epoch that the row has when the call is made.
const CURRENT: i64 = i64::MIN;

pub(super) fn moves(id: InstanceId, next: Next) -> Transition {
    Transition { instance: id, epoch: CURRENT, next, consumed: vec![], left: vec![], at: at(1) }
}

/// Parks at `Wait` for these topics.
pub(super) fn wait(topics: &[Topic]) -> Next {
    Next::Wait {
        state: state("Wait"),
        waits: "{\"w\":1}".to_owned(),
        topics: topics.to_vec(),
        wake_at: None,
        attempts: 0,
        cause: None,
        moved: true,
    }
}

/// Parks at `Sleep` until a second.
pub(super) fn sleep(second: i64) -> Next {
    Next::Wait {
        state: state("Sleep"),
        waits: "{\"s\":1}".to_owned(),
        topics: vec![],
        wake_at: Some(at(second)),
        attempts: 0,
        cause: None,
        moved: true,
    }
}

pub(super) fn done() -> Next {
    Next::Done { result: "\"ok\"".to_owned() }
}

pub(super) fn step(point: &str) -> Next {
    Next::Step { state: state(point) }
}

impl Scene {
    pub(super) fn new(store: Arc<dyn Store>) -> Self {
        Self { store, log: Mutex::default() }
    }

    /// The calls so far.
    pub(super) fn log(&self) -> Vec<Call> {
        self.log.lock().unwrap().clone()
    }

    pub(super) async fn call(&self, mut call: Call) -> Result<Came, StoreError> {
        if let Call::Commit(write) | Call::Session(_, write) = &mut call
            && let Some(transition) = write.transition.as_mut().filter(|moved| moved.epoch == CURRENT)
        {
            let row = self.store.load(transition.instance).await?;
            transition.epoch = row.map_or(0, |row| row.epoch);
        }
        self.log.lock().unwrap().push(call.clone());
        make(&*self.store, call).await
    }

    pub(super) async fn commit(&self, write: Write) -> Result<Committed, StoreError> {
        match self.call(Call::Commit(write)).await? {
            Came::Committed(committed) => Ok(committed),
            other => panic!("{other:?}"),
        }
    }

    pub(super) async fn session(&self, statements: &[&str], write: Write) -> Result<Committed, StoreError> {
        let statements = statements.iter().map(|sql| (*sql).to_owned()).collect();
        match self.call(Call::Session(statements, write)).await? {
            Came::Committed(committed) => Ok(committed),
            other => panic!("{other:?}"),
        }
    }

    pub(super) async fn operate(&self, name: &str, operation: Operation) -> Option<(Instance, Committed)> {
        match self.call(Call::Operate(name.to_owned(), operation, at(5))).await.unwrap() {
            Came::Operated(came) => *came,
            other => panic!("{other:?}"),
        }
    }

    pub(super) async fn expire(&self, second: i64) -> u64 {
        match self.call(Call::Expire(at(second))).await.unwrap() {
            Came::Expired(number) => number,
            other => panic!("{other:?}"),
        }
    }

    pub(super) async fn start(&self, new: NewInstance) -> InstanceId {
        let started = self.commit(Write { starts: vec![new], ..Write::default() }).await.unwrap().started;
        assert!(started[0].fresh);
        started[0].id
    }

    pub(super) async fn go(&self, id: InstanceId, next: Next) -> Committed {
        self.try_go(moves(id, next)).await.unwrap()
    }

    pub(super) async fn try_go(&self, transition: Transition) -> Result<Committed, StoreError> {
        self.commit(Write { transition: Some(transition), ..Write::default() }).await
    }

    pub(super) async fn emit(&self, identity: &str, payload: &str) -> Committed {
        self.commit(Write { messages: vec![message(identity, payload)], ..Write::default() }).await.unwrap()
    }

    pub(super) async fn row(&self, id: InstanceId) -> Instance {
        self.store.load(id).await.unwrap().unwrap()
    }

    /// The payloads of the first messages that an instance has not consumed.
    pub(super) async fn there(&self, id: InstanceId, topics: &[Topic]) -> Vec<Option<String>> {
        let found = self.store.deliveries(id, topics.to_vec()).await.unwrap();
        found.into_iter().map(|delivery| delivery.payload).collect()
    }

    /// Goes on past the first message of a topic.
    pub(super) async fn take(&self, id: InstanceId, topic: &Topic) -> Option<String> {
        let first = self.store.deliveries(id, vec![topic.clone()]).await.unwrap().pop()?;
        let consumed = vec![(topic.clone(), first.seq)];
        self.try_go(Transition { consumed, ..moves(id, step("Took")) }).await.unwrap();
        first.payload
    }

    pub(super) async fn seen(&self) -> Seen {
        seen(&*self.store, &self.log()).await
    }
}

/// Makes a call on a store.
pub(super) async fn make(store: &dyn Store, call: Call) -> Result<Came, StoreError> {
    Ok(match call {
        Call::Commit(write) => Came::Committed(store.commit(write).await?),
        Call::Session(statements, write) => {
            let mut session = store.begin().await?;
            for sql in statements {
                match session.execute(sql, vec![]).await {
                    Ok(_) | Err(StoreError::Statement { .. }) => {}
                    Err(error) => return Err(error),
                }
            }
            Came::Committed(session.commit(write).await?)
        }
        Call::Operate(name, operation, at) => {
            Came::Operated(Box::new(store.operate(&name, operation, at).await?))
        }
        Call::Expire(now) => Came::Expired(store.expire(now).await?),
    })
}

/// Looks at everything that these calls can have touched.
pub(super) async fn seen(store: &dyn Store, calls: &[Call]) -> Seen {
    let mut topics: Vec<Topic> = calls.iter().flat_map(topics_of).collect();
    topics.sort();
    topics.dedup();
    let instances = store.list(Filter::default()).await.unwrap();
    let mut deliveries = Vec::new();
    for row in &instances {
        assert_eq!(store.load(row.id).await.unwrap().as_ref(), Some(row));
        assert_eq!(store.find(&row.name).await.unwrap().as_ref(), Some(row));
        deliveries.push((row.id, store.deliveries(row.id, topics.clone()).await.unwrap()));
    }
    let notes = match store.query("SELECT * FROM note ORDER BY 1".to_owned(), vec![]).await {
        Ok(rows) => rows.rows,
        Err(StoreError::Statement { .. }) => vec![],
        Err(error) => panic!("{error}"),
    };
    Seen {
        active: store.active(None, 1000).await.unwrap(),
        due: store.due(Timestamp::MAX, None, 1000).await.unwrap(),
        next_wake: store.next_wake(None).await.unwrap(),
        last_move: store.last_move().await.unwrap(),
        instances,
        deliveries,
        notes,
    }
}

fn topics_of(call: &Call) -> Vec<Topic> {
    let (Call::Commit(write) | Call::Session(_, write)) = call else { return vec![] };
    let mut topics: Vec<Topic> = write.messages.iter().map(|message| message.topic.clone()).collect();
    for start in &write.starts {
        topics.push(Topic::end_of(&start.name));
        topics.extend(start.subscriptions.clone());
    }
    if let Some(Transition {
        next: Next::Wait { topics: waits, .. } | Next::Progress { topics: waits, .. },
        ..
    }) = &write.transition
    {
        topics.extend(waits.clone());
    }
    topics
}
