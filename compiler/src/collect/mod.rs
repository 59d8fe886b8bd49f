//! Finds every component of a crate and resolves the names that it uses.

use std::sync::Arc;

use crate::{Place, SourceFile};

/// A process fn as the later stages see it.
pub struct ProcessItem {
    /// Where it was written.
    pub file: Arc<SourceFile>,
    /// The modules that it stands in, from the crate's root.
    pub module: Vec<String>,
    /// The attribute's arguments, as they stand.
    pub arguments: proc_macro2::TokenStream,
    /// The attribute itself.
    pub attribute: Place,
    /// The path's pattern, `/subscription/{customer}`; `None` for a part.
    pub path: Option<String>,
    /// The names of the path's parameters, in order.
    pub keys: Vec<String>,
    /// What stands below the attribute.
    pub item: syn::ItemFn,
    /// Paths, as they are written in the body, that name a signal of this crate (`Cancelled`, `billing::Cancelled`).
    pub signals: Vec<String>,
}
