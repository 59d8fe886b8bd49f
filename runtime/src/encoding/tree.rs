//! A parsed text: the `$` objects are read already, so that what remains is values.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::ser::{Serialize, SerializeMap, Serializer};

use super::DecodeError;
use super::parse::Parser;

/// A value of which nothing is known but its text.
#[derive(Debug, Clone, PartialEq)]
pub enum Tree {
    /// `null`: a unit, or `None`.
    Null,
    /// A bool.
    Bool(bool),
    /// An integer that is not negative.
    Unsigned(u64),
    /// A negative integer.
    Signed(i64),
    /// An integer beyond 64 bits.
    WideUnsigned(u128),
    /// A negative integer beyond 64 bits.
    WideSigned(i128),
    /// A float.
    Float(f64),
    /// A string or a char.
    Text(String),
    /// Bytes.
    Bytes(Vec<u8>),
    /// A list or a tuple.
    List(Vec<Tree>),
    /// A struct, or a map with strings for keys, in the order of the text.
    Object(Vec<(String, Tree)>),
    /// A map with other keys.
    Map(Vec<(Tree, Tree)>),
    /// `Some` of something that reads like `None`.
    Some(Box<Tree>),
}

impl Tree {
    /// Parses a text.
    pub fn parse(text: &str) -> Result<Self, DecodeError> {
        Parser::new(text).document()
    }

    /// The value that the object `{"$name": value}` stands for.
    pub(super) fn marked(name: &str, value: Self) -> Result<Self, String> {
        match (name, value) {
            ("$some", value) => Ok(Self::Some(Box::new(value))),
            ("$map", Self::List(pairs)) => {
                pairs.into_iter().map(pair).collect::<Result<_, _>>().map(Self::Map)
            }
            ("$bytes", Self::Text(text)) => STANDARD
                .decode(text)
                .map(Self::Bytes)
                .map_err(|error| format!("`$bytes` is no base64: {error}")),
            ("$int", Self::Text(text)) => Self::integer(&text)
                .ok_or_else(|| format!("`$int` holds `{text}`, which is no integer of 128 bits")),
            ("$float", Self::Text(text)) => match text.as_str() {
                "NaN" => Ok(Self::Float(f64::NAN)),
                "inf" => Ok(Self::Float(f64::INFINITY)),
                "-inf" => Ok(Self::Float(f64::NEG_INFINITY)),
                _ => Err(format!("`$float` holds `{text}`, and not `NaN`, `inf` or `-inf`")),
            },
            ("$map" | "$bytes" | "$int" | "$float", _) => {
                Err(format!("`{name}` holds a value of another type"))
            }
            _ => Err(format!(
                "`{name}` is no word of this encoding; a key of your own that begins with `$` is written `${name}`"
            )),
        }
    }

    /// The integer of this text, in the narrowest form.
    pub(super) fn integer(text: &str) -> Option<Self> {
        if let Ok(value) = text.parse::<u64>() {
            return Some(Self::Unsigned(value));
        }
        if let Ok(value) = text.parse::<i64>() {
            return Some(Self::Signed(value));
        }
        if let Ok(value) = text.parse::<u128>() {
            return Some(Self::WideUnsigned(value));
        }
        text.parse::<i128>().ok().map(Self::WideSigned)
    }
}

fn pair(entry: Tree) -> Result<(Tree, Tree), String> {
    match entry {
        Tree::List(entry) => match <[Tree; 2]>::try_from(entry) {
            Ok([key, value]) => Ok((key, value)),
            Err(other) => Err(format!("an entry of `$map` has {} parts and not two", other.len())),
        },
        _ => Err("an entry of `$map` is no list of two".to_owned()),
    }
}

impl Serialize for Tree {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Null => serializer.serialize_unit(),
            Self::Bool(value) => serializer.serialize_bool(*value),
            Self::Unsigned(value) => serializer.serialize_u64(*value),
            Self::Signed(value) => serializer.serialize_i64(*value),
            Self::WideUnsigned(value) => serializer.serialize_u128(*value),
            Self::WideSigned(value) => serializer.serialize_i128(*value),
            Self::Float(value) => serializer.serialize_f64(*value),
            Self::Text(value) => serializer.serialize_str(value),
            Self::Bytes(value) => serializer.serialize_bytes(value),
            Self::List(items) => serializer.collect_seq(items),
            Self::Object(entries) => {
                let mut map = serializer.serialize_map(Some(entries.len()))?;
                for (name, value) in entries {
                    map.serialize_entry(name, value)?;
                }
                map.end()
            }
            Self::Map(entries) => {
                let mut map = serializer.serialize_map(Some(entries.len()))?;
                for (key, value) in entries {
                    map.serialize_entry(key, value)?;
                }
                map.end()
            }
            Self::Some(inner) => serializer.serialize_some(&**inner),
        }
    }
}
