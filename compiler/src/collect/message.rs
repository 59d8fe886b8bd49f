//! `#[signal]`: a struct or an enum whose messages are kept until someone waited for them.

use std::time::Duration;

use syn::{Fields, Item};

use super::arguments::{Value, arguments};
use super::component::{Found, Here};
use super::faults::{BadRetention, UnknownKey};
use super::fns::not_generic;
use super::process::{key_place, path};
use super::{Components, Kind, Signal, attributes};
use crate::Problems;
use crate::nearest::nearest;

/// A signal, and its component.
pub(super) fn signal(found: Found<Item>, here: Here<'_>, into: &mut Components, problems: &mut Problems) {
    let (name, visibility, generics, fields) = match &found.item {
        Item::Struct(item) => (&item.ident, &item.vis, &item.generics, Some(&item.fields)),
        Item::Enum(item) => (&item.ident, &item.vis, &item.generics, None),
        _ => return,
    };
    let component = here.component(&found, name, visibility);
    let before = problems.0.len();
    let given = arguments(Kind::Signal, &component.arguments, &component.attribute, problems);
    not_generic(Kind::Signal, &name.to_string(), generics, here, problems);
    let (path, names) = path(&given, here, problems);
    let named = match fields {
        Some(Fields::Named(fields)) => Some(&fields.named),
        _ => None,
    };
    let mut keys = Vec::new();
    for key in &names {
        let mut fields = named.into_iter().flatten();
        let field = fields.find_map(|field| {
            field.ident.clone().filter(|name| name == key).map(|name| (name, field.ty.clone()))
        });
        if let Some(field) = field {
            keys.push(field);
            continue;
        }
        let known: Vec<String> = named
            .into_iter()
            .flatten()
            .filter_map(|field| field.ident.as_ref().map(ToString::to_string))
            .collect();
        problems.error(UnknownKey {
            key: key.clone(),
            name: name.to_string(),
            member: "field",
            nearest: nearest(key, known.iter().map(String::as_str)).map(str::to_owned),
            place: key_place(key, &given, here),
        });
    }
    let retention = given.named.iter().find_map(|(_, value)| match value {
        Value::Text(text) => Some((text.value(), here.place(text))),
        _ => None,
    });
    let retention = retention.and_then(|(text, place)| {
        let read = duration(&text);
        if read.is_none() {
            problems.error(BadRetention { text, place });
        }
        read
    });
    if problems.0.len() == before {
        into.signals.push(Signal {
            component: into.all.len(),
            path: path.unwrap_or_else(|| format!("/{}", component.name)),
            keys,
            retention,
            serializes: attributes::derives(&found.attributes, "Serialize"),
            deserializes: attributes::derives(&found.attributes, "Deserialize"),
        });
    }
    into.all.push(component);
}

/// `7 days` as a length of time.
fn duration(text: &str) -> Option<Duration> {
    let (number, unit) = text.trim().split_once(' ')?;
    let number: u64 = number.parse().ok()?;
    let unit = match unit.trim().trim_end_matches('s') {
        "second" => 1,
        "minute" => 60,
        "hour" => 3_600,
        "day" => 86_400,
        "week" => 604_800,
        _ => return None,
    };
    number.checked_mul(unit).map(Duration::from_secs)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_of_time_are_read() {
        assert_eq!(duration("7 days"), Some(Duration::from_secs(604_800)));
        assert_eq!(duration("1 minute"), Some(Duration::from_secs(60)));
        assert_eq!(duration("a while"), None);
        assert_eq!(duration("7"), None);
        assert_eq!(duration("99999999999999999999 days"), None);
        assert_eq!(duration("18446744073709551615 weeks"), None);
    }
}
