//! `completions`: a script for each shell that knows the commands and their flags.

use crate::terminal::Folder;

#[test]
fn each_shell_gets_a_script_that_knows_the_commands() {
    let folder = Folder::empty();
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let ran = folder.run(&["completions", shell]);
        assert_eq!(ran.code, 0, "{shell}");
        for word in ["explain", "message-format", "no-cargo", "emit"] {
            assert!(ran.out.contains(word), "{shell} does not know {word}");
        }
    }
}

#[test]
fn an_unknown_shell_is_a_usage_error() {
    insta::assert_snapshot!(Folder::empty().run(&["completions", "tcsh"]).shown());
}
