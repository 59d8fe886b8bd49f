//! Values that only wait for the end of their block: [`idle`].

use super::Durable;

/// A value whose drop does nothing that anybody could tell: one that can be written down, and so holds nothing.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is held across a suspension by its scope alone",
    label = "its drop may have an effect, which would come before the await instead of after it",
    note = "a process keeps only what it reads again: let it go before the await, with `drop(..)` or a block around what needs it; if its drop does nothing, write `_` for its name"
)]
pub trait Idle {}

#[diagnostic::do_not_recommend]
impl<T: Durable> Idle for T {}

/// A value that is kept for its drop alone: it is dropped where the process suspends, so its drop must have no effect.
#[inline]
pub fn idle<T: Idle>(value: T) -> T {
    value
}
