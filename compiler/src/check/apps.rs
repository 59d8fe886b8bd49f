//! One app for each crate that has components, in the crate's root.

use super::faults::{AppInModule, NoApp, TwoApps};
use crate::Problems;
use crate::collect::{Component, Components, Kind};

pub(super) fn check(components: &Components, problems: &mut Problems) {
    let apps: Vec<&Component> = components.apps.iter().filter_map(|id| components.component(*id)).collect();
    let root = components.root.path.clone();
    match apps.split_first() {
        None => {
            // One fault is enough: all of them are cured by the same line.
            let first = components.all.iter().find(|component| component.kind != Kind::App);
            if let Some(component) = first {
                problems.error(NoApp {
                    name: component.name.to_string(),
                    app: camel(&components.root.name),
                    attribute: component.kind.attribute(),
                    root,
                    place: component.attribute.clone(),
                });
            }
        }
        Some((first, others)) => {
            for app in &apps {
                if !app.path.is_empty() {
                    problems.error(AppInModule {
                        name: app.name.to_string(),
                        module: app.path.join("::"),
                        root: root.clone(),
                        place: app.place.clone(),
                    });
                }
            }
            for second in others.iter().filter(|second| !second.conditions.excludes(&first.conditions)) {
                problems.error(TwoApps {
                    second: second.name.to_string(),
                    root: root.clone(),
                    binary: snake(&second.name.to_string()),
                    first: first.place.clone(),
                    place: second.place.clone(),
                });
            }
        }
    }
}

/// `order-desk` as the name of a type: `OrderDesk`.
fn camel(name: &str) -> String {
    let words = name.split(['-', '_']).map(|word| {
        let mut letters = word.chars();
        letters
            .next()
            .map(|first| first.to_uppercase().chain(letters).collect::<String>())
            .unwrap_or_default()
    });
    words.collect()
}

/// `OrderDesk` as the name of a file or a field: `order_desk`.
pub(crate) fn snake(name: &str) -> String {
    let mut out = String::new();
    let mut previous_is_lower = false;
    let mut letters = name.chars().peekable();
    while let Some(letter) = letters.next() {
        let ends_capitals = letters.peek().is_some_and(|next| next.is_lowercase());
        if letter.is_uppercase()
            && !out.is_empty()
            && !out.ends_with('_')
            && (previous_is_lower || ends_capitals)
        {
            out.push('_');
        }
        previous_is_lower = !letter.is_uppercase();
        out.extend(letter.to_lowercase());
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_change_their_form() {
        assert_eq!(camel("order-desk_two"), "OrderDeskTwo");
        assert_eq!(snake("OrderDesk"), "order_desk");
        assert_eq!(snake("HTTPServer2"), "http_server2");
        assert_eq!(snake("ConsoleMail"), "console_mail");
    }
}
