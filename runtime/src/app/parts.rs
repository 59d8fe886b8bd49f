//! [`Parts`]: what the runtime itself hands to services; and how a service is built.

use std::future::Future;
use std::sync::Arc;

use super::DataFolder;
use crate::clock::{Clock, ManualClock};
use crate::db::Db;
use crate::engine::Engine;
use crate::rt::Service;
use crate::{Error, Result};

/// What the runtime itself hands to services, processes and commands: a field to borrow, a method to own.
#[derive(Debug, Clone)]
pub struct Parts {
    /// The app's database.
    pub db: Db,
    /// The app's clock.
    pub clock: Clock,
    /// The clock that a command with `clock = manual` moves. It moves nothing in an app that runs by the machine's clock.
    pub manual_clock: ManualClock,
    /// Where the app may keep files of its own.
    pub data_folder: DataFolder,
}

impl Parts {
    pub(crate) fn of(engine: &Engine, data_folder: DataFolder) -> Self {
        let clock = engine.clock().clone();
        let manual_clock = clock.manual().cloned().unwrap_or_default();
        Self { db: engine.db().clone(), clock, manual_clock, data_folder }
    }

    /// The app's database.
    pub fn db(&self) -> Db {
        self.db.clone()
    }

    /// The app's clock.
    pub fn clock(&self) -> Clock {
        self.clock.clone()
    }

    /// The clock that a command with `clock = manual` moves.
    pub fn manual_clock(&self) -> ManualClock {
        self.manual_clock.clone()
    }

    /// Where the app may keep files of its own.
    pub fn data_folder(&self) -> DataFolder {
        self.data_folder.clone()
    }
}

/// Builds a service; an error says which one could not be built.
pub async fn build<S: Service>(building: impl Future<Output = Result<S>>) -> Result<Arc<S>> {
    let built = building.await;
    built
        .map(Arc::new)
        .map_err(|error: Error| error.context(format!("the service `{}` could not be built", S::NAME)))
}
