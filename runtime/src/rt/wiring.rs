//! How generated code reaches components.

/// Says what the slot with this hash stands for, so that `app!` reaches components in private modules too.
pub trait Slot<const HASH: u64> {
    /// The component.
    type Item;
}

/// A service, as `#[service]` writes it.
#[diagnostic::on_unimplemented(message = "`{Self}` is no service", label = "put `#[service]` above it")]
pub trait Service: Sized + Send + Sync + 'static {
    /// The type's name.
    const NAME: &'static str;
}
