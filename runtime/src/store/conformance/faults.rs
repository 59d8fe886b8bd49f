//! The same behaviours when calls fail: each call of each behaviour, before and after it was made, a session's statements too.
//!
//! A behaviour is played once undisturbed, and its calls are then made again on a fresh store in which one of them fails. What
//! is seen afterwards must be all of the call or nothing; made again it must give what it gives undisturbed; and the end must
//! be the same. The SQLite store is opened anew after each death, so that what it says is what is on the disk.

use std::sync::Arc;

use super::scene::*;
use super::{Behaviour, Home};
use crate::store::*;

/// A behaviour's calls, what each gave, and what was seen before the first and after each of them.
struct Undisturbed {
    calls: Vec<Call>,
    gave: Vec<Result<Came, String>>,
    seen: Vec<Seen>,
    /// How many calls of the store these were.
    number: u64,
}

/// Fails each call of a behaviour.
pub(super) async fn withstands(home: fn() -> Home, behaviour: Behaviour) {
    let undisturbed = undisturbed(home, behaviour).await;
    for call in 1..=undisturbed.number {
        for moment in [Moment::Before, Moment::After] {
            for fault in [Fault::Die, Fault::Fail(StoreError::Unavailable("a test".to_owned()))] {
                undisturbed.with_a_fault(&home(), (call, moment, fault)).await;
            }
        }
    }
}

async fn undisturbed(home: fn() -> Home, behaviour: Behaviour) -> Undisturbed {
    let calls = {
        let home = home();
        let scene = Scene::new(home.open());
        behaviour(&scene).await;
        scene.store.close().await.unwrap();
        scene.log()
    };
    let home = home();
    let inner = home.open();
    let (store, faults) = Faulty::new(Arc::clone(&inner));
    let mut seen = vec![super::scene::seen(&*inner, &calls).await];
    let mut gave = Vec::new();
    for call in &calls {
        gave.push(give(&store, call).await);
        seen.push(super::scene::seen(&*inner, &calls).await);
    }
    inner.close().await.unwrap();
    Undisturbed { calls, gave, seen, number: faults.calls() }
}

async fn give(store: &dyn Store, call: &Call) -> Result<Came, String> {
    make(store, call.clone()).await.map_err(|error| error.to_string())
}

impl Undisturbed {
    async fn with_a_fault(&self, home: &Home, (number, moment, fault): (u64, Moment, Fault)) {
        let mut inner = home.open();
        let (store, faults) = Faulty::new(Arc::clone(&inner));
        let mut store: Arc<dyn Store> = Arc::new(store);
        faults.plan_call(number, moment, fault);
        let mut hit = false;
        for (at, call) in self.calls.iter().enumerate() {
            let what = format!("call {number}, {moment:?}, in {call:?}");
            let (calls, commits) = (faults.calls(), faults.commits());
            let gave = give(&*store, call).await;
            if !hit && (calls + 1..=faults.calls()).contains(&number) {
                hit = true;
                assert!(gave.is_err(), "{what} went well");
                drop(std::mem::replace(&mut store, Arc::clone(&inner)));
                if home.is_durable() {
                    inner.close().await.unwrap();
                    inner = home.open();
                    store = Arc::clone(&inner);
                }
                let made = moment == Moment::After && faults.commits() > commits;
                let expected = &self.seen[if made { at + 1 } else { at }];
                assert_eq!(&seen(&*inner, &self.calls).await, expected, "{what}");
                if !made {
                    assert_eq!(give(&*store, call).await, self.gave[at], "{what}, again");
                }
            } else {
                assert_eq!(gave, self.gave[at], "{what}");
            }
            assert_eq!(seen(&*inner, &self.calls).await, self.seen[at + 1], "after {what}");
        }
        assert!(hit, "call {number} was not made");
        inner.close().await.unwrap();
    }
}
