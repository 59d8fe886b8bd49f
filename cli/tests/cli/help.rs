//! `--help`, for every command: a snapshot each, with examples that name commands and flags that exist.

use crate::terminal::Folder;

const COMMANDS: &[&str] = &["new", "build", "check", "run", "expand", "graph", "explain", "completions"];

#[test]
fn every_command_has_help_with_examples() {
    let folder = Folder::empty();
    for command in COMMANDS {
        let ran = folder.run(&[command, "--help"]);
        assert_eq!(ran.code, 0, "{command}");
        assert!(ran.out.contains("\nExamples:\n  justscale "), "{command} has no examples");
        insta::assert_snapshot!(format!("help_{command}"), ran.out);
    }
}

#[test]
fn the_overview_names_every_command() {
    let ran = Folder::empty().run(&["--help"]);
    assert_eq!(ran.code, 0);
    for command in COMMANDS {
        assert!(ran.out.contains(&format!("\n  {command} ")), "{command} is missing");
    }
    insta::assert_snapshot!("help", ran.out);
}

#[test]
fn the_version_is_one_line() {
    let ran = Folder::empty().run(&["--version"]);
    assert_eq!((ran.code, ran.out.as_str()), (0, concat!("justscale ", env!("CARGO_PKG_VERSION"), "\n")));
}

#[test]
fn a_slip_in_a_command_is_a_usage_error() {
    let ran = Folder::empty().run(&["biuld"]);
    insta::assert_snapshot!(ran.shown());
}

#[test]
fn no_command_shows_the_help_and_is_a_usage_error() {
    let ran = Folder::empty().run(&[]);
    assert_eq!(ran.code, 2);
    assert!(ran.err.contains("Usage: justscale"), "{}", ran.err);
}

#[test]
fn colours_are_written_when_asked_for_and_not_otherwise() {
    let folder = Folder::empty();
    let plain = folder.run(&["explain", "nothing"]);
    assert!(!plain.err.contains('\u{1b}'));
    let asked = folder.run(&["explain", "nothing", "--color", "always"]);
    assert!(asked.err.contains("\u{1b}["), "{}", asked.err);
    // A fault in the command line itself heeds the flag too.
    assert!(folder.run(&["--color=always", "biuld"]).err.contains("\u{1b}["));
    assert!(!folder.run(&["--color", "never", "biuld"]).err.contains('\u{1b}'));
}
