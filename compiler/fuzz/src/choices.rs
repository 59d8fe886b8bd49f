//! Bytes as choices.

/// Takes choices from bytes; when they are used up, it is always the first.
pub struct Choices<'a>(&'a [u8]);

impl<'a> Choices<'a> {
    /// Choices from these bytes.
    pub fn of(bytes: &'a [u8]) -> Self {
        Self(bytes)
    }

    /// Whether any are left.
    pub fn any(&self) -> bool {
        !self.0.is_empty()
    }

    /// A number below `limit`.
    pub fn below(&mut self, limit: usize) -> usize {
        let bytes = if limit > 256 { 2 } else { 1 };
        let (taken, rest) = self.0.split_at(bytes.min(self.0.len()));
        self.0 = rest;
        let number = taken.iter().fold(0, |number, byte| number << 8 | usize::from(*byte));
        number.checked_rem(limit).unwrap_or(0)
    }

    /// One of these.
    pub fn one<'b, T>(&mut self, of: &'b [T]) -> Option<&'b T> {
        of.get(self.below(of.len()))
    }
}
