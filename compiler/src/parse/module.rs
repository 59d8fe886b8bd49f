//! Modules: which file a `mod x;` means, and what stands in it.

use std::sync::Arc;

use syn::{Attribute, Expr, ExprLit, Item, ItemMod, Lit, Meta, Visibility};

use super::Crate;
use super::condition::Conditions;
use super::file::Parser;
use super::missing_module::MissingModule;
use crate::{Place, Problems, Root, SourceFile};

/// One module of a crate.
pub struct Module {
    /// Its name and those of the modules around it, from the crate's root, which is the empty path.
    pub path: Vec<String>,
    /// The module around it, as a position in [`Crate::modules`]; `None` for the crate's root.
    pub parent: Option<usize>,
    /// Who may name it.
    pub visibility: Visibility,
    /// The file that its items were written in.
    pub file: Arc<SourceFile>,
    /// The predicates that it stands under.
    pub conditions: Conditions,
    /// What stands in it, but for its modules.
    pub items: Vec<Item>,
}

/// Where the files of a module's children are.
#[derive(Clone)]
struct Home {
    /// The folder for `mod x;`.
    folder: String,
    /// The folder for `#[path = "x.rs"] mod x;`.
    beside: String,
}

impl Home {
    /// `src/main.rs`, `src/a/mod.rs` and what `#[path]` names own the folder that they are in; `src/a.rs` owns `src/a`.
    fn of_file(path: &str, owns_folder: bool) -> Self {
        let folder = parent(path);
        let own = if owns_folder { folder.to_owned() } else { path.trim_end_matches(".rs").to_owned() };
        Self { folder: own, beside: folder.to_owned() }
    }

    fn of_inline(&self, name: &str) -> Self {
        let folder = join(&self.folder, name);
        Self { beside: folder.clone(), folder }
    }
}

/// The crate that begins at `root`.
pub(super) fn follow(root: &Root, parser: &mut Parser<'_>, problems: &mut Problems) -> Crate {
    let mut walk = Walk { parser, problems, modules: Vec::new(), open: Vec::new(), is_whole: true };
    if let Some(file) = walk.parser.source(&root.path) {
        walk.file(file, Home::of_file(&file.path, true), Stand::default());
    }
    Crate { root: root.clone(), modules: walk.modules, is_whole: walk.is_whole }
}

/// What a module is before its items are known.
struct Stand {
    path: Vec<String>,
    parent: Option<usize>,
    visibility: Visibility,
    conditions: Conditions,
}

impl Default for Stand {
    fn default() -> Self {
        Self {
            path: Vec::new(),
            parent: None,
            visibility: Visibility::Inherited,
            conditions: Conditions::default(),
        }
    }
}

struct Walk<'p, 'a> {
    parser: &'p mut Parser<'a>,
    problems: &'p mut Problems,
    modules: Vec<Module>,
    /// The files that are being read: a module may not contain itself.
    open: Vec<String>,
    /// Whether every file was found and read so far.
    is_whole: bool,
}

impl<'a> Walk<'_, 'a> {
    fn file(&mut self, file: &'a Arc<SourceFile>, home: Home, stand: Stand) {
        if self.open.contains(&file.path) {
            return; // rustc says so in its own words.
        }
        let tree = self.parser.tree(file, self.problems);
        self.is_whole &= !self.parser.is_broken(file);
        self.open.push(file.path.clone());
        self.items(file, home, stand, &tree.attrs, tree.items);
        self.open.pop();
    }

    fn items(
        &mut self,
        file: &'a Arc<SourceFile>,
        home: Home,
        stand: Stand,
        inner: &[Attribute],
        items: Vec<Item>,
    ) {
        let own = self.modules.len();
        let (mut kept, mut children) = (Vec::new(), Vec::new());
        for item in items {
            match item {
                Item::Mod(child) => children.push(child),
                item => kept.push(item),
            }
        }
        let conditions = stand.conditions.and(inner);
        self.modules.push(Module {
            path: stand.path.clone(),
            parent: stand.parent,
            visibility: stand.visibility,
            file: Arc::clone(file),
            conditions: conditions.clone(),
            items: kept,
        });
        for child in children {
            let path = stand.path.iter().cloned().chain([child.ident.to_string()]).collect();
            let conditions = conditions.and(&child.attrs);
            let stand = Stand { path, parent: Some(own), visibility: child.vis.clone(), conditions };
            self.child(file, &home, stand, child);
        }
    }

    fn child(&mut self, file: &'a Arc<SourceFile>, home: &Home, stand: Stand, child: ItemMod) {
        let name = child.ident.to_string();
        let name = name.trim_start_matches("r#");
        if let Some((_, items)) = child.content {
            // `#[path]` on an inline module names the folder of its children.
            let home = match path_attribute(&child.attrs) {
                Some(path) => {
                    let folder = join(&home.beside, &path);
                    Home { beside: folder.clone(), folder }
                }
                None => home.of_inline(name),
            };
            return self.items(file, home, stand, &child.attrs, items);
        }
        let candidates: Vec<(String, bool)> = match path_attribute(&child.attrs) {
            Some(path) => vec![(join(&home.beside, &path), true)],
            None => vec![
                (join(&home.folder, &format!("{name}.rs")), false),
                (join(&home.folder, &format!("{name}/mod.rs")), true),
            ],
        };
        for (path, owns_folder) in &candidates {
            if let Some(found) = self.parser.source(path) {
                return self.file(found, Home::of_file(path, *owns_folder), stand);
            }
        }
        // A module under `cfg` needs no file in a build that leaves it out.
        let may_be_absent = !stand.conditions.is_empty()
            || child.attrs.iter().any(|attribute| attribute.path().is_ident("cfg_attr"));
        if !may_be_absent {
            self.is_whole = false;
            self.problems.error(MissingModule {
                name: name.to_owned(),
                tried: candidates.into_iter().map(|(path, _)| format!("`{path}`")).collect(),
                place: Place::new(file, child.ident.span()),
            });
        }
    }
}

fn path_attribute(attributes: &[Attribute]) -> Option<String> {
    attributes.iter().find_map(|attribute| match &attribute.meta {
        Meta::NameValue(pair) if pair.path.is_ident("path") => match &pair.value {
            Expr::Lit(ExprLit { lit: Lit::Str(text), .. }) => Some(text.value().replace('\\', "/")),
            _ => None,
        },
        _ => None,
    })
}

fn parent(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

/// `folder/path` without `.` and `..`.
fn join(folder: &str, path: &str) -> String {
    let mut parts: Vec<&str> = Vec::new();
    for part in folder.split('/').chain(path.split('/')) {
        match part {
            "" | "." => {}
            ".." if parts.last().is_some_and(|last| *last != "..") => {
                parts.pop();
            }
            part => parts.push(part),
        }
    }
    parts.join("/")
}
