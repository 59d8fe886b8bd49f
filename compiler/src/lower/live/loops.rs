//! Loops and labelled blocks that stayed as the user wrote them: where they begin again, and where they are left.

use syn::Expr;

use super::code::{BlockId, Graph, Walk};

/// A loop or labelled block that stayed as the user wrote it.
pub(super) struct Around {
    label: Option<String>,
    is_loop: bool,
    pub(super) on_break: BlockId,
    pub(super) on_continue: BlockId,
}

impl Around {
    pub(super) fn new(
        label: Option<&syn::Label>,
        is_loop: bool,
        on_break: BlockId,
        on_continue: BlockId,
    ) -> Self {
        Self { label: label.map(|label| label.name.ident.to_string()), is_loop, on_break, on_continue }
    }
}

impl Walk<'_> {
    pub(super) fn loop_(&mut self, expr: &Expr, after: BlockId) -> BlockId {
        let head = self.head();
        let around = |label: &Option<syn::Label>| Around::new(label.as_ref(), true, after, head);
        let body = match expr {
            Expr::Loop(loop_) => {
                self.within(around(&loop_.label), |this| this.stmts(&loop_.body.stmts, head))
            }
            Expr::While(while_) => self.within(around(&while_.label), |this| {
                let body = this.stmts(&while_.body.stmts, head);
                this.condition(&while_.cond, body, after)
            }),
            Expr::ForLoop(for_) => self.within(around(&for_.label), |this| {
                let body = this.stmts(&for_.body.stmts, head);
                let body = this.bind(&for_.pat, body);
                this.joined(body, after)
            }),
            _ => after,
        };
        self.begins(head, body);
        match expr {
            Expr::ForLoop(for_) => self.expr(&for_.expr, head),
            _ => head,
        }
    }

    pub(super) fn within(&mut self, around: Around, walk: impl FnOnce(&mut Self) -> BlockId) -> BlockId {
        self.shared(around.on_break);
        self.shared(around.on_continue);
        self.loops.push(around);
        let begin = walk(self);
        self.loops.pop();
        begin
    }

    pub(super) fn leaving(&self, label: Option<&syn::Lifetime>, way: impl Fn(&Around) -> BlockId) -> BlockId {
        let mut inside_out = self.loops.iter().rev();
        let around = match label {
            None => inside_out.find(|around| around.is_loop),
            Some(label) => {
                let name = label.ident.to_string();
                inside_out.find(|around| around.label.as_ref() == Some(&name))
            }
        };
        around.map_or(Graph::NOTHING, way)
    }
}
