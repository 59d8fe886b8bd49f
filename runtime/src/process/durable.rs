//! [`Durable`]: what can be kept across a suspension.

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::encoding::{self, DecodeError, EncodeError, FieldReader, FieldWriter};

/// A value that can be saved with a process and made again when it resumes.
///
/// Every owned type with serde's `Serialize` and `Deserialize` is one. What is borrowed, what belongs to a thread (a
/// `MutexGuard`), or what can't be written down (a file, a closure) is none, and rustc says so at the variable.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be kept across a suspension",
    label = "still needed after the process resumes",
    note = "what a process keeps is written down: it is owned, `Send`, and has serde's `Serialize` and `Deserialize`"
)]
pub trait Durable: Send + Sized + 'static {
    /// Adds the value to an object, under a name.
    #[doc(hidden)]
    fn write(&self, out: &mut FieldWriter, name: &str) -> Result<(), EncodeError>;

    /// Takes the value of this name out of an object.
    #[doc(hidden)]
    fn take(saved: &mut FieldReader, name: &str) -> Result<Self, DecodeError>;

    /// The value as text.
    #[doc(hidden)]
    fn to_text(&self) -> Result<String, EncodeError>;

    /// The value of this text.
    #[doc(hidden)]
    fn from_text(text: &str) -> Result<Self, DecodeError>;
}

#[diagnostic::do_not_recommend]
impl<T: Serialize + DeserializeOwned + Send + 'static> Durable for T {
    fn write(&self, out: &mut FieldWriter, name: &str) -> Result<(), EncodeError> {
        out.field(name, self)
    }

    fn take(saved: &mut FieldReader, name: &str) -> Result<Self, DecodeError> {
        saved.take(name)
    }

    fn to_text(&self) -> Result<String, EncodeError> {
        encoding::to_text_checked(self)
    }

    fn from_text(text: &str) -> Result<Self, DecodeError> {
        encoding::from_text(text)
    }
}
