//! [`Embedded`]: an app inside a program that has a `main` of its own.

use std::path::Path;
use std::sync::Arc;

use super::{App, Data, Host, Registry};
use crate::Result;
use crate::engine::{Engine, EngineParts};

/// An app that runs in another program: on that program's store, by its clock, without the app's command line.
///
/// What is called within [`engine().scope(..)`](Engine::scope) belongs to this app; [`engine().stop(..)`](Engine::stop) ends it. Clones are
/// the same app.
pub struct Embedded<A: App> {
    host: Host<A>,
}

impl<A: App> Embedded<A> {
    /// Builds the app's services and begins to run its processes. Files of its own it keeps in `folder`.
    ///
    /// # Errors
    ///
    /// When a service can't be built; the error names it.
    pub async fn start(parts: EngineParts, folder: &Path) -> Result<Self> {
        let host = Host::wire(parts, Data::lasting(folder), Arc::new(Registry::of_app())).await?;
        host.start();
        Ok(Self { host })
    }

    /// What runs its processes.
    pub fn engine(&self) -> &Engine {
        &self.host.engine
    }

    /// Its services.
    pub fn services(&self) -> &A::Services {
        &self.host.app.services
    }
}

impl<A: App> Clone for Embedded<A> {
    fn clone(&self) -> Self {
        Self { host: self.host.clone() }
    }
}

impl<A: App> std::fmt::Debug for Embedded<A> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Embedded").field("app", &A::NAME).finish_non_exhaustive()
    }
}
