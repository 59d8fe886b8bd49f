//! Logs: what the app says while it runs, on stderr, for people or for programs.

use std::io::IsTerminal;

use tracing_subscriber::EnvFilter;
use tracing_subscriber::fmt;
use tracing_subscriber::prelude::*;

use crate::config::{Config, LogFormat};
use crate::engine::panics::{self, Said};

/// Begins to log. `usual` is the level where none is configured.
pub(super) fn begin(config: &Config, usual: &str) {
    let level = config.log_level.as_deref().unwrap_or(usual);
    let filter = EnvFilter::try_new(level).unwrap_or_else(|_| EnvFilter::new(usual));
    let stderr = fmt::layer().with_writer(std::io::stderr);
    let layer = match config.log_format {
        LogFormat::Json => {
            stderr.json().flatten_event(true).with_current_span(true).with_span_list(false).boxed()
        }
        LogFormat::Text => {
            let colours = std::io::stderr().is_terminal() && std::env::var_os("NO_COLOR").is_none();
            stderr.with_ansi(colours).with_target(false).boxed()
        }
    };
    panics::note_places(match config.log_format {
        LogFormat::Json => Said::Logged,
        LogFormat::Text => Said::AsUsual,
    });
    // A program that has set up its own logs before keeps them.
    let _ = tracing_subscriber::registry().with(filter).with(layer).try_init();
}
