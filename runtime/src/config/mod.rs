//! An app's settings: what comes in are layers of texts (file, environment, flags), what goes out is a [`Config`], or all that is wrong with
//! them in one report.
//!
//! Each setting is declared once, in [`SETTINGS`]: its key, what it means and how it is read. Later layers win.

mod file;
mod nearest;
mod report;
mod settings;

use std::path::PathBuf;
use std::time::Duration;

pub(crate) use self::report::ConfigError;
use self::report::{Fault, Origin};
pub(crate) use self::settings::SETTINGS;
use self::settings::Setting;

/// How an app runs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Config {
    /// Where the data is kept.
    pub(crate) database: Database,
    /// What is logged; by what runs, if `None`.
    pub(crate) log_level: Option<String>,
    /// How it is logged.
    pub(crate) log_format: LogFormat,
    /// At most so many instances run at once.
    pub(crate) max_running: usize,
    /// For how long a stop waits for running steps.
    pub(crate) stop_timeout: Duration,
}

/// Where the data is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Database {
    /// An SQLite database in this folder.
    Sqlite(PathBuf),
    /// Nowhere: it is gone with the program.
    Memory,
}

/// How events are logged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum LogFormat {
    /// A line for people.
    Text,
    /// A line of JSON.
    Json,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            database: Database::Sqlite(PathBuf::from("data")),
            log_level: None,
            log_format: LogFormat::Text,
            max_running: 1024,
            stop_timeout: Duration::from_secs(30),
        }
    }
}

/// The texts of each layer.
#[derive(Debug, Default)]
pub(crate) struct Layers {
    /// The file's name and text.
    pub(crate) file: Option<(String, String)>,
    /// The variables of the environment.
    pub(crate) environment: Vec<(String, String)>,
    /// `--set KEY=VALUE`.
    pub(crate) flags: Vec<String>,
}

impl Config {
    /// Reads all layers. `prefix` begins the names of the app's variables: `SHOP` for `SHOP_DATABASE__URL`.
    pub(crate) fn read(layers: &Layers, prefix: &str) -> Result<Self, ConfigError> {
        let mut reading = Reading { config: Self::default(), faults: Vec::new() };
        if let Some((name, text)) = &layers.file {
            file::read(name, text, &mut reading);
        }
        reading.environment(&layers.environment, prefix);
        reading.flags(&layers.flags);
        if reading.faults.is_empty() {
            Ok(reading.config)
        } else {
            Err(ConfigError { faults: reading.faults })
        }
    }
}

/// What has been read so far.
struct Reading {
    config: Config,
    faults: Vec<Fault>,
}

impl Reading {
    /// One key of a layer.
    fn set(&mut self, key: &str, value: &str, origin: Origin) {
        match Setting::named(key) {
            None => self.faults.push(Fault::unknown(key, origin)),
            Some(setting) => {
                if let Err(reason) = (setting.read)(&mut self.config, value) {
                    self.faults.push(Fault::wrong(setting, value, &reason, origin));
                }
            }
        }
    }

    fn environment(&mut self, variables: &[(String, String)], prefix: &str) {
        for (name, value) in variables {
            // One underscore may be any variable of any program that begins like this; two are ours.
            let Some(rest) = name.strip_prefix(prefix).and_then(|rest| rest.strip_prefix('_')) else {
                continue;
            };
            if let Some((section, key)) = rest.split_once("__") {
                let key = format!("{}.{}", section.to_lowercase(), key.to_lowercase());
                self.set(&key, value, Origin::Variable { name: name.clone(), prefix: prefix.to_owned() });
            }
        }
    }

    fn flags(&mut self, flags: &[String]) {
        for flag in flags {
            match flag.split_once('=') {
                Some((key, value)) => self.set(key.trim(), value.trim(), Origin::Flag),
                None => self.faults.push(Fault::no_value(flag)),
            }
        }
    }
}

#[cfg(test)]
mod tests;
