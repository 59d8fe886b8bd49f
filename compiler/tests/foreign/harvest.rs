//! A file's `async fn`s as processes.
//!
//! What is measured is how bodies are lowered, not what a process may have in its signature: `self` becomes a parameter like any other,
//! a shared borrow a service, an exclusive one and whatever else is owned an input, and a pattern in a parameter a `let`.

use std::sync::Arc;

use justscale_compiler::collect::ProcessItem;
use justscale_compiler::{Place, SourceFile};
use proc_macro2::{Group, Ident, TokenStream, TokenTree};
use syn::visit::{self, Visit};
use syn::visit_mut::{self, VisitMut};
use syn::{Expr, FnArg, Pat, Stmt, parse_quote};

/// What kind of fn it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Class {
    /// Free, without generics.
    Free,
    /// Free, with generics.
    Generic,
    /// In an `impl` or a trait.
    Method,
}

/// An `async fn`.
pub(crate) struct Found {
    pub(crate) process: ProcessItem,
    pub(crate) class: Class,
    /// Whether it awaits.
    pub(crate) awaits: bool,
    pub(crate) line: usize,
    /// Its own text.
    pub(crate) text: String,
}

/// The `async fn`s of a text, wherever in it they stand.
pub(crate) fn harvest(name: &str, text: &str) -> Vec<Found> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    if !text.contains("async") || !text.contains("fn ") {
        return Vec::new();
    }
    // What is no Rust of today (other editions, templates, tests of parsers) is not asked for.
    let Ok(syntax) = syn::parse_file(text) else { return Vec::new() };
    let file = Arc::new(SourceFile::new(name.to_owned(), text.to_owned()));
    let mut harvest = Harvest { file, found: Vec::new() };
    harvest.visit_file(&syntax);
    harvest.found
}

struct Harvest {
    file: Arc<SourceFile>,
    found: Vec<Found>,
}

impl Harvest {
    fn add(&mut self, sig: &syn::Signature, block: &syn::Block, is_free: bool) {
        if sig.asyncness.is_none() {
            return;
        }
        let class = match (is_free, is_generic(sig)) {
            (false, _) => Class::Method,
            (true, true) => Class::Generic,
            (true, false) => Class::Free,
        };
        let place = Place::new(&self.file, sig.ident.span());
        let range = sig.fn_token.span.byte_range().start..block.brace_token.span.close().byte_range().end;
        self.found.push(Found {
            class,
            awaits: awaits(block),
            line: place.line(),
            text: self.file.text.get(range).unwrap_or_default().to_owned(),
            process: ProcessItem {
                file: Arc::clone(&self.file),
                module: Vec::new(),
                arguments: TokenStream::new(),
                attribute: place,
                path: Some("/it".to_owned()),
                keys: Vec::new(),
                item: free(sig, block),
                signals: Vec::new(),
                droppers: Vec::new(),
                parts: std::collections::BTreeMap::new(),
            },
        });
    }
}

impl<'ast> Visit<'ast> for Harvest {
    fn visit_item_fn(&mut self, item: &'ast syn::ItemFn) {
        self.add(&item.sig, &item.block, true);
        visit::visit_item_fn(self, item);
    }

    fn visit_impl_item_fn(&mut self, item: &'ast syn::ImplItemFn) {
        self.add(&item.sig, &item.block, false);
        visit::visit_impl_item_fn(self, item);
    }

    fn visit_trait_item_fn(&mut self, item: &'ast syn::TraitItemFn) {
        if let Some(block) = &item.default {
            self.add(&item.sig, block, false);
        }
        visit::visit_trait_item_fn(self, item);
    }
}

fn is_generic(sig: &syn::Signature) -> bool {
    struct Impl(bool);
    impl<'ast> Visit<'ast> for Impl {
        fn visit_type_impl_trait(&mut self, _: &'ast syn::TypeImplTrait) {
            self.0 = true;
        }
    }
    let mut found = Impl(!sig.generics.params.is_empty());
    sig.inputs.iter().for_each(|input| found.visit_fn_arg(input));
    found.0
}

/// The fn as a free one.
fn free(sig: &syn::Signature, block: &syn::Block) -> syn::ItemFn {
    let mut item = syn::ItemFn {
        attrs: Vec::new(),
        vis: syn::Visibility::Inherited,
        sig: sig.clone(),
        block: Box::new(block.clone()),
        ..parse_quote!(
            async fn it() {}
        )
    };
    let mut taken_apart = Vec::new();
    for (position, input) in item.sig.inputs.iter_mut().enumerate() {
        let (pat, ty) = match input {
            FnArg::Receiver(receiver) => receiver_as_parameter(receiver),
            FnArg::Typed(typed) => ((*typed.pat).clone(), (*typed.ty).clone()),
        };
        let (pat, ty) = match (pat, ty) {
            // What is borrowed to be changed is owned, and changes.
            (pat, syn::Type::Reference(reference)) if reference.mutability.is_some() || is_mutable(&pat) => {
                (mutable(pat), *reference.elem)
            }
            other => other,
        };
        let name = match pat.clone() {
            Pat::Ident(ident) if ident.subpat.is_none() && ident.by_ref.is_none() => pat,
            _ => {
                let name = Ident::new(&format!("argument_{position}"), sig.ident.span());
                let stmt: Stmt = parse_quote!(let #pat = #name;);
                taken_apart.push(stmt);
                parse_quote!(#name)
            }
        };
        *input = parse_quote!(#name: #ty);
    }
    RenameSelf.visit_block_mut(&mut item.block);
    item.block.stmts.splice(0..0, taken_apart);
    item
}

/// `self` and `&mut self` are owned inputs, `&self` is a service.
fn receiver_as_parameter(receiver: &syn::Receiver) -> (Pat, syn::Type) {
    let is_mut = receiver.mutability.is_some();
    match &receiver.kind {
        syn::ReceiverKind::Reference(_, _, None) => (parse_quote!(this), parse_quote!(&Self)),
        syn::ReceiverKind::Reference(..) => (parse_quote!(mut this), parse_quote!(Self)),
        syn::ReceiverKind::Typed(_, ty) if is_mut => (parse_quote!(mut this), (**ty).clone()),
        syn::ReceiverKind::Typed(_, ty) => (parse_quote!(this), (**ty).clone()),
        _ if is_mut => (parse_quote!(mut this), parse_quote!(Self)),
        _ => (parse_quote!(this), parse_quote!(Self)),
    }
}

fn mutable(pat: Pat) -> Pat {
    match pat {
        Pat::Ident(mut ident) if ident.by_ref.is_none() => {
            ident.mutability.get_or_insert_default();
            Pat::Ident(ident)
        }
        other => other,
    }
}

fn is_mutable(pat: &Pat) -> bool {
    matches!(pat, Pat::Ident(ident) if ident.mutability.is_some())
}

/// `self` is `this`.
struct RenameSelf;

impl VisitMut for RenameSelf {
    fn visit_expr_path_mut(&mut self, path: &mut syn::ExprPath) {
        if let (true, Some(segment)) = (path.path.is_ident("self"), path.path.segments.first_mut()) {
            segment.ident = Ident::new("this", segment.ident.span());
        }
    }

    fn visit_macro_mut(&mut self, mac: &mut syn::Macro) {
        mac.tokens = renamed(mac.tokens.clone());
    }

    fn visit_item_mut(&mut self, _: &mut syn::Item) {}

    fn visit_expr_mut(&mut self, expr: &mut Expr) {
        visit_mut::visit_expr_mut(self, expr);
    }
}

fn renamed(tokens: TokenStream) -> TokenStream {
    let tokens: Vec<TokenTree> = tokens.into_iter().collect();
    let is_colon =
        |at: usize| matches!(tokens.get(at), Some(TokenTree::Punct(punct)) if punct.as_char() == ':');
    let rename = |(at, token): (usize, &TokenTree)| match token {
        TokenTree::Group(group) => {
            let mut inner = Group::new(group.delimiter(), renamed(group.stream()));
            inner.set_span(group.span());
            TokenTree::Group(inner)
        }
        TokenTree::Ident(ident) if ident == "self" && !(is_colon(at + 1) && is_colon(at + 2)) => {
            TokenTree::Ident(Ident::new("this", ident.span()))
        }
        other => other.clone(),
    };
    tokens.iter().enumerate().map(rename).collect()
}

/// Whether a body awaits, apart from the closures, async blocks and items in it.
fn awaits(block: &syn::Block) -> bool {
    struct Awaits(bool);
    impl<'ast> Visit<'ast> for Awaits {
        fn visit_expr_await(&mut self, _: &'ast syn::ExprAwait) {
            self.0 = true;
        }
        fn visit_macro(&mut self, mac: &'ast syn::Macro) {
            let last = mac.path.segments.last().map(|last| last.ident.to_string()).unwrap_or_default();
            let hides = ["select", "select_biased", "join", "try_join"].contains(&last.as_str());
            self.0 |= hides
                || mac.tokens.to_string().split(|c: char| !c.is_alphanumeric()).any(|word| word == "await");
        }
        fn visit_expr_closure(&mut self, _: &'ast syn::ExprClosure) {}
        fn visit_expr_async(&mut self, _: &'ast syn::ExprAsync) {}
        fn visit_item(&mut self, _: &'ast syn::Item) {}
    }
    let mut awaits = Awaits(false);
    awaits.visit_block(block);
    awaits.0
}
