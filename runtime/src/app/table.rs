//! Tables for people, and the words in them.

use anstyle::{AnsiColor, Style};
use comfy_table::{ContentArrangement, Table, presets};
use jiff::{SignedDuration, Timestamp};

/// What stands above a column, and what is said beside something else.
pub(super) const FAINT: Style = Style::new().dimmed();

/// A table without lines. Its first column is a status, which is coloured on a terminal.
pub(super) fn print(columns: &[&str], rows: Vec<Vec<String>>) {
    let mut table = Table::new();
    table.load_style(presets::NOTHING).set_content_arrangement(ContentArrangement::Disabled);
    table.set_header(columns.to_vec());
    rows.into_iter().for_each(|row| {
        table.add_row(row);
    });
    for (number, line) in table.lines().enumerate() {
        let line = line.trim();
        let (status, rest) = line.split_once(' ').unwrap_or((line, ""));
        match (number, colour(status)) {
            (0, _) => anstream::println!("{FAINT}{line}{FAINT:#}"),
            (_, style) => anstream::println!("{style}{status}{style:#} {rest}"),
        }
    }
}

/// How a status looks.
pub(super) fn colour(status: &str) -> Style {
    match status {
        "active" => AnsiColor::Cyan.on_default(),
        "paused" | "stalled" => AnsiColor::Red.on_default(),
        "done" => AnsiColor::Green.on_default(),
        "cancelled" => FAINT,
        _ => Style::new(),
    }
}

/// A time to the second: people don't count microseconds.
pub(super) fn time(time: Timestamp) -> String {
    Timestamp::from_second(time.as_second()).unwrap_or(time).to_string()
}

/// A time as seen from another: `in 12 days`, `3 hours ago`, `now`.
pub(super) fn relative(time: Timestamp, now: Timestamp) -> String {
    let away = time.duration_since(now);
    match about(away) {
        None => "now".to_owned(),
        Some(length) if away.is_negative() => format!("{length} ago"),
        Some(length) => format!("in {length}"),
    }
}

/// A length of time in its largest unit, if it is a second at least.
fn about(length: SignedDuration) -> Option<String> {
    let seconds = length.as_secs().unsigned_abs();
    const UNITS: [(u64, &str); 5] =
        [(365 * 86_400, "year"), (86_400, "day"), (3_600, "hour"), (60, "minute"), (1, "second")];
    let (unit, name) = UNITS.into_iter().find(|(unit, _)| seconds >= *unit)?;
    let count = (seconds + unit / 2) / unit;
    Some(format!("{count} {name}{}", if count == 1 { "" } else { "s" }))
}

/// The beginning of a text, on one line.
pub(super) fn shortened(text: &str, width: usize) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if line.chars().count() <= width {
        return line;
    }
    let kept: String = line.chars().take(width.saturating_sub(1)).collect();
    format!("{}…", kept.trim_end())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_told_in_their_largest_unit() {
        let now: Timestamp = "2026-03-01T00:00:00Z".parse().unwrap();
        let told = |text: &str| relative(text.parse().unwrap(), now);
        assert_eq!(told("2026-03-01T00:00:00.9Z"), "now");
        assert_eq!(told("2026-03-01T00:00:01Z"), "in 1 second");
        assert_eq!(told("2026-02-28T23:01:00Z"), "59 minutes ago");
        assert_eq!(told("2026-03-13T11:00:00Z"), "in 12 days");
        assert_eq!(told("2026-03-14T23:59:59Z"), "in 14 days");
        assert_eq!(told("2024-03-01T00:00:00Z"), "2 years ago");
    }

    #[test]
    fn long_texts_are_cut_and_stand_on_one_line() {
        assert_eq!(shortened("a\nb", 10), "a b");
        assert_eq!(shortened("one two three", 8), "one two…");
    }
}
