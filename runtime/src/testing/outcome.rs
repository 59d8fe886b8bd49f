//! What a test's body returns.

/// What a test's body returns: nothing, or a result.
#[diagnostic::on_unimplemented(
    message = "a test can't return `{Self}`",
    label = "return nothing, or a `Result<(), E>`"
)]
pub trait TestOutcome {
    /// Whether the test has failed with this.
    #[doc(hidden)]
    fn has_failed(&self) -> bool;
}

impl TestOutcome for () {
    fn has_failed(&self) -> bool {
        false
    }
}

impl<T, E> TestOutcome for Result<T, E> {
    fn has_failed(&self) -> bool {
        self.is_err()
    }
}
