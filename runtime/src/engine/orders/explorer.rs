//! An executor that plays a scenario in every order in which its tasks can be polled, one order after the other.
//!
//! A task that has been polled is woken or not; which of the woken ones is polled next is a choice. Without a reason for another one it is
//! the one that was polled last, or else the eldest. There are too many orders to play those that choose freely at every turn, so a bound
//! is given: so many times another one is polled instead, at each turn and with each of the others. A few such turns are enough for nearly
//! all mistakes of this kind (Emmi, Qadeer and Rakamarić, "Delay-bounded scheduling", 2011).

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::task::{Context, Wake, Waker};

use crate::engine::Spawner;
use crate::store::BoxFuture;

/// The tasks of one order.
#[derive(Clone, Default)]
pub(super) struct Tasks(Arc<Mutex<Shared>>);

#[derive(Default)]
struct Shared {
    spawned: Vec<BoxFuture<'static, ()>>,
    choices: Choices,
}

/// What was chosen in this order, and of how many.
#[derive(Default)]
struct Choices {
    made: Vec<(usize, usize)>,
    /// How many of those are given; from there on the first is chosen.
    next: usize,
}

struct Task {
    work: BoxFuture<'static, ()>,
    woken: Arc<Woken>,
}

struct Woken(AtomicBool);

impl Wake for Woken {
    fn wake(self: Arc<Self>) {
        self.0.store(true, Ordering::SeqCst);
    }
}

impl Spawner for Tasks {
    fn spawn(&self, task: BoxFuture<'static, ()>) {
        self.0.lock().unwrap().spawned.push(task);
    }
}

impl Tasks {
    /// Chooses one of so many; all are tried.
    pub(super) fn choose(&self, of: usize) -> usize {
        self.0.lock().unwrap().choices.choose(of)
    }

    /// Polls tasks until none is woken any more.
    fn play(&self, turns: usize) {
        let (mut tasks, mut last, mut left) = (Vec::<Task>::new(), None, turns);
        loop {
            for work in std::mem::take(&mut self.0.lock().unwrap().spawned) {
                tasks.push(Task { work, woken: Arc::new(Woken(AtomicBool::new(true))) });
            }
            let able = (0..tasks.len()).filter(|at| tasks[*at].is_woken());
            let mut able: Vec<usize> = able.collect();
            if able.is_empty() {
                return;
            }
            if let Some(position) = able.iter().position(|at| last == Some(*at)) {
                able[..=position].rotate_right(1);
            }
            let choice = if left == 0 { 0 } else { self.choose(able.len()) };
            let chosen = able[choice];
            left -= usize::from(choice > 0);
            last = Some(chosen);
            if tasks[chosen].poll() {
                tasks.remove(chosen);
                last = None;
            }
        }
    }
}

impl Task {
    fn is_woken(&self) -> bool {
        self.woken.0.load(Ordering::SeqCst)
    }

    /// Says whether it has come to its end.
    fn poll(&mut self) -> bool {
        self.woken.0.store(false, Ordering::SeqCst);
        let waker = Waker::from(self.woken.clone());
        self.work.as_mut().poll(&mut Context::from_waker(&waker)).is_ready()
    }
}

impl Choices {
    fn choose(&mut self, of: usize) -> usize {
        let at = self.next;
        self.next += 1;
        match self.made.get(at) {
            Some((chosen, _)) => *chosen,
            None => {
                self.made.push((0, of));
                0
            }
        }
    }

    /// Goes to the next order. `None` if this was the last one.
    fn advance(mut self) -> Option<Self> {
        while let Some((chosen, of)) = self.made.pop() {
            if chosen + 1 < of {
                self.made.push((chosen + 1, of));
                self.next = 0;
                return Some(self);
            }
        }
        None
    }
}

/// Plays `scenario` in every order in which so many times another task is polled than the one whose turn it is. What the scenario gives
/// looks at the end of it. Says how many orders there were.
pub(super) fn in_every_order<F: FnOnce()>(turns: usize, scenario: impl Fn(&Tasks) -> F) -> usize {
    // Timeouts ask for a runtime. Nothing drives its clock, so none is ever over.
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
    let _inside = runtime.enter();
    let (mut choices, mut orders) = (Choices::default(), 0);
    loop {
        let tasks = Tasks::default();
        tasks.0.lock().unwrap().choices = choices;
        let look = scenario(&tasks);
        tasks.play(turns);
        orders += 1;
        let failed = std::panic::catch_unwind(std::panic::AssertUnwindSafe(look)).err();
        choices = std::mem::take(&mut tasks.0.lock().unwrap().choices);
        if let Some(panic) = failed {
            let order: Vec<usize> = choices.made.iter().map(|(chosen, _)| *chosen).collect();
            eprintln!("this was order {orders}: {order:?}");
            std::panic::resume_unwind(panic);
        }
        match choices.advance() {
            Some(next) => choices = next,
            None => return orders,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn each_order_is_played_once() {
        let seen = Arc::new(Mutex::new(Vec::new()));
        let orders = in_every_order(1, |tasks| {
            let order = Arc::new(Mutex::new(String::new()));
            for name in ["a", "b"] {
                let order = order.clone();
                tasks.spawn(Box::pin(async move {
                    order.lock().unwrap().push_str(name);
                    tokio::task::yield_now().await;
                    order.lock().unwrap().push_str(name);
                }));
            }
            let seen = seen.clone();
            move || seen.lock().unwrap().push(order.lock().unwrap().clone())
        });
        let seen = seen.lock().unwrap().clone();
        let distinct: BTreeSet<&str> = seen.iter().map(String::as_str).collect();
        assert_eq!(distinct, BTreeSet::from(["aabb", "abba", "bbaa"]));
        assert_eq!((orders, seen.len()), (3, 3));
    }
}
