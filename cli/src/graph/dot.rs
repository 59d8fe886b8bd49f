//! DOT, for Graphviz.

use super::drawing::{Drawing, Node, Shape};
use std::fmt::Write;

/// The drawing as DOT.
pub(super) fn text(drawing: &Drawing) -> String {
    let mut text = format!("digraph {} {{\n", quoted(&drawing.title));
    text.push_str("    graph [rankdir=TB, fontname=\"sans-serif\"];\n");
    text.push_str("    node [fontname=\"sans-serif\", fontsize=12, shape=box];\n");
    for node in &drawing.nodes {
        let _ = writeln!(
            text,
            "    {} [label={}, {}];",
            quoted(&node.id),
            quoted(&label(node)),
            look(node.shape)
        );
    }
    for arrow in &drawing.arrows {
        let Some((from, to)) = drawing.ends(arrow) else { continue };
        let _ = match arrow.label.as_str() {
            "" => writeln!(text, "    {} -> {};", quoted(from), quoted(to)),
            label => writeln!(text, "    {} -> {} [label={}];", quoted(from), quoted(to), quoted(label)),
        };
    }
    text.push_str("}\n");
    text
}

fn look(shape: Shape) -> &'static str {
    match shape {
        Shape::Start | Shape::User => "style=rounded",
        Shape::Wait => "shape=hexagon",
        Shape::End => "shape=doublecircle",
        Shape::Given => "style=dashed",
        Shape::Step | Shape::Service => "style=solid",
    }
}

fn label(node: &Node) -> String {
    std::iter::once(&node.title).chain(&node.lines).cloned().collect::<Vec<_>>().join("\n")
}

fn quoted(text: &str) -> String {
    let mut quoted = String::from("\"");
    for letter in text.chars() {
        match letter {
            '"' | '\\' => quoted.extend(['\\', letter]),
            '\n' => quoted.push_str("\\n"),
            letter => quoted.push(letter),
        }
    }
    quoted.push('"');
    quoted
}
