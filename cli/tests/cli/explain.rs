//! `explain`: the page of a fault, or what is near it.

use crate::terminal::Folder;

#[test]
fn a_page_is_printed_as_it_stands_where_no_one_watches() {
    let ran = Folder::empty().run(&["explain", "js1"]);
    assert_eq!((ran.code, ran.err.as_str()), (0, ""));
    assert_eq!(ran.out, include_str!("../../../docs/errors/JS0001.md"));
}

#[test]
fn every_page_that_is_listed_can_be_explained() {
    let folder = Folder::empty();
    let list = folder.run(&["explain"]);
    assert_eq!(list.code, 0);
    assert!(list.out.starts_with("JS0001  a file cannot be read as Rust\n"), "{}", list.out);
    for line in list.out.lines() {
        let (code, title) = line.split_once("  ").unwrap();
        assert!(!title.is_empty() && !title.contains('`'), "{line}");
        assert!(folder.run(&["explain", code]).out.contains(code), "{code}");
    }
}

#[test]
fn an_unknown_code_names_the_nearest() {
    let ran = Folder::empty().run(&["explain", "JS9001"]);
    assert_eq!(ran.code, 2);
    assert!(ran.err.starts_with("error: there is no fault `JS9001`\n  help: near it: `JS"), "{}", ran.err);
    insta::assert_snapshot!(Folder::empty().run(&["explain", "E0308"]).shown());
    insta::assert_snapshot!(Folder::empty().run(&["explain", "borrowing"]).shown());
}

#[test]
fn a_program_gets_the_page_as_an_object() {
    let ran = Folder::empty().run(&["explain", "JS0001", "--message-format", "json"]);
    let objects = ran.objects();
    assert_eq!(objects.len(), 1);
    assert_eq!(objects[0]["reason"], "justscale-explanation");
    assert_eq!(objects[0]["code"], "JS0001");
    assert_eq!(objects[0]["title"], "a file cannot be read as Rust");
    assert_eq!(objects[0]["page"], include_str!("../../../docs/errors/JS0001.md"));
}
