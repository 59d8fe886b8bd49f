//! What a name means: modules, items, `use` with renames and globs, in; the item a path names, or the path outside this crate, out.
//!
//! Only the names of types, traits, modules and processes are followed, and macros as far as `use` brings them in. A name that no module of this
//! crate explains is [`Resolved::Unknown`]: it may come from a glob of another crate or from a macro.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use syn::{Item, Path, UseTree};

use super::{Kind, Provided};
use crate::parse::{Crate, Module};

/// What a path names.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Resolved {
    /// An item of this crate.
    Item(ItemName),
    /// A module of this crate, as a position in its modules.
    Module(usize),
    /// A path in another crate, from that crate's name on.
    External(Vec<String>),
    /// A name that nothing in this crate explains.
    Unknown(Vec<String>),
}

/// An item of this crate by its module and its name.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct ItemName {
    /// The module, as a position in the crate's modules.
    pub module: usize,
    /// The item's name.
    pub name: String,
}

impl Resolved {
    /// Whether it is `name` of the runtime's crate, or may be: nothing says otherwise.
    pub fn is_runtime(&self, name: &str) -> bool {
        match self {
            Self::External(path) => {
                path.first().is_some_and(|first| first == RUNTIME)
                    && path.last().is_some_and(|last| last == name)
            }
            Self::Unknown(path) => path.last().is_some_and(|last| last == name) && path.len() == 1,
            Self::Item(_) | Self::Module(_) => false,
        }
    }
}

/// The name of the runtime's crate.
const RUNTIME: &str = "justscale";

/// Whether the runtime has something of this name that the compiler looks for. A glob may bring in other names from elsewhere.
fn is_one_of_the_runtimes(name: &str) -> bool {
    let attributes = Kind::ATTRIBUTES.map(Kind::attribute);
    let provided = Provided::ALL.map(Provided::name);
    attributes.contains(&name) || provided.contains(&name) || ["app", "Lifecycle"].contains(&name)
}

/// A `use` of one name.
struct Import {
    path: Vec<String>,
    from_outside: bool,
}

#[derive(Default)]
struct Scope {
    parent: Option<usize>,
    modules: BTreeMap<String, usize>,
    /// The items that a type path can name; an alias with what it stands for.
    items: BTreeMap<String, Option<syn::Type>>,
    imports: BTreeMap<String, Import>,
    globs: Vec<Import>,
}

/// The names of one crate.
pub struct Names {
    scopes: Vec<Scope>,
    /// Questions that are being answered: `use` may go in a circle.
    open: RefCell<BTreeSet<(usize, String)>>,
}

impl fmt::Debug for Names {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "Names of {} modules", self.scopes.len())
    }
}

impl Names {
    /// The names of a crate.
    pub fn new(krate: &Crate) -> Self {
        let mut scopes: Vec<Scope> = krate.modules.iter().map(scope).collect();
        for (index, module) in krate.modules.iter().enumerate() {
            let parent = module.parent.and_then(|parent| scopes.get_mut(parent));
            if let (Some(parent), Some(name)) = (parent, module.path.last()) {
                parent.modules.insert(name.clone(), index);
            }
        }
        Self { scopes, open: RefCell::default() }
    }

    /// What `path` names, written in the module at `module`.
    pub fn path(&self, module: usize, path: &Path) -> Resolved {
        let segments: Vec<String> = path.segments.iter().map(|segment| segment.ident.to_string()).collect();
        self.resolve(module, &segments, path.leading_colon.is_some())
    }

    /// What a path of these names means, written in the module at `module`.
    pub fn segments(&self, module: usize, segments: &[String]) -> Resolved {
        self.resolve(module, segments, false)
    }

    /// What the alias `name` stands for, written in its own module.
    pub fn alias(&self, name: &ItemName) -> Option<&syn::Type> {
        self.scopes.get(name.module)?.items.get(&name.name)?.as_ref()
    }

    /// Whether names may come into the module from other crates by a glob.
    pub fn has_foreign_glob(&self, module: usize) -> bool {
        self.scopes.get(module).is_some_and(|scope| {
            scope.globs.iter().any(|glob| {
                matches!(
                    self.resolve(module, &glob.path, glob.from_outside),
                    Resolved::External(_) | Resolved::Unknown(_)
                )
            })
        })
    }

    /// Whether `use justscale::prelude::*` and the like bring the runtime's names into the module, or a glob of a module that has them.
    fn has_glob_of_the_runtime(&self, module: usize) -> bool {
        let question = (module, "*".to_owned());
        if !self.open.borrow_mut().insert(question.clone()) {
            return false;
        }
        let found = self.scopes.get(module).is_some_and(|scope| {
            scope.globs.iter().any(|glob| match self.resolve(module, &glob.path, glob.from_outside) {
                Resolved::External(path) => path.first().is_some_and(|first| first == RUNTIME),
                Resolved::Module(other) => self.has_glob_of_the_runtime(other),
                _ => false,
            })
        });
        self.open.borrow_mut().remove(&question);
        found
    }

    fn resolve(&self, module: usize, path: &[String], from_outside: bool) -> Resolved {
        if from_outside {
            return Resolved::External(path.to_vec());
        }
        let Some((first, rest)) = path.split_first() else { return Resolved::Module(module) };
        match first.as_str() {
            "crate" | "$crate" => self.within(Resolved::Module(0), rest),
            "self" => self.within(Resolved::Module(module), rest),
            "super" => match self.scopes.get(module).and_then(|scope| scope.parent) {
                Some(parent) => self.resolve_in_parent(parent, rest),
                None => Resolved::Unknown(path.to_vec()),
            },
            _ => match self.lookup(module, first) {
                Some(found) => self.within(found, rest),
                None if rest.is_empty() => Resolved::Unknown(path.to_vec()),
                None => Resolved::External(path.to_vec()),
            },
        }
    }

    /// `super::super::x`: only at the beginning of a path does `super` go up.
    fn resolve_in_parent(&self, parent: usize, rest: &[String]) -> Resolved {
        match rest.split_first() {
            Some((first, _)) if first == "super" => self.resolve(parent, rest, false),
            _ => self.within(Resolved::Module(parent), rest),
        }
    }

    /// `rest` inside of what is already known.
    fn within(&self, base: Resolved, rest: &[String]) -> Resolved {
        let Some((first, deeper)) = rest.split_first() else { return base };
        match base {
            Resolved::Module(module) => match self.lookup(module, first) {
                Some(found) => self.within(found, deeper),
                None if self.has_glob_of_the_runtime(module) && is_one_of_the_runtimes(first) => {
                    let runtime = Resolved::External(vec![RUNTIME.to_owned()]);
                    self.within(runtime, rest)
                }
                None => Resolved::Unknown(rest.to_vec()),
            },
            Resolved::External(mut path) => {
                path.extend_from_slice(rest);
                Resolved::External(path)
            }
            Resolved::Unknown(mut path) => {
                path.extend_from_slice(rest);
                Resolved::Unknown(path)
            }
            // A variant or an associated item: it belongs to the item.
            Resolved::Item(item) => Resolved::Item(item),
        }
    }

    /// What one name means in a module.
    fn lookup(&self, module: usize, name: &str) -> Option<Resolved> {
        let scope = self.scopes.get(module)?;
        if let Some(child) = scope.modules.get(name) {
            return Some(Resolved::Module(*child));
        }
        if scope.items.contains_key(name) {
            return Some(Resolved::Item(ItemName { module, name: name.to_owned() }));
        }
        let question = (module, name.to_owned());
        if !self.open.borrow_mut().insert(question.clone()) {
            return None;
        }
        let found = self.imported(module, scope, name);
        self.open.borrow_mut().remove(&question);
        found
    }

    fn imported(&self, module: usize, scope: &Scope, name: &str) -> Option<Resolved> {
        if let Some(import) = scope.imports.get(name) {
            return Some(match self.resolve(module, &import.path, import.from_outside) {
                // `use justscale;`, or a name that only another name space has.
                Resolved::Unknown(path) => Resolved::External(path),
                found => found,
            });
        }
        scope.globs.iter().find_map(|glob| match self.resolve(module, &glob.path, glob.from_outside) {
            Resolved::Module(other) if other != module => self.lookup(other, name),
            _ => None,
        })
    }
}

fn is_process(attribute: &syn::Attribute) -> bool {
    attribute.path().segments.last().is_some_and(|last| last.ident == Kind::Process.attribute())
}

fn scope(module: &Module) -> Scope {
    let mut scope = Scope { parent: module.parent, ..Scope::default() };
    for item in &module.items {
        let (name, alias) = match item {
            Item::Struct(item) => (&item.ident, None),
            Item::Enum(item) => (&item.ident, None),
            Item::Union(item) => (&item.ident, None),
            Item::Trait(item) => (&item.ident, None),
            Item::TraitAlias(item) => (&item.ident, None),
            Item::Type(item) => (&item.ident, item.generics.params.is_empty().then(|| (*item.ty).clone())),
            Item::Fn(item) if item.attrs.iter().any(is_process) => (&item.sig.ident, None),
            Item::Use(item) => {
                import(&item.tree, &mut Vec::new(), item.leading_colon.is_some(), &mut scope);
                continue;
            }
            Item::ExternCrate(item) => {
                let name = item.rename.as_ref().map_or(&item.ident, |(_, name)| name);
                let path = vec![item.ident.to_string()];
                scope.imports.insert(name.to_string(), Import { path, from_outside: true });
                continue;
            }
            _ => continue,
        };
        scope.items.insert(name.to_string(), alias);
    }
    scope
}

fn import(tree: &UseTree, before: &mut Vec<String>, from_outside: bool, scope: &mut Scope) {
    let full = |last: &syn::Ident, before: &[String]| {
        let mut path = before.to_vec();
        if last != "self" || before.is_empty() {
            path.push(last.to_string());
        }
        path
    };
    match tree {
        UseTree::Path(path) => {
            before.push(path.ident.to_string());
            import(&path.tree, before, from_outside, scope);
            before.pop();
        }
        UseTree::Name(name) => {
            let path = full(&name.ident, before);
            if let Some(last) = path.last().cloned() {
                scope.imports.insert(last, Import { path, from_outside });
            }
        }
        UseTree::Rename(rename) => {
            let path = full(&rename.ident, before);
            scope.imports.insert(rename.rename.to_string(), Import { path, from_outside });
        }
        UseTree::Glob(_) => scope.globs.push(Import { path: before.clone(), from_outside }),
        UseTree::Group(group) => {
            for tree in &group.items {
                import(tree, before, from_outside, scope);
            }
        }
    }
}

/// Names that `use` statements inside a fn bring in: for paths in its body.
pub(super) fn imports_of(uses: &[&syn::ItemUse]) -> BTreeMap<String, Vec<String>> {
    let mut scope = Scope::default();
    for item in uses {
        import(&item.tree, &mut Vec::new(), item.leading_colon.is_some(), &mut scope);
    }
    scope.imports.into_iter().map(|(name, import)| (name, import.path)).collect()
}
