//! What holds for every process, whatever its text: the cases' own, with statements taken out, said twice, put elsewhere or into a branch.

use proptest::prelude::*;
use quote::ToTokens;
use syn::visit_mut::{self, VisitMut};
use syn::{Stmt, parse_quote};

use super::tests::{cases, emitted, processes};
use crate::lower::{Edge, Machine, StateKind, lower};

/// One change of a text.
#[derive(Debug, Clone, Copy)]
enum Change {
    TakeOut,
    SayTwice,
    Exchange,
    IntoBranch,
    IntoLoop,
    IntoBlock,
}

fn changes() -> impl Strategy<Value = Vec<(usize, Change)>> {
    let change = prop_oneof![
        Just(Change::TakeOut),
        Just(Change::SayTwice),
        Just(Change::Exchange),
        Just(Change::IntoBranch),
        Just(Change::IntoLoop),
        Just(Change::IntoBlock),
    ];
    prop::collection::vec((0..40_usize, change), 0..4)
}

/// Changes the statement of this number.
struct Changing {
    number: usize,
    change: Change,
}

impl VisitMut for Changing {
    fn visit_block_mut(&mut self, block: &mut syn::Block) {
        visit_mut::visit_block_mut(self, block);
        let count = block.stmts.len();
        if count <= self.number {
            self.number -= count;
            return;
        }
        let at = std::mem::replace(&mut self.number, usize::MAX);
        let stmt = block.stmts[at].clone();
        match self.change {
            Change::TakeOut => drop(block.stmts.remove(at)),
            Change::SayTwice => block.stmts.insert(at, stmt),
            Change::Exchange => block.stmts.swap(at, count - 1),
            Change::IntoBranch => block.stmts[at] = parse_quote!(if chance() { #stmt }),
            Change::IntoLoop => block.stmts[at] = parse_quote!(while chance() { #stmt }),
            Change::IntoBlock => block.stmts[at] = Stmt::Expr(parse_quote!({ #stmt }), None),
        }
        // Only the last may be the block's value.
        let before_last = block.stmts.len().saturating_sub(1);
        for stmt in block.stmts.iter_mut().take(before_last) {
            if let Stmt::Expr(_, semi) = stmt {
                semi.get_or_insert_default();
            }
        }
    }
}

/// What a state keeps is read later, where it leads exists, and its names are its own.
fn holds(machine: &Machine) {
    let names: std::collections::BTreeSet<&str> =
        machine.states.iter().map(|state| state.name.as_str()).collect();
    assert_eq!(names.len(), machine.states.len(), "two states of one name");
    for state in &machine.states {
        for edge in &state.edges {
            assert!(!matches!(edge, Edge::To(target) if *target >= machine.states.len()), "{}", state.name);
        }
        for field in &state.fields {
            let read = !field.reasons.is_empty() || field.exported || state.kind == StateKind::Start;
            assert!(read, "{} keeps {} for nothing", state.name, field.name);
        }
    }
}

/// The text with these changes to each of its fns. It is read anew, since each token has its own place in a text.
fn changed(text: &str, changes: &[(usize, Change)]) -> String {
    let mut file = syn::parse_file(text).unwrap();
    for item in &mut file.items {
        let syn::Item::Fn(item) = item else { continue };
        for (number, change) in changes {
            Changing { number: *number, change: *change }.visit_block_mut(&mut item.block);
        }
    }
    file.into_token_stream().to_string()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, ..ProptestConfig::default() })]

    #[test]
    fn every_text_is_lowered_or_refused(case in any::<prop::sample::Index>(), changes in changes()) {
        let cases = cases();
        let (name, text) = &cases[case.index(cases.len())];
        for process in processes(&changed(text, &changes)) {
            let (builds, problems) = lower(&process);
            let codes: Vec<String> = problems.0.iter().map(|problem| problem.code()).collect();
            let faults: Vec<String> = problems.0.iter().map(|problem| problem.fault.to_string()).collect();
            let text = quote::ToTokens::to_token_stream(&process.item);
            prop_assert!(!codes.contains(&"JS0299".to_owned()), "{}: {:?} in {}", name, faults, text);
            prop_assert_eq!(builds.is_none(), problems.has_errors());
            let Some(builds) = builds else { continue };
            builds.iter().for_each(|build| holds(&build.machine));
            let text = emitted(&process, &builds);
            prop_assert!(!text.contains("compile_error"), "{}: {}", name, text);
            let again = lower(&process).0.map(|builds| emitted(&process, &builds));
            prop_assert_eq!(Some(text), again, "the same text gives the same bytes");
        }
    }
}
