//! Scopes: afterwards every identifier that is a binding carries its identity, and all others are what they were.
//!
//! A pattern's identifier is a binding unless it looks like a constant or a variant (`None`, `MAX`). A name inside a format string and a
//! name in a macro that can't be read count as uses.

mod texts;

use std::collections::HashMap;

use proc_macro2::Ident;
use syn::spanned::Spanned;
use syn::visit_mut::{self, VisitMut};
use syn::{Expr, Pat, Stmt};

use super::binding::{Binding, BindingId, BindingKind, Bindings, Nature, identity};
use super::macros::ReadMacro;
use super::places::Places;
use super::{rests, text};

/// Gives every binding of the fn its identity.
pub(crate) fn resolve(item: &mut syn::ItemFn, macros: &[ReadMacro]) -> Bindings {
    let mut resolver = Resolver { bindings: Bindings::default(), scopes: vec![HashMap::new()], macros };
    for input in &mut item.sig.inputs {
        if let syn::FnArg::Typed(input) = input {
            let kind = match &*input.ty {
                syn::Type::Reference(_) => BindingKind::Service,
                _ => BindingKind::Input,
            };
            let ty = Some((*input.ty).clone());
            resolver.declare(&mut input.pat, kind, ty);
        }
    }
    resolver.visit_block_mut(&mut item.block);
    let mut bindings = resolver.bindings;
    text::mark(&item.block, &mut bindings);
    bindings
}

struct Resolver<'a> {
    bindings: Bindings,
    scopes: Vec<HashMap<String, BindingId>>,
    macros: &'a [ReadMacro],
}

impl Resolver<'_> {
    fn find(&self, name: &str) -> Option<BindingId> {
        let name = name.strip_prefix("r#").unwrap_or(name);
        self.scopes.iter().rev().find_map(|scope| scope.get(name).copied())
    }

    fn scoped(&mut self, visit: impl FnOnce(&mut Self)) {
        self.scopes.push(HashMap::new());
        visit(self);
        self.scopes.pop();
    }

    /// Declares what a pattern binds, in the innermost scope.
    fn declare(&mut self, pat: &mut Pat, kind: BindingKind, ty: Option<syn::Type>) {
        let ty = match pat {
            Pat::Type(typed) => Some((*typed.ty).clone()),
            _ => ty,
        };
        let mut declaring = Declaring { resolver: self, kind, ty: None, found: HashMap::new() };
        if sole_binding(pat).is_some() {
            declaring.ty = ty;
        }
        declaring.visit_pat_mut(pat);
        let found = declaring.found;
        if let Some(scope) = self.scopes.last_mut() {
            scope.extend(found);
        }
    }

    /// `let items = &order.items;`
    fn note_nature(&mut self, local: &syn::Local) {
        let places = Places { bindings: &self.bindings };
        let nature = match local.init.as_ref().map(|init| &*init.expr) {
            Some(Expr::Closure(closure)) if closure.capture.is_some() => Nature::Closure,
            Some(init) if places.is_reference(init) => Nature::Reference,
            Some(init) => match rests::nature(init) {
                Some(nature) => nature,
                None => return,
            },
            None => return,
        };
        let id = sole_binding(&local.pat).and_then(identity);
        if let Some(binding) = id.and_then(|id| self.bindings.get_mut(id)) {
            // What is asked for its next item is `mut`; a fn of the user's may give a list under a name like `keys`.
            let is_iterator = matches!(nature, Nature::Iterator | Nature::BorrowingIterator);
            binding.nature = if is_iterator && !binding.mutable { Nature::Owned } else { nature };
        }
    }

    fn use_of(&mut self, ident: &mut Ident) -> bool {
        let Some(id) = self.find(&ident.to_string()) else {
            self.bindings.outside.insert(ident.to_string());
            return false;
        };
        if let Some(marked) = self.bindings.marked(id, ident.span()) {
            *ident = marked;
        }
        true
    }
}

impl VisitMut for Resolver<'_> {
    fn visit_block_mut(&mut self, block: &mut syn::Block) {
        self.scoped(|this| visit_mut::visit_block_mut(this, block));
    }

    fn visit_item_mut(&mut self, _: &mut syn::Item) {}

    fn visit_stmt_mut(&mut self, stmt: &mut Stmt) {
        match stmt {
            Stmt::Local(local) => {
                if let Some(init) = &mut local.init {
                    self.visit_expr_mut(&mut init.expr);
                    if let Some((_, diverge)) = &mut init.diverge {
                        self.visit_expr_mut(diverge);
                    }
                }
                self.declare(&mut local.pat, BindingKind::Local, None);
                self.note_nature(local);
            }
            other => visit_mut::visit_stmt_mut(self, other),
        }
    }

    fn visit_expr_mut(&mut self, expr: &mut Expr) {
        match expr {
            Expr::Path(path) if path.qself.is_none() && path.path.leading_colon.is_none() => {
                if let Some(segment) = path.path.segments.first_mut()
                    && segment.arguments.is_none()
                    && path.path.segments.len() == 1
                    && let Some(segment) = path.path.segments.first_mut()
                {
                    self.use_of(&mut segment.ident);
                }
            }
            Expr::Let(let_) => {
                self.visit_expr_mut(&mut let_.expr);
                self.declare(&mut let_.pat, BindingKind::Local, None);
            }
            Expr::If(if_) => {
                self.scoped(|this| {
                    this.visit_expr_mut(&mut if_.cond);
                    this.visit_block_mut(&mut if_.then_branch);
                });
                if let Some((_, else_branch)) = &mut if_.else_branch {
                    self.visit_expr_mut(else_branch);
                }
            }
            Expr::While(while_) => self.scoped(|this| {
                this.visit_expr_mut(&mut while_.cond);
                this.visit_block_mut(&mut while_.body);
            }),
            Expr::ForLoop(for_) => {
                self.visit_expr_mut(&mut for_.expr);
                self.scoped(|this| {
                    this.declare(&mut for_.pat, BindingKind::Local, None);
                    this.visit_block_mut(&mut for_.body);
                });
            }
            Expr::Match(match_) => {
                self.visit_expr_mut(&mut match_.expr);
                for arm in &mut match_.arms {
                    self.scoped(|this| {
                        this.declare(&mut arm.pat, BindingKind::Local, None);
                        this.visit_expr_mut(&mut arm.body);
                    });
                }
            }
            Expr::Closure(closure) => self.scoped(|this| {
                for input in &mut closure.inputs {
                    this.declare(input, BindingKind::Local, None);
                }
                this.visit_expr_mut(&mut closure.body);
            }),
            // A constant sees none of the fn's locals.
            Expr::Const(const_) => {
                let scopes = std::mem::take(&mut self.scopes);
                self.visit_block_mut(&mut const_.block);
                self.scopes = scopes;
            }
            Expr::Call(call) => {
                self.format_argument(call);
                visit_mut::visit_expr_call_mut(self, call);
            }
            other => visit_mut::visit_expr_mut(self, other),
        }
    }

    /// `Order { id }` is `Order { id: id }`, so that the field keeps its name when the local gets another.
    fn visit_field_value_mut(&mut self, field: &mut syn::FieldValue) {
        let span = field.member.span();
        field.colon_token.get_or_insert(syn::Token![:](span));
        self.visit_expr_mut(&mut field.expr);
    }

    fn visit_macro_mut(&mut self, mac: &mut syn::Macro) {
        let tokens = std::mem::take(&mut mac.tokens);
        mac.tokens = self.tokens(tokens);
    }

    // A pattern outside of a declaration does not occur, and types hold no bindings.
    fn visit_pat_mut(&mut self, _: &mut Pat) {}
    fn visit_type_mut(&mut self, _: &mut syn::Type) {}
}

/// Declares the bindings of one pattern; the alternatives of `A(x) | B(x)` share theirs.
struct Declaring<'a, 'b> {
    resolver: &'a mut Resolver<'b>,
    kind: BindingKind,
    ty: Option<syn::Type>,
    found: HashMap<String, BindingId>,
}

impl VisitMut for Declaring<'_, '_> {
    fn visit_pat_mut(&mut self, pat: &mut Pat) {
        match pat {
            Pat::Ident(ident) if is_binding(ident) => {
                if let Some((_, subpat)) = &mut ident.subpat {
                    self.visit_pat_mut(subpat);
                }
                let name = ident.ident.to_string();
                let name = name.strip_prefix("r#").unwrap_or(&name).to_owned();
                let span = ident.ident.span();
                let marked = match self.found.get(&name) {
                    Some(id) => self.resolver.bindings.marked(*id, span),
                    None => {
                        let mutable = ident.mutability.is_some() && ident.by_ref.is_none();
                        let nature = if ident.by_ref.is_some() { Nature::Reference } else { Nature::Owned };
                        let binding = Binding {
                            ident: ident.ident.clone(),
                            kind: self.kind,
                            mutable,
                            ty: self.ty.take(),
                            nature,
                            pinned: false,
                        };
                        let (id, marked) = self.resolver.bindings.add(binding);
                        self.found.insert(name, id);
                        Some(marked)
                    }
                };
                if let Some(marked) = marked {
                    ident.ident = marked;
                }
            }
            Pat::Guard(guarded) => {
                self.visit_pat_mut(&mut guarded.pat);
                // The guard sees what the pattern binds, and the arm sees what the guard's `let`s bind as well.
                self.resolver.scopes.push(self.found.clone());
                self.resolver.visit_expr_mut(&mut guarded.guard);
                self.found.extend(self.resolver.scopes.pop().into_iter().flatten());
            }
            other => visit_mut::visit_pat_mut(self, other),
        }
    }

    fn visit_field_pat_mut(&mut self, field: &mut syn::FieldPat) {
        let span = field.member.span();
        field.colon_token.get_or_insert(syn::Token![:](span));
        self.visit_pat_mut(&mut field.pat);
    }

    fn visit_expr_mut(&mut self, _: &mut Expr) {}
    fn visit_type_mut(&mut self, _: &mut syn::Type) {}
}

/// Whether a pattern's identifier binds a name: `None` and `MAX` do not.
pub(crate) fn is_binding(pat: &syn::PatIdent) -> bool {
    let name = pat.ident.to_string();
    let constant = name.chars().next().is_some_and(char::is_uppercase);
    pat.by_ref.is_some() || pat.mutability.is_some() || pat.subpat.is_some() || !constant
}

/// The one name that a pattern is, with or without its type.
pub(crate) fn sole_binding(pat: &Pat) -> Option<&Ident> {
    match pat {
        Pat::Ident(ident) if is_binding(ident) && ident.by_ref.is_none() && ident.subpat.is_none() => {
            Some(&ident.ident)
        }
        Pat::Type(typed) => sole_binding(&typed.pat),
        Pat::Paren(paren) => sole_binding(&paren.pat),
        _ => None,
    }
}
