//! The items of a package by name: what `expand` and `graph` are asked for.
//!
//! A name is the item's own, or a path that ends in it; a name that several items have is never guessed at.

use crate::edit_distance::nearest;
use crate::exit::{Failure, Outcome};
use justscale_compiler::{Model, Origin, ProcessModel, RootModel};

/// What an item is.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Kind<'a> {
    /// A process fn.
    Process(&'a ProcessModel),
    /// A service.
    Service,
    /// A signal.
    Signal,
    /// A command fn.
    Command,
    /// The app's own slot.
    App,
}

/// An item that has a slot.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Item<'a> {
    /// What it is.
    pub(crate) kind: Kind<'a>,
    /// Its name.
    pub(crate) name: &'a str,
    /// Where it stands.
    pub(crate) origin: &'a Origin,
    /// The crate root that it belongs to.
    pub(crate) root: &'a RootModel,
}

impl<'a> Item<'a> {
    /// The attribute that makes it what it is.
    pub(crate) fn kind_word(&self) -> &'static str {
        match self.kind {
            Kind::Process(_) => "process",
            Kind::Service => "service",
            Kind::Signal => "signal",
            Kind::Command => "command",
            Kind::App => "app",
        }
    }

    /// Its path from the crate's root: `billing::subscription`.
    pub(crate) fn path(&self) -> String {
        let modules = self.origin.module.iter().map(String::as_str);
        modules.chain([self.name]).collect::<Vec<_>>().join("::")
    }

    /// `src/billing.rs:12`.
    pub(crate) fn place(&self) -> String {
        format!("{}:{}", self.origin.file, self.origin.line)
    }
}

/// Every item, in the order of the source.
pub(crate) fn items(model: &Model) -> Vec<Item<'_>> {
    let mut items = Vec::new();
    for root in &model.roots {
        items.extend(root.app.iter().map(|app| Item {
            kind: Kind::App,
            name: &app.name,
            origin: &app.origin,
            root,
        }));
        items.extend(root.processes.iter().map(|process| Item {
            kind: Kind::Process(process),
            name: &process.name,
            origin: &process.origin,
            root,
        }));
        items.extend(root.services.iter().map(|service| Item {
            kind: Kind::Service,
            name: &service.name,
            origin: &service.origin,
            root,
        }));
        items.extend(root.signals.iter().map(|signal| Item {
            kind: Kind::Signal,
            name: &signal.name,
            origin: &signal.origin,
            root,
        }));
        items.extend(root.commands.iter().map(|command| Item {
            kind: Kind::Command,
            name: &command.name,
            origin: &command.origin,
            root,
        }));
    }
    items
}

/// The one item that `wanted` names among `items`; `what` says what they are.
pub(crate) fn find<'a>(items: &[Item<'a>], wanted: &str, what: &str) -> Outcome<Item<'a>> {
    let short = wanted.strip_prefix("crate::").unwrap_or(wanted);
    let names = |item: &&Item<'_>| {
        let path = item.path();
        let with_root = format!("{}::{path}", item.root.name);
        [path, with_root]
            .iter()
            .any(|path| path == short || path.strip_suffix(short).is_some_and(|front| front.ends_with("::")))
    };
    let mut found: Vec<Item<'a>> = items.iter().filter(names).copied().collect();
    // The same module can belong to a library and to a program of the package: its slot is the same file.
    found.dedup_by(|second, first| second.origin.slot.is_some() && second.origin.slot == first.origin.slot);
    if let [exactly] = found.iter().filter(|item| item.path() == short).collect::<Vec<_>>().as_slice() {
        return Ok(**exactly);
    }
    match found.as_slice() {
        [item] => Ok(*item),
        [] => Err(unknown(items, wanted, what)),
        several => Err(ambiguous(several, wanted)),
    }
}

fn unknown(items: &[Item<'_>], wanted: &str, what: &str) -> Failure {
    let failure = Failure::usage(format!("there is no {what} `{wanted}`"));
    let paths: Vec<String> = items.iter().map(Item::path).collect();
    let last = wanted.rsplit("::").next().unwrap_or(wanted);
    let mut near: Vec<String> = Vec::new();
    for name in nearest(last, items.iter().map(|item| item.name)) {
        near.extend(
            items
                .iter()
                .zip(&paths)
                .filter(|(item, _)| item.name == name)
                .map(|(_, path)| format!("`{path}`")),
        );
    }
    match (near.as_slice(), paths.as_slice()) {
        ([], []) => {
            failure.help("the package has none: put `#[process(\"/name/{key}\")]` above an `async fn`")
        }
        ([], paths) if paths.len() <= 8 => failure.help(format!(
            "there is {}",
            paths.iter().map(|path| format!("`{path}`")).collect::<Vec<_>>().join(", ")
        )),
        ([], _) => failure.help("`justscale expand` lists all items"),
        (near, _) => failure.help(format!("near it: {}", near.join(", "))),
    }
}

fn ambiguous(found: &[Item<'_>], wanted: &str) -> Failure {
    let several_roots = found.iter().any(|item| {
        found.iter().any(|other| item.path() == other.path() && item.root.path != other.root.path)
    });
    let mut failure = Failure::usage(format!("`{wanted}` may be {} items", found.len()));
    for item in found {
        let path = if several_roots { format!("{}::{}", item.root.name, item.path()) } else { item.path() };
        failure = failure.help(format!("`{path}`, a {} at {}", item.kind_word(), item.place()));
    }
    failure
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(model: &Model, wanted: &str) -> String {
        match find(&items(model), wanted, "item") {
            Ok(item) => format!("{} {} in {}", item.kind_word(), item.path(), item.root.name),
            Err(failure) => format!("{}\n  {}", failure.message, failure.help.join("\n  ")),
        }
    }

    #[test]
    fn a_name_or_the_end_of_a_path_finds_an_item() {
        let model = crate::sample::model();
        for wanted in [
            "subscription",
            "billing::subscription",
            "crate::billing::subscription",
            "shop::billing::subscription",
        ] {
            assert_eq!(found(&model, wanted), "process billing::subscription in shop");
        }
        assert_eq!(found(&model, "order list"), "command order list in shop");
        assert_eq!(found(&model, "Shop"), "app Shop in shop");
        // The end of a path, not of a name.
        assert!(found(&model, "scription").starts_with("there is no item"));
    }

    #[test]
    fn a_name_that_several_have_is_not_guessed_at() {
        let mut model = crate::sample::model();
        let mut other = model.roots[0].processes[0].clone();
        other.origin.module = vec!["archive".to_owned()];
        other.origin.slot = Some("9".repeat(16));
        model.roots[0].processes.push(other);
        insta::assert_snapshot!(found(&model, "subscription"));
        assert_eq!(found(&model, "archive::subscription"), "process archive::subscription in shop");
    }

    #[test]
    fn one_name_in_two_programs_is_told_apart_by_the_program() {
        let mut model = crate::sample::model();
        let mut second = model.roots[0].clone();
        second.name = "worker".to_owned();
        second.path = "src/bin/worker.rs".to_owned();
        second.processes[0].origin.file = "src/bin/worker.rs".to_owned();
        second.processes[0].origin.slot = Some("9".repeat(16));
        model.roots.push(second);
        insta::assert_snapshot!(found(&model, "subscription"));
        assert_eq!(found(&model, "worker::billing::subscription"), "process billing::subscription in worker");
        // The same slot in both: there is nothing to tell apart.
        assert_eq!(found(&model, "Cancelled"), "signal billing::Cancelled in shop");
    }
}
