//! A process as one build has it: what stands under a condition that holds, and nothing of what does not.

use syn::punctuated::Punctuated;
use syn::visit_mut::{self, VisitMut};
use syn::{Attribute, Block, Expr, Stmt};

use super::cfg::{self, Answers};

/// Leaves of a process what there is with these answers.
pub(super) fn decide(process: &mut syn::ItemFn, answers: &Answers) {
    let mut decide = Decide { answers };
    decide.among(&mut process.sig.inputs, |input| match input {
        syn::FnArg::Typed(input) => Some(&mut input.attrs),
        syn::FnArg::Receiver(_) => None,
    });
    decide.visit_block_mut(&mut process.block);
}

struct Decide<'a> {
    answers: &'a Answers,
}

impl Decide<'_> {
    fn keeps(&self, attributes: &mut Vec<Attribute>) -> bool {
        cfg::decide(attributes, self.answers)
    }

    fn among<T, P: Default>(
        &self,
        all: &mut Punctuated<T, P>,
        attributes: impl Fn(&mut T) -> Option<&mut Vec<Attribute>>,
    ) {
        let kept = std::mem::take(all).into_pairs().filter_map(|mut pair| {
            let is_there = attributes(pair.value_mut()).is_none_or(|attributes| self.keeps(attributes));
            is_there.then_some(pair)
        });
        *all = kept.collect();
    }
}

impl VisitMut for Decide<'_> {
    fn visit_block_mut(&mut self, block: &mut Block) {
        block.stmts.retain_mut(|stmt| match stmt {
            Stmt::Local(local) => self.keeps(&mut local.attrs),
            Stmt::Macro(macro_) => self.keeps(&mut macro_.attrs),
            Stmt::Expr(expr, _) => attributes_mut(expr).is_none_or(|attributes| self.keeps(attributes)),
            Stmt::Item(_) => true,
        });
        visit_mut::visit_block_mut(self, block);
    }

    fn visit_expr_mut(&mut self, expr: &mut Expr) {
        match expr {
            Expr::Match(match_) => match_.arms.retain_mut(|arm| self.keeps(&mut arm.attrs)),
            Expr::Struct(struct_) => self.among(&mut struct_.fields, |field| Some(&mut field.attrs)),
            Expr::Array(array) => self.among(&mut array.elems, attributes_mut),
            Expr::Tuple(tuple) => self.among(&mut tuple.elems, attributes_mut),
            Expr::Call(call) => self.among(&mut call.args, attributes_mut),
            Expr::MethodCall(call) => self.among(&mut call.args, attributes_mut),
            _ => {}
        }
        visit_mut::visit_expr_mut(self, expr);
    }

    fn visit_pat_struct_mut(&mut self, pat: &mut syn::PatStruct) {
        self.among(&mut pat.fields, |field| Some(&mut field.attrs));
        visit_mut::visit_pat_struct_mut(self, pat);
    }

    fn visit_item_mut(&mut self, _: &mut syn::Item) {}
}

macro_rules! attributes {
    ($expr:expr) => {
        match $expr {
            Expr::Array(syn::ExprArray { attrs, .. })
            | Expr::Assign(syn::ExprAssign { attrs, .. })
            | Expr::Async(syn::ExprAsync { attrs, .. })
            | Expr::Await(syn::ExprAwait { attrs, .. })
            | Expr::Binary(syn::ExprBinary { attrs, .. })
            | Expr::Block(syn::ExprBlock { attrs, .. })
            | Expr::Break(syn::ExprBreak { attrs, .. })
            | Expr::Call(syn::ExprCall { attrs, .. })
            | Expr::Cast(syn::ExprCast { attrs, .. })
            | Expr::Closure(syn::ExprClosure { attrs, .. })
            | Expr::Const(syn::ExprConst { attrs, .. })
            | Expr::Continue(syn::ExprContinue { attrs, .. })
            | Expr::Field(syn::ExprField { attrs, .. })
            | Expr::ForLoop(syn::ExprForLoop { attrs, .. })
            | Expr::If(syn::ExprIf { attrs, .. })
            | Expr::Index(syn::ExprIndex { attrs, .. })
            | Expr::Lit(syn::ExprLit { attrs, .. })
            | Expr::Loop(syn::ExprLoop { attrs, .. })
            | Expr::Macro(syn::ExprMacro { attrs, .. })
            | Expr::Match(syn::ExprMatch { attrs, .. })
            | Expr::MethodCall(syn::ExprMethodCall { attrs, .. })
            | Expr::Paren(syn::ExprParen { attrs, .. })
            | Expr::Path(syn::ExprPath { attrs, .. })
            | Expr::Range(syn::ExprRange { attrs, .. })
            | Expr::Reference(syn::ExprReference { attrs, .. })
            | Expr::Repeat(syn::ExprRepeat { attrs, .. })
            | Expr::Return(syn::ExprReturn { attrs, .. })
            | Expr::Struct(syn::ExprStruct { attrs, .. })
            | Expr::Try(syn::ExprTry { attrs, .. })
            | Expr::Tuple(syn::ExprTuple { attrs, .. })
            | Expr::Unary(syn::ExprUnary { attrs, .. })
            | Expr::Unsafe(syn::ExprUnsafe { attrs, .. })
            | Expr::While(syn::ExprWhile { attrs, .. }) => Some(attrs),
            _ => None,
        }
    };
}

/// The attributes in front of an expression.
pub(super) fn attributes(expr: &Expr) -> &[Attribute] {
    fn all(expr: &Expr) -> Option<&Vec<Attribute>> {
        attributes!(expr)
    }
    all(expr).map_or(&[], Vec::as_slice)
}

fn attributes_mut(expr: &mut Expr) -> Option<&mut Vec<Attribute>> {
    attributes!(expr)
}
