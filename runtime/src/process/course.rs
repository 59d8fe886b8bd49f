//! [`Course`]: a run from state to state, without its types. What is the same for all processes is compiled once, not once for each.

use std::future::Future;
use std::pin::Pin;

use super::saved::{PointKind, RestoreError, Restorer, Saver};
use super::{Context, Stop};
use crate::store::SavedState;

/// Where a state's code has led.
pub(super) enum Led {
    /// On to a state.
    On {
        /// It, taken down.
        saver: Saver,
        /// No user code has run since the last saved point.
        passed: bool,
    },
    /// To the end.
    Done,
}

/// The code of the states, and at which it stands.
pub(super) trait Course: Send {
    /// Stands where the row says.
    fn restore(&mut self, saved: &mut Restorer) -> Result<(), RestoreError>;
    /// Runs the code of the state at which it stands, and then stands where that led.
    fn go(&mut self) -> Pin<Box<dyn Future<Output = Led> + Send + '_>>;
}

/// Runs from where the instance stands to the end. It stops at each point at which nothing is to be done yet.
pub(super) async fn run(cx: &Context, course: &mut dyn Course) -> Result<(), Stop> {
    restore(course, &cx.saved()).map_err(|error| Stop::Failed(error.to_string()))?;
    while let Led::On { saver, passed } = cx.drive(course.go()).await? {
        arrive(cx, course, saver, passed).await?;
    }
    Ok(())
}

async fn arrive(cx: &Context, course: &mut dyn Course, saver: Saver, passed: bool) -> Result<(), Stop> {
    let kind = saver.kind();
    if kind == PointKind::Block {
        return Ok(());
    }
    let point = saver.point();
    let saved = saver.finish().map_err(Stop::Failed)?;
    if cx.verifies_restore() {
        restore(course, &saved).map_err(|error| {
            Stop::Failed(format!("what `{point}` keeps does not survive being saved: {error}"))
        })?;
    }
    cx.arrive(point, saved, kind, passed).await
}

fn restore(course: &mut dyn Course, saved: &SavedState) -> Result<(), RestoreError> {
    course.restore(&mut Restorer::of(saved)?)
}
