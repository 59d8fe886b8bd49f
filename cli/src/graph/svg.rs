//! SVG: layout-rs finds the places, and what stands there is drawn here.
//!
//! The picture needs no font of ours and no script, is the same for the same drawing, and has a light background of its own, so that
//! it can be read wherever it is shown.

use super::drawing::{Drawing, Node, Shape};
use layout::core::base::Orientation;
use layout::core::format::{ClipHandle, RenderBackend};
use layout::core::geometry::Point;
use layout::core::style::StyleAttr;
use layout::std_shapes::shapes::{Arrow, Element, ShapeKind};
use layout::topo::layout::VisualGraph;
use std::fmt::Write;

const TITLE_WIDTH: f64 = 8.2;
const LINE_WIDTH: f64 = 6.7;
const MARGIN: f64 = 24.0;
const HEADING: f64 = 40.0;

const STYLE: &str = "\
text { font-family: ui-sans-serif, system-ui, 'Segoe UI', Helvetica, Arial, sans-serif; fill: #1f2933; text-anchor: middle }
.heading { font-size: 16px; font-weight: 600; text-anchor: start }
.title { font-size: 14px; font-weight: 600 }
.line { font-family: ui-monospace, 'SF Mono', Menlo, Consolas, 'DejaVu Sans Mono', monospace; font-size: 11px; fill: #52606d }
.label { font-size: 11px; fill: #52606d }
path, rect, polygon, circle { stroke: #52606d; stroke-width: 1.5; fill: #ffffff }
.page { stroke: none; fill: #ffffff }
.arrow { fill: none }
.head { fill: #52606d; stroke: none }
.start, .user { fill: #e3f8ff; stroke: #2186eb }
.wait { fill: #fff3c4; stroke: #cb6e17 }
.end { fill: #3e4c59; stroke: #3e4c59 }
.service { fill: #e3fcec; stroke: #27ab83 }
.given { fill: #f5f7fa; stroke-dasharray: 4 3 }
";

/// The drawing as a picture.
pub(super) fn text(drawing: &Drawing) -> String {
    let mut graph = VisualGraph::new(Orientation::TopToBottom);
    let handles: Vec<_> = drawing
        .nodes
        .iter()
        .enumerate()
        .map(|(number, node)| {
            // layout-rs hands back a node's text when it is drawn: the node's number finds the node again.
            let shape = ShapeKind::new_box(&number.to_string());
            graph.add_node(Element::create(shape, StyleAttr::simple(), Orientation::TopToBottom, size(node)))
        })
        .collect();
    for arrow in &drawing.arrows {
        if let (Some(from), Some(to)) = (handles.get(arrow.from), handles.get(arrow.to)) {
            graph.add_edge(Arrow::simple(&arrow.label), *from, *to);
        }
    }
    let mut picture =
        Picture { drawing, shapes: String::new(), arrows: String::new(), size: Point::zero(), last: None };
    graph.do_it(false, false, false, &mut picture);
    picture.finish()
}

fn size(node: &Node) -> Point {
    if node.shape == Shape::End {
        return Point::new(26.0, 26.0);
    }
    let title = node.title.chars().count() as f64 * TITLE_WIDTH;
    let widest = node.lines.iter().map(|line| line.chars().count() as f64 * LINE_WIDTH).fold(title, f64::max);
    let sides = if node.shape == Shape::Wait { 52.0 } else { 32.0 };
    Point::new(widest + sides, 36.0 + 16.0 * node.lines.len() as f64)
}

/// Takes layout-rs's calls and keeps SVG.
struct Picture<'a> {
    drawing: &'a Drawing,
    shapes: String,
    arrows: String,
    size: Point,
    /// The box that was announced last; its text, which comes next, says which node it is.
    last: Option<(Point, Point)>,
}

impl Picture<'_> {
    fn reach(&mut self, point: Point) {
        self.size = Point::new(self.size.x.max(point.x), self.size.y.max(point.y));
    }

    fn finish(self) -> String {
        let heading = self.drawing.title.chars().count() as f64 * 9.4;
        let width = (self.size.x.max(heading) + 2.0 * MARGIN).ceil();
        let height = (self.size.y + 2.0 * MARGIN + HEADING).ceil();
        let mut text = format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" viewBox=\"0 0 {width} {height}\">\n"
        );
        let _ = writeln!(text, "<title>{}</title>\n<style>\n{STYLE}</style>", escaped(&self.drawing.title));
        text.push_str("<defs><marker id=\"head\" markerWidth=\"9\" markerHeight=\"8\" refX=\"8\" refY=\"4\" orient=\"auto-start-reverse\">");
        text.push_str("<polygon class=\"head\" points=\"0 0, 9 4, 0 8\"/></marker></defs>\n");
        let _ = writeln!(text, "<rect class=\"page\" width=\"{width}\" height=\"{height}\"/>");
        let _ = writeln!(
            text,
            "<text class=\"heading\" x=\"{MARGIN}\" y=\"32\">{}</text>",
            escaped(&self.drawing.title)
        );
        let _ = writeln!(text, "<g transform=\"translate({MARGIN} {})\">", MARGIN + HEADING);
        text.push_str(&self.arrows);
        text.push_str(&self.shapes);
        text.push_str("</g>\n</svg>\n");
        text
    }

    fn draw_node(&mut self, node: &Node, corner: Point, size: Point) {
        let (left, top, right, bottom) = (corner.x, corner.y, corner.x + size.x, corner.y + size.y);
        let (middle, centre) = ((left + right) / 2.0, (top + bottom) / 2.0);
        let out = &mut self.shapes;
        let _ = match node.shape {
            Shape::End => {
                let outer = size.x / 2.0;
                writeln!(
                    out,
                    "<circle cx=\"{middle:.1}\" cy=\"{centre:.1}\" r=\"{outer:.1}\"/><circle class=\"end\" cx=\"{middle:.1}\" cy=\"{centre:.1}\" r=\"{:.1}\"/>",
                    outer - 4.0
                )
            }
            Shape::Wait => {
                let cut = 14.0;
                writeln!(
                    out,
                    "<polygon class=\"wait\" points=\"{left:.1} {centre:.1}, {:.1} {top:.1}, {:.1} {top:.1}, {right:.1} {centre:.1}, {:.1} {bottom:.1}, {:.1} {bottom:.1}\"/>",
                    left + cut,
                    right - cut,
                    right - cut,
                    left + cut
                )
            }
            shape => {
                let (class, round) = class(shape);
                writeln!(
                    out,
                    "<rect class=\"{class}\" x=\"{left:.1}\" y=\"{top:.1}\" width=\"{:.1}\" height=\"{:.1}\" rx=\"{round}\"/>",
                    size.x, size.y
                )
            }
        };
        if node.shape == Shape::End {
            return;
        }
        let mut baseline = top + 23.0;
        let _ = writeln!(
            out,
            "<text class=\"title\" x=\"{middle:.1}\" y=\"{baseline:.1}\">{}</text>",
            escaped(&node.title)
        );
        for line in &node.lines {
            baseline += 16.0;
            let _ = writeln!(
                out,
                "<text class=\"line\" x=\"{middle:.1}\" y=\"{baseline:.1}\">{}</text>",
                escaped(line)
            );
        }
    }
}

fn class(shape: Shape) -> (&'static str, u8) {
    match shape {
        Shape::Start => ("start", 18),
        Shape::User => ("user", 18),
        Shape::Service => ("service", 4),
        Shape::Given => ("given", 4),
        Shape::Step | Shape::Wait | Shape::End => ("step", 4),
    }
}

impl RenderBackend for Picture<'_> {
    fn draw_rect(
        &mut self,
        corner: Point,
        size: Point,
        _: &StyleAttr,
        _: Option<String>,
        _: Option<ClipHandle>,
    ) {
        self.last = Some((corner, size));
        self.reach(Point::new(corner.x + size.x, corner.y + size.y));
    }

    fn draw_text(&mut self, at: Point, text: &str, _: &StyleAttr) {
        let drawing = self.drawing;
        let node = text.parse::<usize>().ok().and_then(|number| drawing.nodes.get(number));
        if let (Some((corner, size)), Some(node)) = (self.last.take(), node) {
            return self.draw_node(node, corner, size);
        }
        let _ = writeln!(
            self.shapes,
            "<text class=\"label\" x=\"{:.1}\" y=\"{:.1}\">{}</text>",
            at.x,
            at.y,
            escaped(text)
        );
    }

    fn draw_arrow(
        &mut self,
        path: &[(Point, Point)],
        _: bool,
        head: (bool, bool),
        _: &StyleAttr,
        _: Option<String>,
        _: &str,
    ) {
        let [first, second, rest @ ..] = path else { return };
        let mut curve = format!(
            "M {:.1} {:.1} C {:.1} {:.1}, {:.1} {:.1}, {:.1} {:.1}",
            first.0.x, first.0.y, first.1.x, first.1.y, second.0.x, second.0.y, second.1.x, second.1.y
        );
        for point in rest {
            let _ = write!(curve, " S {:.1} {:.1}, {:.1} {:.1}", point.0.x, point.0.y, point.1.x, point.1.y);
        }
        for point in path {
            self.reach(point.0);
            self.reach(point.1);
        }
        let start = if head.0 { " marker-start=\"url(#head)\"" } else { "" };
        let end = if head.1 { " marker-end=\"url(#head)\"" } else { "" };
        let _ = writeln!(self.arrows, "<path class=\"arrow\" d=\"{curve}\"{start}{end}/>");
    }

    fn draw_line(&mut self, _: Point, _: Point, _: &StyleAttr, _: Option<String>) {}

    fn draw_circle(&mut self, _: Point, _: Point, _: &StyleAttr, _: Option<String>) {}

    fn create_clip(&mut self, _: Point, _: Point, _: usize) -> ClipHandle {
        0
    }
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// layout-rs is careful with asserts; whatever the shape of the graph, none of them may end the command.
    #[test]
    fn graphs_of_any_shape_can_be_drawn() {
        let mut seed = 7_usize;
        let mut random = |below: usize| {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (seed >> 33) % below
        };
        for round in 0..60 {
            let mut drawing = Drawing::default();
            let nodes = 1 + random(14);
            for number in 0..nodes {
                drawing.node(&format!("State{number}"), vec!["x".repeat(random(40))], Shape::Step);
            }
            for _ in 0..random(3 * nodes) {
                drawing.arrow(random(nodes), random(nodes), "");
            }
            let picture = text(&drawing);
            assert_eq!(picture.matches("class=\"title\"").count(), nodes, "round {round}");
            assert_eq!(
                picture.matches("<path class=\"arrow\"").count(),
                drawing.arrows.len(),
                "round {round}"
            );
        }
    }
}
