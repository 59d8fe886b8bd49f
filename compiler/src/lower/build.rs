//! Syntax trees made by hand. Unlike quoted tokens they need no parsing, so that no expression can be misread at its new place: the
//! condition of an `if` or the scrutinee of a `match` may be a struct literal here.

use proc_macro2::{Ident, Span};
use syn::{Block, Expr, Pat, Stmt, Token, token};

use super::binding::{is_stand_in, stand_in};

fn path(ident: Ident) -> syn::ExprPath {
    syn::ExprPath { attrs: Vec::new(), qself: None, path: ident.into() }
}

/// A name as an expression.
pub(crate) fn name(ident: Ident) -> Expr {
    Expr::Path(path(ident))
}

/// `let PAT = EXPR;`
pub(crate) fn let_(pat: Pat, expr: Expr) -> Stmt {
    // `A | B` needs parentheses in a `let`, and none where a `match` or an `if let` has it.
    let pat = match pat {
        either @ Pat::Or(_) => syn::parse_quote!((#either)),
        other => other,
    };
    Stmt::Local(syn::Local {
        attrs: Vec::new(),
        let_token: <Token![let]>::default(),
        modifiers: syn::LocalModifiers::default(),
        pat,
        init: Some(syn::LocalInit { eq_token: <Token![=]>::default(), expr: Box::new(expr), diverge: None }),
        semi_token: <Token![;]>::default(),
    })
}

/// The pattern that binds one name.
pub(crate) fn binding(ident: Ident, mutable: bool) -> Pat {
    Pat::Ident(syn::PatIdent {
        attrs: Vec::new(),
        by_ref: None,
        mutability: mutable.then(<Token![mut]>::default),
        ident,
        subpat: None,
    })
}

/// `{ … }`
pub(crate) fn block(stmts: Vec<Stmt>) -> Block {
    Block { brace_token: token::Brace::default(), stmts }
}

/// `{ … }` as an expression.
pub(crate) fn block_expr(stmts: Vec<Stmt>) -> Expr {
    Expr::Block(syn::ExprBlock { attrs: Vec::new(), label: None, block: block(stmts) })
}

/// An expression as a block's only content.
pub(crate) fn block_of(expr: Expr) -> Block {
    match expr {
        Expr::Block(block) if block.label.is_none() && block.attrs.is_empty() => block.block,
        other => block(vec![Stmt::Expr(other, None)]),
    }
}

/// `if COND THEN else OTHERWISE`
pub(crate) fn if_(span: Span, cond: Expr, then: Block, otherwise: Option<Expr>) -> Expr {
    let otherwise = otherwise.map(|branch| match branch {
        branch @ (Expr::If(_) | Expr::Block(_)) => branch,
        other => block_expr(vec![Stmt::Expr(other, None)]),
    });
    Expr::If(syn::ExprIf {
        attrs: Vec::new(),
        if_token: Token![if](span),
        cond: Box::new(cond),
        then_branch: then,
        else_branch: otherwise.map(|branch| (<Token![else]>::default(), Box::new(branch))),
    })
}

/// `LEFT && RIGHT`
pub(crate) fn and(left: Expr, right: Expr) -> Expr {
    Expr::Binary(syn::ExprBinary {
        attrs: Vec::new(),
        left: Box::new(left),
        op: syn::BinOp::And(<Token![&&]>::default()),
        right: Box::new(right),
    })
}

/// `!EXPR`
pub(crate) fn not(expr: Expr) -> Expr {
    let expr = match expr {
        plain @ (Expr::Path(_) | Expr::Call(_) | Expr::MethodCall(_) | Expr::Field(_) | Expr::Paren(_)) => {
            plain
        }
        other => Expr::Paren(syn::ExprParen {
            attrs: Vec::new(),
            paren_token: token::Paren::default(),
            expr: Box::new(other),
        }),
    };
    Expr::Unary(syn::ExprUnary {
        attrs: Vec::new(),
        op: syn::UnOp::Not(<Token![!]>::default()),
        expr: Box::new(expr),
    })
}

/// `true` or `false`
pub(crate) fn bool(value: bool, span: Span) -> Expr {
    Expr::Lit(syn::ExprLit { attrs: Vec::new(), lit: syn::Lit::Bool(syn::LitBool::new(value, span)) })
}

/// `break 'label VALUE`
pub(crate) fn break_(label: Option<syn::Lifetime>, value: Option<Expr>) -> Expr {
    Expr::Break(syn::ExprBreak {
        attrs: Vec::new(),
        break_token: <Token![break]>::default(),
        label,
        expr: value.map(Box::new),
    })
}

/// `'label: { … }`
pub(crate) fn labelled(label: syn::Lifetime, stmts: Vec<Stmt>) -> Expr {
    let label = syn::Label { name: label, colon_token: <Token![:]>::default() };
    Expr::Block(syn::ExprBlock { attrs: Vec::new(), label: Some(label), block: block(stmts) })
}

/// `return VALUE`
pub(crate) fn return_(span: Span, value: Option<Expr>) -> Expr {
    Expr::Return(syn::ExprReturn {
        attrs: Vec::new(),
        return_token: Token![return](span),
        expr: value.map(Box::new),
    })
}

/// `let PAT = EXPR` in a condition.
pub(crate) fn let_in_condition(pat: Pat, expr: Expr) -> Expr {
    Expr::Let(syn::ExprLet {
        attrs: Vec::new(),
        let_token: <Token![let]>::default(),
        pat: Box::new(pat),
        eq_token: <Token![=]>::default(),
        expr: Box::new(expr),
    })
}

/// `match VALUE { ARMS }`
pub(crate) fn match_(span: Span, value: Expr, arms: Vec<syn::Arm>) -> Expr {
    Expr::Match(syn::ExprMatch {
        attrs: Vec::new(),
        match_token: Token![match](span),
        expr: Box::new(value),
        brace_token: token::Brace(span),
        arms,
    })
}

/// `FUNC(ARGS)`
pub(crate) fn call(func: Ident, args: impl IntoIterator<Item = Expr>) -> Expr {
    let span = func.span();
    Expr::Call(syn::ExprCall {
        attrs: Vec::new(),
        func: Box::new(name(func)),
        paren_token: token::Paren(span),
        args: args.into_iter().collect(),
    })
}

/// `rtᐧ::NAME(ARGS)`, a fn of the runtime.
pub(crate) fn runtime(name: &str, span: Span, args: impl IntoIterator<Item = Expr>) -> Expr {
    let segments = [stand_in("rt", span), Ident::new(name, span)].into_iter().map(syn::PathSegment::from);
    let path = syn::Path { leading_colon: None, segments: segments.collect() };
    Expr::Call(syn::ExprCall {
        attrs: Vec::new(),
        func: Box::new(Expr::Path(syn::ExprPath { attrs: Vec::new(), qself: None, path })),
        paren_token: token::Paren(span),
        args: args.into_iter().collect(),
    })
}

/// The arguments of a call of the runtime's fn of this name.
pub(crate) fn as_runtime<'a>(
    expr: &'a Expr,
    name: &str,
) -> Option<&'a syn::punctuated::Punctuated<Expr, Token![,]>> {
    let Expr::Call(call) = expr else { return None };
    let Expr::Path(path) = &*call.func else { return None };
    let is_it =
        is_stand_in(&path.path, "rt") && path.path.segments.last().is_some_and(|last| last.ident == name);
    is_it.then_some(&call.args)
}

/// An expression without the parentheses around it.
pub(crate) fn bare(expr: Expr) -> Expr {
    match expr {
        Expr::Paren(paren) => bare(*paren.expr),
        other => other,
    }
}
