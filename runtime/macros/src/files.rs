//! The generated files of the package that is being built: hashes and names in, tokens out.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};

use proc_macro::{Literal, TokenStream, TokenTree};

use crate::leaves::Leaf;
use crate::missing::{Missing, Slot};
use crate::respan::respan;

/// The folders in which a slot looks, in that order.
pub(crate) struct Folders(Vec<PathBuf>);

impl Folders {
    /// Those of the build script and of `justscale build`. Cargo sets the variables.
    pub(crate) fn of_this_package() -> Self {
        let in_target = env::var_os("OUT_DIR").map(|folder| PathBuf::from(folder).join("justscale"));
        let in_package =
            env::var_os("CARGO_MANIFEST_DIR").map(|folder| PathBuf::from(folder).join(".justscale"));
        Self(in_target.into_iter().chain(in_package).collect())
    }

    /// The generated tokens of a hash, in the user's places.
    pub(crate) fn generated(&self, hash: u64, user: &[Leaf]) -> Result<TokenStream, Missing> {
        let paths = self.0.iter().map(|folder| folder.join(format!("{hash:016x}.rs")));
        let Some(path) = paths.into_iter().find(|path| path.is_file()) else {
            return Err(Missing::NoFile);
        };
        let table = fs::read_to_string(path.with_extension("spans")).unwrap_or_default();
        let tokens = read(&path).ok_or_else(|| Missing::NoRust(path.clone()))?;
        Ok([respan(tokens, &table, user), watch(&path)].into_iter().collect())
    }

    /// What was generated for an item of this name, be its text another one.
    pub(crate) fn of_name(&self, slot: &Slot) -> Option<TokenStream> {
        read(&self.path_of_name(slot)?)
    }

    /// The generated file of an item of this name: its span table begins with attribute and name.
    pub(crate) fn path_of_name(&self, slot: &Slot) -> Option<PathBuf> {
        let wanted = format!("# {} {}", slot.attribute, slot.title);
        let is_wanted = |path: &PathBuf| {
            path.extension().is_some_and(|extension| extension == "spans")
                && fs::read_to_string(path).is_ok_and(|table| table.lines().next() == Some(&wanted))
        };
        let entries = fs::read_dir(self.first()?).ok()?;
        let found = entries.filter_map(Result::ok).map(|entry| entry.path()).find(is_wanted)?;
        Some(found.with_extension("rs"))
    }

    /// The first folder that is there.
    pub(crate) fn first(&self) -> Option<&Path> {
        self.0.iter().map(PathBuf::as_path).find(|folder| folder.is_dir())
    }
}

fn read(path: &Path) -> Option<TokenStream> {
    fs::read_to_string(path).ok()?.parse().ok()
}

/// An item that makes rustc note that it depends on the file: what it says may change while the user's text does not.
fn watch(path: &Path) -> TokenStream {
    let literal = TokenTree::Literal(Literal::string(&path.to_string_lossy()));
    let text = format!("const _: &[u8] = ::core::include_bytes!({literal});");
    text.parse().unwrap_or_default()
}
