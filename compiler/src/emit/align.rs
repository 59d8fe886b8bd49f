//! Which printed token is which: two lists of texts in, for each text of the second its counterpart in the first.
//!
//! A printer adds and drops commas, braces and parentheses; it keeps names and literals, and their order. So names and literals are
//! paired first, and the punctuation between two pairs is paired by its longest common subsequence.

/// For each text of `printed`, the index of the text of `given` that it is. Indices only grow, and paired texts are equal.
pub(super) fn align(given: &[&str], printed: &[&str]) -> Vec<Option<usize>> {
    let mut pairs = vec![None; printed.len()];
    let mut from = (0, 0);
    let anchors = pair_anchors(&anchors(given), &anchors(printed));
    for (at, also) in anchors.into_iter().chain([(given.len(), printed.len())]) {
        between(given, printed, from, (at, also), &mut pairs);
        if let Some(pair) = pairs.get_mut(also) {
            *pair = Some(at);
        }
        from = (at + 1, also + 1);
    }
    pairs
}

/// A name or a literal and where it stands in its list.
type Anchor<'a> = (usize, &'a str);

fn anchors<'a>(texts: &[&'a str]) -> Vec<Anchor<'a>> {
    let is_anchor = |text: &str| {
        text.len() > 1 || text.starts_with(|first: char| first.is_alphanumeric() || first == '_')
    };
    texts.iter().copied().enumerate().filter(|(_, text)| is_anchor(text)).collect()
}

/// How many anchors in a row must agree where the two lists differ, before they count as back in step.
const IN_STEP: usize = 4;
/// How far to look for that.
const REACH: usize = 64;

/// Pairs anchors. The lists are equal unless the printer wrote a word of its own; then they are brought back in step by the
/// shortest skip after which they agree for a while.
fn pair_anchors(given: &[Anchor<'_>], printed: &[Anchor<'_>]) -> Vec<(usize, usize)> {
    let mut pairs = Vec::with_capacity(printed.len());
    let (mut at, mut also) = (0, 0);
    while let (Some(left), Some(right)) = (given.get(at), printed.get(also)) {
        if left.1 == right.1 {
            pairs.push((left.0, right.0));
            (at, also) = (at + 1, also + 1);
            continue;
        }
        let skip = (1..=REACH).flat_map(|sum| (0..=sum).map(move |left| (left, sum - left)));
        let Some((left, right)) =
            skip.into_iter().find(|(left, right)| agree(given.get(at + left..), printed.get(also + right..)))
        else {
            break;
        };
        (at, also) = (at + left, also + right);
    }
    pairs
}

fn agree(given: Option<&[Anchor<'_>]>, printed: Option<&[Anchor<'_>]>) -> bool {
    let (Some(given), Some(printed)) = (given, printed) else { return false };
    let wanted = IN_STEP.min(given.len()).min(printed.len());
    wanted > 0 && given.iter().zip(printed).take(wanted).all(|(left, right)| left.1 == right.1)
}

/// Pairs the punctuation between two pairs of anchors.
fn between(
    given: &[&str],
    printed: &[&str],
    from: (usize, usize),
    to: (usize, usize),
    pairs: &mut [Option<usize>],
) {
    let (Some(left), Some(right)) = (given.get(from.0..to.0), printed.get(from.1..to.1)) else { return };
    for (at, also) in common(left, right) {
        if let Some(pair) = pairs.get_mut(from.1 + also) {
            *pair = Some(from.0 + at);
        }
    }
}

/// The longest common subsequence, as pairs of indices.
fn common(left: &[&str], right: &[&str]) -> Vec<(usize, usize)> {
    let start = left.iter().zip(right).take_while(|(a, b)| a == b).count();
    let mut pairs: Vec<_> = (0..start).map(|index| (index, index)).collect();
    let (left, right) = (left.get(start..).unwrap_or_default(), right.get(start..).unwrap_or_default());
    let width = right.len() + 1;
    // `longest[i * width + j]` is the length for what follows `i` on the left and `j` on the right.
    let mut longest = vec![0_u32; (left.len() + 1) * width];
    let length = |longest: &[u32], i: usize, j: usize| longest.get(i * width + j).copied().unwrap_or(0);
    for (i, a) in left.iter().enumerate().rev() {
        for (j, b) in right.iter().enumerate().rev() {
            let best = if a == b {
                length(&longest, i + 1, j + 1) + 1
            } else {
                length(&longest, i + 1, j).max(length(&longest, i, j + 1))
            };
            if let Some(cell) = longest.get_mut(i * width + j) {
                *cell = best;
            }
        }
    }
    let (mut i, mut j) = (0, 0);
    while let (Some(a), Some(b)) = (left.get(i), right.get(j)) {
        if a == b {
            pairs.push((start + i, start + j));
            (i, j) = (i + 1, j + 1);
        } else if length(&longest, i + 1, j) >= length(&longest, i, j + 1) {
            i += 1;
        } else {
            j += 1;
        }
    }
    pairs
}
