//! [`Faulty`]: a store in front of another one, which fails where its [`Faults`] say.

use std::sync::Arc;

use jiff::Timestamp;

use super::{
    BoxFuture, Committed, Delivery, Due, Faults, Filter, Instance, InstanceId, Message, Operation, Part,
    Rows, Session, Store, StoreError, Struck, Topic, Value, Write,
};

/// A store that fails on command. Its [`Faults`] give the command.
pub struct Faulty {
    inner: Arc<dyn Store>,
    faults: Arc<Faults>,
}

impl Faulty {
    /// Puts itself in front of a store. Nothing fails until it is told to.
    pub fn new(inner: Arc<dyn Store>) -> (Self, Arc<Faults>) {
        let faults = Arc::new(Faults::default());
        (Self { inner, faults: Arc::clone(&faults) }, faults)
    }
}

impl std::fmt::Debug for Faulty {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Faulty").field("faults", &self.faults).finish_non_exhaustive()
    }
}

/// Counts a call and passes it on.
macro_rules! pass {
    ($self:ident, $call:expr) => {
        Box::pin($self.faults.call($call))
    };
}

impl Store for Faulty {
    fn commit(&self, write: Write) -> BoxFuture<'_, Result<Committed, StoreError>> {
        let (what, again) = (Struck::by(&write), self.faults.once_more(&write));
        Box::pin(async move {
            let committed = self.faults.commit(what, self.inner.commit(write)).await?;
            send_again(&*self.inner, again, committed).await
        })
    }

    fn begin(&self) -> BoxFuture<'_, Result<Box<dyn Session>, StoreError>> {
        Box::pin(async move {
            let inner = self.faults.call(self.inner.begin()).await?;
            let (store, faults) = (Arc::clone(&self.inner), Arc::clone(&self.faults));
            Ok(Box::new(FaultySession { inner, store, faults }) as Box<dyn Session>)
        })
    }

    fn query(&self, sql: String, params: Vec<Value>) -> BoxFuture<'_, Result<Rows, StoreError>> {
        pass!(self, self.inner.query(sql, params))
    }

    fn load(&self, id: InstanceId) -> BoxFuture<'_, Result<Option<Instance>, StoreError>> {
        pass!(self, self.inner.load(id))
    }

    fn find(&self, name: &str) -> BoxFuture<'_, Result<Option<Instance>, StoreError>> {
        pass!(self, self.inner.find(name))
    }

    fn list(&self, filter: Filter) -> BoxFuture<'_, Result<Vec<Instance>, StoreError>> {
        pass!(self, self.inner.list(filter))
    }

    fn deliveries(
        &self,
        id: InstanceId,
        topics: Vec<Topic>,
    ) -> BoxFuture<'_, Result<Vec<Delivery>, StoreError>> {
        pass!(self, self.inner.deliveries(id, topics))
    }

    fn active(
        &self,
        after: Option<InstanceId>,
        limit: usize,
    ) -> BoxFuture<'_, Result<Vec<InstanceId>, StoreError>> {
        pass!(self, self.inner.active(after, limit))
    }

    fn due(
        &self,
        now: Timestamp,
        after: Option<Due>,
        limit: usize,
    ) -> BoxFuture<'_, Result<Vec<Due>, StoreError>> {
        pass!(self, self.inner.due(now, after, limit))
    }

    fn next_wake(&self, after: Option<Timestamp>) -> BoxFuture<'_, Result<Option<Timestamp>, StoreError>> {
        pass!(self, self.inner.next_wake(after))
    }

    fn last_move(&self) -> BoxFuture<'_, Result<Option<Timestamp>, StoreError>> {
        pass!(self, self.inner.last_move())
    }

    fn operate(
        &self,
        name: &str,
        operation: Operation,
        at: Timestamp,
    ) -> BoxFuture<'_, Result<Option<(Instance, Committed)>, StoreError>> {
        Box::pin(self.faults.commit(Struck::Outside, self.inner.operate(name, operation, at)))
    }

    fn expire(&self, now: Timestamp) -> BoxFuture<'_, Result<u64, StoreError>> {
        Box::pin(self.faults.commit(Struck::Outside, self.inner.expire(now)))
    }

    fn foreign_changes(&self) -> BoxFuture<'_, Result<u64, StoreError>> {
        pass!(self, self.inner.foreign_changes())
    }

    fn close(&self) -> BoxFuture<'_, Result<(), StoreError>> {
        // The store behind it belongs to the test, which may look at it after this one's death.
        Box::pin(std::future::ready(Ok(())))
    }
}

/// Sends a message that was sent already, and says what both have come to.
async fn send_again(
    store: &dyn Store,
    again: Option<Message>,
    mut committed: Committed,
) -> Result<Committed, StoreError> {
    if let Some(message) = again {
        let write = Write { messages: vec![message], ..Write::default() };
        let Committed { woken, heard, .. } = store.commit(write).await?;
        committed.woken.extend(woken);
        committed.heard.extend(heard);
    }
    Ok(committed)
}

struct FaultySession {
    inner: Box<dyn Session>,
    store: Arc<dyn Store>,
    faults: Arc<Faults>,
}

impl Session for FaultySession {
    fn execute(&mut self, sql: String, params: Vec<Value>) -> BoxFuture<'_, Result<u64, StoreError>> {
        pass!(self, self.inner.execute(sql, params))
    }

    fn query(&mut self, sql: String, params: Vec<Value>) -> BoxFuture<'_, Result<Rows, StoreError>> {
        pass!(self, self.inner.query(sql, params))
    }

    fn nest(&mut self, part: Part) -> BoxFuture<'_, Result<(), StoreError>> {
        pass!(self, self.inner.nest(part))
    }

    fn commit(self: Box<Self>, write: Write) -> BoxFuture<'static, Result<Committed, StoreError>> {
        let (what, again) = (Struck::by(&write), self.faults.once_more(&write));
        Box::pin(async move {
            let leaving = self.faults.leave();
            let committed = self.faults.commit(what, self.inner.commit(write)).await;
            leaving.answered();
            send_again(&*self.store, again, committed?).await
        })
    }
}
