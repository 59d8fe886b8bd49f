//! `--emit STAGE`: what each stage of the compiler made, as text.

use crate::compiled::Compiled;
use crate::flow;
use crate::graph;
use crate::layout;
use crate::listing;
use crate::screen::Screen;
use clap::ValueEnum;
use serde::Serialize;
use std::fmt::Write;

/// A stage whose result can be looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Stage {
    /// What was found: processes, services, signals, commands
    Components,
    /// Which service needs which, as a Mermaid graph
    Graph,
    /// The states of each process and the ways between them
    Flow,
    /// What each state of each process keeps, and why
    Layout,
    /// The generated Rust
    Rust,
    /// Everything that is known of the package, as JSON
    Model,
}

#[derive(Serialize)]
struct Emitted {
    reason: &'static str,
    stage: String,
    text: String,
}

impl Stage {
    /// Prints what the stage made.
    pub(crate) fn emit(self, compiled: &Compiled, screen: &Screen) {
        let text = self.text(compiled);
        let stage = self.to_possible_value().map(|value| value.get_name().to_owned()).unwrap_or_default();
        let plain = anstream::adapter::strip_str(&text).to_string();
        screen.message(&Emitted { reason: "justscale-stage", stage, text: plain });
        screen.result(&text);
    }

    fn text(self, compiled: &Compiled) -> String {
        let compilation = &compiled.compilation;
        match self {
            Self::Components => listing::components(compilation),
            Self::Graph => graph::of_services(&compilation.model),
            Self::Flow => flow::text(&compilation.model),
            Self::Layout => layout::text(&compilation.model),
            Self::Rust => rust(compiled),
            Self::Model => serde_json::to_string_pretty(&compilation.model).unwrap_or_default() + "\n",
        }
    }
}

fn rust(compiled: &Compiled) -> String {
    let mut text = String::new();
    for (file, rust) in compiled.compilation.files.0.iter().filter(|(file, _)| file.ends_with(".rs")) {
        let _ = writeln!(text, "// {file}\n{}", crate::rust_text::highlighted(rust));
    }
    text
}
