//! The settings, each declared once.

use std::path::PathBuf;
use std::time::Duration;

use jiff::SignedDuration;
use tracing_subscriber::EnvFilter;

use super::{Config, Database, LogFormat};

/// A setting.
pub(crate) struct Setting {
    /// `database.url`.
    pub(crate) key: &'static str,
    /// What it means, and what may be written.
    pub(crate) meaning: &'static str,
    /// Reads a text into its place, or says what may be written instead.
    pub(super) read: fn(&mut Config, &str) -> Result<(), String>,
}

/// All of them.
pub(crate) const SETTINGS: &[Setting] = &[
    Setting {
        key: "database.url",
        meaning: "`sqlite:FOLDER` or `memory:` [default: sqlite:data]",
        read: |config, text| database(text).map(|database| config.database = database),
    },
    Setting {
        key: "log.level",
        meaning: "from `error` to `trace`, also by module: `warn,shop=debug` [default: info]",
        read: |config, text| level(text).map(|level| config.log_level = Some(level)),
    },
    Setting {
        key: "log.format",
        meaning: "`text` or `json` [default: text]",
        read: |config, text| format(text).map(|format| config.log_format = format),
    },
    Setting {
        key: "processes.max_running",
        meaning: "how many instances run at once, besides those that wait [default: 1024]",
        read: |config, text| count(text).map(|count| config.max_running = count),
    },
    Setting {
        key: "shutdown.timeout",
        meaning: "how long a stop waits for running steps [default: 30s]",
        read: |config, text| duration(text).map(|duration| config.stop_timeout = duration),
    },
];

impl Setting {
    /// The setting of this key.
    pub(super) fn named(key: &str) -> Option<&'static Self> {
        SETTINGS.iter().find(|setting| setting.key == key)
    }
}

fn database(text: &str) -> Result<Database, String> {
    match text.split_once(':') {
        Some(("memory", "")) => Ok(Database::Memory),
        Some(("sqlite", folder)) if !folder.is_empty() => {
            // `sqlite://data` is what many other programs write.
            Ok(Database::Sqlite(PathBuf::from(folder.strip_prefix("//").unwrap_or(folder))))
        }
        _ => Err("write `sqlite:FOLDER` or `memory:`".to_owned()),
    }
}

fn level(text: &str) -> Result<String, String> {
    const LEVELS: [&str; 6] = ["off", "error", "warn", "info", "debug", "trace"];
    // A filter takes any bare word for a module; here it is a level that was not spelt right.
    let is_level = |part: &str| part.contains('=') || LEVELS.contains(&part.trim().to_lowercase().as_str());
    match EnvFilter::try_new(text) {
        Ok(_) if text.split(',').all(is_level) => Ok(text.to_owned()),
        _ => Err("write `error`, `warn`, `info`, `debug`, `trace` or `off`, and by module `warn,shop=debug`"
            .to_owned()),
    }
}

fn format(text: &str) -> Result<LogFormat, String> {
    match text {
        "text" => Ok(LogFormat::Text),
        "json" => Ok(LogFormat::Json),
        _ => Err("write `text` or `json`".to_owned()),
    }
}

fn count(text: &str) -> Result<usize, String> {
    text.parse().ok().filter(|count| *count > 0).ok_or_else(|| "write a number above zero".to_owned())
}

fn duration(text: &str) -> Result<Duration, String> {
    let read = text.parse::<SignedDuration>().ok().and_then(|duration| Duration::try_from(duration).ok());
    read.ok_or_else(|| "write a length of time: `30s`, `2 minutes`".to_owned())
}
