//! Why a slot has no generated file, and the ways out: the error that rustc then prints at the attribute.

use std::env;
use std::fs;
use std::path::PathBuf;

use proc_macro::{Span, TokenStream};

use crate::files::Folders;
use crate::leaves::Leaf;

/// The slot that has none.
pub(crate) struct Slot {
    pub(crate) attribute: &'static str,
    /// What its item is called.
    pub(crate) title: String,
    /// Where that is written: there an error is the user's own, with no word about macros.
    place: Span,
}

impl Slot {
    pub(crate) fn new(attribute: &'static str, title: Option<&Leaf>) -> Self {
        let place = title.map_or_else(Span::call_site, |leaf| leaf.span);
        let title = title.map(|leaf| leaf.text.clone()).unwrap_or_default();
        Self { attribute, title, place }
    }

    fn shown(&self) -> String {
        match self.attribute {
            "app" => format!("`app!({})`", self.title),
            attribute => format!("`#[{attribute}] {}`", self.title),
        }
    }
}

/// What is missing.
pub(crate) enum Missing {
    /// There is a file, and it is no Rust.
    NoRust(PathBuf),
    /// There is no file of the slot's hash.
    NoFile,
}

/// Why there is no file.
#[derive(Debug, PartialEq, Eq)]
enum Cause {
    /// No build script, and nobody ran `justscale build`.
    NoBuildScript,
    /// There is a build script, but it doesn't run the compiler.
    OtherBuildScript,
    /// This attribute stands above the slot, so it was expanded first and may have changed the item.
    AttributeAbove(String),
    /// A `#[cfg_attr(…)]` below the slot, which rustc replaces before the slot sees it.
    Conditional,
    /// The compiler wrote a file for an item of this name, but for another text of it.
    Changed { by_script: bool },
    /// The compiler wrote files, but none for an item of this name.
    Unseen { by_script: bool },
}

impl Missing {
    /// The error, as tokens.
    pub(crate) fn explain(self, slot: &Slot, folders: &Folders) -> TokenStream {
        let text = match self {
            Self::NoRust(path) => format!(
                "the generated file `{}` of {} is no Rust\nhelp: remove it and build again",
                path.display(),
                slot.shown()
            ),
            Self::NoFile => cause(slot, folders).text(slot.attribute, &slot.shown()),
        };
        compile_error(&text, slot.place)
    }
}

fn cause(slot: &Slot, folders: &Folders) -> Cause {
    let Some(folder) = folders.first() else {
        return if env::var_os("OUT_DIR").is_some() { Cause::OtherBuildScript } else { Cause::NoBuildScript };
    };
    if let Some(cause) = attribute_beside(Span::call_site()) {
        return cause;
    }
    let by_script = !folder.ends_with(".justscale");
    if folders.path_of_name(slot).is_some() {
        Cause::Changed { by_script }
    } else {
        Cause::Unseen { by_script }
    }
}

/// Another attribute of the item of the one at `span` that may have changed it.
fn attribute_beside(span: Span) -> Option<Cause> {
    let text = fs::read_to_string(span.local_file()?).ok()?;
    let conditional = is_conditional(text.lines().skip(span.line()));
    let above = above(text.lines().take(span.line().saturating_sub(1)));
    above.map(Cause::AttributeAbove).or(conditional.then_some(Cause::Conditional))
}

/// Whether the attributes and comments that begin with the first of `lines` have a `cfg_attr` among them.
fn is_conditional<'a>(lines: impl Iterator<Item = &'a str>) -> bool {
    let mut attributes =
        lines.map(str::trim).take_while(|line| line.starts_with("#[") || line.starts_with("//"));
    attributes.any(|line| line.starts_with("#[cfg_attr"))
}

/// Looks upwards through the attributes and comments that end with the last of `lines`.
fn above<'a>(lines: impl Iterator<Item = &'a str>) -> Option<String> {
    let lines: Vec<_> = lines.map(str::trim).collect();
    let attributes = lines.iter().rev().take_while(|line| line.starts_with("#[") || line.starts_with("//"));
    let name = |line: &str| {
        let name: String = line
            .strip_prefix("#[")?
            .chars()
            .take_while(|next| next.is_alphanumeric() || matches!(next, '_' | ':'))
            .collect();
        (!KEEPS_THE_ITEM.contains(&name.as_str()) && !name.is_empty()).then_some(name)
    };
    attributes.copied().find_map(name)
}

/// Attributes that rustc itself knows and that leave the item's text alone.
const KEEPS_THE_ITEM: [&str; 14] = [
    "allow",
    "automatically_derived",
    "cfg",
    "cold",
    "deny",
    "deprecated",
    "derive",
    "diagnostic",
    "doc",
    "expect",
    "forbid",
    "inline",
    "must_use",
    "warn",
];

impl Cause {
    /// The error's text: a line that says what is, and below it the ways out.
    fn text(&self, attribute: &str, shown: &str) -> String {
        match self {
            Self::NoBuildScript => format!(
                "nothing has been generated for {shown}: this package has no build script\n\
                 help: add a `build.rs` with `fn main() {{ justscale_build::compile() }}`, and `justscale-build` to `[build-dependencies]`\n\
                 help: or run `justscale build`, now and after each change"
            ),
            Self::OtherBuildScript => format!(
                "nothing has been generated for {shown}: this package's build script does not run justscale's compiler\n\
                 help: call `justscale_build::compile()` in the `main` of `build.rs`"
            ),
            Self::AttributeAbove(above) => format!(
                "`#[{above}]` stands above {shown} and is expanded first, so this is no longer the item that was compiled\n\
                 help: move `#[{attribute}]` above `#[{above}]`"
            ),
            Self::Conditional => format!(
                "rustc has replaced a `cfg_attr` of {shown}, so this is no longer the item that was compiled\n\
                 help: move `#[{attribute}]` below the `cfg_attr`"
            ),
            Self::Changed { by_script: true } => format!(
                "what was generated for {shown} is not for this text of it\n\
                 help: if another macro changes the item, put `#[{attribute}]` above it\n\
                 help: else the build script did not see the change: run `touch build.rs` and build again"
            ),
            Self::Changed { by_script: false } => {
                format!("the generated code of {shown} is older than its source\nhelp: run `justscale build`")
            }
            Self::Unseen { by_script: true } => format!(
                "justscale's compiler has not seen {shown}\n\
                 help: if a macro writes this item, write it out instead: the compiler reads the source as it stands\n\
                 help: else the build script did not see the change: run `touch build.rs` and build again"
            ),
            Self::Unseen { by_script: false } => format!(
                "nothing has been generated for {shown} yet\n\
                 help: run `justscale build`\n\
                 help: if a macro writes this item, write it out instead: the compiler reads the source as it stands"
            ),
        }
    }
}

/// `compile_error!` with this text, at a place.
pub(crate) fn compile_error(text: &str, place: Span) -> TokenStream {
    use proc_macro::{Delimiter, Group, Literal, TokenTree};
    let mut path: TokenStream = "::core::compile_error!".parse().unwrap_or_default();
    let literal = TokenTree::Literal(Literal::string(text));
    path.extend([TokenTree::Group(Group::new(Delimiter::Brace, literal.into()))]);
    path.into_iter()
        .map(|mut token| {
            token.set_span(place);
            token
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::{Cause, above, is_conditional};

    #[test]
    fn an_attribute_above_is_found_past_comments_and_harmless_ones() {
        let found = |text: &str| above(text.lines());
        assert_eq!(
            found("use a;\n#[tracing::instrument(skip(x))]\n/// Says what.\n#[must_use]").as_deref(),
            Some("tracing::instrument")
        );
        assert_eq!(found("#[other]\nfn before() {}\n\n#[allow(dead_code)]"), None);
        assert_eq!(found("#[other]\n\n"), None, "a blank line ends the attributes of this item");
        assert_eq!(found(""), None);
    }

    #[test]
    fn a_conditional_attribute_below_is_found() {
        let found = |text: &str| is_conditional(text.lines());
        assert!(found("/// Says what.\n#[cfg_attr(unix, derive(Debug))]\nstruct A;"));
        assert!(!found("struct A {\n    #[cfg_attr(unix, allow(unused))]\n    field: u8,\n}"));
    }

    #[test]
    fn each_cause_says_what_is_and_how_to_go_on() {
        let causes = [
            Cause::NoBuildScript,
            Cause::OtherBuildScript,
            Cause::AttributeAbove("instrument".to_owned()),
            Cause::Conditional,
            Cause::Changed { by_script: true },
            Cause::Changed { by_script: false },
            Cause::Unseen { by_script: true },
            Cause::Unseen { by_script: false },
        ];
        for cause in causes {
            let text = cause.text("process", "`#[process] subscription`");
            let (first, rest) = text.split_once('\n').expect("more than one line");
            assert!(first.contains("`#[process] subscription`"), "{text}");
            assert!(rest.lines().all(|line| line.starts_with("help: ")), "{text}");
            assert!(!text.contains("  "), "{text}");
        }
    }
}
