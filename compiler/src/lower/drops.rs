//! Locals that live over an await by their scope alone, and whose drop has an effect: guards, permits, spans. A process keeps nothing that
//! it does not read again, so that their drop would come before the await instead of after it.
//!
//! Types are not known here. A drop has an effect by the text where the value is a lock's or its like (`m.lock().unwrap()`), has a type of
//! such a name, or is of a type of this crate that has a `Drop`. Of what a call gives to a name that says so (`_guard`) rustc judges:
//! `let _guard = idle(begin());` asks for a value that can be written down, and so holds nothing.

use std::collections::BTreeSet;

use proc_macro2::Span;
use syn::spanned::Spanned;
use syn::visit::{self, Visit};
use syn::{Block, Expr, Pat, Stmt};

use super::binding::{BindingId, identity};
use super::faults::EffectOfDrop;
use super::held::{dropper_inside, holds, is_guard, last_of_type, made_by, temporary};
use super::refuse::first_await;
use super::resolve::sole_binding;
use super::{cut, mentions, wording};
use crate::collect::ProcessItem;
use crate::{Place, Problems};

/// Says which drops would move, and gives the locals of which rustc must say whether theirs does anything.
pub(crate) fn judge(process: &ProcessItem, body: &Block, problems: &mut Problems) -> BTreeSet<BindingId> {
    let droppers: BTreeSet<&str> = process.droppers.iter().map(String::as_str).collect();
    let mut drops = Drops { process, droppers, unknown: BTreeSet::new(), end: None, problems };
    drops.visit_block(body);
    drops.unknown
}

struct Drops<'a> {
    process: &'a ProcessItem,
    /// Types of this crate that have a `Drop`, as the body calls them.
    droppers: BTreeSet<&'a str>,
    /// Locals of which the text does not say what their drop does.
    unknown: BTreeSet<BindingId>,
    /// Where the statement at hand ends.
    end: Option<Span>,
    problems: &'a mut Problems,
}

/// Why a drop has an effect.
type Why = &'static str;

const HOLDS: Why = "what it holds is given back when it is dropped";
const DROPS: Why = "its type has a `Drop`";
/// Only rustc knows whether it has one: a name with `_` in front is kept for its drop alone.
const NAMED: Why = "";

impl Drops<'_> {
    fn place(&self, span: Span) -> Place {
        Place::new(&self.process.file, span)
    }

    fn text(&self, span: Span) -> String {
        let Place { file, range, .. } = self.place(span);
        file.text.get(range).unwrap_or_default().split_whitespace().collect::<Vec<_>>().join(" ")
    }

    fn block(&mut self, block: &Block) {
        for (position, stmt) in block.stmts.iter().enumerate() {
            let Stmt::Local(local) = stmt else { continue };
            let Some(ident) = sole_binding(&local.pat) else { continue };
            let (Some(id), Some(why)) = (identity(ident), self.effect(local)) else { continue };
            let rest = block.stmts.get(position + 1..).unwrap_or_default();
            let Some(suspension) = held_over(id, rest) else { continue };
            if why == NAMED {
                self.unknown.insert(id);
                continue;
            }
            let local = wording::unmarked(&ident.to_string());
            let span = local_init(stmt).and_then(holds);
            let is_span = span.is_some_and(|call| call.method == "enter" || call.method == "entered");
            let way_out = if is_span {
                "a span is entered by one step and not by the next. Give it to what is awaited, `charge(..).instrument(span.clone()).await`; or enter it only for what does not await, `span.in_scope(|| …)`".to_owned()
            } else {
                format!(
                    "a process holds nothing while it waits. Let it go before: `drop({local});`, or a block around what needs it. Or do all that needs it, the await included, in an `async fn` of its own, which is one step"
                )
            };
            self.problems.error(EffectOfDrop {
                way_out,
                why,
                local: format!("`{local}`"),
                suspension: self.place(suspension),
                end: self.place(block.brace_token.span.close()),
                place: self.place(ident.span()),
            });
        }
    }

    /// Why the drop of a local has an effect, if it has.
    fn effect(&self, local: &syn::Local) -> Option<Why> {
        let init = &*local.init.as_ref()?.expr;
        let ty = match &local.pat {
            Pat::Type(typed) => last_of_type(&typed.ty),
            _ => None,
        };
        let named = sole_binding(&local.pat).is_some_and(|ident| ident.to_string().starts_with('_'));
        if holds(init).is_some() || ty.as_deref().is_some_and(is_guard) || made_by(init, &is_guard) {
            Some(HOLDS)
        } else if ty.as_deref().is_some_and(|name| self.droppers.contains(name))
            || made_by(init, &|name| self.droppers.contains(name))
        {
            Some(DROPS)
        } else {
            (named && matches!(init, Expr::Call(_) | Expr::MethodCall(_))).then_some(NAMED)
        }
    }

    /// What an operand is made of lives until the statement ends, also where a later operand awaits.
    fn operands(&mut self, expr: &Expr) {
        let operands: Vec<&Expr> = match expr {
            Expr::Binary(binary) if !matches!(binary.op, syn::BinOp::And(_) | syn::BinOp::Or(_)) => {
                vec![&binary.left, &binary.right]
            }
            Expr::Call(call) => call.args.iter().collect(),
            Expr::MethodCall(call) => std::iter::once(&*call.receiver).chain(&call.args).collect(),
            Expr::Tuple(tuple) => tuple.elems.iter().collect(),
            Expr::Array(array) => array.elems.iter().collect(),
            Expr::Struct(struct_) => struct_.fields.iter().map(|field| &field.expr).collect(),
            _ => return,
        };
        let Some(last) = operands.iter().rposition(|operand| cut::expr(operand)) else { return };
        let suspension = operands.get(last).and_then(|operand| first_await(operand));
        for operand in operands.into_iter().take(last) {
            self.looked_at(operand, suspension, self.end.unwrap_or_else(|| expr.span()));
        }
    }

    /// What a construct looks at lives as long as its arms do.
    fn looked_at(&mut self, looked_at: &Expr, suspension: Option<Span>, end: Span) {
        let held = temporary(looked_at).map(|call| (call.span(), HOLDS));
        let made =
            || dropper_inside(looked_at, &|name| self.droppers.contains(name)).map(|span| (span, DROPS));
        let (Some((span, why)), Some(suspension)) = (held.or_else(made), suspension) else { return };
        let local = format!("what `{}` gives", self.text(span));
        self.problems.error(EffectOfDrop {
            local,
            why,
            way_out: "a process holds nothing while it waits. Take what you need out of it in a statement of its own: `let found = ….clone();`, and look at that".to_owned(),
            suspension: self.place(suspension),
            end: self.place(end),
            place: self.place(span),
        });
    }
}

impl<'ast> Visit<'ast> for Drops<'_> {
    fn visit_block(&mut self, block: &'ast Block) {
        self.block(block);
        visit::visit_block(self, block);
    }

    fn visit_stmt(&mut self, stmt: &'ast Stmt) {
        let end = match stmt {
            Stmt::Local(local) => local.semi_token.span,
            Stmt::Expr(_, Some(semi)) => semi.span,
            other => other.span(),
        };
        let around = self.end.replace(end);
        visit::visit_stmt(self, stmt);
        self.end = around;
    }

    fn visit_expr(&mut self, expr: &'ast Expr) {
        self.operands(expr);
        visit::visit_expr(self, expr);
    }

    fn visit_expr_match(&mut self, match_: &'ast syn::ExprMatch) {
        let suspension = match_.arms.iter().find_map(|arm| first_await(&arm.body));
        self.looked_at(&match_.expr, suspension, match_.brace_token.span.close());
        visit::visit_expr_match(self, match_);
    }

    fn visit_expr_if(&mut self, if_: &'ast syn::ExprIf) {
        if let Expr::Let(let_) = &*if_.cond {
            let end = if_.then_branch.brace_token.span.close();
            self.looked_at(&let_.expr, in_block(&if_.then_branch), end);
        }
        visit::visit_expr_if(self, if_);
    }

    fn visit_expr_while(&mut self, while_: &'ast syn::ExprWhile) {
        if let Expr::Let(let_) = &*while_.cond {
            self.looked_at(&let_.expr, in_block(&while_.body), while_.body.brace_token.span.close());
        }
        visit::visit_expr_while(self, while_);
    }

    fn visit_expr_for_loop(&mut self, for_: &'ast syn::ExprForLoop) {
        self.looked_at(&for_.expr, in_block(&for_.body), for_.body.brace_token.span.close());
        visit::visit_expr_for_loop(self, for_);
    }

    // What stands in these is one step, or none.
    fn visit_expr_closure(&mut self, _: &'ast syn::ExprClosure) {}
    fn visit_expr_async(&mut self, _: &'ast syn::ExprAsync) {}
    fn visit_item(&mut self, _: &'ast syn::Item) {}
}

fn local_init(stmt: &Stmt) -> Option<&Expr> {
    match stmt {
        Stmt::Local(local) => Some(&local.init.as_ref()?.expr),
        _ => None,
    }
}

fn in_block(block: &Block) -> Option<Span> {
    block.stmts.iter().find_map(in_stmt)
}

fn in_stmt(stmt: &Stmt) -> Option<Span> {
    cut::stmt(stmt).then(|| match stmt {
        Stmt::Expr(expr, _) => first_await(expr).unwrap_or_else(|| expr.span()),
        Stmt::Local(syn::Local { init: Some(init), .. }) => {
            first_await(&init.expr).unwrap_or_else(|| init.expr.span())
        }
        other => other.span(),
    })
}

/// The first await after the last mention of a local that its scope keeps until then.
fn held_over(id: BindingId, rest: &[Stmt]) -> Option<Span> {
    let named = |stmt: &Stmt| mentions::in_stmts(std::slice::from_ref(stmt)).contains(&id);
    let after = match rest.iter().rposition(named) {
        Some(last) => {
            let stmt = rest.get(last)?;
            if gives_away(id, stmt) {
                return None;
            }
            last + 1
        }
        None => 0,
    };
    rest.iter().skip(after).find_map(in_stmt)
}

/// Whether a statement may take a local's value: all that is not known to only look at it.
fn gives_away(id: BindingId, stmt: &Stmt) -> bool {
    struct Takes {
        id: BindingId,
        found: bool,
    }
    const ENDS: [&str; 9] =
        ["commit", "rollback", "unlock", "release", "finish", "close", "into_inner", "forget", "exit"];
    impl<'ast> Visit<'ast> for Takes {
        fn visit_expr_method_call(&mut self, call: &'ast syn::ExprMethodCall) {
            if is(&call.receiver, self.id) {
                self.found |= ENDS.iter().any(|name| call.method == name);
            } else {
                self.visit_expr(&call.receiver);
            }
            call.args.iter().for_each(|arg| self.visit_expr(arg));
        }
        fn visit_expr_field(&mut self, field: &'ast syn::ExprField) {
            if !is(&field.base, self.id) {
                visit::visit_expr_field(self, field);
            }
        }
        fn visit_expr_index(&mut self, index: &'ast syn::ExprIndex) {
            if !is(&index.expr, self.id) {
                self.visit_expr(&index.expr);
            }
            self.visit_expr(&index.index);
        }
        fn visit_expr_reference(&mut self, reference: &'ast syn::ExprReference) {
            if !is(&reference.expr, self.id) {
                visit::visit_expr_reference(self, reference);
            }
        }
        fn visit_expr_unary(&mut self, unary: &'ast syn::ExprUnary) {
            if !is(&unary.expr, self.id) {
                visit::visit_expr_unary(self, unary);
            }
        }
        fn visit_expr_call(&mut self, call: &'ast syn::ExprCall) {
            // A macro that formats only looks.
            let looks = wording::is_call_of(call, "macro");
            for arg in &call.args {
                if !(looks && is(arg, self.id)) {
                    self.visit_expr(arg);
                }
            }
        }
        fn visit_expr_path(&mut self, path: &'ast syn::ExprPath) {
            self.found |= path.path.get_ident().and_then(identity) == Some(self.id);
        }
    }
    let mut takes = Takes { id, found: false };
    takes.visit_stmt(stmt);
    takes.found
}

fn is(expr: &Expr, id: BindingId) -> bool {
    matches!(expr, Expr::Path(path) if path.path.get_ident().and_then(identity) == Some(id))
}
