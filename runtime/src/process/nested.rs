//! [`Nested`]: where a part stands, as the row of the process keeps it that has called it.

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use super::waits::Waits;
use crate::store::SavedState;

/// Where a part stands, and what it has registered there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Nested {
    /// The fn's name.
    pub(crate) part: String,
    /// The name of its point.
    pub(crate) point: String,
    /// What that keeps.
    locals: Locals,
    /// How many moves it has made: the iteration in its idempotency keys.
    pub(crate) step: i64,
    /// What it has registered.
    #[serde(default, skip_serializing_if = "is_empty")]
    pub(crate) waits: Waits,
}

impl Nested {
    /// For a part that stands at `state`. What it keeps is written into the row's text as it stands.
    pub(crate) fn new(part: &str, state: SavedState, step: i64, waits: Waits) -> Result<Self, String> {
        let SavedState { point, locals } = state;
        let locals = RawValue::from_string(locals)
            .map_err(|error| format!("what `{part}` keeps at `{point}` can't be saved: {error}"))?;
        Ok(Self { part: part.to_owned(), point, locals: Locals(locals), step, waits })
    }

    /// The point and what it keeps.
    pub(crate) fn state(&self) -> SavedState {
        SavedState { point: self.point.clone(), locals: self.locals().to_owned() }
    }

    /// What it keeps: a JSON object.
    pub(crate) fn locals(&self) -> &str {
        self.locals.0.get()
    }
}

/// Saved locals, as they stand in a text.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(transparent)]
struct Locals(Box<RawValue>);

impl PartialEq for Locals {
    fn eq(&self, other: &Self) -> bool {
        self.0.get() == other.0.get()
    }
}

impl Eq for Locals {}

fn is_empty(waits: &Waits) -> bool {
    waits.0.is_empty()
}

/// The point of a body and those of the parts that it has called there: `AwaitBids › Sleep`, `Both › (Charge, Sleep)`.
pub(crate) fn path(point: &str, waits: &Waits) -> String {
    let inner: Vec<String> = waits.parts().map(|nested| path(&nested.point, &nested.waits)).collect();
    match inner.as_slice() {
        [] => point.to_owned(),
        [only] => format!("{point} › {only}"),
        several => format!("{point} › ({})", several.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::process::Registered;

    fn part(point: &str, locals: &str, waits: Waits) -> Registered {
        let state = SavedState { point: point.to_owned(), locals: locals.to_owned() };
        Registered::Part(Nested::new("bids", state, 3, waits).unwrap())
    }

    #[test]
    fn parts_stand_inside_each_other() {
        let at = "2026-03-01T00:00:00Z".parse().unwrap();
        let sleeps = Waits(BTreeMap::from([(0, Registered::Timer(at))]));
        let inner = part("Sleep", r#"{"n":340282366920938463463374607431768211455,"s":"a\"b"}"#, sleeps);
        let outer =
            Waits(BTreeMap::from([(1, part("AwaitInner", "{}", Waits(BTreeMap::from([(0, inner)]))))]));
        let text = outer.to_text().unwrap();
        insta::assert_snapshot!(text, @r#"{"1":{"part":{"part":"bids","point":"AwaitInner","locals":{},"step":3,"waits":{"0":{"part":{"part":"bids","point":"Sleep","locals":{"n":340282366920938463463374607431768211455,"s":"a\"b"},"step":3,"waits":{"0":{"timer":"2026-03-01T00:00:00Z"}}}}}}}}"#);
        assert_eq!(Waits::parse(&text).unwrap(), outer);
        assert_eq!(outer.wake_at(), Some(at));
        assert_eq!(path("Both", &outer), "Both › AwaitInner › Sleep");
    }

    #[test]
    fn the_points_of_several_parts_are_told_apart() {
        let waits = Waits(BTreeMap::from([
            (0, part("Sleep", "{}", Waits::default())),
            (1, Registered::Done("1".to_owned())),
            (2, part("Charge", "{}", Waits::default())),
        ]));
        assert_eq!(path("Both", &waits), "Both › (Sleep, Charge)");
        assert_eq!(path("Both", &Waits::default()), "Both");
    }
}
