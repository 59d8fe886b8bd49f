//! Borrows that last from one arm to the next.

/// Says that a borrow is still needed: what it borrows must not have changed until here. It does nothing; the borrow checker sees it.
#[inline]
pub fn still<T: ?Sized>(_borrow: &T) {}
