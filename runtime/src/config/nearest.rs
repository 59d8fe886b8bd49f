//! The name that was probably meant.

/// The known name that is nearest to what was written, if one is near enough to be meant.
pub(super) fn nearest<'a>(written: &str, known: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let last = |key: &'a str| key.rsplit('.').next().unwrap_or(key);
    let ranked = known.map(|name| {
        // A key that stands in the wrong section is meant as well.
        let whole = distance(written, name);
        let part = distance(written.rsplit('.').next().unwrap_or(written), last(name)) + 1;
        (whole.min(part), name)
    });
    let (distance, name) = ranked.min_by_key(|(distance, _)| *distance)?;
    (distance <= 1 + written.chars().count() / 4).then_some(name)
}

/// How many letters must be put in, left out or changed.
fn distance(one: &str, other: &str) -> usize {
    let other: Vec<char> = other.chars().collect();
    let mut row: Vec<usize> = (0..=other.len()).collect();
    for (nth, letter) in one.chars().enumerate() {
        let mut next = vec![nth + 1];
        for (place, (there, pair)) in other.iter().zip(row.windows(2)).enumerate() {
            let [diagonal, above] = pair else { continue };
            let left = next.get(place).copied().unwrap_or(usize::MAX - 1);
            let change = diagonal + usize::from(*there != letter);
            next.push(change.min(above + 1).min(left + 1));
        }
        row = next;
    }
    row.last().copied().unwrap_or_default()
}
