//! `new`: what is written, what is refused.

use crate::terminal::{Folder, Ran};

#[test]
fn a_new_package_is_written_with_the_quickstart_in_it() {
    let folder = Folder::empty();
    let ran = folder.run(&["new", "shop"]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    insta::assert_snapshot!(ran.err);
    let files = folder.files();
    for file in [".gitignore", "Cargo.toml", "README.md", "build.rs", "src/main.rs"] {
        assert!(files.contains(&format!("shop/{file}")), "{file} is missing in {files:?}");
    }
    assert_eq!(folder.read("shop/src/main.rs"), include_str!("../../../fixtures/quickstart/src/main.rs"));
    assert!(folder.path().join("shop/.git").is_dir());
    assert!(folder.read("shop/README.md").starts_with("# shop\n"));
    let manifest: toml::Table = folder.read("shop/Cargo.toml").parse().unwrap();
    assert_eq!(manifest["package"]["name"].as_str(), Some("shop"));
    // The tests run from a checkout, so it depends on that checkout.
    let path = manifest["dependencies"]["justscale"]["path"].as_str().unwrap();
    assert!(std::path::Path::new(path).join("Cargo.toml").is_file(), "{path}");
    assert!(manifest.get("workspace").is_none());
}

#[test]
fn inside_a_workspace_it_stands_alone() {
    let folder = Folder::with(&[("Cargo.toml", "[workspace]\nmembers = []\n")]);
    assert_eq!(folder.run(&["new", "apps/shop", "--no-git"]).code, 0);
    let manifest: toml::Table = folder.read("apps/shop/Cargo.toml").parse().unwrap();
    assert!(manifest["workspace"].as_table().unwrap().is_empty());
    assert!(!folder.path().join("apps/shop/.git").exists());
}

#[test]
fn inside_a_repository_it_makes_none() {
    let folder = Folder::empty();
    assert_eq!(folder.run(&["new", "outer"]).code, 0);
    let ran = folder.run(&["new", "outer/inner"]);
    assert_eq!(ran.code, 0);
    assert!(!folder.path().join("outer/inner/.git").exists());
    assert!(!ran.err.contains("git"), "{}", ran.err);
}

#[test]
fn without_git_there_is_no_repository_and_no_complaint() {
    let folder = Folder::empty();
    let ran = Ran::new(folder.command(&["new", "shop"]).env("PATH", "").output().unwrap(), &folder);
    assert_eq!(ran.code, 0, "{}", ran.err);
    assert!(!folder.path().join("shop/.git").exists());
}

#[test]
fn a_folder_in_use_is_left_alone() {
    let folder = Folder::with(&[("shop/notes.txt", "mine")]);
    insta::assert_snapshot!(folder.run(&["new", "shop"]).shown());
    assert_eq!(folder.files(), ["shop/notes.txt"]);
    folder.write("file", "");
    insta::assert_snapshot!(folder.run(&["new", "file"]).shown());
}

#[test]
fn an_empty_folder_may_be_filled() {
    let folder = Folder::empty();
    std::fs::create_dir(folder.path().join("shop")).unwrap();
    assert_eq!(folder.run(&["new", "shop", "--quiet", "--no-git"]).err, "");
    assert!(folder.path().join("shop/Cargo.toml").is_file());
}

#[test]
fn a_name_that_is_none_is_refused() {
    let folder = Folder::empty();
    insta::assert_snapshot!(folder.run(&["new", "async"]).shown());
    insta::assert_snapshot!(folder.run(&["new", "my shop"]).shown());
    assert_eq!(folder.files(), Vec::<String>::new());
}

#[test]
fn a_program_is_told_what_was_written() {
    let ran = Folder::empty().run(&["new", "shop", "--message-format", "json"]);
    assert_eq!(ran.err, "");
    let objects = ran.objects();
    assert_eq!(objects.len(), 1);
    assert_eq!((&objects[0]["reason"], &objects[0]["name"]), (&"justscale-created".into(), &"shop".into()));
    assert!(objects[0]["files"].as_array().unwrap().contains(&"src/main.rs".into()));
}
