//! `justscale graph`: where a process can stand and what it waits for there, or which service needs which.
//!
//! What is drawn is decided once, as a [`Drawing`]; Mermaid, DOT and SVG say the same in three languages.

mod dot;
mod drawing;
mod mermaid;
mod of_app;
mod of_process;
mod svg;

use crate::compiled::Compiled;
use crate::exit::{DuringWork, Failure, Outcome};
use crate::items::{self, Item, Kind};
use crate::package::show;
use crate::screen::Screen;
use clap::{Args, ValueEnum};
use drawing::Drawing;
use justscale_compiler::Model;
use serde::Serialize;
use std::path::{Path, PathBuf};

/// Draw a process's states and what each waits for, or the services
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  justscale graph                                      services, processes, and who needs whom
  justscale graph subscription                         the states of a process, for Mermaid
  justscale graph subscription -o subscription.svg     as a picture
  justscale graph --format dot | dot -Tpng > app.png   by Graphviz")]
pub(crate) struct GraphArguments {
    /// The process: its name, or a path that ends in it
    item: Option<String>,
    /// The language [default: by the ending of FILE, or else mermaid]
    #[arg(short, long, value_enum, value_name = "FORMAT")]
    format: Option<Format>,
    /// Write to a file instead of to stdout
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// The package's folder, or a path inside it [default: the current folder]
    #[arg(short, long)]
    path: Option<PathBuf>,
}

/// A language for graphs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For Markdown pages
    Mermaid,
    /// For Graphviz
    Dot,
    /// A picture
    Svg,
}

#[derive(Serialize)]
struct Graph<'a> {
    reason: &'static str,
    item: Option<String>,
    format: &'static str,
    file: Option<String>,
    graph: &'a str,
}

/// Draws.
pub(crate) fn run(arguments: &GraphArguments, screen: &Screen) -> Outcome {
    let format = arguments.format()?;
    let compiled = Compiled::new(arguments.path.as_deref(), screen)?;
    let model = &compiled.compilation.model;
    let drawing = match &arguments.item {
        Some(wanted) => of_item(model, wanted)?,
        None => of_app::draw(model),
    };
    if drawing.nodes.is_empty() {
        return Err(Failure::usage(format!(
            "`{}` has no services and no processes to draw",
            compiled.package.name
        ))
        .help("put `#[process(\"/name/{key}\")]` above an `async fn`, or `#[service]` above a struct"));
    }
    let text = match format {
        Format::Mermaid => mermaid::text(&drawing),
        Format::Dot => dot::text(&drawing),
        Format::Svg => svg::text(&drawing),
    };
    if let Some(file) = &arguments.output {
        std::fs::write(file, &text).during(format!("could not write `{}`", show(file)))?;
        screen.status("Wrote", format_args!("`{}`", show(file)));
    } else {
        screen.result(&text);
    }
    screen.message(&Graph {
        reason: "justscale-graph",
        item: arguments.item.clone(),
        format: format.word(),
        file: arguments.output.as_deref().map(show),
        graph: &text,
    });
    Ok(compiled.exit())
}

/// The services and processes as a Mermaid graph: the stage `graph`.
pub(crate) fn of_services(model: &Model) -> String {
    mermaid::text(&of_app::draw(model))
}

fn of_item(model: &Model, wanted: &str) -> Outcome<Drawing> {
    let all = items::items(model);
    let processes: Vec<Item<'_>> =
        all.iter().filter(|item| matches!(item.kind, Kind::Process(_))).copied().collect();
    let known = items::find(&processes, wanted, "process");
    let item = match (known, items::find(&all, wanted, "item")) {
        (Ok(item), _) => item,
        (Err(_), Ok(other)) => {
            return Err(Failure::usage(format!(
                "`{wanted}` is a {}, and graphs are of processes",
                other.kind_word()
            ))
            .help("`justscale graph` draws all services and processes")
            .help(format!("`justscale expand {wanted}` shows what was generated for it")));
        }
        (Err(failure), Err(_)) => return Err(failure),
    };
    let Kind::Process(process) = item.kind else { return Err(Failure::usage("a process is no process")) };
    if process.states.is_empty() {
        return Err(Failure::faults(format!(
            "the process `{wanted}` could not be lowered, so it has no states to draw"
        ))
        .help(format!("put right the faults at {}, then ask again", item.place())));
    }
    Ok(of_process::draw(process, &item.root.processes))
}

impl GraphArguments {
    fn format(&self) -> Outcome<Format> {
        if let Some(format) = self.format {
            return Ok(format);
        }
        let Some(file) = &self.output else { return Ok(Format::Mermaid) };
        let ending = Path::new(file).extension().map(|ending| ending.to_string_lossy().to_lowercase());
        match ending.as_deref() {
            Some("svg") => Ok(Format::Svg),
            Some("dot" | "gv") => Ok(Format::Dot),
            Some("mmd" | "mermaid" | "md") => Ok(Format::Mermaid),
            _ => Err(Failure::usage(format!(
                "the ending of `{}` names no language for graphs",
                file.display()
            ))
            .help("say which: `--format mermaid`, `--format dot` or `--format svg`")),
        }
    }
}

impl Format {
    fn word(self) -> &'static str {
        match self {
            Self::Mermaid => "mermaid",
            Self::Dot => "dot",
            Self::Svg => "svg",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_process_in_three_languages() {
        let drawing = of_item(&crate::sample::model(), "subscription").unwrap();
        insta::assert_snapshot!("process_mermaid", mermaid::text(&drawing));
        insta::assert_snapshot!("process_dot", dot::text(&drawing));
        insta::assert_snapshot!("process_svg", svg::text(&drawing));
    }

    #[test]
    fn the_services_in_three_languages() {
        let drawing = of_app::draw(&crate::sample::model());
        insta::assert_snapshot!("app_mermaid", mermaid::text(&drawing));
        insta::assert_snapshot!("app_dot", dot::text(&drawing));
        insta::assert_snapshot!("app_svg", svg::text(&drawing));
    }

    #[test]
    fn what_is_no_process_is_refused_by_what_it_is() {
        let failure = of_item(&crate::sample::model(), "Billing").unwrap_err();
        assert_eq!(failure.message, "`Billing` is a service, and graphs are of processes");
        let failure = of_item(&crate::sample::model(), "subscripton").unwrap_err();
        assert_eq!(
            (failure.message.as_str(), failure.help.as_slice()),
            ("there is no process `subscripton`", ["near it: `billing::subscription`".to_owned()].as_slice())
        );
    }

    #[test]
    fn signs_that_mean_something_in_a_language_are_text_in_it() {
        let mut drawing = Drawing { title: "a \"b\" <c>".to_owned(), ..Drawing::default() };
        let from = drawing.node("end", vec!["x::<Vec<u8>>(\"#1\") && `y`".to_owned()], drawing::Shape::Step);
        let to = drawing.node("end", Vec::new(), drawing::Shape::End);
        drawing.arrow(from, to, "1 < 2");
        drawing.arrow(from, from, "");
        insta::assert_snapshot!("odd_mermaid", mermaid::text(&drawing));
        insta::assert_snapshot!("odd_dot", dot::text(&drawing));
        let picture = svg::text(&drawing);
        assert!(picture.contains("x::&lt;Vec&lt;u8&gt;&gt;(&quot;#1&quot;) &amp;&amp; `y`"), "{picture}");
    }
}
