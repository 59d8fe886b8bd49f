//! What the conditions on parameters and in a body ask, where that matters.

use proc_macro2::{Span, TokenStream};
use quote::ToTokens;
use syn::spanned::Spanned;
use syn::visit::{self, Visit};
use syn::{Attribute, Expr, FnArg, Stmt};

use super::cfg::{self, Answers};
use super::decide::attributes;
use super::{macros, operand};
use crate::Place;
use crate::collect::ProcessItem;

/// What the conditions that matter ask.
pub(super) struct Questions {
    pub asked: Vec<TokenStream>,
    /// Where the last of these conditions stands.
    pub last: Span,
}

impl Questions {
    pub(super) fn of(process: &ProcessItem) -> Option<Self> {
        let (inputs, body) = (&process.item.sig.inputs, &process.item.block);
        let mut finder = Finder { around: None, asked: Vec::new(), last: None };
        for input in inputs {
            finder.asks(attributes_of(input), || true);
        }
        let text = Place::new(&process.file, body.brace_token.span.join());
        if process.file.text.get(text.range).is_some_and(|text| text.contains("cfg")) {
            finder.visit_block(body);
        }
        Some(Self { last: finder.last?, asked: finder.asked })
    }

    /// All that can be answered, or at least so many. First that nothing holds.
    pub(super) fn answers(&self, enough: usize) -> Vec<Answers> {
        let mut all = vec![Answers::default()];
        for question in &self.asked {
            let more = all.iter().map(|answers| answers.and(question, true)).collect::<Vec<_>>();
            all = all.iter().map(|answers| answers.and(question, false)).chain(more).collect();
            all.retain(Answers::can_be);
            if all.len() > enough {
                break;
            }
        }
        all
    }
}

struct Finder<'a> {
    /// What the thing at hand is an element of.
    around: Option<&'a Expr>,
    asked: Vec<TokenStream>,
    last: Option<Span>,
}

impl Finder<'_> {
    fn asks(&mut self, attributes: &[Attribute], matters: impl FnOnce() -> bool) {
        let Some(last) = attributes.iter().rfind(|attribute| is_cfg(attribute)) else { return };
        if !matters() {
            return;
        }
        self.last = Some(last.span());
        for condition in cfg::conditions(attributes) {
            condition.questions(&mut |question| {
                if !self.asked.iter().any(|known| known.to_string() == question.to_string()) {
                    self.asked.push(question.clone());
                }
            });
        }
    }

    /// An element of something is what it is evaluated with.
    fn element(&mut self, attributes: &[Attribute]) {
        let around = self.around;
        self.asks(attributes, || around.is_some_and(|around| macros::awaits(&around.to_token_stream())));
    }
}

/// The attributes of a parameter.
fn attributes_of(input: &FnArg) -> &[Attribute] {
    match input {
        FnArg::Typed(input) => &input.attrs,
        FnArg::Receiver(receiver) => &receiver.attrs,
    }
}

fn is_cfg(attribute: &Attribute) -> bool {
    attribute.path().is_ident("cfg") || attribute.path().is_ident("cfg_attr")
}

impl<'ast> Visit<'ast> for Finder<'ast> {
    fn visit_stmt(&mut self, stmt: &'ast Stmt) {
        match stmt {
            Stmt::Local(local) => self.asks(&local.attrs, || true),
            Stmt::Macro(macro_) => self.asks(&macro_.attrs, || matters(stmt)),
            Stmt::Expr(expr, _) => self.asks(attributes(expr), || matters(stmt)),
            Stmt::Item(_) => {}
        }
        let around = self.around.take();
        visit::visit_stmt(self, stmt);
        self.around = around;
    }

    fn visit_expr(&mut self, expr: &'ast Expr) {
        if self.around.is_some() {
            self.element(attributes(expr));
        }
        let around = self.around.replace(expr);
        visit::visit_expr(self, expr);
        self.around = around;
    }

    fn visit_arm(&mut self, arm: &'ast syn::Arm) {
        self.element(&arm.attrs);
        visit::visit_arm(self, arm);
    }

    fn visit_field_value(&mut self, field: &'ast syn::FieldValue) {
        self.element(&field.attrs);
        visit::visit_field_value(self, field);
    }

    fn visit_field_pat(&mut self, field: &'ast syn::FieldPat) {
        self.asks(&field.attrs, || true);
        visit::visit_field_pat(self, field);
    }

    fn visit_expr_closure(&mut self, _: &'ast syn::ExprClosure) {}
    fn visit_expr_async(&mut self, _: &'ast syn::ExprAsync) {}
    fn visit_item(&mut self, _: &'ast syn::Item) {}
}

/// Whether it makes a difference to the states whether a statement is there: it awaits, assigns or leaves.
fn matters(stmt: &Stmt) -> bool {
    struct Found(bool);
    const LEAVE: [&str; 6] = ["panic", "todo", "unimplemented", "unreachable", "bail", "ensure"];
    impl<'ast> Visit<'ast> for Found {
        fn visit_expr(&mut self, expr: &'ast Expr) {
            self.0 |= match expr {
                Expr::Assign(_) | Expr::Return(_) | Expr::Break(_) | Expr::Continue(_) | Expr::Loop(_) => {
                    true
                }
                Expr::Binary(binary) => operand::is_compound(&binary.op),
                _ => false,
            };
            if !self.0 {
                visit::visit_expr(self, expr);
            }
        }
        fn visit_macro(&mut self, mac: &'ast syn::Macro) {
            let last = mac.path.segments.last();
            self.0 |= last.is_some_and(|last| LEAVE.iter().any(|name| last.ident == name));
        }
    }
    let mut found = Found(false);
    found.visit_stmt(stmt);
    found.0 || macros::awaits(&stmt.to_token_stream())
}
