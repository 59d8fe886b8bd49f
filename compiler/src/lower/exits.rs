//! Ways out of a construct that was taken apart: `break`, `continue` and the values that blocks and loops end with.

use proc_macro2::Span;
use syn::visit_mut::{self, VisitMut};
use syn::{Expr, Stmt, parse_quote};

use super::jump;
use super::macros::ReadMacro;
use super::region::{After, Dest, RegionId, Target};
use super::{build, cut, diverge, operand};

/// A loop or a labelled block that was taken apart.
#[derive(Debug, Clone)]
pub(crate) struct Frame {
    /// Its label.
    pub label: Option<String>,
    /// Where a `continue` goes. A labelled block has none.
    pub head: Option<RegionId>,
    /// Where a `break` goes.
    pub target: Target,
}

/// Ends code with a value: hands it on and goes where its target says. Where the code `falls`, its end is followed by what comes next
/// anyhow, and the value is simply its last expression.
pub(crate) fn deliver(value: Option<Expr>, target: &Target, falls: bool, macros: &[ReadMacro]) -> Vec<Stmt> {
    let semi = Some(Default::default());
    let value = match value {
        Some(value) if diverge::expr(&value, macros) => {
            let semi = if cut::is_construct(&value) { None } else { semi };
            return vec![Stmt::Expr(value, semi)];
        }
        other => other,
    };
    if falls {
        return value.map(|value| Stmt::Expr(value, None)).into_iter().collect();
    }
    let mut code = Vec::new();
    let value = match value {
        Some(unit) if is_unit_valued(&unit) => {
            let semi = if cut::is_construct(&unit) { None } else { semi };
            code.push(Stmt::Expr(unit, semi));
            None
        }
        other => other,
    };
    match &target.dest {
        Dest::Done => {
            code.push(Stmt::Expr(build::return_(Span::call_site(), value), semi));
            return code;
        }
        Dest::Let(local) => {
            let mut local = (**local).clone();
            let expr = Box::new(value.unwrap_or_else(|| parse_quote!(())));
            local.init = Some(syn::LocalInit { eq_token: Default::default(), expr, diverge: None });
            code.push(Stmt::Local(local));
        }
        Dest::Discard => {
            code.extend(value.filter(|value| !is_unit(value)).map(|value| Stmt::Expr(value, semi)))
        }
    }
    match target.after {
        After::Jump(region) => code.push(jump::stmt(region)),
        After::Never => code.push(parse_quote!(::core::unreachable!();)),
    }
    code
}

/// Expressions whose value is `()` whatever stands in them.
fn is_unit_valued(expr: &Expr) -> bool {
    match expr {
        Expr::If(if_) => if_.else_branch.is_none(),
        Expr::While(_) | Expr::ForLoop(_) | Expr::Assign(_) => true,
        Expr::Binary(binary) => operand::is_compound(&binary.op),
        _ => false,
    }
}

fn is_unit(expr: &Expr) -> bool {
    matches!(expr, Expr::Tuple(tuple) if tuple.elems.is_empty())
}

/// Turns the `break`s and `continue`s of some code that leave a construct which was taken apart into jumps.
pub(crate) struct Exits<'a> {
    frames: &'a [Frame],
    macros: &'a [ReadMacro],
    inner_loops: usize,
    inner_labels: Vec<String>,
}

impl<'a> Exits<'a> {
    /// With the constructs around the code, the innermost last.
    pub(crate) fn new(frames: &'a [Frame], macros: &'a [ReadMacro]) -> Self {
        Self { frames, macros, inner_loops: 0, inner_labels: Vec::new() }
    }

    /// The construct that a `break` or a `continue` with this label is for, if it was taken apart.
    pub(crate) fn frame(&self, label: Option<&syn::Lifetime>) -> Option<&'a Frame> {
        match label {
            None if self.inner_loops > 0 => None,
            None => self.frames.iter().rev().find(|frame| frame.head.is_some()),
            Some(label) => {
                let name = label.ident.to_string();
                if self.inner_labels.contains(&name) {
                    return None;
                }
                self.frames.iter().rev().find(|frame| frame.label.as_ref() == Some(&name))
            }
        }
    }

    fn within(&mut self, label: Option<&syn::Label>, is_loop: bool, visit: impl FnOnce(&mut Self)) {
        let labels = self.inner_labels.len();
        self.inner_labels.extend(label.map(|label| label.name.ident.to_string()));
        self.inner_loops += usize::from(is_loop);
        visit(self);
        self.inner_loops -= usize::from(is_loop);
        self.inner_labels.truncate(labels);
    }
}

impl VisitMut for Exits<'_> {
    fn visit_expr_mut(&mut self, expr: &mut Expr) {
        match expr {
            Expr::Loop(loop_) => {
                let label = loop_.label.clone();
                self.within(label.as_ref(), true, |this| visit_mut::visit_expr_loop_mut(this, loop_));
            }
            Expr::While(while_) => {
                let label = while_.label.clone();
                self.within(label.as_ref(), true, |this| visit_mut::visit_expr_while_mut(this, while_));
            }
            Expr::ForLoop(for_) => {
                self.visit_expr_mut(&mut for_.expr);
                let label = for_.label.clone();
                self.within(label.as_ref(), true, |this| this.visit_block_mut(&mut for_.body));
            }
            Expr::Block(block) => {
                let label = block.label.clone();
                self.within(label.as_ref(), false, |this| visit_mut::visit_expr_block_mut(this, block));
            }
            Expr::Break(break_) => {
                if let Some(value) = &mut break_.expr {
                    self.visit_expr_mut(value);
                }
                if let Some(frame) = self.frame(break_.label.as_ref()) {
                    let value = break_.expr.take().map(|value| *value);
                    *expr = as_expr(deliver(value, &frame.target, false, self.macros));
                }
            }
            Expr::Continue(continue_) => {
                if let Some(head) = self.frame(continue_.label.as_ref()).and_then(|frame| frame.head) {
                    *expr = jump::to(head);
                }
            }
            Expr::Closure(_) | Expr::Async(_) | Expr::Const(_) => {}
            other => visit_mut::visit_expr_mut(self, other),
        }
    }

    fn visit_item_mut(&mut self, _: &mut syn::Item) {}
}

/// Statements that diverge, as one expression.
pub(crate) fn as_expr(mut stmts: Vec<Stmt>) -> Expr {
    match (stmts.pop(), stmts.is_empty()) {
        (Some(Stmt::Expr(expr, _)), true) => expr,
        (last, _) => {
            stmts.extend(last);
            build::block_expr(stmts)
        }
    }
}
