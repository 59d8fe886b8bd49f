//! The end of an instance, and what an operator does.

use super::scene::*;
use crate::store::*;

pub(super) async fn an_end_wakes_who_waits_for_it(scene: &Scene) {
    let (waiter, ends) = (scene.start(new("a")).await, scene.start(new("b")).await);
    let end = Topic::end_of("b");
    assert_eq!(scene.go(waiter, wait(std::slice::from_ref(&end))).await.parked, Parked::Parked);
    assert_eq!(scene.go(ends, done()).await.woken, [waiter]);
    assert_eq!(scene.there(waiter, std::slice::from_ref(&end)).await, [Some("\"ok\"".to_owned())]);
    let consumed = vec![(end.clone(), 0)];
    scene.try_go(Transition { consumed, ..moves(waiter, step("Next")) }).await.unwrap();
    // Whoever asks later hears it at once.
    let late = scene.start(new("c")).await;
    let Parked::Deliver(there) = scene.go(late, wait(std::slice::from_ref(&end))).await.parked else {
        panic!("parked")
    };
    assert_eq!((there[0].seq, there[0].payload.as_deref(), &there[0].topic), (0, Some("\"ok\""), &end));
    assert_eq!(there[0].at, scene.row(ends).await.updated_at);
}

pub(super) async fn a_cancelled_end_has_no_result(scene: &Scene) {
    let (waiter, ends) = (scene.start(new("a")).await, scene.start(new("b")).await);
    scene.go(waiter, wait(&[Topic::end_of("b")])).await;
    let (row, committed) = scene.operate("b", Operation::Cancel).await.unwrap();
    assert_eq!((row.id, row.status, row.epoch, row.updated_at), (ends, Status::Cancelled, 2, at(5)));
    assert_eq!(committed.woken, [waiter]);
    assert_eq!(scene.there(waiter, &[Topic::end_of("b")]).await, [None]);
    let late = Transition { epoch: 1, ..moves(ends, step("Late")) };
    assert!(matches!(scene.try_go(late).await, Err(StoreError::Fenced(_))));
}

pub(super) async fn children_fall_with_their_parent(scene: &Scene) {
    let parent = scene.start(new("a")).await;
    let child = scene.start(NewInstance { parent: Some(parent), ..new("b") }).await;
    let ended = scene.start(NewInstance { parent: Some(parent), ..new("c") }).await;
    let grandchild = scene.start(NewInstance { parent: Some(child), ..new("d") }).await;
    let beside = scene.start(new("e")).await;
    scene.go(parent, wait(&[Topic::end_of("b")])).await;
    scene.go(child, wait(&[Topic::end_of("d")])).await;
    scene.go(ended, done()).await;
    scene.go(beside, wait(&[Topic::end_of("d")])).await;
    let (_, committed) = scene.operate("a", Operation::Cancel).await.unwrap();
    assert_eq!((committed.woken, committed.heard), (vec![beside], vec![]));
    let mut statuses = Vec::new();
    for id in [parent, child, ended, grandchild, beside] {
        statuses.push(scene.row(id).await.status);
    }
    let [cancelled, done, active] = [Status::Cancelled, Status::Done, Status::Active];
    assert_eq!(statuses, [cancelled, cancelled, done, cancelled, active]);
}

pub(super) async fn children_that_are_left_are_cancelled(scene: &Scene) {
    let parent = scene.start(new("a")).await;
    let child = scene.start(NewInstance { parent: Some(parent), ..new("b") }).await;
    let grandchild = scene.start(NewInstance { parent: Some(child), ..new("c") }).await;
    let ended = scene.start(NewInstance { parent: Some(parent), ..new("d") }).await;
    let beside = scene.start(new("e")).await;
    let waiter = scene.start(new("f")).await;
    scene.go(ended, done()).await;
    scene.go(waiter, wait(&[Topic::end_of("b")])).await;
    scene.go(parent, wait(&[Topic::end_of("b"), Topic::end_of("e")])).await;
    let left = ["b", "d", "e", "nobody"].map(str::to_owned).to_vec();
    let committed = scene.try_go(Transition { left, ..moves(parent, wait(&[topic("t")])) }).await.unwrap();
    assert_eq!((committed.woken, committed.cancelled), (vec![waiter], vec!["b".to_owned(), "c".to_owned()]));
    let mut statuses = Vec::new();
    for id in [parent, child, grandchild, ended, beside] {
        statuses.push(scene.row(id).await.status);
    }
    use Status::{Active, Cancelled, Done, Waiting};
    assert_eq!(statuses, [Waiting, Cancelled, Cancelled, Done, Active]);
    // A step leaves them too.
    let child = scene.start(NewInstance { parent: Some(parent), ..new("b") }).await;
    let left = vec!["b".to_owned()];
    let committed = scene.try_go(Transition { left, ..moves(parent, step("Next")) }).await.unwrap();
    assert_eq!((committed.cancelled, scene.row(child).await.status), (vec!["b".to_owned()], Cancelled));
}

pub(super) async fn cancelling_drops_subscriptions(scene: &Scene) {
    let id = scene.start(NewInstance { subscriptions: vec![topic("t")], ..new("a") }).await;
    scene.emit("t", "1").await;
    scene.operate("a", Operation::Cancel).await.unwrap();
    assert_eq!(scene.there(id, &[topic("t")]).await, []);
    scene.emit("t", "2").await;
    let next = scene.start(NewInstance { subscriptions: vec![topic("t")], ..new("b") }).await;
    assert_eq!(scene.there(next, &[topic("t")]).await, [Some("2".to_owned())]);
}

pub(super) async fn an_operation_on_what_has_ended_does_nothing(scene: &Scene) {
    let (ended, active) = (scene.start(new("a")).await, scene.start(new("b")).await);
    scene.go(ended, done()).await;
    let before = scene.seen().await;
    for operation in [Operation::Cancel, Operation::Retry] {
        let (row, committed) = scene.operate("a", operation.clone()).await.unwrap();
        assert_eq!((row.status, committed), (Status::Done, Committed::default()));
        assert_eq!(scene.operate("nobody", operation).await, None);
    }
    let (row, committed) = scene.operate("b", Operation::Retry).await.unwrap();
    assert_eq!((row.id, committed), (active, Committed::default()));
    assert_eq!(before, scene.seen().await);
}

pub(super) async fn a_retry_brings_on_what_was_paused(scene: &Scene) {
    let id = scene.start(new("a")).await;
    scene.go(id, wait(&[topic("t")])).await;
    scene.go(id, Next::Paused { cause: "a panic".to_owned() }).await;
    let (row, committed) = scene.operate("a", Operation::Retry).await.unwrap();
    assert_eq!((row.status, row.attempts, row.cause, committed.woken), (Status::Active, 0, None, vec![id]));
    assert_eq!((row.state, row.waits.as_str(), row.epoch), (state("Wait"), "{\"w\":1}", 3));
    scene.go(id, step("On")).await;
}

pub(super) async fn a_retry_cuts_a_backoff_short(scene: &Scene) {
    let (tried, sleeps) = (scene.start(new("a")).await, scene.start(new("b")).await);
    let Next::Wait { state, waits, topics, wake_at, moved, .. } = sleep(50) else { unreachable!() };
    let cause = Some("refused".to_owned());
    scene.go(tried, Next::Wait { state, waits, topics, wake_at, attempts: 3, cause, moved }).await;
    scene.go(sleeps, sleep(50)).await;
    let (row, committed) = scene.operate("a", Operation::Retry).await.unwrap();
    assert_eq!(
        (row.status, row.attempts, row.cause, row.wake_at, committed.woken),
        (Status::Active, 3, None, None, vec![tried])
    );
    let (row, committed) = scene.operate("b", Operation::Retry).await.unwrap();
    assert_eq!((row.status, row.wake_at, committed.woken), (Status::Waiting, Some(at(50)), vec![]));
}
