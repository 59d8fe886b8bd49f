//! Who waits on a manual clock for something that can't happen before the clock is moved waits for ever: this says so instead.

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use crate::clock::idle::{Idle, Tracked};
use crate::engine::Engine;
use crate::store::{Instance, Status};

/// For so many looks in a row nothing may be at work before it is said that nothing ever will be.
const LOOKS: u32 = 3;
const BETWEEN: Duration = Duration::from_secs(1);

/// Runs `work` on the current engine, with a manual clock, to its end. An error says what it waits for in vain.
pub(crate) async fn unless_stuck<F: Future>(
    current: impl Fn() -> Engine,
    work: F,
) -> Result<F::Output, String> {
    let engine = current();
    let Some(clock) = engine.clock().manual() else { return Ok(work.await) };
    // The work's own: whether it rests, that is, waits for the clock or for an instance.
    let own = Arc::<Idle>::default();
    let work = Tracked::run(&own, work);
    let stuck = async {
        let mut looks = 0;
        while looks < LOOKS {
            tokio::time::sleep(BETWEEN).await;
            looks = if own.is_quiet() && clock.idle().is_quiet() { looks + 1 } else { 0 };
        }
        // While `work` is still there, so is what it waits for.
        reason(&current()).await
    };
    tokio::select! {
        biased;
        output = work => Ok(output),
        reason = stuck => Err(reason),
    }
}

async fn reason(engine: &Engine) -> String {
    let mut reasons = Vec::new();
    for name in engine.awaited_in_memory() {
        // A store that doesn't answer now leaves the sentence shorter.
        if let Ok(Some(row)) = engine.store().find(&name).await {
            reasons.push(why(&row));
        }
    }
    let now = engine.now();
    let waited = if reasons.is_empty() { "a time".to_owned() } else { reasons.join(", and for ") };
    format!(
        "waits for {waited}; the clock stands at {now}, and nothing happens before it is moved: call `clock.advance(..)` first, or send what is waited for"
    )
}

/// An instance, and why it does not end.
fn why(row: &Instance) -> String {
    let Instance { name, status, cause, .. } = row;
    let point = &row.state.point;
    match (status, row.wake_at) {
        (Status::Paused, _) => {
            format!("`{name}`, which is paused at `{point}`: {}", cause.as_deref().unwrap_or_default())
        }
        (_, Some(at)) => format!("`{name}`, which waits at `{point}` until {at}"),
        (_, None) => format!("`{name}`, which waits at `{point}`"),
    }
}
