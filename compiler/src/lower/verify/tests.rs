//! What is planted is found, and what is sound stays unblamed.

use syn::visit_mut::{self, VisitMut};
use syn::{Expr, Stmt, parse_quote};

use super::{Written, verify};
use crate::lower::machine::{Edge, Machine};
use crate::lower::tests::processes;
use crate::lower::{jump, lower, macros};

const SHOP: &str = r#"
#[process("/{id}")]
async fn shop(id: u32, bank: &Bank) -> u32 {
    let mut total = bank.balance(id).await;
    let receipt;
    {
        let total = bank.limit(id).await;
        bank.note(total).await;
        if total > 7 {
            receipt = format!("{total} of {id}");
        } else {
            receipt = String::new();
        }
    }
    while total > 10 {
        total -= bank.charge(id).await;
    }
    bank.send(receipt).await;
    bank.close(id).await;
    total
}
"#;

/// What the verifier says of the shop after this change.
fn said(change: impl FnOnce(&mut Machine)) -> Vec<String> {
    let process = processes(SHOP).remove(0);
    let (machine, _) = lower(&process);
    let mut machine = machine.unwrap().into_usual();
    change(&mut machine);
    let mut original = process.item.clone();
    let read = macros::read(&mut original.block);
    assert!(read.unread.is_empty());
    verify(&Written::of(&original, &read.read), &machine).into_iter().map(|flaw| flaw.what).collect()
}

fn state(machine: &Machine, name: &str) -> usize {
    machine.states.iter().position(|state| state.name == name).unwrap_or_else(|| panic!("no state {name}"))
}

fn says(said: &[String], part: &str) -> bool {
    said.iter().any(|what| what.contains(part))
}

#[test]
fn a_sound_machine_is_not_blamed() {
    assert_eq!(said(|_| ()), Vec::<String>::new());
}

#[test]
fn a_local_that_is_not_kept_is_missed() {
    let said = said(|machine| {
        let at = state(machine, "Close");
        machine.states[at].fields.retain(|field| field.name != "total");
    });
    assert!(says(&said, "Close: `total` is not bound"), "{said:?}");
}

#[test]
fn a_local_that_nothing_reads_is_not_to_be_kept() {
    let said = said(|machine| {
        let receipt = machine.states[state(machine, "Send")].fields.clone();
        let receipt = receipt.into_iter().find(|field| field.name == "receipt").unwrap();
        let at = state(machine, "Close");
        machine.states[at].fields.push(receipt);
    });
    // It has been moved by then; what the verifier sees is that nobody asks for it.
    assert!(says(&said, "Close: keeps `receipt`, which nothing reads"), "{said:?}");
}

#[test]
fn a_local_that_is_written_before_it_is_read_is_not_to_be_kept() {
    let said = said(|machine| {
        let receipt = machine.states[state(machine, "Send")].fields.clone();
        let receipt = receipt.into_iter().find(|field| field.name == "receipt").unwrap();
        let at = state(machine, "Note");
        machine.states[at].fields.push(receipt);
    });
    assert!(says(&said, "Note: keeps `receipt`, which nothing reads"), "{said:?}");
}

#[test]
fn a_jump_hands_on_what_its_target_keeps() {
    let said = said(|machine| {
        let total = machine.states[state(machine, "Charge")].fields.clone();
        let total = total.into_iter().find(|field| field.name == "total").unwrap();
        let at = state(machine, "Balance");
        machine.states[at].fields.push(total);
    });
    assert!(says(&said, "Start: hands on `total`, which is not there"), "{said:?}");
}

#[test]
fn a_shadowed_local_is_not_taken_for_the_other() {
    struct Swap;
    impl VisitMut for Swap {
        fn visit_ident_mut(&mut self, ident: &mut proc_macro2::Ident) {
            if ident == "total_2" {
                *ident = proc_macro2::Ident::new("total", ident.span());
            }
        }
    }
    let said = said(|machine| {
        let names: Vec<String> = machine
            .states
            .iter()
            .flat_map(|state| &state.fields)
            .map(|field| field.name.to_string())
            .collect();
        assert!(names.contains(&"total_2".to_owned()), "{names:?}");
        machine
            .states
            .iter_mut()
            .flat_map(|state| &mut state.body)
            .for_each(|stmt| Swap.visit_stmt_mut(stmt));
    });
    assert!(says(&said, "means another local than in the fn"), "{said:?}");
}

#[test]
fn a_jump_leads_to_a_state_that_exists() {
    let said = said(|machine| machine.states[0].body = vec![jump::stmt(99)]);
    assert!(says(&said, "jumps to a state that does not exist"), "{said:?}");
    let said = self::said(|machine| machine.states[0].edges = vec![Edge::End]);
    assert!(says(&said, "Start: jumps to {1} and lists {}"), "{said:?}");
}

#[test]
fn a_local_is_written_before_it_is_handed_on() {
    struct Forget;
    impl VisitMut for Forget {
        fn visit_expr_mut(&mut self, expr: &mut Expr) {
            if matches!(expr, Expr::Assign(_)) {
                *expr = parse_quote!(());
            }
            visit_mut::visit_expr_mut(self, expr);
        }
    }
    let said = said(|machine| {
        machine
            .states
            .iter_mut()
            .flat_map(|state| &mut state.body)
            .for_each(|stmt| Forget.visit_stmt_mut(stmt));
    });
    assert!(says(&said, "reads `receipt` before it writes it"), "{said:?}");
}

#[test]
fn an_exit_stands_in_its_loop() {
    let said = said(|machine| {
        let stmt: Stmt = parse_quote!(if late() {
            break;
        });
        machine.states[0].body.insert(0, stmt);
    });
    assert!(says(&said, "a `break` or `continue` whose loop is not there"), "{said:?}");
}

#[test]
fn a_name_of_nobody_is_found() {
    let said = said(|machine| machine.states[0].body.insert(0, parse_quote!(drop(lost);)));
    assert!(says(&said, "`lost` is bound nowhere"), "{said:?}");
}
