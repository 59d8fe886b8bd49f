//! Locals that live over an await by their scope alone, and whose drop has an effect: guards, permits, spans. A process keeps nothing that
//! it does not read again, so that their drop would come before the await instead of after it.
//!
//! Types are not known here. A drop has an effect by the text where the value is a lock's or its like (`m.lock().unwrap()`), has a type of
//! such a name, is of a type of this crate that has a `Drop`, or has a name that says so (`_guard`).

use std::collections::BTreeSet;

use proc_macro2::Span;
use syn::spanned::Spanned;
use syn::visit::{self, Visit};
use syn::{Block, Expr, Pat, Stmt};

use super::binding::{BindingId, identity};
use super::faults::EffectOfDrop;
use super::refuse::first_await;
use super::resolve::sole_binding;
use super::{cut, mentions, wording};
use crate::collect::ProcessItem;
use crate::{Place, Problems};

/// Says which drops would move.
pub(crate) fn judge(process: &ProcessItem, body: &Block, problems: &mut Problems) {
    let droppers: BTreeSet<&str> = process.droppers.iter().map(String::as_str).collect();
    Drops { process, droppers, problems }.visit_block(body);
}

struct Drops<'a> {
    process: &'a ProcessItem,
    /// Types of this crate that have a `Drop`, as the body calls them.
    droppers: BTreeSet<&'a str>,
    problems: &'a mut Problems,
}

/// Why a drop has an effect.
type Why = &'static str;

const HOLDS: Why = "what it holds is given back when it is dropped";
const DROPS: Why = "its type has a `Drop`";
const NAMED: Why = "a name with `_` in front is kept for its drop alone";

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
            let local = wording::unmarked(&ident.to_string());
            let idle = if why == NAMED { "If its drop does nothing, write `_`. " } else { "" };
            self.problems.error(EffectOfDrop {
                way_out: format!(
                    "a process holds nothing while it waits. {idle}Let it go before: `drop({local});`, or a block around what needs it. Or do all that needs it, the await included, in an `async fn` of its own, which is one step"
                ),
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

    /// What a construct looks at lives as long as its arms do.
    fn looked_at(&mut self, looked_at: &Expr, suspension: Option<Span>, end: Span) {
        let (Some(call), Some(suspension)) = (temporary(looked_at), suspension) else { return };
        let local = format!("what `{}` gives", self.text(call.span()));
        self.problems.error(EffectOfDrop {
            local,
            why: HOLDS,
            way_out: "a process holds nothing while it waits. Take what you need out of it in a statement of its own: `let found = ….clone();`, and look at that".to_owned(),
            suspension: self.place(suspension),
            end: self.place(end),
            place: self.place(call.span()),
        });
    }
}

impl<'ast> Visit<'ast> for Drops<'_> {
    fn visit_block(&mut self, block: &'ast Block) {
        self.block(block);
        visit::visit_block(self, block);
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

/// The call that gives a guard, a permit or an entered span, where an expression gives it on.
fn holds(expr: &Expr) -> Option<&syn::ExprMethodCall> {
    const GIVE: [&str; 15] = [
        "lock",
        "try_lock",
        "lock_owned",
        "try_lock_owned",
        "lock_arc",
        "blocking_lock",
        "read_owned",
        "write_owned",
        "upgradable_read",
        "enter",
        "entered",
        "acquire",
        "acquire_owned",
        "acquire_many",
        "try_acquire",
    ];
    match expr {
        Expr::Paren(paren) => holds(&paren.expr),
        Expr::Try(try_) => holds(&try_.expr),
        Expr::Await(await_) => holds(&await_.base),
        Expr::MethodCall(call) if call.method == "unwrap" || call.method == "expect" => {
            holds(&call.receiver).or_else(|| reads_or_writes(&call.receiver))
        }
        Expr::MethodCall(call) => GIVE.iter().any(|name| call.method == name).then_some(call),
        _ => None,
    }
}

/// `shared.read().unwrap()`: of the std's lock alone this is plain enough.
fn reads_or_writes(expr: &Expr) -> Option<&syn::ExprMethodCall> {
    match expr {
        Expr::MethodCall(call)
            if call.args.is_empty() && (call.method == "read" || call.method == "write") =>
        {
            Some(call)
        }
        _ => None,
    }
}

/// A guard that is looked into, `m.lock().unwrap().next`, and lives as long as what is found there.
fn temporary(expr: &Expr) -> Option<&syn::ExprMethodCall> {
    holds(expr).or_else(|| match expr {
        Expr::MethodCall(call) => temporary(&call.receiver),
        Expr::Field(field) => temporary(&field.base),
        Expr::Index(index) => temporary(&index.expr),
        Expr::Reference(reference) => temporary(&reference.expr),
        Expr::Unary(unary) => temporary(&unary.expr),
        Expr::Paren(paren) => temporary(&paren.expr),
        Expr::Try(try_) => temporary(&try_.expr),
        _ => None,
    })
}

/// Whether a type is by its name one whose drop gives something back.
fn is_guard(name: &str) -> bool {
    let names = ["Locked", "Entered", "EnteredSpan", "TempDir", "TempPath", "NamedTempFile"];
    names.contains(&name) || name.ends_with("Guard") || name.ends_with("Permit")
}

/// Whether a value is made by a type of this kind: `Lease::new()`, `Lease { .. }`, `Lease(1)`.
fn made_by(expr: &Expr, is_it: &dyn Fn(&str) -> bool) -> bool {
    let name =
        |segment: Option<&syn::PathSegment>| segment.is_some_and(|segment| is_it(&segment.ident.to_string()));
    match expr {
        Expr::Paren(paren) => made_by(&paren.expr, is_it),
        Expr::Try(try_) => made_by(&try_.expr, is_it),
        Expr::Await(await_) => made_by(&await_.base, is_it),
        Expr::MethodCall(call) if call.method == "unwrap" || call.method == "expect" => {
            made_by(&call.receiver, is_it)
        }
        Expr::Struct(struct_) => name(struct_.path.segments.last()),
        Expr::Path(path) => name(path.path.segments.last()),
        Expr::Call(call) => match &*call.func {
            Expr::Path(path) => {
                let mut last = path.path.segments.iter().rev();
                name(last.next()) || name(last.next())
            }
            _ => false,
        },
        _ => false,
    }
}

fn last_of_type(ty: &syn::Type) -> Option<String> {
    match ty {
        syn::Type::Path(path) => path.path.segments.last().map(|last| last.ident.to_string()),
        _ => None,
    }
}
