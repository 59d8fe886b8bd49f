//! What becomes of an instance.

use super::scene::*;
use crate::store::*;

pub(super) async fn a_started_instance_is_active(scene: &Scene) {
    let id = scene.start(new("a")).await;
    let row = scene.row(id).await;
    assert_eq!((row.status, row.step, row.epoch, row.attempts, row.wake_at), (Status::Active, 0, 1, 0, None));
    assert_eq!((row.name.as_str(), row.process.as_str(), row.state), ("a", "/process", state("Start")));
    assert_eq!((row.created_at, row.updated_at, row.waits.as_str()), (at(0), at(0), ""));
    assert_eq!(scene.store.active(None, 9).await.unwrap(), [id]);
    assert_eq!(scene.store.load(InstanceId(id.0 + 1)).await.unwrap(), None);
    assert_eq!(scene.store.find("b").await.unwrap(), None);
}

pub(super) async fn a_name_that_exists_is_not_started_again(scene: &Scene) {
    let id = scene.start(new("a")).await;
    let starts = vec![new("a"), new("b"), new("b")];
    let again = scene.commit(Write { starts, ..Write::default() }).await.unwrap().started;
    assert_eq!((again[0].id, again[0].fresh), (id, false));
    assert_eq!((again[1].fresh, again[2].fresh, again[1].id == again[2].id), (true, false, true));
    scene.go(id, done()).await;
    let ended = scene.commit(Write { starts: vec![new("a")], ..Write::default() }).await.unwrap().started;
    assert_eq!((ended[0].id, ended[0].fresh), (id, false));
}

pub(super) async fn a_cancelled_name_is_started_anew_under_a_new_key(scene: &Scene) {
    let id = scene.start(new("a")).await;
    scene.operate("a", Operation::Cancel).await.unwrap();
    let anew = scene.start(new("a")).await;
    assert_ne!(anew, id);
    assert_eq!(scene.store.load(id).await.unwrap(), None);
    assert_eq!(scene.row(anew).await.epoch, 1);
    let stale = Transition { epoch: 2, ..moves(id, step("Late")) };
    assert!(matches!(scene.try_go(stale).await, Err(StoreError::Fenced(fenced)) if fenced == id));
}

pub(super) async fn a_step_moves_on_and_forgets_what_failed(scene: &Scene) {
    let id = scene.start(new("a")).await;
    let retry = Next::Wait {
        state: state("Call"),
        waits: "{}".to_owned(),
        topics: vec![],
        wake_at: Some(at(9)),
        attempts: 2,
        cause: Some("refused".to_owned()),
        moved: true,
    };
    scene.go(id, retry).await;
    let row = scene.row(id).await;
    assert_eq!((row.status, row.step, row.attempts, row.wake_at), (Status::Waiting, 1, 2, Some(at(9))));
    assert_eq!(row.cause.as_deref(), Some("refused"));
    let committed = scene.go(id, step("Next")).await;
    assert_eq!(committed, Committed::default());
    let row = scene.row(id).await;
    assert_eq!((row.status, row.step, row.attempts, row.wake_at), (Status::Active, 2, 0, None));
    assert_eq!((row.state, row.waits.as_str(), row.cause, row.updated_at), (state("Next"), "", None, at(1)));
    assert_eq!(scene.store.last_move().await.unwrap(), Some(at(1)));
    assert_eq!(scene.store.next_wake(None).await.unwrap(), None);
}

pub(super) async fn a_stale_epoch_changes_nothing(scene: &Scene) {
    let id = scene.start(new("a")).await;
    let before = scene.seen().await;
    for epoch in [0, 2] {
        for next in [step("X"), wait(&[topic("t")]), done(), Next::Paused { cause: "x".to_owned() }] {
            let write = Write {
                transition: Some(Transition { epoch, ..moves(id, next) }),
                messages: vec![message("t", "1")],
                starts: vec![new("b")],
            };
            assert!(matches!(scene.commit(write).await, Err(StoreError::Fenced(fenced)) if fenced == id));
        }
    }
    assert_eq!(before, Scene::new(scene.store.clone()).seen().await);
    assert_eq!(scene.expire(1000).await, 0);
}

pub(super) async fn of_two_who_move_an_instance_the_first_one_wins(scene: &Scene) {
    let id = scene.start(new("a")).await;
    let known = scene.row(id).await.epoch;
    for next in [step("X"), wait(&[topic("t")]), sleep(9), Next::Paused { cause: "x".to_owned() }] {
        let epoch = scene.row(id).await.epoch;
        scene.try_go(Transition { epoch, ..moves(id, next.clone()) }).await.unwrap();
        let row = scene.row(id).await;
        assert_eq!(row.epoch, epoch + 1);
        for stale in [known, epoch] {
            let second = Write {
                transition: Some(Transition { epoch: stale, ..moves(id, next.clone()) }),
                messages: vec![message("u", "1")],
                starts: vec![new("b")],
            };
            assert!(matches!(scene.commit(second).await, Err(StoreError::Fenced(_))));
        }
        assert_eq!(scene.row(id).await, row);
    }
    assert_eq!(scene.store.find("b").await.unwrap(), None);
}

pub(super) async fn an_instance_that_has_stopped_does_not_move(scene: &Scene) {
    for (name, stop) in [("a", done()), ("b", Next::Paused { cause: "x".to_owned() })] {
        let id = scene.start(new(name)).await;
        scene.go(id, stop).await;
        assert!(matches!(scene.try_go(moves(id, step("X"))).await, Err(StoreError::Fenced(_))));
    }
    assert!(scene.try_go(moves(InstanceId(99), step("X"))).await.is_err());
}

pub(super) async fn sleepers_are_due_in_order(scene: &Scene) {
    let late = scene.start(new("late")).await;
    let early = scene.start(new("early")).await;
    let same = scene.start(new("same")).await;
    scene.go(late, sleep(30)).await;
    scene.go(early, sleep(10)).await;
    assert_eq!(scene.go(same, sleep(10)).await.parked, Parked::Parked);
    let store = &scene.store;
    let due = |second, id| Due { at: at(second), id };
    let [first, second, third] = [due(10, early), due(10, same), due(30, late)];
    assert_eq!(store.due(at(9), None, 9).await.unwrap(), []);
    assert_eq!(store.due(at(10), None, 9).await.unwrap(), [first, second]);
    assert_eq!(store.due(at(99), None, 9).await.unwrap(), [first, second, third]);
    assert_eq!(store.due(at(99), None, 1).await.unwrap(), [first]);
    assert_eq!(store.due(at(99), Some(first), 9).await.unwrap(), [second, third]);
    assert_eq!(store.due(at(99), Some(second), 1).await.unwrap(), [third]);
    assert_eq!(store.due(at(29), Some(second), 9).await.unwrap(), []);
    assert_eq!(store.due(at(99), Some(third), 9).await.unwrap(), []);
    assert_eq!(store.next_wake(None).await.unwrap(), Some(at(10)));
    assert_eq!(store.next_wake(Some(at(10))).await.unwrap(), Some(at(30)));
    assert_eq!(store.next_wake(Some(at(30))).await.unwrap(), None);
    assert_eq!(store.active(None, 9).await.unwrap(), []);
    assert_eq!(scene.row(early).await.status, Status::Waiting);
}

pub(super) async fn a_deadline_is_never_early(scene: &Scene) {
    let id = scene.start(new("a")).await;
    let fine = at(10) + jiff::SignedDuration::from_nanos(1);
    let Next::Wait { state, waits, topics, .. } = sleep(10) else { unreachable!() };
    let wake_at = Some(fine);
    scene.go(id, Next::Wait { state, waits, topics, wake_at, attempts: 0, cause: None, moved: true }).await;
    assert_eq!(scene.store.due(at(10), None, 9).await.unwrap(), []);
    assert!(scene.row(id).await.wake_at.unwrap() >= fine);
}

pub(super) async fn progress_keeps_an_instance_active(scene: &Scene) {
    let id = scene.start(new("a")).await;
    let progress = |moved| Next::Progress {
        state: state("Join"),
        waits: "{\"first\":1}".to_owned(),
        topics: vec![topic("t")],
        attempts: 2,
        cause: Some("refused".to_owned()),
        moved,
    };
    assert_eq!(scene.go(id, progress(true)).await, Committed::default());
    assert_eq!(scene.go(id, progress(false)).await, Committed::default());
    let row = scene.row(id).await;
    assert_eq!((row.status, row.step, row.waits.as_str()), (Status::Active, 1, "{\"first\":1}"));
    assert_eq!((row.attempts, row.cause.as_deref()), (2, Some("refused")));
    let heard = scene.emit("t", "1").await;
    assert_eq!((heard.woken, heard.heard), (vec![], vec![id]));
    let Parked::Deliver(there) = scene.go(id, progress(false)).await.parked else { panic!("nothing there") };
    assert_eq!(there[0].payload.as_deref(), Some("1"));
}

pub(super) async fn an_instance_ends_or_pauses(scene: &Scene) {
    let (ends, pauses) = (scene.start(new("a")).await, scene.start(new("b")).await);
    scene.go(ends, done()).await;
    let row = scene.row(ends).await;
    assert_eq!(
        (row.status, row.result.as_deref(), row.state.locals.as_str()),
        (Status::Done, Some("\"ok\""), "{}")
    );
    scene.go(pauses, sleep(10)).await;
    scene.go(pauses, Next::Paused { cause: "a panic".to_owned() }).await;
    let row = scene.row(pauses).await;
    assert_eq!((row.status, row.cause.as_deref(), row.wake_at), (Status::Paused, Some("a panic"), None));
    assert_eq!((row.state, row.waits.as_str()), (state("Sleep"), "{\"s\":1}"));
    assert_eq!(scene.store.active(None, 9).await.unwrap(), []);
    assert_eq!(scene.store.next_wake(None).await.unwrap(), None);
}

pub(super) async fn a_list_is_filtered_and_paged(scene: &Scene) {
    let mut ids = Vec::new();
    for name in ["a", "b", "c", "d"] {
        ids.push(scene.start(new(name)).await);
    }
    let other = scene.start(NewInstance { process: "/other".to_owned(), ..new("e") }).await;
    scene.go(ids[1], done()).await;
    let list = async |filter: Filter| -> Vec<InstanceId> {
        scene.store.list(filter).await.unwrap().iter().map(|row| row.id).collect()
    };
    assert_eq!(list(Filter::default()).await, [ids[0], ids[1], ids[2], ids[3], other]);
    assert_eq!(list(Filter { process: Some("/other".to_owned()), ..Filter::default() }).await, [other]);
    assert_eq!(list(Filter { status: Some(Status::Done), ..Filter::default() }).await, [ids[1]]);
    assert_eq!(list(Filter { after: Some(ids[1]), limit: 2, ..Filter::default() }).await, [ids[2], ids[3]]);
    assert_eq!(scene.store.active(Some(ids[0]), 2).await.unwrap(), [ids[2], ids[3]]);
}

pub(super) async fn texts_are_opaque(scene: &Scene) {
    let odd = "{\"a\": 'not json \u{0} \u{1F600}".to_owned();
    let broken = SavedState { point: "gone?".to_owned(), locals: odd.clone() };
    let id = scene.start(NewInstance { state: broken.clone(), ..new("odd/ä \u{1F600}") }).await;
    assert_eq!(scene.row(id).await.state, broken);
    scene.go(id, Next::Done { result: odd.clone() }).await;
    assert_eq!(scene.row(id).await.result, Some(odd));
}
