//! What is wrong with the settings: each fault with its place and the way out, all of them in one report.

use std::fmt;

use super::nearest::nearest;
use super::settings::{SETTINGS, Setting};

/// What is wrong with the settings.
#[derive(Debug)]
pub(crate) struct ConfigError {
    pub(super) faults: Vec<Fault>,
}

/// One thing that is wrong.
#[derive(Debug)]
pub(super) struct Fault {
    origin: Origin,
    what: String,
    way_out: String,
}

/// Which layer a text comes from, and where in it.
#[derive(Debug, Clone)]
pub(super) enum Origin {
    File { name: String, line: usize, column: usize },
    Variable { name: String, prefix: String },
    Flag,
}

impl Fault {
    /// There is no such key.
    pub(super) fn unknown(key: &str, origin: Origin) -> Self {
        let way_out = match nearest(key, SETTINGS.iter().map(|setting| setting.key)) {
            Some(near) => format!("did you mean `{}`?", origin.spell(near)),
            None => {
                let keys: Vec<_> =
                    SETTINGS.iter().map(|setting| format!("`{}`", origin.spell(setting.key))).collect();
                format!("there are {}", keys.join(", "))
            }
        };
        Self { what: format!("there is no setting `{key}`"), way_out, origin }
    }

    /// Its value can't be read.
    pub(super) fn wrong(setting: &Setting, value: &str, reason: &str, origin: Origin) -> Self {
        Self {
            what: format!("`{value}` is no value for `{}`", setting.key),
            way_out: reason.to_owned(),
            origin,
        }
    }

    /// A flag without a value.
    pub(super) fn no_value(flag: &str) -> Self {
        let way_out = "write `--set KEY=VALUE`, as in `--set log.level=debug`".to_owned();
        Self { what: format!("`{flag}` sets nothing"), way_out, origin: Origin::Flag }
    }

    /// The file is no TOML.
    pub(super) fn syntax(message: &str, origin: Origin) -> Self {
        let way_out = "write `key = \"value\"` below `[section]`: https://toml.io".to_owned();
        Self { what: format!("this is not TOML: {}", message.trim_end()), way_out, origin }
    }
}

impl Origin {
    /// A key as it is written in this layer.
    fn spell(&self, key: &str) -> String {
        match self {
            Self::Variable { prefix, .. } => format!("{prefix}_{}", key.replace('.', "__").to_uppercase()),
            Self::File { .. } | Self::Flag => key.to_owned(),
        }
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File { name, line, column } => write!(f, "{name}:{line}:{column}"),
            Self::Variable { name, .. } => write!(f, "the variable {name}"),
            Self::Flag => write!(f, "--set"),
        }
    }
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (nth, Fault { origin, what, way_out }) in self.faults.iter().enumerate() {
            let newline = if nth == 0 { "" } else { "\n" };
            write!(f, "{newline}{origin}: {what}; {way_out}")?;
        }
        Ok(())
    }
}

impl std::error::Error for ConfigError {}
