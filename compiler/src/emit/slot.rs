//! One slot's files: what stands in place of the user's item, and which of its tokens are the user's own.
//!
//! [`write()`] takes generated code whose user tokens still carry the spans that they had in the user's file; [`faulted`] leaves the item
//! as it is and puts the compiler's faults on the tokens at fault. Frame code that serves a user token may carry that token's span
//! (`quote_spanned!`); rustc then speaks of that token.

use std::ops::Range;
use std::sync::Arc;

use proc_macro2::{Delimiter, Group, Span, TokenStream, TokenTree};
use quote::{quote, quote_spanned};

use super::hash::{Leaf, SlotHash, crate_leaf, hash, item_leaves, leaves};
use super::layout;
use crate::problems::{Problem, Severity};
use crate::{Files, Place, Root, SourceFile};

/// A slot as it stands in the user's crate.
#[derive(Debug, Clone)]
pub struct SlotSource {
    attribute: &'static str,
    pub(super) file: Arc<SourceFile>,
    item: TokenStream,
    hash: SlotHash,
    /// The leaves of the arguments, then those of the item.
    pub(super) leaves: Vec<Leaf>,
    /// How many of them are the arguments'.
    arguments: usize,
}

impl SlotSource {
    /// The slot of an attribute: its name (`process`), its arguments and what stands below it, with the spans of `file`.
    pub fn new(
        attribute: &'static str,
        arguments: TokenStream,
        item: TokenStream,
        file: &Arc<SourceFile>,
    ) -> Self {
        let item_leaves = item_leaves(item.clone());
        Self::of_leaves(attribute, arguments, item, item_leaves, file)
    }

    /// The slot of `justscale::app!(Shop)` in the crate of `root`.
    pub fn app(root: &Root, arguments: TokenStream, file: &Arc<SourceFile>) -> Self {
        Self::of_leaves("app", arguments, TokenStream::new(), vec![crate_leaf(root)], file)
    }

    fn of_leaves(
        attribute: &'static str,
        arguments: TokenStream,
        item: TokenStream,
        item_leaves: Vec<Leaf>,
        file: &Arc<SourceFile>,
    ) -> Self {
        let mut leaves = leaves(arguments);
        let hash = hash(attribute, &leaves, &item_leaves);
        let arguments = leaves.len();
        leaves.extend(item_leaves);
        Self { attribute, file: Arc::clone(file), item, hash, leaves, arguments }
    }

    /// The hash of its texts: the name of its files, and its number in `Slot<…>`.
    pub fn hash(&self) -> SlotHash {
        self.hash
    }

    /// The name of its generated Rust file.
    pub fn file_name(&self) -> String {
        format!("{}.rs", self.hash)
    }

    /// Whether a place lies within its arguments or its item.
    pub fn holds(&self, place: &Place) -> bool {
        place.file == self.file && self.leaf_at(place.range.start).is_some()
    }

    /// The leaf that covers a byte of its file.
    fn leaf_at(&self, byte: usize) -> Option<&Leaf> {
        self.leaves.iter().find(|leaf| leaf.span.byte_range().contains(&byte))
    }

    /// The spans of the first and the last token of a place.
    fn ends(&self, place: &Place) -> Option<(Span, Span)> {
        let Range { start, end } = place.range;
        let first = self.leaf_at(start).filter(|_| place.file == self.file)?;
        let last = self.leaf_at(end.saturating_sub(1).max(start)).unwrap_or(first);
        Some((first.span, last.span))
    }
}

/// The files of one slot.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SlotFiles {
    /// The hash of the slot's texts.
    pub hash: SlotHash,
    /// The generated Rust.
    pub rs: String,
    /// The span table.
    pub spans: String,
    /// Whether it holds faults instead of code.
    pub faulted: bool,
}

impl SlotFiles {
    /// Adds both texts. Two slots of one text have one code; where one of them is faulted, the fault is what is kept.
    pub fn add_to(self, files: &mut Files) {
        let name = format!("{}.rs", self.hash);
        if self.faulted || !files.0.contains_key(&name) {
            files.0.insert(name, self.rs);
            files.0.insert(format!("{}.spans", self.hash), self.spans);
        }
    }
}

/// The files of a slot that the compiler could fill.
pub fn write(source: &SlotSource, generated: TokenStream) -> SlotFiles {
    files(source, generated, false)
}

/// The files of a slot with faults: the item as it stands and an error for each fault, at its token where the slot holds that, else at
/// the item's name. For `app!`, which has no item, the names that it makes stand there, with nothing behind them: without faults of its
/// own, that is what an app is whose components have some, so that rustc speaks of those alone.
pub fn faulted(source: &SlotSource, problems: &[&Problem]) -> SlotFiles {
    let item = match source.attribute {
        "app" => app_without_wiring(source),
        _ => without_markers(source.item.clone()),
    };
    faulted_with(source, item, problems)
}

/// As [`faulted`], with something else in the item's place: what the rest of the crate needs to make sense.
pub fn faulted_with(source: &SlotSource, stand_in: TokenStream, problems: &[&Problem]) -> SlotFiles {
    let mut generated = stand_in;
    for problem in problems.iter().filter(|problem| problem.severity == Severity::Error) {
        let (first, last) = source.ends(problem.fault.place()).unwrap_or_else(|| {
            let name = title(source).map_or_else(Span::call_site, |leaf| leaf.span);
            (name, name)
        });
        generated.extend(compile_error(&message(problem), first, last));
    }
    files(source, generated, true)
}

/// What `app!(Shop)` makes, without wiring.
fn app_without_wiring(source: &SlotSource) -> TokenStream {
    let name = source.leaves.first().filter(|leaf| syn::parse_str::<syn::Ident>(&leaf.text).is_ok());
    let Some(name) = name.map(|leaf| syn::Ident::new(&leaf.text, leaf.span)) else {
        return TokenStream::new();
    };
    quote! {
        /// An app at fault.
        pub struct #name;

        pub(crate) struct Wiring;

        impl #name {
            /// Never runs: the build stops at the fault.
            pub fn main() -> ::justscale::ExitCode {
                ::core::unreachable!()
            }
        }
    }
}

fn files(source: &SlotSource, generated: TokenStream, faulted: bool) -> SlotFiles {
    let (rs, table) = layout::text(source, generated);
    let title = title(source).map_or("", |leaf| &leaf.text);
    let spans = format!("# {} {title}\n{table}", source.attribute);
    SlotFiles { hash: source.hash, rs, spans, faulted }
}

/// What the item is called: so that a slot without a file can tell an item that changed from one that is new.
fn title(source: &SlotSource) -> Option<&Leaf> {
    if source.attribute == "app" {
        return source.leaves.first();
    }
    let mut leaves = source.leaves.iter().skip(source.arguments);
    leaves
        .find(|leaf| matches!(&*leaf.text, "fn" | "struct" | "enum" | "union" | "trait" | "type" | "impl"))?;
    leaves.find(|leaf| leaf.text.starts_with(|first: char| first.is_alphabetic() || first == '_'))
}

/// What a fault says, in the form in which rustc prints it best: the first line is the error's own, the others stand below it.
fn message(problem: &Problem) -> String {
    let (fault, code) = (&problem.fault, problem.code());
    let mut lines = vec![format!("{fault} ({code})")];
    lines.extend(fault.related_places().into_iter().map(|(place, label)| {
        format!("note: {}:{}:{}: {label}", place.file.path, place.line(), place.column())
    }));
    lines.extend(fault.help().map(|help| format!("help: {help}")));
    lines.push(format!("note: `justscale explain {code}` says more"));
    lines.join("\n")
}

/// `compile_error!` from the token at `first` to the one at `last`.
fn compile_error(text: &str, first: Span, last: Span) -> TokenStream {
    let text = proc_macro2::Literal::string(text);
    let mut group = Group::new(Delimiter::Brace, quote_spanned!(first=> #text));
    group.set_span(last);
    let path = quote_spanned!(first=> ::core::compile_error !);
    path.into_iter().chain([TokenTree::Group(group)]).collect()
}

/// The item without the attributes that only the compiler reads (`#[new]`, `#[export]`), which mean nothing to rustc.
fn without_markers(tokens: TokenStream) -> TokenStream {
    let mut kept: Vec<TokenTree> = Vec::new();
    for token in tokens {
        let TokenTree::Group(group) = token else {
            kept.push(token);
            continue;
        };
        let after_pound = matches!(kept.last(), Some(TokenTree::Punct(punct)) if punct.as_char() == '#');
        if after_pound && is_marker(&group) {
            kept.pop();
            continue;
        }
        let mut inner = Group::new(group.delimiter(), without_markers(group.stream()));
        inner.set_span(group.span());
        kept.push(TokenTree::Group(inner));
    }
    kept.into_iter().collect()
}

fn is_marker(group: &Group) -> bool {
    let mut inner = group.stream().into_iter();
    group.delimiter() == Delimiter::Bracket
        && matches!(inner.next(), Some(TokenTree::Ident(name)) if name == "new" || name == "export" || name == "point")
        && inner.next().is_none_or(|token| matches!(token, TokenTree::Group(_)))
}
