//! One [`Write`] on the maps. What can fail is looked at first, so that nothing has to be undone.

use jiff::Timestamp;

use super::tables::Tables;
use crate::store::{
    Committed, Delivery, Instance, InstanceId, NewInstance, Next, Operation, Parked, Started, Status,
    StoreError, Topic, Transition, Write, micros,
};

impl Tables {
    /// Says whether a transition may be made: nothing else in a write can fail.
    pub(super) fn admit(&self, write: &Write) -> Result<(), StoreError> {
        let Some(transition) = &write.transition else { return Ok(()) };
        let runs = self.get(transition.instance).is_some_and(|row| {
            row.epoch == transition.epoch && matches!(row.status, Status::Active | Status::Waiting)
        });
        if runs { Ok(()) } else { Err(StoreError::Fenced(transition.instance)) }
    }

    /// Makes an admitted change.
    pub(super) fn apply(&mut self, write: Write) -> Committed {
        let mut committed = Committed::default();
        let sender = write.transition.as_ref().map(|transition| transition.instance);
        for start in write.starts {
            committed.started.push(self.start(start));
        }
        for message in &write.messages {
            self.mailbox.post(message);
            self.wake_waiting(&message.topic, sender, &mut committed);
        }
        if let Some(transition) = write.transition {
            self.advance(transition, &mut committed);
        }
        committed
    }

    /// For each topic the first message that an instance has not consumed, or the end of the instance that it names.
    pub(super) fn deliveries(&self, id: InstanceId, topics: &[Topic]) -> Vec<Delivery> {
        let delivery = |topic: &Topic| match topic.ends() {
            None => self.mailbox.first(id, topic),
            Some(name) => self.named(name).filter(|row| ended(row)).map(|row| Delivery {
                topic: topic.clone(),
                seq: 0,
                payload: row.result.clone(),
                at: row.updated_at,
            }),
        };
        topics.iter().filter_map(delivery).collect()
    }

    /// Does what an operator asked to the instance with this key.
    pub(super) fn operate(&mut self, id: InstanceId, operation: &Operation, at: Timestamp) -> Committed {
        match operation {
            Operation::Retry => {
                Committed { woken: self.retry(id, at).into_iter().collect(), ..Committed::default() }
            }
            Operation::Cancel => self.cancel(id, at),
        }
    }

    fn start(&mut self, new: NewInstance) -> Started {
        // A name that exists uses up a key as well, as in a database's sequence: so all stores give the same keys.
        let mut id = self.next_id();
        if let Some(row) = self.named(&new.name) {
            if row.status != Status::Cancelled {
                return Started { id: row.id, epoch: row.epoch, fresh: false };
            }
            let old = row.id;
            self.remove(old);
            id = self.next_id();
        }
        for topic in &new.subscriptions {
            self.mailbox.subscribe(id, topic, new.at);
        }
        let at = micros::kept(new.at);
        self.insert(Instance {
            id,
            name: new.name,
            process: new.process,
            status: Status::Active,
            state: new.state,
            waits: String::new(),
            step: 0,
            attempts: 0,
            epoch: 1,
            wake_at: None,
            cause: None,
            result: None,
            parent: new.parent,
            created_at: at,
            updated_at: at,
        });
        Started { id, epoch: 1, fresh: true }
    }

    fn advance(&mut self, transition: Transition, committed: &mut Committed) {
        let Transition { instance: id, next, consumed, left, at, .. } = transition;
        for (topic, seq) in &consumed {
            self.mailbox.consume(id, topic, *seq);
        }
        if let Next::Wait { topics, .. } | Next::Progress { topics, .. } = &next {
            self.mailbox.wait_for(id, topics, at);
            let there = self.deliveries(id, topics);
            committed.parked = match &next {
                _ if !there.is_empty() => Parked::Deliver(there),
                Next::Wait { .. } => Parked::Parked,
                _ => Parked::No,
            };
        }
        let done = matches!(next, Next::Done { .. });
        let parks = committed.parked == Parked::Parked;
        self.change(id, |row| {
            row.updated_at = micros::kept(at);
            row.epoch += 1;
            move_row(row, next, parks);
        });
        if done {
            self.end(id, committed);
        }
        for name in &left {
            // First, so that it is not woken by an end that is none of its business any more.
            self.mailbox.unsubscribe(id, &Topic::end_of(name));
            if let Some(child) = self.named(name).filter(|row| row.parent == Some(id)).map(|row| row.id) {
                let cancelled = self.cancel(child, at);
                committed.woken.extend(cancelled.woken);
                committed.heard.extend(cancelled.heard);
                committed.cancelled.extend(cancelled.cancelled);
            }
        }
    }

    /// Ends an instance's subscriptions and wakes those who wait for its end.
    fn end(&mut self, id: InstanceId, committed: &mut Committed) {
        self.mailbox.leave(id);
        if let Some(name) = self.get(id).map(|row| row.name.clone()) {
            self.wake_waiting(&Topic::end_of(&name), None, committed);
        }
    }

    fn retry(&mut self, id: InstanceId, at: Timestamp) -> Option<InstanceId> {
        let row = self.get(id)?;
        let paused = row.status == Status::Paused;
        let retries = row.status == Status::Waiting && row.attempts > 0;
        if !(paused || retries) {
            return None;
        }
        self.change(id, |row| {
            row.status = Status::Active;
            row.wake_at = None;
            row.updated_at = micros::kept(at);
            row.cause = None;
            if paused {
                row.attempts = 0;
            }
        });
        Some(id)
    }

    fn cancel(&mut self, id: InstanceId, at: Timestamp) -> Committed {
        // All are ended before anyone is woken, so that a parent that falls with its child is not told to run.
        let mut fallen = Vec::new();
        let mut open = vec![id];
        while let Some(id) = open.pop() {
            if self.get(id).is_none_or(ended) {
                continue;
            }
            self.change(id, |row| {
                row.status = Status::Cancelled;
                row.epoch += 1;
                row.wake_at = None;
                row.waits = String::new();
                row.updated_at = micros::kept(at);
            });
            fallen.push(id);
            open.extend(self.children(id));
        }
        let mut committed = Committed::default();
        for id in fallen {
            self.end(id, &mut committed);
            committed.cancelled.extend(self.get(id).map(|row| row.name.clone()));
        }
        committed
    }
}

/// Whether an instance has come to its end, either way.
fn ended(row: &Instance) -> bool {
    matches!(row.status, Status::Done | Status::Cancelled)
}

fn move_row(row: &mut Instance, next: Next, parks: bool) {
    row.status = Status::Active;
    row.wake_at = None;
    match next {
        Next::Step { state } => {
            row.state = state;
            row.step += 1;
            row.attempts = 0;
            row.waits = String::new();
            row.cause = None;
        }
        Next::Progress { state, waits, attempts, cause, moved, .. } => {
            row.state = state;
            row.step += i64::from(moved);
            row.attempts = attempts;
            row.waits = waits;
            row.cause = cause;
        }
        Next::Wait { state, waits, wake_at, attempts, cause, moved, .. } => {
            row.state = state;
            row.step += i64::from(moved);
            row.attempts = attempts;
            row.waits = waits;
            row.cause = cause;
            if parks {
                row.status = Status::Waiting;
                row.wake_at = wake_at.map(micros::kept_deadline);
            }
        }
        Next::Done { result } => {
            row.status = Status::Done;
            row.state.locals = "{}".to_owned();
            row.waits = String::new();
            row.attempts = 0;
            row.cause = None;
            row.result = Some(result);
        }
        Next::Paused { cause } => {
            row.status = Status::Paused;
            row.cause = Some(cause);
        }
    }
}
