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
    label = "still needed after the process resumes"
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

/// Does nothing but require that its argument can be kept, so that rustc's error stands on the very variable.
pub fn keep<T: Keep<K>, K: KeptOf<T>>(value: T) -> K {
    value.keep()
}

/// What is kept of a value: the value itself, if it is [`Durable`], and nothing otherwise.
///
/// That a type is kept as itself is what rustc finds out by asking whether it is `Durable`. So where it is not, rustc says so once,
/// of the variable, and knows no type for the state that would make it say the same of the state as well.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be kept across a suspension",
    label = "still needed after the process resumes"
)]
pub trait Keep<K> {
    /// The value.
    fn keep(self) -> K;
}

#[diagnostic::do_not_recommend]
impl<T: Durable> Keep<T> for T {
    fn keep(self) -> T {
        self
    }
}

#[diagnostic::do_not_recommend]
impl<T: Nothing> Keep<Never> for T {
    fn keep(self) -> Never {
        self.never()
    }
}

/// [`Keep`] the other way round: what is kept may be known before what it was.
pub trait KeptOf<T> {}

#[diagnostic::do_not_recommend]
impl<T> KeptOf<T> for T {}

#[diagnostic::do_not_recommend]
impl<T: Nothing> KeptOf<Never> for T {}

/// No type is one. With one implementation of [`Keep`] rustc would take it unasked; of two it asks which one holds.
pub trait Nothing {
    /// Never called.
    fn never(&self) -> Never;
}

/// No value is one.
#[derive(Debug)]
pub enum Never {}
