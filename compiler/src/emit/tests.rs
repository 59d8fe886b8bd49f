//! Slots as a whole: what is printed, and that each of the user's tokens finds its way back.

use std::sync::Arc;

use proc_macro2::TokenStream;
use proptest::prelude::*;
use quote::{ToTokens, quote, quote_spanned};

use super::hash::{hash, item_leaves, leaves};
use super::slot::{SlotFiles, SlotSource, faulted, write};
use crate::{Fault, Place, Problem, Root, RootKind, Severity, SourceFile};

fn source_file(path: &str, text: &str) -> Arc<SourceFile> {
    Arc::new(SourceFile::new(path.to_owned(), text.to_owned()))
}

/// Each printed leaf with the user's leaf that the table gives it, and whether it only serves that leaf.
fn read_back(user: &[String], files: &SlotFiles) -> Vec<(String, Option<(String, bool)>)> {
    let printed = leaves(files.rs.parse().expect("printed text is Rust"));
    let mut found: Vec<_> = printed.into_iter().map(|leaf| (leaf.text, None)).collect();
    for line in files.spans.lines().filter(|line| !line.starts_with('#')) {
        let words: Vec<_> = line.split(' ').collect();
        let number = |index: usize| words[index].parse::<usize>().expect("a number");
        let serves = words.get(3) == Some(&"*");
        for step in 0..number(2) {
            let item = number(1) + if serves { 0 } else { step };
            found[number(0) + step].1 = Some((user[item].clone(), serves));
        }
    }
    found
}

fn texts(tokens: TokenStream) -> Vec<String> {
    leaves(tokens).into_iter().map(|leaf| leaf.text).collect()
}

/// Every item of this repository's own sources.
fn items_of_this_repository() -> Vec<(Arc<SourceFile>, syn::Item)> {
    let root = concat!(env!("CARGO_MANIFEST_DIR"), "/..");
    let mut found = Vec::new();
    for folder in ["compiler/src", "runtime/src", "runtime/macros/src", "build-support/src", "cli/src"] {
        let files = walkdir::WalkDir::new(format!("{root}/{folder}")).sort_by_file_name();
        for entry in files.into_iter().filter_map(Result::ok) {
            if entry.path().extension().is_some_and(|extension| extension == "rs") {
                let text = std::fs::read_to_string(entry.path()).expect("a readable source");
                let file = source_file("src/any.rs", &text);
                let Ok(syntax) = syn::parse_file(&text) else { continue };
                found.extend(syntax.items.into_iter().map(|item| (Arc::clone(&file), item)));
            }
        }
    }
    found
}

#[test]
fn every_token_of_an_item_keeps_its_place_through_the_printer() {
    let mut words = 0;
    for (file, item) in items_of_this_repository() {
        let tokens = item.to_token_stream();
        if tokens.to_string().contains("[comment") {
            // The printer's own comments inside a macro's tokens are no comments: only this crate has them.
            continue;
        }
        let slot = SlotSource::new("process", TokenStream::new(), tokens.clone(), &file);
        let generated = quote! { const BEFORE: u8 = (1); mod inner { use super::*; #tokens } };
        let files = write(&slot, generated);
        assert!(!files.faulted, "{}", files.rs);
        let user: Vec<_> = item_leaves(tokens).into_iter().map(|leaf| leaf.text).collect();
        let mut also = user.iter().filter(|text| is_word(text) && !is_number(text));
        for (text, origin) in read_back(&user, &files) {
            let Some((origin, serves)) = origin.filter(|_| !is_number(&text) && text != "-") else {
                continue;
            };
            assert_eq!((&text, serves), (&origin, false), "{}", files.rs);
            if is_word(&text) {
                assert_eq!(also.next(), Some(&text), "a word lost its place in\n{}", files.rs);
                words += 1;
            }
        }
        assert_eq!(also.next(), None, "words without a place in\n{}", files.rs);
    }
    assert!(words > 4_000, "only {words} words were tried");
}

/// Numbers have a test of their own: a parser makes others of them than a lexer.
fn is_number(text: &str) -> bool {
    text.trim_start_matches('-').starts_with(|first: char| first.is_ascii_digit())
}

fn is_word(text: &str) -> bool {
    text.len() > 1 || text.starts_with(char::is_alphanumeric)
}

#[test]
fn frame_code_has_the_place_of_the_token_that_it_serves() {
    let text = "fn pay(card: Card) -> u8 { charge(card).await }";
    let file = source_file("src/pay.rs", text);
    let item: TokenStream = text.parse().expect("Rust");
    let slot = SlotSource::new("process", TokenStream::new(), item.clone(), &file);
    let parsed: syn::ItemFn = syn::parse2(item.clone()).expect("a fn");
    let syn::Stmt::Expr(syn::Expr::Await(wait), None) = &parsed.block.stmts[0] else { panic!("an await") };
    let (call, span) = (&wait.base, wait.await_token.span);
    let step = quote_spanned!(span=> .step_in(cx).await);
    let generated = quote! {
        pub mod pay {
            use super::*;
            // A comment as the printer knows it.
            #[comment = " src/pay.rs:1  charge(card)"]
            pub async fn run(card: Card) -> u8 { #call #step }
            pub fn other() {}
        }
    };
    let files = write(&slot, generated);
    insta::assert_snapshot!(files.rs, @r"
    // @generated by justscale from src/pay.rs. Edit that file, not this one.

    pub mod pay {
        use super::*;

        // src/pay.rs:1  charge(card)
        pub async fn run(card: Card) -> u8 { charge(card).step_in(cx).await }

        pub fn other() {}
    }
    ");
    let user = texts(item);
    let shown: Vec<_> = read_back(&user, &files)
        .into_iter()
        .filter_map(|(text, origin)| {
            origin.map(|(user, serves)| format!("{text}{}{user}", if serves { " for " } else { " is " }))
        })
        .collect();
    insta::assert_snapshot!(shown.join(", "), @"charge is charge, ( is (, card is card, ) is ), . for await, step_in for await, ( for await, cx for await, ) for await, . for await, await is await");
}

#[test]
fn numbers_that_a_parser_takes_otherwise_keep_their_places() {
    let text = "fn f() { match pair.0.1 + a.0.1.2.3 { -1 => b.0, _ => -2 } }";
    let file = source_file("src/lib.rs", text);
    let item: TokenStream = text.parse().expect("Rust");
    let slot = SlotSource::new("process", TokenStream::new(), item.clone(), &file);
    let parsed: syn::ItemFn = syn::parse2(item.clone()).expect("a fn");
    let user = texts(item);
    for (text, origin) in read_back(&user, &write(&slot, parsed.to_token_stream())) {
        if is_word(&text) {
            let (origin, _) = origin.unwrap_or_else(|| panic!("`{text}` has no place"));
            assert!(origin == text || origin == "-", "`{text}` has the place of `{origin}`");
        }
    }
}

#[test]
fn comments_stand_where_the_printer_can_put_them() {
    let file = source_file("src/lib.rs", "");
    let slot = SlotSource::new("process", TokenStream::new(), TokenStream::new(), &file);
    let files = write(
        &slot,
        quote! {
            #[comment = " an enum"]
            enum State {
                #[comment = " a variant"]
                Start { #[comment = " a field"] plan: Plan },
            }
            impl State {
                #[comment = " a constant"]
                const NAME: &str = "state";
                #[comment = " a method"]
                fn run(self) {
                    #[comment = " a local"]
                    let next = self;
                    match next {
                        #[comment = " an arm"]
                        State::Start { plan } => {
                            #[comment = " a call"]
                            charge(plan);
                            #[comment = " a method call"]
                            plan.charge();
                        }
                    }
                }
            }
        },
    );
    insta::assert_snapshot!(files.rs);
}

#[derive(Debug, thiserror::Error, miette::Diagnostic)]
#[error("`{name}` is not async")]
#[diagnostic(code(JS0201), help("write `async fn {name}`"))]
struct NotAsync {
    name: String,
    place: Place,
}

impl Fault for NotAsync {
    fn place(&self) -> &Place {
        &self.place
    }
    fn related_places(&self) -> Vec<(Place, String)> {
        vec![(self.place.clone(), "called here".to_owned())]
    }
}

#[test]
fn a_faulted_slot_is_the_item_and_an_error_at_its_token() {
    let text = "impl Pool { #[new] fn connect() -> Self { Pool } }";
    let file = source_file("src/pool.rs", text);
    let item: TokenStream = text.parse().expect("Rust");
    let slot = SlotSource::new("service", TokenStream::new(), item, &file);
    let start = text.find("connect").expect("the name");
    let place = Place { file: Arc::clone(&file), range: start..start + 7 };
    assert!(slot.holds(&place));
    let fault = NotAsync { name: "connect".to_owned(), place };
    let problem = Problem { severity: Severity::Error, fault: Box::new(fault) };
    let files = faulted(&slot, &[&problem]);
    assert!(files.faulted);
    insta::assert_snapshot!(format!("{}{}", files.rs, files.spans));
}

#[test]
fn an_app_at_fault_still_has_its_names() {
    let file = source_file("src/main.rs", "Shop");
    let root = Root { kind: RootKind::Binary, name: "shop".to_owned(), path: "src/main.rs".to_owned() };
    let slot = SlotSource::app(&root, "Shop".parse().expect("Rust"), &file);
    let fault = NotAsync { name: "shop".to_owned(), place: Place { file, range: 0..4 } };
    let problem = Problem { severity: Severity::Error, fault: Box::new(fault) };
    let files = faulted(&slot, &[&problem]);
    insta::assert_snapshot!(format!("{}{}", files.rs, files.spans));
}

#[test]
fn the_hash_is_the_documented_one() {
    // FNV-1a of `signal`, a zero byte, the byte 1.
    let mut state = 0xcbf2_9ce4_8422_2325_u64;
    for byte in *b"signal\0\x01" {
        state = (state ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    }
    assert_eq!(hash("signal", &[], &[]).to_string(), format!("{state:016x}"));
}

#[test]
fn attribute_arguments_and_item_are_kept_apart_in_the_hash() {
    let leaf = |text: &str| leaves(text.parse().expect("Rust"));
    let all = [
        hash("process", &leaf("a b"), &leaf("c")),
        hash("process", &leaf("a"), &leaf("b c")),
        hash("process", &leaf("ab"), &leaf("c")),
        hash("signal", &leaf("a b"), &leaf("c")),
    ];
    let distinct: std::collections::BTreeSet<_> = all.iter().collect();
    assert_eq!(distinct.len(), all.len());
}

/// Tokens as they may be written, each with what may stand before it and makes no difference.
fn token() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec![
        "fn",
        "r#type",
        "x",
        "'a",
        "1u8",
        "1.5e3",
        "\"a b\"",
        "r#\"raw \"#",
        "b'x'",
        "c\"c\"",
        "->",
        "::",
        "=>",
        ">>=",
        "&&",
        "#",
        "!",
        "$",
        "#[must_use]",
        "#![allow(dead_code)]",
        "\"two\\nlines\"",
        "…",
        "ünïcode",
        "_",
        ";",
        ",",
    ])
    .prop_filter("only what lexes", |text| text.parse::<TokenStream>().is_ok())
}

fn gap() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec![
        " ",
        "\n",
        "\r\n",
        "\t",
        " /* a */ ",
        " // line\n",
        " // line\r\n",
        " /// doc\n",
        " /// doc\r\n",
        " /** doc */ ",
        " #[doc = \"x\"] ",
        " #[doc(hidden)] ",
        " #![doc = \"x\"] ",
        " //! doc\n",
    ])
}

proptest! {
    #[test]
    fn the_hash_sees_tokens_and_nothing_else(
        parts in prop::collection::vec((token(), gap(), gap()), 0..40),
    ) {
        let (mut one, mut two) = (String::from("{ "), String::from("{\r\n"));
        for (token, before, after) in &parts {
            one.push_str(token);
            one.push_str(before);
            two.push_str(token);
            two.push_str(after);
        }
        let of = |text: &str| hash("process", &[], &leaves(format!("{text}\n}}").parse().expect("Rust")));
        prop_assert_eq!(of(&one), of(&two));
        // A change of a single token shows.
        prop_assert_ne!(of(&one), of(&format!("{one}\nmore")));
    }

    #[test]
    fn a_literal_over_several_lines_has_one_hash_for_both_line_ends(lines in prop::collection::vec("[a-z ]{0,8}", 1..5)) {
        let of = |end: &str| hash("process", &[], &leaves(format!("\"{}\"", lines.join(end)).parse().expect("Rust")));
        prop_assert_eq!(of("\n"), of("\r\n"));
    }
}

#[test]
fn an_item_that_was_parsed_has_the_leaves_of_its_text() {
    let text = "fn f() { match pair.0.1 + a.0.1.2.3 + b.0 .1 { -1 => b.0, _ => -2 } }";
    let item: TokenStream = text.parse().expect("Rust");
    let parsed: syn::ItemFn = syn::parse2(item.clone()).expect("a fn");
    let shown = |tokens| item_leaves(tokens).into_iter().map(|leaf| leaf.text).collect::<Vec<_>>();
    assert_eq!(shown(parsed.to_token_stream()), shown(item));
}
