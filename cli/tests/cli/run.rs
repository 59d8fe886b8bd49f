//! `run`: the program's own exit code, its arguments, its place in the process table.

use crate::terminal::{Folder, Ran};

const MANIFEST: &str = "[package]\nname = \"shop\"\nversion = \"0.1.0\"\nedition = \"2024\"\n";

#[test]
fn the_programs_code_arguments_and_folder_are_its_own() {
    let folder = Folder::with(&[
        ("apps/shop/Cargo.toml", MANIFEST),
        (
            "apps/shop/src/main.rs",
            "fn main() {
                let words: Vec<String> = std::env::args().skip(1).collect();
                println!(\"{words:?} in {}\", std::env::current_dir().unwrap().display());
                std::process::exit(7);
            }",
        ),
    ]);
    let ran = folder.run(&["run", "--offline", "apps/shop", "--", "demo", "--release"]);
    assert_eq!(ran.code, 7, "{}", ran.err);
    assert_eq!(ran.out, "[\"demo\", \"--release\"] in [folder]/apps/shop\n");
    let last = ran.err.lines().last().unwrap();
    assert!(last.starts_with("     Running `") && last.ends_with("shop demo --release`"), "{last}");
}

#[test]
fn a_program_that_does_not_compile_is_not_run() {
    let folder = Folder::with(&[("Cargo.toml", MANIFEST), ("src/main.rs", "fn main() { nothing() }\n")]);
    let ran = folder.run(&["run", "--offline"]);
    assert_eq!(ran.code, 1);
    assert!(ran.err.contains("error[E0425]") && !ran.err.contains("Running"), "{}", ran.err);
}

#[test]
fn several_programs_are_told_apart() {
    let folder = Folder::with(&[
        ("Cargo.toml", MANIFEST),
        ("src/bin/one.rs", "fn main() { println!(\"one\") }\n"),
        ("src/bin/two.rs", "fn main() { println!(\"two\") }\n"),
    ]);
    let ran = folder.run(&["run", "--offline", "--quiet"]);
    insta::assert_snapshot!(ran.shown());
    let ran = folder.run(&["run", "--offline", "--quiet", "--bin", "two"]);
    assert_eq!((ran.code, ran.out.as_str()), (0, "two\n"));
    folder.write("Cargo.toml", &format!("{MANIFEST}default-run = \"one\"\n"));
    assert_eq!(folder.run(&["run", "--offline", "--quiet"]).out, "one\n");
}

#[test]
fn a_library_has_no_program() {
    let folder = Folder::with(&[("Cargo.toml", MANIFEST), ("src/lib.rs", "//! Nothing to run.\n")]);
    insta::assert_snapshot!(folder.run(&["run", "--offline", "--quiet"]).shown());
}

/// Signals reach the program because it is the very process that the shell started.
#[cfg(unix)]
#[test]
fn the_program_takes_our_place_in_the_process_table() {
    let folder = Folder::with(&[
        ("Cargo.toml", MANIFEST),
        ("src/main.rs", "fn main() { println!(\"{}\", std::process::id()) }\n"),
    ]);
    let child = folder
        .command(&["run", "--offline", "--quiet"])
        .stdout(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    let ours = child.id();
    let ran = Ran::new(child.wait_with_output().unwrap(), &folder);
    assert_eq!(ran.out.trim(), ours.to_string());
}
