//! Where regions lead, and their order: each after all that it can only be reached through.

use std::collections::{BTreeSet, HashSet};

use syn::visit::{self, Visit};
use syn::{Expr, Stmt};

use super::jump;
use super::machine::Edge;
use super::region::{Region, RegionId};

#[derive(Default)]
struct Ways {
    jumps: Vec<usize>,
    ends: bool,
}

impl<'ast> Visit<'ast> for Ways {
    fn visit_expr(&mut self, expr: &'ast Expr) {
        match expr {
            Expr::Return(_) | Expr::Try(_) => self.ends = true,
            Expr::Closure(_) | Expr::Async(_) | Expr::Const(_) => return,
            _ => self.jumps.extend(jump::target(expr)),
        }
        visit::visit_expr(self, expr);
    }

    fn visit_item(&mut self, _: &'ast syn::Item) {}
}

fn ways(body: &[Stmt]) -> Ways {
    let mut ways = Ways::default();
    body.iter().for_each(|stmt| ways.visit_stmt(stmt));
    ways
}

/// Where some code can go on to.
pub(crate) fn edges(body: &[Stmt]) -> Vec<Edge> {
    let ways = ways(body);
    let edges: BTreeSet<Edge> =
        ways.jumps.into_iter().map(Edge::To).chain(ways.ends.then_some(Edge::End)).collect();
    edges.into_iter().collect()
}

/// Where each region leads, in the order of the source.
pub(crate) fn ways_of(regions: &[Region]) -> Vec<Vec<RegionId>> {
    regions.iter().map(|region| ways(&region.body).jumps).collect()
}

/// The regions that can be reached, in reverse postorder.
pub(crate) fn in_dominator_order(ways: &[Vec<RegionId>]) -> Vec<RegionId> {
    let from = |region: RegionId| ways.get(region).map(Vec::as_slice).unwrap_or_default().iter();
    let mut seen = HashSet::from([0]);
    let mut done = Vec::new();
    // The last is visited first, so that in the end the first stands first.
    let mut open: Vec<(RegionId, std::slice::Iter<'_, RegionId>)> = vec![(0, from(0))];
    while let Some((region, ways)) = open.last_mut() {
        match ways.next_back() {
            Some(next) if seen.insert(*next) => open.push((*next, from(*next))),
            Some(_) => {}
            None => {
                done.push(*region);
                open.pop();
            }
        }
    }
    done.reverse();
    done
}
