//! The user's own statements.

use super::scene::*;
use crate::store::*;

const TABLE: &str = "CREATE TABLE note (id INTEGER PRIMARY KEY, text TEXT NOT NULL)";

async fn notes(scene: &Scene) -> Vec<Vec<Value>> {
    scene.store.query("SELECT id FROM note ORDER BY id".to_owned(), vec![]).await.unwrap().rows
}

fn put(id: i64) -> String {
    format!("INSERT INTO note VALUES ({id}, 'x')")
}

pub(super) async fn statements_commit_with_their_write(scene: &Scene) {
    scene.session(&[TABLE], Write::default()).await.unwrap();
    let id = scene.start(new("a")).await;
    let write = Write {
        transition: Some(moves(id, step("Next"))),
        messages: vec![message("t", "1")],
        starts: vec![new("b")],
    };
    let committed = scene.session(&[&put(1), &put(2)], write).await.unwrap();
    assert_eq!(committed.started.len(), 1);
    assert_eq!(notes(scene).await, [[Value::Integer(1)], [Value::Integer(2)]]);
    assert_eq!(scene.row(id).await.state, state("Next"));
}

pub(super) async fn a_fenced_step_undoes_its_statements(scene: &Scene) {
    scene.session(&[TABLE], Write::default()).await.unwrap();
    let id = scene.start(new("a")).await;
    let stale = Transition { epoch: 7, ..moves(id, step("Next")) };
    let fenced = scene.session(&[&put(1)], Write { transition: Some(stale), ..Write::default() }).await;
    assert!(matches!(fenced, Err(StoreError::Fenced(_))));
    assert_eq!(notes(scene).await, Vec::<Vec<Value>>::new());
    scene.session(&[&put(2)], Write::default()).await.unwrap();
    assert_eq!(notes(scene).await, [[Value::Integer(2)]]);
}

pub(super) async fn a_wrong_statement_undoes_itself_alone(scene: &Scene) {
    scene
        .session(&[TABLE, &put(1), &put(1), "INSERT INTO nothing VALUES (1)", &put(2)], Write::default())
        .await
        .unwrap();
    assert_eq!(notes(scene).await, [[Value::Integer(1)], [Value::Integer(2)]]);
    let mut session = scene.store.begin().await.unwrap();
    let constraint = session.execute(put(1), vec![]).await.unwrap_err();
    assert!(matches!(constraint, StoreError::Statement { constraint: true, .. }), "{constraint}");
    let wrong = session.execute("SELEC 1".to_owned(), vec![]).await.unwrap_err();
    assert!(matches!(wrong, StoreError::Statement { constraint: false, .. }), "{wrong}");
    let steering = session.execute("COMMIT".to_owned(), vec![]).await.unwrap_err();
    assert!(matches!(steering, StoreError::Statement { .. }), "{steering}");
}

pub(super) async fn a_dropped_session_leaves_nothing(scene: &Scene) {
    scene.session(&[TABLE], Write::default()).await.unwrap();
    let mut session = scene.store.begin().await.unwrap();
    session.execute(put(1), vec![]).await.unwrap();
    drop(session);
    drop(scene.store.begin().await.unwrap());
    assert_eq!(notes(scene).await, Vec::<Vec<Value>>::new());
}

pub(super) async fn a_session_sees_its_own_writes(scene: &Scene) {
    scene.session(&[TABLE], Write::default()).await.unwrap();
    let mut session = scene.store.begin().await.unwrap();
    assert_eq!(session.execute(put(1), vec![]).await.unwrap(), 1);
    let rows = session
        .query("SELECT id, text FROM note WHERE id = ?1".to_owned(), vec![Value::Integer(1)])
        .await
        .unwrap();
    assert_eq!(
        (rows.columns, rows.rows),
        (vec!["id".into(), "text".into()], vec![vec![Value::Integer(1), Value::Text("x".into())]])
    );
    session.commit(Write::default()).await.unwrap();
    assert_eq!(notes(scene).await, [[Value::Integer(1)]]);
}

pub(super) async fn parts_of_a_session_are_kept_or_undone(scene: &Scene) {
    scene.session(&[TABLE], Write::default()).await.unwrap();
    let mut session = scene.store.begin().await.unwrap();
    session.execute(put(1), vec![]).await.unwrap();
    session.nest(Part::Open).await.unwrap();
    session.execute(put(2), vec![]).await.unwrap();
    session.nest(Part::Open).await.unwrap();
    session.execute(put(3), vec![]).await.unwrap();
    session.nest(Part::Undo).await.unwrap();
    session.nest(Part::Keep).await.unwrap();
    session.nest(Part::Open).await.unwrap();
    session.execute(put(4), vec![]).await.unwrap();
    session.nest(Part::Undo).await.unwrap();
    session.commit(Write::default()).await.unwrap();
    assert_eq!(notes(scene).await, [[Value::Integer(1)], [Value::Integer(2)]]);
}

pub(super) async fn a_query_outside_does_not_write(scene: &Scene) {
    scene.session(&[TABLE], Write::default()).await.unwrap();
    let written = scene.store.query("INSERT INTO note VALUES (1, 'x') RETURNING id".to_owned(), vec![]).await;
    assert!(matches!(written, Err(StoreError::Statement { .. })), "{written:?}");
    assert_eq!(notes(scene).await, Vec::<Vec<Value>>::new());
}

pub(super) async fn sessions_and_plain_writes_run_beside_each_other(scene: &Scene) {
    scene.session(&[TABLE], Write::default()).await.unwrap();
    let mut tasks = tokio::task::JoinSet::new();
    for number in 0..40_i64 {
        let store = scene.store.clone();
        tasks.spawn(async move {
            let write = Write { starts: vec![new(&format!("{number}"))], ..Write::default() };
            match number % 4 {
                0 | 1 => store.commit(write).await.map(drop).unwrap(),
                2 => {
                    let mut session = store.begin().await.unwrap();
                    session.execute(put(number), vec![]).await.unwrap();
                    session.commit(write).await.map(drop).unwrap();
                }
                _ => {
                    let mut session = store.begin().await.unwrap();
                    session.execute(put(number), vec![]).await.unwrap();
                }
            }
        });
    }
    tasks.join_all().await;
    assert_eq!(scene.store.list(Filter::default()).await.unwrap().len(), 30);
    assert_eq!(notes(scene).await.len(), 10);
}
