//! `#[point("paid")] billing.charge(&order).await?;`: the name of a point, pinned by hand. The attribute is taken away.

use std::collections::BTreeMap;
use std::ops::Range;

use syn::spanned::Spanned;
use syn::visit::{self, Visit};
use syn::visit_mut::{self, VisitMut};
use syn::{Attribute, Expr, Stmt};

use super::faults::IllFormedPoint;
use super::wording;
use crate::collect::ProcessItem;
use crate::{Place, Problems};

/// The statements whose points have names.
#[derive(Debug, Default)]
pub(crate) struct Points(Vec<Pinned>);

#[derive(Debug)]
struct Pinned {
    statement: Range<usize>,
    name: String,
    attribute: Place,
}

impl Points {
    /// Takes the attributes out of a body, and refuses those that say no name.
    pub(crate) fn take(process: &ProcessItem, body: &mut syn::Block, problems: &mut Problems) -> Self {
        let mut take = Take { process, problems, found: Vec::new() };
        take.visit_block_mut(body);
        Self(take.found)
    }

    /// The names by the first byte of the token that their await stands for. Each statement has one await, and each name one statement.
    pub(crate) fn names(&self, body: &syn::Block, problems: &mut Problems) -> BTreeMap<usize, String> {
        let mut awaits = Awaits(Vec::new());
        if !self.0.is_empty() {
            awaits.visit_block(body);
        }
        let mut names: BTreeMap<usize, String> = BTreeMap::new();
        for pinned in &self.0 {
            let place = pinned.attribute.clone();
            let within: Vec<usize> =
                awaits.0.iter().copied().filter(|at| pinned.statement.contains(at)).collect();
            let [only] = within.as_slice() else {
                let (what, way_out) = match within.len() {
                    0 => ("there is no await in this statement", "put it on the statement that awaits"),
                    _ => (
                        "more than one await stands in this statement",
                        "take it apart: each await that is to have a name gets a `let` of its own",
                    ),
                };
                problems.error(IllFormedPoint { what: what.to_owned(), way_out, place });
                continue;
            };
            if names.values().any(|name| *name == pinned.name) || pinned.name == "Start" {
                let what = format!("another point is called `{}`", pinned.name);
                problems.error(IllFormedPoint {
                    what,
                    way_out: "each point has a name of its own, under which it is saved",
                    place,
                });
                continue;
            }
            names.insert(*only, pinned.name.clone());
        }
        names
    }
}

/// Where awaits stand, apart from those in closures and async blocks.
struct Awaits(Vec<usize>);

impl<'ast> Visit<'ast> for Awaits {
    fn visit_expr_await(&mut self, await_: &'ast syn::ExprAwait) {
        self.0.push(await_.await_token.span.byte_range().start);
        visit::visit_expr_await(self, await_);
    }
    fn visit_expr_closure(&mut self, _: &'ast syn::ExprClosure) {}
    fn visit_expr_async(&mut self, _: &'ast syn::ExprAsync) {}
    fn visit_expr_const(&mut self, _: &'ast syn::ExprConst) {}
    fn visit_item(&mut self, _: &'ast syn::Item) {}
}

struct Take<'a> {
    process: &'a ProcessItem,
    problems: &'a mut Problems,
    found: Vec<Pinned>,
}

impl VisitMut for Take<'_> {
    fn visit_stmt_mut(&mut self, stmt: &mut Stmt) {
        let attributes = match stmt {
            Stmt::Local(local) => std::mem::take(&mut local.attrs),
            Stmt::Macro(macro_) => std::mem::take(&mut macro_.attrs),
            Stmt::Expr(expr, _) => taken_from(expr),
            Stmt::Item(_) => Vec::new(),
        };
        let (pins, others): (Vec<Attribute>, Vec<Attribute>) =
            attributes.into_iter().partition(|attribute| attribute.path().is_ident("point"));
        match stmt {
            Stmt::Local(local) => local.attrs = others,
            Stmt::Macro(macro_) => macro_.attrs = others,
            Stmt::Expr(expr, _) => put_back(expr, others),
            Stmt::Item(_) => {}
        }
        for pin in pins {
            let statement = stmt.span().byte_range();
            let attribute = Place::new(&self.process.file, pin.span());
            let name = pin.parse_args::<syn::LitStr>().map(|name| wording::pascal(&name.value()));
            match name.ok().filter(|name| syn::parse_str::<syn::Ident>(name).is_ok()) {
                Some(name) => self.found.push(Pinned { statement, name, attribute }),
                None => self.problems.error(IllFormedPoint {
                    what: "it says no name".to_owned(),
                    way_out: "write a name between quotes, of letters, digits and `_`: `#[point(\"paid\")]`",
                    place: attribute,
                }),
            }
        }
        visit_mut::visit_stmt_mut(self, stmt);
    }

    fn visit_item_mut(&mut self, _: &mut syn::Item) {}
}

/// The attributes of an expression statement stand on what it begins with.
fn attributes_of(expr: &mut Expr) -> Option<&mut Vec<Attribute>> {
    Some(match expr {
        Expr::Assign(expr) => match attributes_of(&mut expr.left) {
            Some(first) if !first.is_empty() => first,
            _ => &mut expr.attrs,
        },
        Expr::Await(expr) => &mut expr.attrs,
        Expr::Try(expr) => &mut expr.attrs,
        Expr::Call(expr) => &mut expr.attrs,
        Expr::MethodCall(expr) => &mut expr.attrs,
        Expr::Match(expr) => &mut expr.attrs,
        Expr::If(expr) => &mut expr.attrs,
        Expr::Return(expr) => &mut expr.attrs,
        Expr::Break(expr) => &mut expr.attrs,
        Expr::Macro(expr) => &mut expr.attrs,
        Expr::Block(expr) => &mut expr.attrs,
        Expr::ForLoop(expr) => &mut expr.attrs,
        Expr::While(expr) => &mut expr.attrs,
        Expr::Binary(expr) => match attributes_of(&mut expr.left) {
            Some(first) if !first.is_empty() => first,
            _ => &mut expr.attrs,
        },
        Expr::Path(expr) => &mut expr.attrs,
        Expr::Field(expr) => &mut expr.attrs,
        Expr::Index(expr) => &mut expr.attrs,
        _ => return None,
    })
}

fn taken_from(expr: &mut Expr) -> Vec<Attribute> {
    attributes_of(expr).map(std::mem::take).unwrap_or_default()
}

fn put_back(expr: &mut Expr, attributes: Vec<Attribute>) {
    if let Some(place) = attributes_of(expr)
        && place.is_empty()
    {
        *place = attributes;
    }
}
