//! A store between each of whose calls and its answer others come: both the way there and the way back take a while.

use std::future::{Future, poll_fn};
use std::task::Poll;

use jiff::Timestamp;
use tokio::sync::Notify;

use super::explorer::Tasks;
use crate::engine::Spawner as _;
use crate::store::{
    BoxFuture, Committed, Delivery, Due, Filter, Instance, InstanceId, MemoryStore, Operation, Rows, Session,
    Store, StoreError, Topic, Value, Write,
};

/// A memory store whose calls take a while.
pub(super) struct Slow {
    inner: MemoryStore,
    writer: Tasks,
    /// An instance is parked until a time.
    pub(super) parked: Notify,
}

impl Slow {
    pub(super) fn new(writer: &Tasks) -> Self {
        Self { inner: MemoryStore::new(), writer: writer.clone(), parked: Notify::new() }
    }

    /// Does it in a task of the store's own: what is in its queue is made, be it that its caller is dropped meanwhile.
    async fn queued<T: Send + 'static>(&self, call: impl Future<Output = T> + Send + 'static) -> T {
        let (answer, answered) = tokio::sync::oneshot::channel();
        self.writer.spawn(Box::pin(async move {
            pause().await;
            // Nobody may wait for it any more.
            let _ = answer.send(call.await);
        }));
        answered.await.unwrap()
    }

    /// What it holds, at once.
    pub(super) fn inner(&self) -> &MemoryStore {
        &self.inner
    }
}

/// Lets others come.
pub(super) async fn pause() {
    let mut paused = false;
    poll_fn(|task| {
        if std::mem::replace(&mut paused, true) {
            return Poll::Ready(());
        }
        task.waker().wake_by_ref();
        Poll::Pending
    })
    .await;
}

fn slowly<'a, T: Send + 'a>(call: impl Future<Output = T> + Send + 'a) -> BoxFuture<'a, T> {
    Box::pin(async move {
        pause().await;
        let answer = call.await;
        pause().await;
        answer
    })
}

impl Store for Slow {
    fn commit(&self, write: Write) -> BoxFuture<'_, Result<Committed, StoreError>> {
        Box::pin(async move {
            let inner = self.inner.clone();
            let committed = self.queued(async move { inner.commit(write).await }).await;
            if self.inner.next_wake(None).await?.is_some() {
                self.parked.notify_one();
            }
            committed
        })
    }

    fn begin(&self) -> BoxFuture<'_, Result<Box<dyn Session>, StoreError>> {
        self.inner.begin()
    }

    fn query(&self, sql: String, params: Vec<Value>) -> BoxFuture<'_, Result<Rows, StoreError>> {
        self.inner.query(sql, params)
    }

    fn load(&self, id: InstanceId) -> BoxFuture<'_, Result<Option<Instance>, StoreError>> {
        slowly(self.inner.load(id))
    }

    fn find(&self, name: &str) -> BoxFuture<'_, Result<Option<Instance>, StoreError>> {
        let name = name.to_owned();
        slowly(async move { self.inner.find(&name).await })
    }

    fn list(&self, filter: Filter) -> BoxFuture<'_, Result<Vec<Instance>, StoreError>> {
        self.inner.list(filter)
    }

    fn deliveries(
        &self,
        id: InstanceId,
        topics: Vec<Topic>,
    ) -> BoxFuture<'_, Result<Vec<Delivery>, StoreError>> {
        slowly(self.inner.deliveries(id, topics))
    }

    fn active(
        &self,
        after: Option<InstanceId>,
        limit: usize,
    ) -> BoxFuture<'_, Result<Vec<InstanceId>, StoreError>> {
        slowly(self.inner.active(after, limit))
    }

    fn due(
        &self,
        now: Timestamp,
        after: Option<Due>,
        limit: usize,
    ) -> BoxFuture<'_, Result<Vec<Due>, StoreError>> {
        slowly(self.inner.due(now, after, limit))
    }

    fn next_wake(&self, after: Option<Timestamp>) -> BoxFuture<'_, Result<Option<Timestamp>, StoreError>> {
        self.inner.next_wake(after)
    }

    fn last_move(&self) -> BoxFuture<'_, Result<Option<Timestamp>, StoreError>> {
        self.inner.last_move()
    }

    fn operate(
        &self,
        name: &str,
        operation: Operation,
        at: Timestamp,
    ) -> BoxFuture<'_, Result<Option<(Instance, Committed)>, StoreError>> {
        let (inner, name) = (self.inner.clone(), name.to_owned());
        Box::pin(self.queued(async move { inner.operate(&name, operation, at).await }))
    }

    fn expire(&self, now: Timestamp) -> BoxFuture<'_, Result<u64, StoreError>> {
        self.inner.expire(now)
    }

    fn foreign_changes(&self) -> BoxFuture<'_, Result<u64, StoreError>> {
        self.inner.foreign_changes()
    }

    fn close(&self) -> BoxFuture<'_, Result<(), StoreError>> {
        self.inner.close()
    }
}
