//! What becomes of a message.

use super::scene::*;
use crate::store::*;

pub(super) async fn the_first_subscriber_gets_what_waits(scene: &Scene) {
    scene.emit("t", "1").await;
    scene.emit("t", "2").await;
    let first = scene.start(NewInstance { subscriptions: vec![topic("t")], ..new("a") }).await;
    let second = scene.start(NewInstance { subscriptions: vec![topic("t")], ..new("b") }).await;
    assert_eq!(scene.there(first, &[topic("t")]).await, [Some("1".to_owned())]);
    assert_eq!(scene.there(second, &[topic("t")]).await, []);
    scene.emit("t", "3").await;
    assert_eq!(scene.there(second, &[topic("t")]).await, [Some("3".to_owned())]);
    for payload in ["1", "2", "3"] {
        assert_eq!(scene.take(first, &topic("t")).await.as_deref(), Some(payload));
    }
    assert_eq!(scene.take(first, &topic("t")).await, None);
    assert_eq!(scene.take(second, &topic("t")).await.as_deref(), Some("3"));
    // All have consumed all, so nothing is left for a third one, not even when the others are gone.
    scene.go(first, done()).await;
    scene.go(second, done()).await;
    let third = scene.start(NewInstance { subscriptions: vec![topic("t")], ..new("c") }).await;
    assert_eq!(scene.there(third, &[topic("t")]).await, []);
}

pub(super) async fn parking_on_a_message_that_is_there_delivers_it(scene: &Scene) {
    scene.emit("t", "1").await;
    scene.emit("t", "2").await;
    let id = scene.start(new("a")).await;
    let Parked::Deliver(there) = scene.go(id, wait(&[topic("t"), topic("u")])).await.parked else {
        panic!("parked")
    };
    assert_eq!((there.len(), there[0].payload.as_deref(), there[0].at), (1, Some("1"), at(0)));
    let row = scene.row(id).await;
    assert_eq!((row.status, row.state, row.waits.as_str()), (Status::Active, state("Wait"), "{\"w\":1}"));
    let seq = there[0].seq;
    let next = Transition { consumed: vec![(topic("t"), seq)], ..moves(id, wait(&[topic("t")])) };
    let Parked::Deliver(there) = scene.try_go(next).await.unwrap().parked else { panic!("parked") };
    assert_eq!(there[0].payload.as_deref(), Some("2"));
    let next = Transition { consumed: vec![(topic("t"), there[0].seq)], ..moves(id, wait(&[topic("t")])) };
    assert_eq!(scene.try_go(next).await.unwrap().parked, Parked::Parked);
}

pub(super) async fn a_message_wakes_those_who_wait_for_it_now(scene: &Scene) {
    let waits = scene.start(new("a")).await;
    scene.go(waits, wait(&[topic("t")])).await;
    // This one has subscribed to the topic as well, but waits for another one.
    let elsewhere = scene.start(NewInstance { subscriptions: vec![topic("t")], ..new("b") }).await;
    scene.go(elsewhere, wait(&[topic("u")])).await;
    let paused = scene.start(new("c")).await;
    scene.go(paused, wait(&[topic("t")])).await;
    scene.go(paused, Next::Paused { cause: "x".to_owned() }).await;
    let woken = scene.emit("t", "1").await;
    assert_eq!((woken.woken, woken.heard), (vec![waits], vec![]));
    assert_eq!(scene.store.active(None, 9).await.unwrap(), [waits]);
    for id in [waits, elsewhere, paused] {
        assert_eq!(scene.there(id, &[topic("t")]).await, [Some("1".to_owned())]);
    }
    // Awake already, it is not woken again, but it may want to know.
    let again = scene.emit("t", "2").await;
    assert_eq!((again.woken, again.heard), (vec![], vec![waits]));
    assert_eq!(scene.emit("u", "1").await.woken, [elsewhere]);
}

pub(super) async fn what_is_no_longer_waited_for_does_not_wake(scene: &Scene) {
    let id = scene.start(new("a")).await;
    scene.go(id, wait(&[topic("t")])).await;
    scene.go(id, wait(&[topic("u")])).await;
    assert_eq!(scene.emit("t", "1").await, Committed::default());
    scene.go(id, sleep(10)).await;
    assert_eq!(scene.emit("u", "1").await, Committed::default());
    let woken_by_deadline = scene.row(id).await;
    assert_eq!((woken_by_deadline.status, woken_by_deadline.wake_at), (Status::Waiting, Some(at(10))));
    // What came meanwhile was not lost.
    let Parked::Deliver(there) = scene.go(id, wait(&[topic("t"), topic("u")])).await.parked else {
        panic!("parked")
    };
    assert_eq!(there.len(), 2);
}

pub(super) async fn being_woken_clears_the_deadline(scene: &Scene) {
    let id = scene.start(new("a")).await;
    let Next::Wait { state, waits, topics, .. } = wait(&[topic("t")]) else { unreachable!() };
    let wake_at = Some(at(10));
    scene.go(id, Next::Wait { state, waits, topics, wake_at, attempts: 0, cause: None, moved: true }).await;
    assert_eq!(scene.store.next_wake(None).await.unwrap(), Some(at(10)));
    scene.emit("t", "1").await;
    assert_eq!(scene.store.next_wake(None).await.unwrap(), None);
    assert_eq!(scene.store.due(at(99), None, 9).await.unwrap(), []);
}

pub(super) async fn a_step_may_send_start_and_move_at_once(scene: &Scene) {
    let id = scene.start(new("a")).await;
    scene.go(id, wait(&[topic("t")])).await;
    let write = Write {
        // Its own message does not wake it: it is awake, and finds it when it parks.
        transition: Some(moves(id, wait(&[topic("t")]))),
        messages: vec![message("t", "1"), message("child", "2")],
        starts: vec![NewInstance { subscriptions: vec![topic("child")], parent: Some(id), ..new("b") }],
    };
    let committed = scene.commit(write).await.unwrap();
    assert_eq!((committed.woken.len(), committed.heard.len()), (0, 0));
    assert!(matches!(committed.parked, Parked::Deliver(there) if there[0].payload.as_deref() == Some("1")));
    let child = committed.started[0];
    assert!(child.fresh);
    assert_eq!(scene.row(child.id).await.parent, Some(id));
    assert_eq!(scene.there(child.id, &[topic("child")]).await, [Some("2".to_owned())]);
}

pub(super) async fn what_nobody_wants_expires(scene: &Scene) {
    scene.emit("nobody", "1").await;
    scene.emit("claimed", "1").await;
    let id = scene.start(NewInstance { subscriptions: vec![topic("claimed")], ..new("a") }).await;
    assert_eq!(scene.expire(99).await, 0);
    assert_eq!(scene.expire(100).await, 1);
    assert_eq!(scene.expire(100).await, 0);
    assert_eq!(scene.there(id, &[topic("claimed")]).await, [Some("1".to_owned())]);
    scene.go(id, done()).await;
    assert_eq!(scene.expire(1000).await, 0, "what was claimed went with its subscriber");
}

pub(super) async fn a_first_subscriber_does_not_get_what_is_over(scene: &Scene) {
    scene.emit("t", "1").await;
    let short = Message { keep_until: at(50), ..message("t", "2") };
    scene.commit(Write { messages: vec![short], ..Write::default() }).await.unwrap();
    scene.emit("t", "3").await;
    let first = NewInstance { subscriptions: vec![topic("t")], at: at(50), ..new("a") };
    let first = scene.start(first).await;
    assert_eq!(scene.take(first, &topic("t")).await.as_deref(), Some("1"));
    assert_eq!(scene.take(first, &topic("t")).await.as_deref(), Some("3"));
    // What has a subscriber is kept for it, however long that takes.
    scene.emit("t", "4").await;
    let late = NewInstance { subscriptions: vec![topic("t")], at: at(500), ..new("b") };
    scene.start(late).await;
    assert_eq!(scene.there(first, &[topic("t")]).await, [Some("4".to_owned())]);
    // A first wait is a subscription too.
    scene.emit("u", "1").await;
    let waits = Transition { at: at(100), ..moves(first, wait(&[topic("u")])) };
    assert_eq!(scene.try_go(waits).await.unwrap().parked, Parked::Parked);
}

pub(super) async fn identities_and_signals_are_told_apart(scene: &Scene) {
    let id = scene.start(NewInstance { subscriptions: vec![topic("t")], ..new("a") }).await;
    let other = Topic { signal: "/other".to_owned(), identity: "t".to_owned() };
    let messages = vec![Message { topic: other.clone(), ..message("t", "1") }, message("T", "2")];
    scene.commit(Write { messages, ..Write::default() }).await.unwrap();
    assert_eq!(scene.there(id, &[topic("t"), other, topic("T")]).await, []);
}
