//! Exported locals are read from the row, by whoever works on the same data.

use std::sync::Arc;

use justscale::engine::{Engine, EngineParts};
use justscale::rt;
use justscale::store::SqliteStore;

use crate::world::{World, on_sqlite};

signal! { Step at "/step/{key}" { key: String } kept 168 hours }

process! {
    climb at "/climb/{key}" gives u32;
    |cx, next, world|
    step Start { key: String } => next.to(State::Await { key, height: 1 }),
    wait Await { key: String, height: u32 } => {
        Step::of(&key).step_in(cx).await;
        if height == 3 { next.done(height) } else { next.to(State::Await { key, height: height + 1 }) }
    },
}
starts! { climb(key: String) }

pub struct Exports {
    height: Option<u32>,
}

impl rt::Exporting for climb::Machine {
    type Exports = Exports;

    fn read(saved: &mut rt::Restorer) -> Result<Exports, rt::RestoreError> {
        Ok(Exports { height: saved.exported("height", &["Await"])? })
    }
}

/// A second handle on the same file stands for another program: it is told of nothing, and has to look.
#[test]
fn another_program_sees_the_changes() {
    on_sqlite(&async |site| {
        let app = site.start_in_real_time(&[climb::process]).await;
        let handle = app.run(climb("a").start()).await.unwrap();
        let others = SqliteStore::operator(site.folder().unwrap()).unwrap();
        let other = Engine::new(EngineParts::new(Arc::new(others)));
        other.start(Vec::new());
        let mut changes = handle.watch();
        let mut seen = Vec::new();
        while let Some(now) = other.scope(async { changes.next().await.unwrap() }).await {
            seen.extend(now.height);
            app.run(Step { key: "a".into() }.emit()).await.unwrap();
        }
        // What was in between may be missed, but not the way up, nor its end.
        assert!(seen.is_sorted() && seen.iter().all(|height| (1..=3).contains(height)), "{seen:?}");
        assert_eq!(app.run(handle).await.unwrap(), 3);
        assert!(other.stop(std::time::Duration::from_secs(5)).await);
    });
}
