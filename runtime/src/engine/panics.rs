//! Where a panic happened: the panic itself does not say it to whoever catches it, only to the program's hook.

use std::any::Any;
use std::cell::RefCell;
use std::future::Future;
use std::panic::{AssertUnwindSafe, PanicHookInfo, catch_unwind};
use std::sync::Once;
use std::task::Poll;

thread_local! {
    static PLACE: RefCell<Option<String>> = const { RefCell::new(None) };
}

/// Whether a panic is said as usual, or as an event of the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Said {
    AsUsual,
    Logged,
}

/// Notes from now on where panics happen, so that the cause of a paused instance tells it. A program calls this once, at its start; a
/// later call is without effect.
pub(crate) fn note_places(said: Said) {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let usual = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |panic| {
            let place = panic.location().map(ToString::to_string).unwrap_or_default();
            match said {
                Said::AsUsual => usual(panic),
                // A line that is no JSON would break the log for whoever reads it.
                Said::Logged => tracing::error!(place, "panicked: {}", words_of_hook(panic)),
            }
            PLACE.set(Some(place));
        }));
    });
}

/// Runs a future to its end, or to its panic. After that it is dropped and never polled again, so nobody sees what it left half done.
pub(super) async fn caught<T>(work: impl Future<Output = T>) -> Result<T, String> {
    let mut work = std::pin::pin!(work);
    std::future::poll_fn(|task| match catch_unwind(AssertUnwindSafe(|| work.as_mut().poll(task))) {
        Ok(polled) => polled.map(Ok),
        Err(panic) => Poll::Ready(Err(cause(&*panic))),
    })
    .await
}

/// A panic as a cause: where it happened, if that is known, and its words.
pub(crate) fn cause(panic: &(dyn Any + Send)) -> String {
    match PLACE.take() {
        Some(place) => format!("panicked at {place}: {}", words_of(panic)),
        None => format!("panicked: {}", words_of(panic)),
    }
}

/// What a panic says.
pub(super) fn words_of(panic: &(dyn Any + Send)) -> &str {
    let text = panic.downcast_ref::<&str>().copied();
    text.or_else(|| panic.downcast_ref::<String>().map(String::as_str)).unwrap_or("without a message")
}

fn words_of_hook<'a>(panic: &'a PanicHookInfo<'_>) -> &'a str {
    panic.payload_as_str().unwrap_or("without a message")
}
