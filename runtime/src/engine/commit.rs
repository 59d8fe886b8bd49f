//! What a commit sets off: instances to run, timers to set, listeners to tell.

use std::future::Future;

use jiff::Timestamp;

use super::Engine;
use super::schedule::Wanted;
use crate::clock::idle::Working;
use crate::db::Current;
use crate::process::{Run, Stop};
use crate::store::{
    BoxFuture, Committed, Instance, Message, NewInstance, Next, Operation, Parked, Started, Status,
    StoreError, Topic, Transition, Write,
};

impl Engine {
    /// Commits a move of an instance together with what `current` has gathered.
    pub(crate) async fn commit_move(
        &self,
        run: &Run,
        moved: Moved,
        current: &Current,
    ) -> Result<Committed, Stop> {
        let Moved { next, consumed, left } = moved;
        let name = &*run.name;
        let done = matches!(next, Next::Done { .. });
        let given = match &next {
            Next::Done { result } => {
                self.shared.ends.waiting_for(name).map(|waiting| (waiting, result.clone()))
            }
            _ => None,
        };
        let wake_at = match &next {
            Next::Wait { wake_at, .. } => *wake_at,
            _ => None,
        };
        let at = self.now();
        let starts = self.known(current.starting());
        let parks = matches!(next, Next::Wait { .. });
        let transition = Transition { instance: run.id, epoch: run.epoch(), next, consumed, left, at };
        run.ear.parks(parks);
        let mut committed = current.commit(Some(transition)).await?;
        run.moved_row();
        self.answered();
        if parks && committed.parked != Parked::Parked {
            run.ear.parks(false);
        }
        let parked = std::mem::take(&mut committed.parked);
        self.settle(committed, starts);
        self.shared.watches.tell(name);
        if done {
            let given = given.map(|(waiting, result)| {
                waiting.give(result);
                waiting
            });
            self.shared.ends.tell(name, given);
        }
        if let (Parked::Parked, Some(wake_at)) = (&parked, wake_at) {
            self.due_at(run.id, wake_at, at);
        }
        Ok(Committed { parked, ..Committed::default() })
    }

    /// Does some work to its end, be it that nobody waits for it any more. `None` if the program ends before.
    pub(crate) async fn apart<T: Send + 'static>(
        &self,
        work: impl Future<Output = T> + Send + 'static,
    ) -> Option<T> {
        let (tell, told) = tokio::sync::oneshot::channel();
        self.spawn(async move {
            // Nobody may wait for it any more.
            let _ = tell.send(work.await);
        });
        let _working = Working::begin();
        told.await.ok()
    }

    /// What a commit that is not begun yet will start.
    pub(super) fn known(&self, starts: Vec<NewInstance>) -> Known {
        let looks = if starts.is_empty() { None } else { self.shared.schedule().looks() };
        Known { starts, looks }
    }

    /// Runs what a commit has made and woken. `starts` are the instances that it made, as far as they are known.
    pub(super) fn settle(&self, committed: Committed, starts: Known) {
        let Known { mut starts, looks } = starts;
        if looks.is_none() || looks != self.shared.schedule().looks() {
            // A look at the store may have found them, and their runs may have moved the rows that this would make up.
            starts.clear();
        }
        let mut starts = starts.into_iter();
        for started in committed.started {
            let new = starts.next();
            if started.fresh {
                let row = new.map(|new| Box::new(first_row(started, new)));
                self.want(Wanted { id: started.id, row });
            }
        }
        for id in committed.woken {
            self.want(Wanted { id, row: None });
        }
        for id in committed.heard {
            self.hear(id);
        }
        for name in committed.cancelled {
            self.shared.ends.tell(&name, None);
            self.shared.watches.tell(&name);
        }
    }

    /// Makes a change outside any process.
    pub(crate) async fn write(&self, write: Write) -> Result<Vec<Started>, StoreError> {
        let engine = self.clone();
        self.to_its_end(async move {
            let starts = engine.known(write.starts.clone());
            let committed = engine.store().commit(write).await.inspect_err(|error| engine.doubt(error))?;
            let started = committed.started.clone();
            engine.settle(committed, starts);
            Ok(started)
        })
        .await
    }

    /// Makes a change outside any process and sets off what it has woken, be it that nobody waits for it any more: whoever called may be
    /// dropped at any time (a client that has hung up, say), and the change would be made without anybody running what it is for.
    async fn to_its_end<T: Send + 'static>(
        &self,
        work: impl Future<Output = Result<T, StoreError>> + Send + 'static,
    ) -> Result<T, StoreError> {
        let ends = || StoreError::Unavailable("the program ends".to_owned());
        self.apart(work).await.unwrap_or_else(|| Err(ends()))
    }

    /// Sees a transaction outside any process to its end.
    pub(super) async fn keep(
        &self,
        commit: BoxFuture<'static, Result<Committed, StoreError>>,
    ) -> Result<Committed, StoreError> {
        let engine = self.clone();
        self.to_its_end(async move {
            let committed = commit.await.inspect_err(|error| engine.doubt(error))?;
            engine.settle(committed.clone(), Known::default());
            Ok(committed)
        })
        .await
    }

    /// Sends a message outside any process.
    pub(crate) async fn emit_now(&self, message: Message) -> Result<(), StoreError> {
        self.write(Write { messages: vec![message], ..Write::default() }).await.map(drop)
    }

    /// Starts an instance outside any process, and says whether it is new.
    pub(crate) async fn start_now(&self, new: NewInstance) -> Result<bool, StoreError> {
        let started = self.write(Write { starts: vec![new], ..Write::default() }).await?;
        Ok(started.iter().any(|started| started.fresh))
    }

    /// Does what an operator asks to the instance with this name, and runs what that sets off. `None` if there is none.
    pub async fn operate(&self, name: &str, operation: Operation) -> Result<Option<Instance>, StoreError> {
        let (engine, name) = (self.clone(), name.to_owned());
        self.to_its_end(async move {
            let operated = engine.store().operate(&name, operation, engine.now()).await;
            let Some((row, committed)) = operated.inspect_err(|error| engine.doubt(error))? else {
                return Ok(None);
            };
            engine.settle(committed, Known::default());
            Ok(Some(row))
        })
        .await
    }

    fn due_at(&self, id: crate::store::InstanceId, wake_at: Timestamp, now: Timestamp) {
        if wake_at <= now {
            self.want(Wanted { id, row: None });
        } else {
            self.shared.alarm.set(wake_at);
        }
    }
}

/// A move of an instance.
pub(crate) struct Moved {
    /// What it comes to.
    pub(crate) next: Next,
    /// The messages that it has used.
    pub(crate) consumed: Vec<(Topic, i64)>,
    /// The instances whose ends it no longer waits for.
    pub(crate) left: Vec<String>,
}

/// The instances that a commit starts.
#[derive(Default)]
pub(super) struct Known {
    pub(super) starts: Vec<NewInstance>,
    /// How often the store had been looked through before. `None` if it just was.
    pub(super) looks: Option<u64>,
}

/// The row that a start has made.
fn first_row(started: Started, new: NewInstance) -> Instance {
    Instance {
        id: started.id,
        name: new.name,
        process: new.process,
        status: Status::Active,
        state: new.state,
        waits: String::new(),
        step: 0,
        attempts: 0,
        epoch: started.epoch,
        wake_at: None,
        cause: None,
        result: None,
        parent: new.parent,
        created_at: new.at,
        updated_at: new.at,
    }
}
