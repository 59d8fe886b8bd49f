//! [`DataFolder`]: where an app keeps its data, and may keep files of its own.

use std::fmt;
use std::ops::Deref;
use std::path::Path;
use std::sync::Arc;

/// The folder that holds the app's database. A service takes it to keep files of its own there: `folder.join("prices.csv")`.
///
/// With a database in memory (in tests, say) it is a folder of that app's own, and removed at the end.
#[derive(Clone, PartialEq, Eq)]
pub struct DataFolder {
    path: Arc<Path>,
}

impl DataFolder {
    pub(crate) fn new(path: &Path) -> Self {
        Self { path: path.into() }
    }
}

impl Deref for DataFolder {
    type Target = Path;

    fn deref(&self) -> &Path {
        &self.path
    }
}

impl AsRef<Path> for DataFolder {
    fn as_ref(&self) -> &Path {
        &self.path
    }
}

impl fmt::Debug for DataFolder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("DataFolder").field(&self.path).finish()
    }
}
