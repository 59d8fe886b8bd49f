//! Fills a slot: the attribute's tokens in, what the compiler wrote for them out.

use std::env;
use std::fs;
use std::path::PathBuf;

use proc_macro::{Literal, Span, TokenStream, TokenTree};

use crate::leaves::{Leaf, hash, item_leaves, leaves};
use crate::missing::{Missing, Slot};
use crate::respan::respan;
use crate::stand_in;

/// What stands in place of an item with one of our attributes.
pub(crate) fn fill(attribute: &'static str, arguments: TokenStream, item: TokenStream) -> TokenStream {
    let mut user = leaves(arguments);
    let item_leaves = item_leaves(item.clone());
    let hash = hash(attribute, &user, &item_leaves);
    let slot = Slot::new(attribute, title(&item_leaves));
    user.extend(item_leaves);
    match (generated(hash, &user), in_editor()) {
        (Ok(found), true) if attribute == "process" => stand_in::beside(item, found),
        (Ok(found), _) => found,
        (Err(_), true) => stand_in::as_it_stands(item),
        (Err(missing), false) => {
            let error = missing.explain(&slot);
            [stand_in::as_it_stands(item), error].into_iter().collect()
        }
    }
}

/// What stands in place of `app!(Shop)`.
pub(crate) fn fill_app(arguments: TokenStream) -> TokenStream {
    let user = leaves(arguments);
    let label = Leaf { text: crate_label(), span: Span::call_site(), whole: None };
    let hash = hash("app", &user, &[label]);
    let slot = Slot::new("app", user.first());
    match (generated(hash, &user), in_editor()) {
        (Ok(found), _) => found,
        (Err(_), true) => stand_in::app(&slot.title),
        (Err(missing), false) => [stand_in::app(&slot.title), missing.explain(&slot)].into_iter().collect(),
    }
}

/// The generated tokens of this hash, in the user's places.
fn generated(hash: u64, user: &[Leaf]) -> Result<TokenStream, Missing> {
    let folders = folders();
    for folder in folders.iter() {
        let path = folder.join(format!("{hash:016x}.rs"));
        let Ok(text) = fs::read_to_string(&path) else { continue };
        let table = fs::read_to_string(path.with_extension("spans")).unwrap_or_default();
        let tokens: TokenStream = text.parse().map_err(|_| Missing::NoRust(path.clone()))?;
        return Ok([respan(tokens, &table, user), watch(&path)].into_iter().collect());
    }
    Err(Missing::NoFile(folders))
}

/// Where generated files are, in the order in which a slot looks.
fn folders() -> Vec<PathBuf> {
    let in_target = env::var_os("OUT_DIR").map(|folder| PathBuf::from(folder).join("justscale"));
    let in_package = env::var_os("CARGO_MANIFEST_DIR").map(|folder| PathBuf::from(folder).join(".justscale"));
    in_target.into_iter().chain(in_package).collect()
}

/// An item that makes rustc note that it depends on the file: what it says may change while the user's text does not.
fn watch(path: &std::path::Path) -> TokenStream {
    let literal = TokenTree::Literal(Literal::string(&path.to_string_lossy()));
    let text = format!("const _: &[u8] = ::core::include_bytes!({literal});");
    text.parse().unwrap_or_default()
}

/// The crate that is being built, as `app!` needs it for its hash. Cargo sets the variables.
fn crate_label() -> String {
    let variable = |name| env::var(name).ok();
    if let Some(binary) = variable("CARGO_BIN_NAME") {
        return format!("bin {binary}");
    }
    if variable("CARGO_TARGET_TMPDIR").is_some() {
        return format!("test {}", variable("CARGO_CRATE_NAME").unwrap_or_default());
    }
    "lib".to_owned()
}

/// Whether this runs in an editor's macro server, where texts are unsaved and incomplete.
fn in_editor() -> bool {
    let server =
        env::current_exe().ok().and_then(|path| Some(path.file_stem()?.to_string_lossy().into_owned()));
    env::var_os("RUST_ANALYZER_INTERNALS_DO_NOT_USE").is_some()
        || server.is_some_and(|name| name.contains("rust-analyzer") || name.contains("intellij-rust"))
}

/// What an item is called, told in the same way as the compiler does.
fn title(item: &[Leaf]) -> Option<&Leaf> {
    let mut leaves = item.iter();
    leaves
        .find(|leaf| matches!(&*leaf.text, "fn" | "struct" | "enum" | "union" | "trait" | "type" | "impl"))?;
    leaves.find(|leaf| leaf.text.starts_with(|first: char| first.is_alphabetic() || first == '_'))
}

/// The hash of `attribute (arguments) {item}`.
pub(crate) fn hash_of(tokens: TokenStream) -> TokenStream {
    let mut tokens = tokens.into_iter();
    let attribute = tokens.next().map(|token| token.to_string()).unwrap_or_default();
    let mut inner = || match tokens.next() {
        Some(TokenTree::Group(group)) => group.stream(),
        _ => TokenStream::new(),
    };
    let (arguments, item) = (leaves(inner()), item_leaves(inner()));
    TokenTree::Literal(Literal::u64_suffixed(hash(&attribute, &arguments, &item))).into()
}
