//! Loops and labelled blocks that stayed as the user wrote them: what is live at their heads, and where they are left.

use syn::Expr;

use super::{Live, Walk, joined};

/// A loop or labelled block that stayed as the user wrote it.
pub(super) struct Around {
    label: Option<String>,
    is_loop: bool,
    pub(super) on_break: Live,
    pub(super) on_continue: Live,
}

impl Walk<'_> {
    pub(super) fn loop_(&mut self, expr: &Expr, after: Live) -> Live {
        let mut head = Live::new();
        loop {
            let found = match expr {
                Expr::Loop(loop_) => {
                    self.within(loop_.label.as_ref(), true, after.clone(), head.clone(), |this| {
                        this.stmts(&loop_.body.stmts, head.clone())
                    })
                }
                Expr::While(while_) => {
                    self.within(while_.label.as_ref(), true, after.clone(), head.clone(), |this| {
                        let body = this.stmts(&while_.body.stmts, head.clone());
                        this.condition(&while_.cond, body, &after)
                    })
                }
                Expr::ForLoop(for_) => {
                    self.within(for_.label.as_ref(), true, after.clone(), head.clone(), |this| {
                        let body = this.stmts(&for_.body.stmts, head.clone());
                        joined(this.bind(&for_.pat, body), &after)
                    })
                }
                _ => after.clone(),
            };
            let found = joined(found, &head);
            if found == head {
                return match expr {
                    Expr::ForLoop(for_) => self.expr(&for_.expr, head),
                    _ => head,
                };
            }
            head = found;
        }
    }

    pub(super) fn within(
        &mut self,
        label: Option<&syn::Label>,
        is_loop: bool,
        on_break: Live,
        on_continue: Live,
        walk: impl FnOnce(&mut Self) -> Live,
    ) -> Live {
        let label = label.map(|label| label.name.ident.to_string());
        self.loops.push(Around { label, is_loop, on_break, on_continue });
        let live = walk(self);
        self.loops.pop();
        live
    }

    pub(super) fn leaving(&self, label: Option<&syn::Lifetime>, way: impl Fn(&Around) -> &Live) -> Live {
        let mut inside_out = self.loops.iter().rev();
        let around = match label {
            None => inside_out.find(|around| around.is_loop),
            Some(label) => {
                let name = label.ident.to_string();
                inside_out.find(|around| around.label.as_ref() == Some(&name))
            }
        };
        around.map(|around| way(around).clone()).unwrap_or_default()
    }
}
