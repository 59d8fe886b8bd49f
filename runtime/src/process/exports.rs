//! What a process shows of itself: the view of its `#[export]` locals, and [`Watch`], its changes.
//!
//! Both are read from the saved state, so any program on the same data sees the same, and a change is seen once it is committed.

use super::handle::Handle;
use super::saved::{RestoreError, Restorer};
use super::{Durable, Machine};
use crate::engine::Engine;
use crate::engine::ends::missing;
use crate::engine::watches::Watcher;
use crate::store::{Instance, SavedState, Status};
use crate::{Error, Result};

/// A process with exported locals, as the compiler writes it.
#[diagnostic::on_unimplemented(
    message = "`{Self}` exports nothing",
    label = "this process shows nothing of itself",
    note = "put `#[export]` above a `let` of the process: `#[export] let mut cards: Vec<Card> = Vec::new();`"
)]
pub trait Exporting: Machine {
    /// The exported locals: each is `None` where the process does not have it.
    type Exports: Send;
    /// Reads them out of a saved state.
    fn read(saved: &mut Restorer) -> std::result::Result<Self::Exports, RestoreError>;
}

/// An exported local as people read it, for `{:?}`.
pub fn shown<T: Durable>(local: &Option<T>) -> impl std::fmt::Debug {
    struct Text(String);
    impl std::fmt::Debug for Text {
        fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            f.write_str(&self.0)
        }
    }
    Text(match local.as_ref().map(Durable::to_text) {
        None => "None".to_owned(),
        Some(Ok(text)) => format!("Some({text})"),
        Some(Err(error)) => format!("Some(<{error}>)"),
    })
}

impl<M: Exporting> Handle<M> {
    /// What its exported locals hold, by the last commit: `handle.exports().await?.cards`.
    ///
    /// A local is `None` where the process does not have it: before its `let`, where its scope has ended, and when the process is over (what it came to
    /// is its result). A paused process shows what it held.
    ///
    /// # Errors
    ///
    /// When there is no such instance, and when this program can't read what another version has saved.
    pub async fn exports(&self) -> Result<M::Exports> {
        let row = Engine::current()?.store().find(self.name()).await?;
        read::<M>(&row.ok_or_else(|| missing(self.name()))?).map(|(exports, _)| exports)
    }

    /// Its exported locals as they change: first as they are, and then whenever a commit has changed them.
    ///
    /// ```ignore
    /// let mut changes = handle.watch();
    /// while let Some(seen) = changes.next().await? {
    ///     show(seen.cards);
    /// }
    /// ```
    pub fn watch(&self) -> Watch<M> {
        Watch { handle: self.clone(), watcher: None, last: None, is_over: false }
    }
}

/// The changes of a process's exported locals. Whoever is slow misses what was in between and gets the newest.
#[must_use = "a watch does nothing unless its `next` is awaited"]
pub struct Watch<M> {
    handle: Handle<M>,
    watcher: Option<Watcher>,
    last: Option<String>,
    is_over: bool,
}

impl<M> std::fmt::Debug for Watch<M> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Watch").field("handle", &self.handle).finish_non_exhaustive()
    }
}

impl<M: Exporting> Watch<M> {
    /// The exported locals, once they are other than those that this gave last; `None` when the process is over.
    ///
    /// It may be dropped before it gives something, as in a `race!` or a `select!`: nothing is lost.
    ///
    /// # Errors
    ///
    /// When there is no such instance, and when this program can't read what another version has saved.
    pub async fn next(&mut self) -> Result<Option<M::Exports>> {
        while !self.is_over {
            let engine = Engine::current()?;
            let watcher = Watcher::of(&engine, self.handle.name(), self.watcher.take());
            let watcher = self.watcher.insert(watcher);
            // Listen before the look, so that a change between the two is heard.
            let moved = watcher.moved();
            let row = engine.store().find(self.handle.name()).await?;
            let row = row.ok_or_else(|| missing(self.handle.name()))?;
            if is_over(&row) {
                self.is_over = true;
                break;
            }
            let (exports, text) = read::<M>(&row)?;
            if self.last.as_ref() != Some(&text) {
                self.last = Some(text);
                return Ok(Some(exports));
            }
            moved.await;
        }
        Ok(None)
    }
}

fn is_over(row: &Instance) -> bool {
    matches!(row.status, Status::Done | Status::Cancelled)
}

/// The view, and its text, to tell a change by.
fn read<M: Exporting>(row: &Instance) -> Result<(M::Exports, String)> {
    let nothing = SavedState { point: String::new(), locals: "{}".to_owned() };
    let state = if is_over(row) { &nothing } else { &row.state };
    let exports = Restorer::of(state).and_then(|mut saved| {
        let exports = M::read(&mut saved)?;
        Ok((exports, saved.into_shown()))
    });
    exports.map_err(|error| Error::permanent(format!("what `{}` exports can't be read: {error}", row.name)))
}
