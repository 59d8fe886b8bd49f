//! A saved value for people to read.

use super::{Tree, to_text};

/// How long a value may be and still stand on one line.
const WIDTH: usize = 80;

/// The same JSON with a line for each part of what is too long for one. A text that is no JSON stays as it is.
pub fn to_people(text: &str) -> String {
    let Ok(tree) = Tree::parse(text) else { return text.to_owned() };
    let mut out = String::new();
    print(&tree, 0, &mut out);
    out
}

fn print(tree: &Tree, indent: usize, out: &mut String) {
    let line = on_one_line(tree);
    if indent + line.len() <= WIDTH {
        return out.push_str(&line);
    }
    match tree {
        Tree::List(items) if !items.is_empty() => {
            block(out, indent, ['[', ']'], items, |item, out| print(item, indent + 2, out));
        }
        Tree::Object(fields) if !fields.is_empty() => {
            block(out, indent, ['{', '}'], fields, |(name, value), out| {
                out.push_str(&key(name));
                out.push_str(": ");
                print(value, indent + 2, out);
            });
        }
        Tree::Map(entries) => {
            out.push_str("{ \"$map\": ");
            block(out, indent, ['[', ']'], entries, |(key, value), out| {
                out.push_str(&format!("[{}, ", on_one_line(key)));
                print(value, indent + 2, out);
                out.push(']');
            });
            out.push_str(" }");
        }
        Tree::Some(inner) => {
            out.push_str("{ \"$some\": ");
            print(inner, indent, out);
            out.push_str(" }");
        }
        _ => out.push_str(&line),
    }
}

fn block<T>(
    out: &mut String,
    indent: usize,
    [open, close]: [char; 2],
    parts: &[T],
    part: impl Fn(&T, &mut String),
) {
    out.push(open);
    for (place, each) in parts.iter().enumerate() {
        out.push_str(if place == 0 { "\n" } else { ",\n" });
        out.push_str(&" ".repeat(indent + 2));
        part(each, out);
    }
    out.push('\n');
    out.push_str(&" ".repeat(indent));
    out.push(close);
}

fn key(name: &str) -> String {
    let escaped = if name.starts_with('$') { format!("${name}") } else { name.to_owned() };
    on_one_line(&Tree::Text(escaped))
}

fn on_one_line(tree: &Tree) -> String {
    match tree {
        Tree::List(items) => {
            let items: Vec<_> = items.iter().map(on_one_line).collect();
            format!("[{}]", items.join(", "))
        }
        Tree::Object(fields) if fields.is_empty() => "{}".to_owned(),
        Tree::Object(fields) => {
            let fields: Vec<_> =
                fields.iter().map(|(name, value)| format!("{}: {}", key(name), on_one_line(value))).collect();
            format!("{{ {} }}", fields.join(", "))
        }
        Tree::Map(entries) => {
            let entries: Vec<_> = entries
                .iter()
                .map(|(key, value)| format!("[{}, {}]", on_one_line(key), on_one_line(value)))
                .collect();
            format!("{{ \"$map\": [{}] }}", entries.join(", "))
        }
        Tree::Some(inner) => format!("{{ \"$some\": {} }}", on_one_line(inner)),
        // A leaf has no depth, so it can always be written.
        leaf => to_text(leaf).unwrap_or_default(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_values_stand_on_one_line_and_long_ones_do_not() {
        let text = r#"{"customer":"ada","$$odd":1,"plan":{"name":"monthly","price":12.5,"features":["search","export","history","priority support"]},"seen":{"$map":[[1,{"at":"2026-01-01T00:00:00Z","where":"berlin, at the river"}],[2,null]]},"none":{"$some":null}}"#;
        let people = to_people(text);
        insta::assert_snapshot!(people, @r#"
        {
          "customer": "ada",
          "$$odd": 1,
          "plan": {
            "name": "monthly",
            "price": 12.5,
            "features": ["search", "export", "history", "priority support"]
          },
          "seen": { "$map": [
            [1, { "at": "2026-01-01T00:00:00Z", "where": "berlin, at the river" }],
            [2, null]
          ] },
          "none": { "$some": null }
        }
        "#);
        assert_eq!(Tree::parse(&people), Tree::parse(text));
        assert_eq!(to_people("no json"), "no json");
    }
}
