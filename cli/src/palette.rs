//! The colours, all from the terminal's own sixteen, so that they fit light and dark backgrounds alike.

use anstyle::{AnsiColor, Style};
use clap::builder::styling::Styles;

/// A status verb: `Checked`, `Wrote`.
pub(crate) const STATUS: Style = AnsiColor::Green.on_default().bold();
/// The word `error`.
pub(crate) const ERROR: Style = AnsiColor::Red.on_default().bold();
/// The word `warning`.
pub(crate) const WARNING: Style = AnsiColor::Yellow.on_default().bold();
/// The word `help`, and code in running text.
pub(crate) const HELP_WORD: Style = AnsiColor::Cyan.on_default().bold();
/// Code in running text.
pub(crate) const CODE: Style = AnsiColor::Cyan.on_default();
/// Headings.
pub(crate) const HEADING: Style = Style::new().bold();
/// What may be overlooked.
pub(crate) const FAINT: Style = Style::new().dimmed();

/// The colours of `--help`, the same as cargo's.
pub(crate) const HELP: Styles = Styles::styled()
    .header(AnsiColor::Green.on_default().bold())
    .usage(AnsiColor::Green.on_default().bold())
    .literal(AnsiColor::Cyan.on_default().bold())
    .placeholder(AnsiColor::Cyan.on_default())
    .error(ERROR)
    .valid(AnsiColor::Cyan.on_default().bold())
    .invalid(WARNING);
