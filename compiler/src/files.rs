//! What the compiler writes: texts by file name.

use std::collections::BTreeMap;

/// Texts by file name, relative to the folder for generated files. The order is that of the names, so it is always the same.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Files(pub BTreeMap<String, String>);
