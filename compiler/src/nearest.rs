//! The known word that was probably meant.

/// The word of `known` that is nearest to `given`, if it is near enough to be a slip of the hand.
pub(crate) fn nearest<'a>(given: &str, known: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    known
        .map(|word| (distance(given, word), word))
        .filter(|(distance, word)| *distance <= word.chars().count().max(3) / 3 + 1)
        .min()
        .map(|(_, word)| word)
}

/// How many characters must be put in, taken out or changed (Levenshtein).
fn distance(one: &str, other: &str) -> usize {
    let other: Vec<char> = other.chars().collect();
    let mut row: Vec<usize> = (0..=other.len()).collect();
    for (at, character) in one.chars().enumerate() {
        let mut before = at;
        let mut left = at + 1;
        let mut next = vec![left];
        for (candidate, above) in other.iter().zip(row.iter().skip(1)) {
            left = (before + usize::from(character != *candidate)).min(left + 1).min(above + 1);
            before = *above;
            next.push(left);
        }
        row = next;
    }
    row.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_is_near_and_another_word_is_not() {
        let known = ["retention", "provides", "clock"];
        assert_eq!(nearest("retenton", known.into_iter()), Some("retention"));
        assert_eq!(nearest("provide", known.into_iter()), Some("provides"));
        assert_eq!(nearest("colour", known.into_iter()), None);
        assert_eq!(distance("kitten", "sitting"), 3);
        assert_eq!(distance("", "abc"), 3);
    }
}
