//! `transaction(..)`: several statements, signals and starts that commit together or not at all.

use std::future::Future;

use tokio::sync::OwnedMutexGuard;

use super::current::{Current, Slot};
use super::error::DbError;
use crate::store::{Part, StoreError};

/// Runs `work` in a transaction: commits when it gives `Ok`; undoes everything when it gives `Err`, panics or is dropped.
///
/// Inside a process's step, or inside another transaction, it is a part of that one: its `Err` undoes the part alone, its
/// `Ok` commits when the whole does. The isolation is SQLite's: serialisable; a transaction that writes waits for the others
/// that do. So do not wait for anything else inside: what is awaited in another task does not join, and may wait for this one.
///
/// ```ignore
/// justscale::transaction(async {
///     db.execute("UPDATE account SET cents = cents - ?1 WHERE owner = ?2", params![500, "ada"]).await?;
///     db.execute("UPDATE account SET cents = cents + ?1 WHERE owner = ?2", params![500, "bob"]).await?;
///     Ok::<_, justscale::Error>(())
/// })
/// .await?;
/// ```
pub async fn transaction<T, E, F>(work: F) -> Result<T, E>
where
    F: Future<Output = Result<T, E>>,
    E: From<DbError>,
{
    match Current::get() {
        Some(outer) => nested(outer, work).await,
        None => outermost(work).await,
    }
}

async fn outermost<T, E: From<DbError>>(work: impl Future<Output = Result<T, E>>) -> Result<T, E> {
    let current = Current::new();
    let value = current.scope(work).await?;
    // One that has used no database has nothing to commit.
    if let Some(db) = current.db() {
        db.keep(Box::pin(async move { current.commit(None).await })).await.map_err(DbError::from)?;
    }
    Ok(value)
}

async fn nested<T, E: From<DbError>>(
    outer: Current,
    work: impl Future<Output = Result<T, E>>,
) -> Result<T, E> {
    // The outer transaction is held for as long as this one runs: a statement beside it, in another branch of a `join!`,
    // must not get into this part and be undone with it.
    let mut slot = outer.slot().clone().lock_owned().await;
    slot.settle().await.map_err(DbError::from)?;
    slot.part(Part::Open).await.map_err(DbError::from)?;
    let inner = outer.branch();
    let part = Nested::lend(slot, inner.clone());
    let result = inner.scope(work).await;
    inner.share_db(&outer);
    match result {
        Ok(value) => {
            part.end(Part::Keep).await?;
            outer.absorb(&inner);
            Ok(value)
        }
        Err(error) => {
            part.end(Part::Undo).await?;
            Err(error)
        }
    }
}

/// A part whose session is lent to a transaction of its own. Dropped in the middle, it gives the session back and leaves a
/// note that the part is to be undone, because nothing can be awaited while dropping.
struct Nested {
    outer: OwnedMutexGuard<Slot>,
    inner: Current,
    /// Whether there was a session when the part began; if not, the part is the whole session.
    lent: bool,
    open: bool,
}

impl Nested {
    fn lend(mut outer: OwnedMutexGuard<Slot>, inner: Current) -> Self {
        let (session, turn) = (outer.session.take(), outer.turn.take());
        let lent = session.is_some();
        if let Ok(mut slot) = inner.slot().try_lock() {
            (slot.session, slot.turn) = (session, turn);
        }
        Self { outer, inner, lent, open: true }
    }

    async fn end(mut self, part: Part) -> Result<(), DbError> {
        let mut slot = std::mem::take(&mut *self.inner.slot().lock().await);
        self.open = false;
        if !self.lent {
            // The part is all there is: kept it becomes the outer transaction's, undone it is dropped.
            if part == Part::Keep {
                slot.settle().await?;
                *self.outer = slot;
            }
            return Ok(());
        }
        *self.outer = slot;
        if self.outer.broken.is_none() {
            // Dropped while it ends, a part may be kept or undone: then the whole must not be committed.
            self.outer.broken =
                Some(StoreError::Unavailable("a transaction was dropped while it ended".to_owned()));
            let ended = self.outer.finish(part).await;
            self.outer.broken = ended.clone().err();
            ended?;
        }
        match (part, &self.outer.broken) {
            (Part::Keep, Some(error)) => Err(error.clone().into()),
            _ => Ok(()),
        }
    }
}

impl Drop for Nested {
    fn drop(&mut self) {
        if !self.open || !self.lent {
            return;
        }
        // The work is dropped before this is, so nobody holds the inner slot.
        if let Ok(mut slot) = self.inner.slot().try_lock() {
            *self.outer = std::mem::take(&mut slot);
            self.outer.abandoned += 1;
        }
    }
}
