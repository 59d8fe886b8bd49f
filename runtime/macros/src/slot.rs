//! Fills a slot: the attribute's tokens in, what the compiler wrote for them out.

use std::env;

use proc_macro::{Literal, Span, TokenStream, TokenTree};

use crate::files::Folders;
use crate::leaves::{Leaf, hash, item_leaves, leaves};
use crate::missing::Slot;
use crate::stand_in;

/// What stands in place of an item with one of our attributes.
pub(crate) fn fill(attribute: &'static str, arguments: TokenStream, item: TokenStream) -> TokenStream {
    let mut user = leaves(arguments);
    let item_leaves = item_leaves(item.clone());
    let hash = hash(attribute, &user, &item_leaves);
    let slot = Slot::new(attribute, title(&item_leaves));
    user.extend(item_leaves);
    let folders = Folders::of_this_package();
    let generated = folders.generated(hash, &user);
    if in_editor() {
        return in_an_editor(&slot, item, &folders, generated.ok());
    }
    generated.unwrap_or_else(|missing| {
        let error = missing.explain(&slot, &folders);
        [stand_in::as_it_stands(item), error].into_iter().collect()
    })
}

/// What stands in place of an item while it is edited. Of a process, others see what was generated last.
fn in_an_editor(
    slot: &Slot,
    item: TokenStream,
    folders: &Folders,
    generated: Option<TokenStream>,
) -> TokenStream {
    if slot.attribute != "process" {
        return generated.unwrap_or_else(|| stand_in::as_it_stands(item));
    }
    match generated.or_else(|| folders.of_name(slot)) {
        Some(generated) => stand_in::beside(item, generated),
        None => stand_in::as_it_stands(item),
    }
}

/// What stands in place of `app!(Shop)`.
pub(crate) fn fill_app(arguments: TokenStream) -> TokenStream {
    let user = leaves(arguments);
    let label = Leaf { text: crate_label(), span: Span::call_site(), whole: None };
    let hash = hash("app", &user, &[label]);
    let slot = Slot::new("app", user.first());
    let folders = Folders::of_this_package();
    folders.generated(hash, &user).unwrap_or_else(|missing| {
        let error = (!in_editor()).then(|| missing.explain(&slot, &folders));
        stand_in::app(&slot.title).into_iter().chain(error.into_iter().flatten()).collect()
    })
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
