//! The encoding of everything that is saved: text that is JSON, describes itself, and loses nothing.
//!
//! What comes in is any value with serde's traits; what goes out is JSON, by names and never by positions. The same
//! value comes back, for every type with derived serde: all four ways to tag an enum, flattened fields, maps with any
//! keys, NaN and the infinities, `u128`, bytes, `Option<Option<T>>`. Where plain JSON has no word, an object with one
//! key that begins with `$` stands in:
//!
//! | text | what it is |
//! |---|---|
//! | `{"$map":[[k,v],…]}` | a map in which some key is no string |
//! | `{"$float":"NaN"}` | `NaN`, `inf` or `-inf` |
//! | `{"$int":"…"}` | an integer beyond 64 bits |
//! | `{"$bytes":"…"}` | bytes, in base64 |
//! | `{"$some":v}` | `Some` of something that is itself written as `null` or `$some` |
//!
//! A key of the program's own that begins with `$` gets a second one. All NaNs are one NaN.
//!
//! What serde itself can't carry, no encoding can: a `u128` inside an untagged or internally tagged enum or a flattened
//! struct is refused by serde when it is read. [`to_text_checked`], which saves processes, finds that out when it is
//! written. And where an untagged enum has two variants that read the same (`A(f64)`, `B(i64)`), the first one wins.

mod errors;
mod fields;
mod number;
mod parse;
mod people;
mod read;
#[cfg(test)]
mod round_trips;
mod tree;
mod write;
mod write_compound;

use serde::Serialize;
use serde::de::DeserializeOwned;

pub use errors::{DecodeError, EncodeError};
pub use fields::{FieldReader, FieldWriter};
pub use people::to_people;
pub use tree::Tree;

use write::Writer;

/// How deep a value may be nested. It bounds the stack that reading it back takes.
pub const MAX_DEPTH: usize = 256;

/// Encodes a value.
pub fn to_text<T: Serialize + ?Sized>(value: &T) -> Result<String, EncodeError> {
    let mut writer = Writer::default();
    value.serialize(&mut writer)?;
    Ok(writer.text)
}

/// Encodes a value, and refuses one of which serde can't read back what it holds (see the module's text).
pub fn to_text_checked<T: Serialize + DeserializeOwned>(value: &T) -> Result<String, EncodeError> {
    let mut writer = Writer::default();
    value.serialize(&mut writer)?;
    if writer.wide {
        check::<T>(&writer.text)?;
    }
    Ok(writer.text)
}

/// Only 128-bit integers get lost in serde's buffers, so only a text that has one is read again.
fn check<T: DeserializeOwned>(text: &str) -> Result<(), EncodeError> {
    from_text::<T>(text).map(drop).map_err(EncodeError::unreadable)
}

/// Decodes a value.
pub fn from_text<T: DeserializeOwned>(text: &str) -> Result<T, DecodeError> {
    from_tree(Tree::parse(text)?)
}

/// Decodes a value from a text that is parsed already.
pub fn from_tree<T: DeserializeOwned>(tree: Tree) -> Result<T, DecodeError> {
    T::deserialize(tree)
}
