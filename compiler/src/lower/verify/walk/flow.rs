//! Where control goes: conditions, branches, loops, and the code that runs elsewhere.

use proc_macro2::Span;
use syn::Expr;

use super::Walk;
use crate::lower::verify::graph::NodeId;

/// A loop or a labelled block.
pub(super) struct Around {
    pub(super) label: Option<String>,
    pub(super) is_loop: bool,
    pub(super) on_break: NodeId,
    pub(super) on_continue: NodeId,
}

impl Walk<'_> {
    /// A condition: what comes after it runs where it holds.
    pub(super) fn condition(&mut self, cond: &Expr, otherwise: NodeId) {
        match cond {
            Expr::Binary(binary) if matches!(binary.op, syn::BinOp::And(_)) => {
                self.condition(&binary.left, otherwise);
                self.condition(&binary.right, otherwise);
            }
            Expr::Let(let_) => {
                self.expr(&let_.expr);
                self.link(self.at, otherwise);
                self.bind(&let_.pat);
            }
            Expr::Paren(paren) => self.condition(&paren.expr, otherwise),
            other => {
                self.expr(other);
                self.link(self.at, otherwise);
            }
        }
    }

    pub(super) fn if_(&mut self, if_: &syn::ExprIf) {
        let (otherwise, after) = (self.fresh(), self.fresh());
        self.scoped(|this| {
            this.condition(&if_.cond, otherwise);
            this.block(&if_.then_branch);
        });
        self.link(self.at, after);
        self.at = otherwise;
        self.each(if_.else_branch.as_ref().map(|(_, branch)| &**branch));
        self.link(self.at, after);
        self.at = after;
    }

    pub(super) fn match_(&mut self, match_: &syn::ExprMatch) {
        self.expr(&match_.expr);
        let after = self.fresh();
        for arm in &match_.arms {
            let (before, next) = (self.at, self.fresh());
            self.link(before, next);
            self.scoped(|this| {
                this.bind(&arm.pat);
                this.expr(&arm.body);
            });
            self.link(self.at, after);
            self.at = next;
        }
        if match_.arms.is_empty() {
            return;
        }
        self.at = after;
    }

    pub(super) fn loop_(&mut self, expr: &Expr) {
        if let Expr::ForLoop(for_) = expr {
            self.expr(&for_.expr);
        }
        let (head, after) = (self.fresh(), self.fresh());
        self.link(self.at, head);
        self.at = head;
        let label = match expr {
            Expr::Loop(loop_) => &loop_.label,
            Expr::While(while_) => &while_.label,
            Expr::ForLoop(for_) => &for_.label,
            _ => &None,
        };
        let label = label.as_ref().map(|label| label.name.ident.to_string());
        self.around.push(Around { label, is_loop: true, on_break: after, on_continue: head });
        self.scoped(|this| match expr {
            Expr::Loop(loop_) => this.block(&loop_.body),
            Expr::While(while_) => {
                this.condition(&while_.cond, after);
                this.block(&while_.body);
            }
            Expr::ForLoop(for_) => {
                this.link(this.at, after);
                this.bind(&for_.pat);
                this.block(&for_.body);
            }
            _ => {}
        });
        self.around.pop();
        self.link(self.at, head);
        self.at = after;
    }

    pub(super) fn labelled(&mut self, block: &syn::ExprBlock) {
        let Some(label) = &block.label else { return self.block(&block.block) };
        let after = self.fresh();
        let label = Some(label.name.ident.to_string());
        self.around.push(Around { label, is_loop: false, on_break: after, on_continue: after });
        self.block(&block.block);
        self.around.pop();
        self.link(self.at, after);
        self.at = after;
    }

    pub(super) fn exit(&mut self, label: Option<&syn::Lifetime>, span: Span, way: fn(&Around) -> NodeId) {
        let label = label.map(|label| label.ident.to_string());
        let mut inside_out = self.around.iter().rev();
        let around = inside_out.find(|around| match &label {
            Some(_) => around.label == label,
            None => around.is_loop,
        });
        let to = around.map(way);
        if to.is_none() {
            self.found.lost.push(span);
        }
        self.leave(to);
    }

    /// Code that runs later, if at all, and may see what is in scope: what it assigns outside of itself, it borrows.
    pub(super) fn apart(&mut self, walk: impl FnOnce(&mut Self)) {
        let end = self.fresh();
        self.link(self.at, end);
        let around = std::mem::take(&mut self.around);
        let outside = self.inside.map_or(self.scope.len(), |(_, outside)| outside);
        let inside = self.inside.replace((end, outside));
        self.scoped(walk);
        self.inside = inside;
        self.around = around;
        self.link(self.at, end);
        self.at = end;
    }
}
