//! Which of the known names was meant.

use std::cmp::Reverse;

/// The names nearest to `wanted`, nearest first, at most three; none where nothing is near. Of two that are equally near, the one that
/// begins like it comes first.
pub(crate) fn nearest<'a>(wanted: &str, known: impl IntoIterator<Item = &'a str>) -> Vec<&'a str> {
    let wanted = wanted.to_lowercase();
    let limit = (wanted.chars().count() / 3).max(2);
    let mut near: Vec<(usize, Reverse<usize>, &str)> = known
        .into_iter()
        .map(|name| {
            let lower = name.to_lowercase();
            let is_part = !wanted.is_empty() && lower.contains(&wanted);
            let distance = if is_part { 1 } else { distance(&wanted, &lower) };
            let alike = wanted.chars().zip(lower.chars()).take_while(|(one, other)| one == other).count();
            (distance, Reverse(alike), name)
        })
        .filter(|(distance, ..)| *distance <= limit)
        .collect();
    near.sort();
    near.dedup();
    near.into_iter().take(3).map(|(.., name)| name).collect()
}

/// How many letters must be added, removed, changed or swapped with their neighbour.
fn distance(from: &str, to: &str) -> usize {
    let from: Vec<char> = from.chars().collect();
    let to: Vec<char> = to.chars().collect();
    let mut before_last: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=to.len()).collect();
    for (row, letter) in from.iter().enumerate() {
        let mut this = vec![row + 1];
        for (column, other) in to.iter().enumerate() {
            let at = |line: &[usize], index: usize| line.get(index).copied().unwrap_or(usize::MAX - 1);
            let mut best = (at(&last, column) + usize::from(letter != other))
                .min(at(&last, column + 1) + 1)
                .min(at(&this, column) + 1);
            let swapped = row > 0
                && column > 0
                && from.get(row - 1) == Some(other)
                && to.get(column - 1) == Some(letter);
            if swapped {
                best = best.min(at(&before_last, column - 1) + 1);
            }
            this.push(best);
        }
        before_last = std::mem::replace(&mut last, this);
    }
    last.last().copied().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_of_the_keyboard_is_found() {
        let known = ["JS0001", "JS0204", "JS0240", "JS0301"];
        assert_eq!(nearest("JS0205", known), ["JS0204", "JS0240", "JS0001"]);
        assert_eq!(nearest("JS2004", known)[..1], ["JS0204"]);
        assert_eq!(nearest("subscripton", ["subscription", "billing"]), ["subscription"]);
        assert_eq!(nearest("reminder", ["mail::reminder", "billing"]), ["mail::reminder"]);
    }

    #[test]
    fn what_is_far_from_everything_has_no_neighbour() {
        assert_eq!(nearest("payments", ["subscription", "billing"]), Vec::<&str>::new());
        assert_eq!(distance("", "abc"), 3);
        assert_eq!(distance("ab", "ba"), 1);
    }
}
