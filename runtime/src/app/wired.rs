//! [`Wired`]: an app's services, built; and [`Host`], which runs its processes.

use std::sync::Arc;

use super::{App, DataFolder, Parts, Registry, TemporaryFolder};
use crate::Result;
use crate::engine::{Engine, EngineParts};

/// An app's services and parts. Its processes hold it, so it holds no engine.
pub(crate) struct Wired<A: App> {
    pub(crate) services: A::Services,
    pub(crate) parts: Parts,
}

/// An app with its engine.
pub(crate) struct Host<A: App> {
    pub(crate) engine: Engine,
    pub(crate) app: Arc<Wired<A>>,
    pub(crate) registry: Arc<Registry<A>>,
    data: Data,
}

/// Where an app's data is.
#[derive(Clone)]
pub(crate) struct Data {
    pub(crate) folder: DataFolder,
    /// The folder, if it is removed with the last clone of this.
    _temporary: Option<Arc<TemporaryFolder>>,
}

impl Data {
    /// A folder that stays.
    pub(crate) fn lasting(folder: &std::path::Path) -> Self {
        Self { folder: DataFolder::new(folder), _temporary: None }
    }

    /// A folder that is removed with the app.
    pub(crate) fn temporary<A: App>() -> Result<Self> {
        let temporary = TemporaryFolder::new(A::NAME)?;
        Ok(Self { folder: DataFolder::new(temporary.path()), _temporary: Some(Arc::new(temporary)) })
    }
}

impl<A: App> Host<A> {
    /// Builds the app's services. Nothing runs yet.
    pub(crate) async fn wire(parts: EngineParts, data: Data, registry: Arc<Registry<A>>) -> Result<Self> {
        let engine = Engine::new(parts);
        let parts = Parts::of(&engine, data.folder.clone());
        let services = engine.scope(A::wire(&parts)).await?;
        let app = Arc::new(Wired { services, parts });
        Ok(Self { engine, app, registry, data })
    }

    /// Builds the app again, as a new start of the program would: with this store, in the same folder.
    pub(crate) async fn wire_again(&self, parts: EngineParts) -> Result<Self> {
        Self::wire(parts, self.data.clone(), self.registry.clone()).await
    }

    /// Begins to run the app's processes.
    pub(crate) fn start(&self) {
        self.engine.with_parts(self.registry.parts(&self.app));
        self.engine.start(self.registry.processes(&self.app));
    }
}

impl<A: App> Clone for Host<A> {
    fn clone(&self) -> Self {
        Self {
            engine: self.engine.clone(),
            app: self.app.clone(),
            registry: self.registry.clone(),
            data: self.data.clone(),
        }
    }
}
