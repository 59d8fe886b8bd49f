//! Work that is shared by threads: each takes what comes next.

use std::panic::resume_unwind;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::thread::{self, Builder};

/// More than these have too little left to do while one thread reads the package.
const MOST: usize = 8;

/// What a thread's stack holds at most, in bytes: syntax trees are walked by recursion, and a thread has a quarter of what `main` has
/// otherwise.
const STACK: usize = 64 << 20;

/// How many threads the machine has for us.
pub(super) fn threads() -> usize {
    thread::available_parallelism().map_or(1, usize::from).min(MOST)
}

/// What both give: `there` on a thread of its own where the machine has one to spare, else after `here`.
///
/// # Panics
///
/// Where one of them does.
pub(crate) fn beside<T: Send + Default, U>(
    there: impl FnOnce() -> T + Send,
    here: impl FnOnce() -> U,
) -> (T, U) {
    let there = Mutex::new(Some(there));
    let do_there = || {
        let there = there.lock().unwrap_or_else(PoisonError::into_inner).take();
        there.map(|there| there())
    };
    let (done, here) = thread::scope(|scope| {
        let helper = (threads() > 1).then(|| Builder::new().stack_size(STACK).spawn_scoped(scope, do_there));
        let here = here();
        let done = helper
            .and_then(Result::ok)
            .map(|helper| helper.join().unwrap_or_else(|panic| resume_unwind(panic)));
        (done.flatten(), here)
    });
    (done.or_else(do_there).unwrap_or_default(), here)
}

/// Does the work of the numbers below `count`, in the order of which the results are: `here` on this thread, once `first` is done, and
/// `there` on as many others as there are `helpers`. Where `there` gives `None`, it is done here after all.
///
/// # Panics
///
/// Where one of the three does.
pub(super) fn share<T: Send + Default, U>(
    count: usize,
    helpers: usize,
    there: impl Fn(usize) -> Option<T> + Sync,
    here: impl Fn(usize) -> T,
    first: impl FnOnce() -> U,
) -> (Vec<T>, U) {
    let next = AtomicUsize::new(0);
    let take = || Some(next.fetch_add(1, Ordering::Relaxed)).filter(|at| *at < count);
    let done = Mutex::new(Vec::with_capacity(count));
    let put = |at: usize, result: Option<T>| {
        // A thread that panicked while it held this has left nothing half done.
        done.lock().unwrap_or_else(PoisonError::into_inner).push((at, result));
    };
    let help = || {
        while let Some(at) = take() {
            put(at, there(at));
        }
    };
    let first = thread::scope(|scope| {
        for _ in 0..helpers {
            // A machine that refuses a thread leaves more to do here.
            let _ = Builder::new().stack_size(STACK).spawn_scoped(scope, help);
        }
        let first = first();
        while let Some(at) = take() {
            put(at, Some(here(at)));
        }
        first
    });
    let mut done = done.into_inner().unwrap_or_else(PoisonError::into_inner);
    done.sort_unstable_by_key(|(at, _)| *at);
    (done.into_iter().map(|(at, result)| result.unwrap_or_else(|| here(at))).collect(), first)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_is_done_once_and_in_order_by_however_many() {
        for helpers in [0, 1, 3] {
            let runs = AtomicUsize::new(0);
            let there = |at: usize| {
                runs.fetch_add(1, Ordering::Relaxed);
                (!at.is_multiple_of(7)).then_some(at)
            };
            let (done, first) = share(1000, helpers, there, |at| at, || "first");
            assert_eq!((done, first), ((0..1000).collect(), "first"));
            assert!(runs.into_inner() <= 1000);
        }
    }

    #[test]
    fn what_is_done_beside_is_done_once() {
        let runs = AtomicUsize::new(0);
        assert_eq!(beside(|| runs.fetch_add(1, Ordering::Relaxed) + 5, || "here"), (5, "here"));
        assert_eq!(runs.into_inner(), 1);
        let panics = || -> usize { panic!("no") };
        assert!(std::panic::catch_unwind(|| beside(panics, || ())).is_err());
    }

    #[test]
    fn a_panic_elsewhere_is_one_here() {
        let panics = |at: usize| if at < 100 { panic!("no") } else { Some(at) };
        let shared = std::panic::catch_unwind(|| share(10, 1, panics, |_| panic!("no"), || ()));
        assert!(shared.is_err());
    }
}
