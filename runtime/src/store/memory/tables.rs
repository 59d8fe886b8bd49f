//! The rows as maps, and the indexes beside them that keep every look-up short.
//!
//! Rows change through [`Tables::change`] alone, so that no index can be forgotten.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Bound;

use jiff::Timestamp;

use super::mailbox::Mailbox;
use crate::store::{Committed, Due, Filter, Instance, InstanceId, Status, Topic};

/// All that is kept.
#[derive(Debug, Default)]
pub(super) struct Tables {
    instances: BTreeMap<InstanceId, Instance>,
    names: BTreeMap<String, InstanceId>,
    active: BTreeSet<InstanceId>,
    timers: BTreeSet<Due>,
    children: BTreeSet<(InstanceId, InstanceId)>,
    last_id: i64,
    /// Topics, messages and who listens.
    pub(super) mailbox: Mailbox,
}

impl Tables {
    /// The row of an instance.
    pub(super) fn get(&self, id: InstanceId) -> Option<&Instance> {
        self.instances.get(&id)
    }

    /// The row of the instance with this name.
    pub(super) fn named(&self, name: &str) -> Option<&Instance> {
        self.instances.get(self.names.get(name)?)
    }

    /// A key that no row had before.
    pub(super) fn next_id(&mut self) -> InstanceId {
        self.last_id += 1;
        InstanceId(self.last_id)
    }

    /// Adds a row.
    pub(super) fn insert(&mut self, row: Instance) {
        self.names.insert(row.name.clone(), row.id);
        self.index(&row);
        self.instances.insert(row.id, row);
    }

    /// Removes a row.
    pub(super) fn remove(&mut self, id: InstanceId) {
        if let Some(row) = self.instances.remove(&id) {
            self.names.remove(&row.name);
            self.unindex(&row);
        }
    }

    /// Changes a row. A row that is there is all that this can be asked for: the caller has looked.
    pub(super) fn change(&mut self, id: InstanceId, change: impl FnOnce(&mut Instance)) {
        if let Some(mut row) = self.instances.remove(&id) {
            self.unindex(&row);
            change(&mut row);
            self.index(&row);
            self.instances.insert(id, row);
        }
    }

    /// Makes a waiting instance active. Says whether it was waiting.
    pub(super) fn wake(&mut self, id: InstanceId) -> bool {
        let waits = self.get(id).is_some_and(|row| row.status == Status::Waiting);
        if waits {
            self.change(id, |row| {
                row.status = Status::Active;
                row.wake_at = None;
            });
        }
        waits
    }

    /// The instances that this one has started and waits for, in the order of their keys.
    pub(super) fn children(&self, parent: InstanceId) -> Vec<InstanceId> {
        let all = (parent, InstanceId(i64::MIN))..=(parent, InstanceId(i64::MAX));
        self.children.range(all).map(|(_, child)| *child).collect()
    }

    /// Active instances after `after`.
    pub(super) fn active(&self, after: Option<InstanceId>, limit: usize) -> Vec<InstanceId> {
        self.active.range(after_key(after)..).take(limit).copied().collect()
    }

    /// Waiting instances that are due and come after `after`.
    pub(super) fn due(&self, now: Timestamp, after: Option<Due>, limit: usize) -> Vec<Due> {
        let start = after.map_or(Bound::Unbounded, Bound::Excluded);
        let later = self.timers.range((start, Bound::Unbounded));
        later.take_while(|due| due.at <= now).take(limit).copied().collect()
    }

    /// The earliest deadline after `after`.
    pub(super) fn next_wake(&self, after: Option<Timestamp>) -> Option<Timestamp> {
        match after {
            None => self.timers.first().map(|due| due.at),
            Some(at) => {
                let last = Due { at, id: InstanceId(i64::MAX) };
                self.timers.range((Bound::Excluded(last), Bound::Unbounded)).next().map(|due| due.at)
            }
        }
    }

    /// The latest time at which a row has changed.
    pub(super) fn last_move(&self) -> Option<Timestamp> {
        self.instances.values().map(|row| row.updated_at).max()
    }

    /// Rows in the order of their keys.
    pub(super) fn list(&self, filter: &Filter) -> Vec<Instance> {
        let limit = if filter.limit == 0 { usize::MAX } else { filter.limit };
        self.instances
            .range(after_key(filter.after)..)
            .map(|(_, row)| row)
            .filter(|row| filter.process.as_ref().is_none_or(|process| *process == row.process))
            .filter(|row| filter.status.is_none_or(|status| status == row.status))
            .take(limit)
            .cloned()
            .collect()
    }

    /// Wakes those who wait for a message of this topic, except `sender`.
    pub(super) fn wake_waiting(
        &mut self,
        topic: &Topic,
        sender: Option<InstanceId>,
        committed: &mut Committed,
    ) {
        for id in self.mailbox.waiting(topic).into_iter().filter(|id| Some(*id) != sender) {
            if self.wake(id) {
                committed.woken.push(id);
            } else if self.active.contains(&id)
                && !committed.woken.contains(&id)
                && !committed.heard.contains(&id)
            {
                committed.heard.push(id);
            }
        }
    }

    fn index(&mut self, row: &Instance) {
        if row.status == Status::Active {
            self.active.insert(row.id);
        }
        if let Some(at) = row.wake_at {
            self.timers.insert(Due { at, id: row.id });
        }
        if let Some(parent) = row.parent {
            self.children.insert((parent, row.id));
        }
    }

    fn unindex(&mut self, row: &Instance) {
        self.active.remove(&row.id);
        if let Some(at) = row.wake_at {
            self.timers.remove(&Due { at, id: row.id });
        }
        if let Some(parent) = row.parent {
            self.children.remove(&(parent, row.id));
        }
    }
}

/// The first key that comes after this one.
fn after_key(after: Option<InstanceId>) -> InstanceId {
    InstanceId(after.map_or(i64::MIN, |id| id.0.saturating_add(1)))
}
