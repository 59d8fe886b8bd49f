//! Mermaid: a flowchart, for Markdown pages and editors.

use super::drawing::{Drawing, Node, Shape};
use std::fmt::Write;

/// The drawing as Mermaid.
pub(super) fn text(drawing: &Drawing) -> String {
    let mut text = format!("---\ntitle: {:?}\n---\nflowchart TD\n", drawing.title);
    for node in &drawing.nodes {
        let (open, close) = brackets(node.shape);
        let _ = writeln!(text, "    {}{open}\"{}\"{close}", node.id, label(node));
    }
    for arrow in &drawing.arrows {
        let Some((from, to)) = drawing.ends(arrow) else { continue };
        let _ = match arrow.label.as_str() {
            "" => writeln!(text, "    {from} --> {to}"),
            label => writeln!(text, "    {from} -->|\"{}\"| {to}", escaped(label)),
        };
    }
    text
}

fn brackets(shape: Shape) -> (&'static str, &'static str) {
    match shape {
        Shape::Start | Shape::User => ("([", "])"),
        Shape::Wait => ("{{", "}}"),
        Shape::End => ("((", "))"),
        Shape::Given => ("[/", "/]"),
        Shape::Step | Shape::Service => ("[", "]"),
    }
}

fn label(node: &Node) -> String {
    let mut label = escaped(&node.title);
    for line in &node.lines {
        let _ = write!(label, "<br/><small>{}</small>", escaped(line));
    }
    label
}

/// Mermaid's own entities: a quotation mark would end the text, an angle bracket would begin a tag, a backtick Markdown.
fn escaped(text: &str) -> String {
    let mut escaped = String::new();
    for letter in text.chars() {
        match letter {
            '"' => escaped.push_str("#quot;"),
            '<' => escaped.push_str("#lt;"),
            '>' => escaped.push_str("#gt;"),
            '&' => escaped.push_str("#amp;"),
            '#' => escaped.push_str("#35;"),
            '`' => escaped.push_str("#96;"),
            letter => escaped.push(letter),
        }
    }
    escaped
}
