//! `check` and `build` on packages with faults, as people and as programs see them.

use crate::terminal::Folder;

const MANIFEST: &str = "[package]\nname = \"shop\"\nversion = \"0.1.0\"\nedition = \"2024\"\n";

fn package(source: &str) -> Folder {
    Folder::with(&[("Cargo.toml", MANIFEST), ("src/main.rs", source)])
}

#[test]
fn a_syntax_error_is_shown_at_its_place() {
    let ran = package("fn main() {\n    let total = ;\n}\n").run(&["check"]);
    assert_eq!(ran.code, 1);
    insta::assert_snapshot!(ran.shown());
}

#[test]
fn a_package_without_a_source() {
    let ran = Folder::with(&[("Cargo.toml", MANIFEST)]).run(&["build"]);
    assert_eq!(ran.code, 1);
    insta::assert_snapshot!(ran.shown());
}

#[test]
fn a_path_inside_the_package_means_the_package() {
    let folder = package("fn main() {\n    let total = ;\n}\n");
    let from_root = folder.run(&["check", "--no-cargo"]);
    for path in ["src", "src/main.rs", "Cargo.toml", "./src/.."] {
        let ran = folder.run(&["check", "--no-cargo", path]);
        assert_eq!((ran.code, &ran.err), (1, &from_root.err), "{path}");
    }
}

#[test]
fn a_program_gets_one_object_per_line() {
    let ran = package("fn main() {\n    let total = ;\n}\n").run(&["check", "--message-format", "json"]);
    assert_eq!((ran.code, ran.err.as_str()), (1, ""));
    let objects = ran.objects();
    let reasons: Vec<&str> = objects.iter().map(|object| object["reason"].as_str().unwrap()).collect();
    assert_eq!(reasons, ["justscale-diagnostic", "justscale-summary", "justscale-failure"]);
    let diagnostic = &objects[0];
    assert_eq!(diagnostic["code"], "JS0001");
    assert_eq!(diagnostic["severity"], "error");
    assert_eq!(
        (&diagnostic["file"], &diagnostic["line"], &diagnostic["column"]),
        (&"src/main.rs".into(), &2.into(), &17.into())
    );
    assert_eq!(diagnostic["labels"][0]["line"], 2);
    assert!(diagnostic["rendered"].as_str().unwrap().contains("let total = ;"));
    assert_eq!((&objects[1]["success"], &objects[1]["errors"]), (&false.into(), &1.into()));
    assert_eq!(objects[2]["exit_code"], 1);
}

#[test]
fn rustcs_faults_end_with_one_too() {
    let folder = package("fn main() {\n    let total: u8 = \"x\";\n}\n");
    let ran = folder.run(&["check", "--offline"]);
    assert_eq!(ran.code, 1);
    assert!(ran.err.contains("Checked `shop` in "), "{}", ran.err);
    assert!(ran.err.contains("error[E0308]: mismatched types"), "{}", ran.err);
    // Our own part alone finds nothing.
    assert_eq!(folder.run(&["check", "--no-cargo"]).code, 0);
    // For programs, rustc's diagnostics stand among our objects, in cargo's form.
    let ran = folder.run(&["check", "--offline", "--message-format", "json"]);
    let objects = ran.objects();
    assert!(
        objects
            .iter()
            .any(|object| object["reason"] == "compiler-message"
                && object["message"]["code"]["code"] == "E0308")
    );
    assert_eq!(objects.last().unwrap()["reason"], "justscale-summary");
    assert_eq!(objects.last().unwrap()["success"], false);
}

#[test]
fn a_package_without_us_is_told_how_to_begin() {
    let ran = package("fn main() {}\n").run(&["check", "--no-cargo"]);
    assert_eq!(ran.code, 0);
    insta::assert_snapshot!(ran.shown());
    assert_eq!(package("fn main() {}\n").run(&["check", "--no-cargo", "--quiet"]).err.lines().count(), 2);
}
