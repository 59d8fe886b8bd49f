//! Who listens to what, and the messages that wait.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;

use crate::store::{Delivery, InstanceId, Message, Topic, micros};

/// All topics. A topic without subscriptions and messages has no entry.
#[derive(Debug, Default)]
pub(super) struct Mailbox {
    topics: BTreeMap<Topic, Subject>,
    subscribed: BTreeMap<InstanceId, BTreeSet<Topic>>,
    last_seq: i64,
}

#[derive(Debug, Default)]
struct Subject {
    subscribers: BTreeMap<InstanceId, Subscription>,
    messages: BTreeMap<i64, Message>,
}

#[derive(Debug)]
struct Subscription {
    /// All messages up to this one are not, or no longer, for the subscriber.
    cursor: i64,
    /// Whether a message wakes the subscriber: the topic is among those that it waits for now.
    waiting: bool,
}

impl Mailbox {
    /// Lets an instance listen to a topic, if it does not yet. The first subscriber gets what waits there and whose time is not
    /// over, a later one what comes from now on.
    pub(super) fn subscribe(&mut self, id: InstanceId, topic: &Topic, now: Timestamp) {
        let now = micros::kept(now);
        let subject = self.topics.entry(topic.clone()).or_default();
        if !subject.subscribers.contains_key(&id) {
            let first = subject.subscribers.is_empty();
            if first {
                subject.messages.retain(|_, message| message.keep_until > now);
            }
            let cursor = if first { 0 } else { self.last_seq };
            subject.subscribers.insert(id, Subscription { cursor, waiting: false });
            self.subscribed.entry(id).or_default().insert(topic.clone());
        }
    }

    /// Says what an instance waits for now: these topics and no others. It is made a subscriber of each.
    pub(super) fn wait_for(&mut self, id: InstanceId, topics: &[Topic], now: Timestamp) {
        let before: Vec<Topic> = self.subscribed.get(&id).into_iter().flatten().cloned().collect();
        for topic in before.iter().filter(|topic| !topics.contains(topic)) {
            if topic.ends().is_some() {
                self.unsubscribe(id, topic);
            } else if let Some(subscription) = self.subscription(id, topic) {
                subscription.waiting = false;
            }
        }
        for topic in topics {
            self.subscribe(id, topic, now);
            if let Some(subscription) = self.subscription(id, topic) {
                subscription.waiting = true;
            }
        }
    }

    /// Moves an instance's cursor past a message.
    pub(super) fn consume(&mut self, id: InstanceId, topic: &Topic, seq: i64) {
        if topic.ends().is_some() {
            self.unsubscribe(id, topic);
        } else if let Some(subscription) = self.subscription(id, topic) {
            subscription.cursor = subscription.cursor.max(seq);
            self.clear(topic);
        }
    }

    /// Ends all subscriptions of an instance.
    pub(super) fn leave(&mut self, id: InstanceId) {
        for topic in self.subscribed.get(&id).cloned().unwrap_or_default() {
            self.unsubscribe(id, &topic);
        }
    }

    /// Keeps a message.
    pub(super) fn post(&mut self, message: &Message) {
        self.last_seq += 1;
        let kept = Message {
            at: micros::kept(message.at),
            keep_until: micros::kept_deadline(message.keep_until),
            ..message.clone()
        };
        self.topics.entry(message.topic.clone()).or_default().messages.insert(self.last_seq, kept);
    }

    /// Those whom a message of this topic wakes, in the order of their keys.
    pub(super) fn waiting(&self, topic: &Topic) -> Vec<InstanceId> {
        let subscribers = self.topics.get(topic).map(|subject| &subject.subscribers);
        subscribers.into_iter().flatten().filter(|(_, s)| s.waiting).map(|(id, _)| *id).collect()
    }

    /// The first message of this topic that an instance has not consumed.
    pub(super) fn first(&self, id: InstanceId, topic: &Topic) -> Option<Delivery> {
        let subject = self.topics.get(topic)?;
        let cursor = subject.subscribers.get(&id)?.cursor;
        let (seq, message) = subject.messages.range(cursor.saturating_add(1)..).next()?;
        Some(Delivery {
            topic: topic.clone(),
            seq: *seq,
            payload: Some(message.payload.clone()),
            at: message.at,
        })
    }

    /// Drops messages whose time is over and that nobody has subscribed to.
    pub(super) fn expire(&mut self, now: Timestamp) -> u64 {
        let mut dropped = 0;
        self.topics.retain(|_, subject| {
            if subject.subscribers.is_empty() {
                let before = subject.messages.len();
                subject.messages.retain(|_, message| message.keep_until > now);
                dropped += before - subject.messages.len();
            }
            !(subject.subscribers.is_empty() && subject.messages.is_empty())
        });
        dropped as u64
    }

    fn subscription(&mut self, id: InstanceId, topic: &Topic) -> Option<&mut Subscription> {
        self.topics.get_mut(topic)?.subscribers.get_mut(&id)
    }

    /// Ends one subscription of an instance.
    pub(super) fn unsubscribe(&mut self, id: InstanceId, topic: &Topic) {
        if let Some(subject) = self.topics.get_mut(topic) {
            subject.subscribers.remove(&id);
        }
        if let Some(topics) = self.subscribed.get_mut(&id) {
            topics.remove(topic);
            if topics.is_empty() {
                self.subscribed.remove(&id);
            }
        }
        self.clear(topic);
    }

    /// Drops what every subscriber of a topic has consumed. Called only when a subscriber has consumed or left, so a topic
    /// without subscribers has lost its last one, and what it still holds was that one's.
    fn clear(&mut self, topic: &Topic) {
        if let Some(subject) = self.topics.get_mut(topic) {
            match subject.subscribers.values().map(|subscription| subscription.cursor).min() {
                Some(least) => subject.messages.retain(|seq, _| *seq > least),
                None => drop(self.topics.remove(topic)),
            }
        }
    }
}
