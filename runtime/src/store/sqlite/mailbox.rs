//! Who listens to what, and the messages that wait, in SQL.

use rusqlite::params;

use super::hand::Hand;
use super::rows;
use crate::store::micros::{deadline, micros};
use crate::store::{Committed, Delivery, InstanceId, Message, Topic};

/// The mailbox and the subscriptions of a database.
pub(super) struct Mailbox<'h, 'c>(pub(super) &'h Hand<'c>);

impl Mailbox<'_, '_> {
    /// Lets an instance listen to a topic, and says whether a message wakes it. The first subscriber gets what waits there, a later
    /// one what comes from now on: with every subscriber gone nothing that was theirs is left, so what waits is unclaimed.
    pub(super) fn subscribe(&self, id: InstanceId, topic: &Topic, waiting: bool) -> rusqlite::Result<()> {
        self.0.run("INSERT INTO justscale_subscriptions (identity, signal, instance, cursor, waiting)
             SELECT ?1, ?2, ?3, CASE
                 WHEN EXISTS (SELECT 1 FROM justscale_subscriptions WHERE identity = ?1 AND signal = ?2)
                 THEN coalesce((SELECT max(seq) FROM justscale_mailbox WHERE identity = ?1 AND signal = ?2), 0)
                 ELSE 0 END, ?4
             WHERE true ON CONFLICT DO UPDATE SET waiting = ?4", params![topic.identity, topic.signal, id.0, waiting])?;
        Ok(())
    }

    /// Says what an instance waits for now (in microseconds): these topics and no others. Gives what of it is there already.
    pub(super) fn wait_for(
        &self,
        id: InstanceId,
        topics: &[Topic],
        now: i64,
    ) -> rusqlite::Result<Vec<Delivery>> {
        let before = self.subscriptions(id)?;
        for (topic, waiting) in before.iter().filter(|(topic, _)| !topics.contains(topic)) {
            if topic.ends().is_some() {
                self.unsubscribe(id, topic)?;
            } else if *waiting {
                self.0.run("UPDATE justscale_subscriptions SET waiting = 0 WHERE identity = ?1 AND signal = ?2 AND instance = ?3", params![topic.identity, topic.signal, id.0])?;
            }
        }
        for topic in topics {
            if !before.iter().any(|(known, waiting)| known == topic && *waiting) {
                self.expire_in(topic, now)?;
                self.subscribe(id, topic, true)?;
            }
        }
        rows::deliveries(self.0, id, topics)
    }

    /// Moves an instance's cursor past a message.
    pub(super) fn consume(&self, id: InstanceId, topic: &Topic, seq: i64) -> rusqlite::Result<()> {
        if topic.ends().is_some() {
            return self.unsubscribe(id, topic);
        }
        let moved = self.0.run(
            "UPDATE justscale_subscriptions SET cursor = max(cursor, ?4)
                 WHERE identity = ?1 AND signal = ?2 AND instance = ?3",
            params![topic.identity, topic.signal, id.0, seq],
        )?;
        if moved == 1 { self.clear(topic) } else { Ok(()) }
    }

    /// Ends all subscriptions of an instance.
    pub(super) fn leave(&self, id: InstanceId) -> rusqlite::Result<()> {
        for (topic, _) in self.subscriptions(id)? {
            self.unsubscribe(id, &topic)?;
        }
        Ok(())
    }

    /// Keeps a message.
    pub(super) fn post(&self, message: &Message) -> rusqlite::Result<()> {
        let Message { topic, payload, at, keep_until } = message;
        self.0.run(
            "INSERT INTO justscale_mailbox (identity, signal, payload, at, keep_until) VALUES (?1, ?2, ?3, ?4, ?5)",
            params![topic.identity, topic.signal, payload, micros(*at), deadline(*keep_until)],
        )?;
        Ok(())
    }

    /// Wakes those who wait for a message of this topic, except `sender`.
    pub(super) fn wake(
        &self,
        topic: &Topic,
        sender: Option<InstanceId>,
        committed: &mut Committed,
    ) -> rusqlite::Result<()> {
        for id in self.waiting(topic)?.into_iter().filter(|id| Some(*id) != sender) {
            let woken = self.0.run(
                "UPDATE justscale_instances SET status = 0, wake_at = NULL WHERE id = ?1 AND status = 1",
                params![id.0],
            )?;
            if woken == 1 {
                committed.woken.push(id);
            } else if !committed.woken.contains(&id)
                && !committed.heard.contains(&id)
                && self.is_active(id)?
            {
                committed.heard.push(id);
            }
        }
        Ok(())
    }

    /// Drops messages whose time is over and that nobody has subscribed to.
    pub(super) fn expire(&self, now: i64) -> rusqlite::Result<u64> {
        Ok(self.0.run(
            "DELETE FROM justscale_mailbox AS message WHERE keep_until <= ?1 AND NOT EXISTS (
                 SELECT 1 FROM justscale_subscriptions
                 WHERE identity = message.identity AND signal = message.signal)",
            params![now],
        )? as u64)
    }

    /// Drops the messages of one topic whose time is over, if nobody has subscribed to it: the first subscriber must not get them,
    /// even if the hourly broom has not come by yet.
    pub(super) fn expire_in(&self, topic: &Topic, now: i64) -> rusqlite::Result<()> {
        if topic.ends().is_some() {
            return Ok(());
        }
        self.0.run("DELETE FROM justscale_mailbox WHERE identity = ?1 AND signal = ?2 AND keep_until <= ?3 AND NOT EXISTS (
                 SELECT 1 FROM justscale_subscriptions WHERE identity = ?1 AND signal = ?2)", params![topic.identity, topic.signal, now])?;
        Ok(())
    }

    fn waiting(&self, topic: &Topic) -> rusqlite::Result<Vec<InstanceId>> {
        self.0.all(
            "SELECT instance FROM justscale_subscriptions
             WHERE identity = ?1 AND signal = ?2 AND waiting = 1 ORDER BY instance",
            params![topic.identity, topic.signal],
            rows::key,
        )
    }

    fn is_active(&self, id: InstanceId) -> rusqlite::Result<bool> {
        let active = "SELECT 1 FROM justscale_instances WHERE id = ?1 AND status = 0";
        Ok(self.0.one(active, params![id.0], |_| Ok(()))?.is_some())
    }

    /// What an instance listens to, and which of it wakes it.
    fn subscriptions(&self, id: InstanceId) -> rusqlite::Result<Vec<(Topic, bool)>> {
        self.0.all(
            "SELECT signal, identity, waiting FROM justscale_subscriptions WHERE instance = ?1",
            params![id.0],
            |row| Ok((Topic { signal: row.get(0)?, identity: row.get(1)? }, row.get(2)?)),
        )
    }

    /// Ends one subscription of an instance.
    pub(super) fn unsubscribe(&self, id: InstanceId, topic: &Topic) -> rusqlite::Result<()> {
        let left = self.0.run(
            "DELETE FROM justscale_subscriptions WHERE identity = ?1 AND signal = ?2 AND instance = ?3",
            params![topic.identity, topic.signal, id.0],
        )?;
        // The end of an instance holds no messages.
        if left == 1 && topic.ends().is_none() { self.clear(topic) } else { Ok(()) }
    }

    /// Drops what every subscriber of a topic has consumed. Called only when a subscriber has consumed or left, so a topic
    /// without subscribers has lost its last one, and what it still holds was that one's.
    fn clear(&self, topic: &Topic) -> rusqlite::Result<()> {
        self.0.run(
            "DELETE FROM justscale_mailbox WHERE identity = ?1 AND signal = ?2 AND seq <= coalesce(
                 (SELECT min(cursor) FROM justscale_subscriptions WHERE identity = ?1 AND signal = ?2),
                 9223372036854775807)",
            params![topic.identity, topic.signal],
        )?;
        Ok(())
    }
}
