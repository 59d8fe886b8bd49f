//! The slots under rustc, with generated files written by hand: what stands in place of an item, where errors stand, and what a slot
//! without a file says.

#![allow(clippy::expect_used, clippy::indexing_slicing, reason = "a test may panic")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;

use justscale_build::{folder_in_package, write};
use justscale_compiler::emit::slot::{self, SlotSource};
use justscale_compiler::{Files, SourceFile};
use proc_macro2::TokenStream;

/// A package of one library with nothing but the slots to depend on.
struct Package {
    folder: tempfile::TempDir,
}

impl Package {
    fn new(library: &str) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let macros = Path::new(env!("CARGO_MANIFEST_DIR")).join("../runtime/macros");
        let manifest = format!(
            "[package]\nname = \"shop\"\nedition = \"2024\"\n[workspace]\n[dependencies]\njustscale-macros = {{ path = {macros:?} }}\n"
        );
        fs::create_dir(folder.path().join("src")).expect("a folder");
        fs::write(folder.path().join("Cargo.toml"), manifest).expect("a manifest");
        let package = Self { folder };
        package.set(library);
        package
    }

    fn set(&self, library: &str) {
        fs::write(self.folder.path().join("src/lib.rs"), library).expect("a source");
    }

    fn with_build_script(self) -> Self {
        fs::write(
            self.folder.path().join("build.rs"),
            "fn main() { println!(\"cargo::rerun-if-changed=build.rs\") }",
        )
        .expect("a build script");
        self
    }

    fn out(&self) -> PathBuf {
        folder_in_package(self.folder.path())
    }

    /// Makes `#[process]` of the library's only process stand for this code, in which `USER` is the body.
    fn generate(&self, library: &str, code: fn(TokenStream) -> TokenStream) {
        let file = Arc::new(SourceFile::new("src/lib.rs".to_owned(), library.to_owned()));
        let syntax = syn::parse_file(library).expect("Rust");
        let found = syntax.items.into_iter().find_map(|item| match item {
            syn::Item::Fn(item) if item.attrs.iter().any(|one| one.path().is_ident("process")) => Some(item),
            _ => None,
        });
        let mut item = found.expect("a process");
        item.attrs.retain(|one| !one.path().is_ident("process"));
        let slot = SlotSource::new("process", TokenStream::new(), quote::quote!(#item), &file);
        let mut files = Files::default();
        slot::write(&slot, code(quote::quote!(#item))).add_to(&mut files);
        write(&self.out(), &files).expect("written");
    }

    /// What `cargo check` says on stderr from the first error on, or nothing where there is none.
    fn check(&self, arguments: &[&str], environment: &[(&str, &str)]) -> String {
        let output = Command::new(env!("CARGO"))
            .args(["check", "--quiet", "--offline"])
            .args(arguments)
            .current_dir(self.folder.path())
            .env("CARGO_TARGET_DIR", self.folder.path().join("target"))
            .env("CARGO_TERM_COLOR", "never")
            .env_remove("OUT_DIR")
            .envs(environment.iter().copied())
            .output()
            .expect("cargo runs");
        let text = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.success(), !text.contains("error"), "{text}");
        let end = text.find("error: could not compile").unwrap_or(text.len());
        text[..end].trim_end().to_owned()
    }
}

const PLACE: &str = "use justscale_macros::process;

/// Places an order.
#[process]
pub async fn place(order: String) -> usize {
    let length: usize = order.len();
    length
}
";

/// A stand-in for a machine: the fn in a module of its own.
fn in_a_module(item: TokenStream) -> TokenStream {
    quote::quote! {
        pub mod machine {
            use super::*;
            pub const MADE_BY: &str = "hand";
            #item
        }
        pub use machine::place;
    }
}

#[test]
fn a_slot_stands_for_its_file_and_rustc_speaks_of_the_users_lines() {
    let package = Package::new(PLACE);
    package.generate(PLACE, in_a_module);
    assert_eq!(package.check(&[], &[]), "");

    let mistaken = PLACE.replace("let length: usize", "let length: String");
    package.set(&mistaken);
    package.generate(&mistaken, in_a_module);
    insta::assert_snapshot!(package.check(&[], &[]));
}

#[test]
fn code_of_the_same_item_that_changes_is_compiled_again() {
    let package = Package::new(PLACE);
    package.generate(PLACE, in_a_module);
    assert_eq!(package.check(&[], &[]), "");
    package.generate(PLACE, |item| quote::quote!(#item const CHANGED: u8 = "text";));
    insta::assert_snapshot!(package.check(&[], &[]));
}

#[test]
fn without_a_build_script_a_slot_names_both_ways() {
    insta::assert_snapshot!(Package::new(PLACE).check(&[], &[]));
}

#[test]
fn a_build_script_that_does_something_else_is_told_from_none() {
    insta::assert_snapshot!(Package::new(PLACE).with_build_script().check(&[], &[]));
}

#[test]
fn an_item_that_has_changed_since_is_told_from_one_that_is_new() {
    let package = Package::new(PLACE);
    package.generate(PLACE, in_a_module);
    package.set(&PLACE.replace("order.len()", "order.len() + 1"));
    let changed = package.check(&[], &[]);
    package.set(&PLACE.replace("place", "deliver"));
    let new = package.check(&[], &[]);
    insta::assert_snapshot!(format!("{changed}\n\n{new}"));
}

#[test]
fn comments_spaces_and_documentation_change_nothing() {
    let package = Package::new(PLACE);
    package.generate(PLACE, in_a_module);
    let same = PLACE
        .replace("/// Places an order.\n#[process]", "#[process]\n#[cfg(any(unix, windows))]\n/// Places it.")
        .replace("    let", "\r\n\r\n        // A comment.\r\n        let")
        .replace("order.len()", "order . len ( )");
    package.set(&same);
    assert_eq!(package.check(&[], &[]), "");
}

#[test]
fn an_attribute_that_came_first_is_named() {
    let above = PLACE
        .replace("#[process]", "#[justscale_macros::test]\n#[process]")
        .replace(" -> usize", "")
        .replace("    length\n", "");
    let conditional = PLACE.replace("#[process]", "#[process]\n#[cfg_attr(all(), inline)]");
    let package = Package::new(&above);
    package.generate(PLACE, in_a_module);
    let above = package.check(&["--tests"], &[]);
    package.set(&conditional);
    let conditional = package.check(&[], &[]);
    insta::assert_snapshot!(format!("{above}\n\n{conditional}"));
}

#[test]
fn a_generated_file_that_is_broken_is_named() {
    let package = Package::new(PLACE);
    package.generate(PLACE, in_a_module);
    let files = fs::read_dir(package.out()).expect("the folder").filter_map(|entry| Some(entry.ok()?.path()));
    let path =
        files.into_iter().find(|path| path.extension().is_some_and(|end| end == "rs")).expect("a file");
    fs::write(&path, "fn (").expect("a file");
    let name = path.file_name().expect("a name").to_string_lossy().into_owned();
    let said = package.check(&[], &[]);
    assert!(said.contains(&name) && said.contains("remove it and build again"), "{said}");
}

#[test]
fn in_an_editor_an_item_without_a_file_stands_as_it_is() {
    let service = "use justscale_macros::{process, service};

#[process]
pub async fn place(order: String) -> usize {
    order.len()
}

pub struct Pool;

#[service]
impl Pool {
    #[new]
    pub fn connect() -> Self {
        Self
    }
}
";
    let package = Package::new(service);
    assert_ne!(package.check(&[], &[]), "");
    let editor = [("RUST_ANALYZER_INTERNALS_DO_NOT_USE", "this is unstable")];
    // Cargo does not know of the variable: a change of the text makes it build again.
    package.set(&service.replace("order.len()", "order.len() + 1"));
    assert_eq!(package.check(&[], &editor), "");
}

#[test]
fn in_an_editor_a_process_stands_beside_its_machine() {
    let package = Package::new(PLACE);
    package.generate(PLACE, in_a_module);
    let both = format!("{PLACE}\npub const SEEN: &str = machine::MADE_BY;\n");
    package.set(&both);
    let editor = [("RUST_ANALYZER_INTERNALS_DO_NOT_USE", "this is unstable")];
    assert_eq!(package.check(&[], &editor), "");
    // While it is edited, others see what was generated last.
    package.set(&both.replace("order.len()", "order.len() + 1"));
    assert_eq!(package.check(&[], &editor), "");
}
