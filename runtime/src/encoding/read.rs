//! The deserializer: a parsed text to a value. It moves strings out of the tree and copies nothing.

use std::vec;

use serde::de::value::StrDeserializer;
use serde::de::{
    Deserialize, DeserializeSeed, Deserializer, EnumAccess, Error, Expected, IntoDeserializer, MapAccess,
    SeqAccess, Unexpected, VariantAccess, Visitor,
};
use serde::forward_to_deserialize_any;

use super::{DecodeError, Tree};

/// Reads by what is asked for, so that rustc compiles for each type no more of a visitor than that type needs.
macro_rules! forward {
    ($way:ident: $($method:ident)*) => {
        $(fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, DecodeError> {
            self.$way(visitor)
        })*
    };
}
impl<'de> Deserializer<'de> for Tree {
    type Error = DecodeError;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, DecodeError> {
        match self {
            Self::Null => visitor.visit_unit(),
            Self::Bool(value) => visitor.visit_bool(value),
            Self::Unsigned(value) => visitor.visit_u64(value),
            Self::Signed(value) => visitor.visit_i64(value),
            Self::WideUnsigned(value) => visitor.visit_u128(value),
            Self::WideSigned(value) => visitor.visit_i128(value),
            Self::Float(value) => visitor.visit_f64(value),
            Self::Text(value) => visitor.visit_string(value),
            Self::Bytes(value) => visitor.visit_byte_buf(value),
            Self::Some(inner) => visitor.visit_some(*inner),
            compound => compound.compound(visitor),
        }
    }

    forward! { number: deserialize_u8 deserialize_u16 deserialize_u32 deserialize_u64 deserialize_i8 deserialize_i16 deserialize_i32
    deserialize_i64 deserialize_f32 deserialize_f64 }

    forward! { text: deserialize_char deserialize_str deserialize_string }

    forward! { compound: deserialize_seq deserialize_map }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, DecodeError> {
        match self {
            Self::Bool(value) => visitor.visit_bool(value),
            other => Err(other.unexpected(&visitor)),
        }
    }

    fn deserialize_unit<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, DecodeError> {
        match self {
            Self::Null => visitor.visit_unit(),
            other => Err(other.unexpected(&visitor)),
        }
    }

    fn deserialize_unit_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, DecodeError> {
        self.deserialize_unit(visitor)
    }

    fn deserialize_tuple<V: Visitor<'de>>(self, _: usize, visitor: V) -> Result<V::Value, DecodeError> {
        self.compound(visitor)
    }

    fn deserialize_tuple_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: usize,
        visitor: V,
    ) -> Result<V::Value, DecodeError> {
        self.compound(visitor)
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, DecodeError> {
        self.compound(visitor)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, DecodeError> {
        match self {
            Self::Null => visitor.visit_none(),
            Self::Some(inner) => visitor.visit_some(*inner),
            value => visitor.visit_some(value),
        }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, DecodeError> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, DecodeError> {
        match self {
            Self::Text(name) => visitor.visit_enum(Variant { name, value: None }),
            Self::Object(entries) => match <[(String, Self); 1]>::try_from(entries) {
                Ok([(name, value)]) => visitor.visit_enum(Variant { name, value: Some(value) }),
                Err(entries) => Err(DecodeError::custom(format_args!(
                    "an object with {} keys is no enum: one key, the variant's name, is expected",
                    entries.len()
                ))),
            },
            other => {
                Err(DecodeError::invalid_type(other.seen(), &"an enum: a string, or an object with one key"))
            }
        }
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, DecodeError> {
        visitor.visit_unit()
    }

    // A flattened map has its keys, numbers among them, read as identifiers.
    forward_to_deserialize_any! { i128 u128 bytes byte_buf identifier }
}

impl Tree {
    fn number<'de, V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, DecodeError> {
        match self {
            Self::Unsigned(value) => visitor.visit_u64(value),
            Self::Signed(value) => visitor.visit_i64(value),
            Self::Float(value) => visitor.visit_f64(value),
            other => Err(other.unexpected(&visitor)),
        }
    }

    fn text<'de, V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, DecodeError> {
        match self {
            Self::Text(value) => visitor.visit_string(value),
            other => Err(other.unexpected(&visitor)),
        }
    }

    fn compound<'de, V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, DecodeError> {
        match self {
            Self::List(items) => {
                let mut items = Items { rest: items.into_iter(), done: 0 };
                let value = visitor.visit_seq(&mut items)?;
                all_read(items.done, items.rest.len())?;
                Ok(value)
            }
            Self::Object(entries) => {
                let mut fields = Fields { rest: entries.into_iter(), value: None, done: 0 };
                let value = visitor.visit_map(&mut fields)?;
                all_read(fields.done, fields.rest.len())?;
                Ok(value)
            }
            Self::Map(entries) => {
                let mut entries = Entries { rest: entries.into_iter(), value: None, done: 0 };
                let value = visitor.visit_map(&mut entries)?;
                all_read(entries.done, entries.rest.len())?;
                Ok(value)
            }
            other => Err(other.unexpected(&visitor)),
        }
    }

    fn unexpected(&self, expected: &dyn Expected) -> DecodeError {
        match self {
            Self::WideUnsigned(value) => {
                DecodeError::invalid_type(Unexpected::Other(&format!("integer `{value}` as u128")), expected)
            }
            Self::WideSigned(value) => {
                DecodeError::invalid_type(Unexpected::Other(&format!("integer `{value}` as i128")), expected)
            }
            other => DecodeError::invalid_type(other.seen(), expected),
        }
    }

    fn seen(&self) -> Unexpected<'_> {
        match self {
            Self::Null => Unexpected::Unit,
            Self::Bool(value) => Unexpected::Bool(*value),
            Self::Unsigned(value) => Unexpected::Unsigned(*value),
            Self::Signed(value) => Unexpected::Signed(*value),
            Self::WideUnsigned(_) | Self::WideSigned(_) => Unexpected::Other("wide integer"),
            Self::Float(value) => Unexpected::Float(*value),
            Self::Text(value) => Unexpected::Str(value),
            Self::Bytes(value) => Unexpected::Bytes(value),
            Self::List(_) => Unexpected::Seq,
            Self::Object(_) | Self::Map(_) => Unexpected::Map,
            Self::Some(_) => Unexpected::Option,
        }
    }
}

impl IntoDeserializer<'_, DecodeError> for Tree {
    type Deserializer = Self;

    fn into_deserializer(self) -> Self {
        self
    }
}

fn all_read(done: usize, left: usize) -> Result<(), DecodeError> {
    if left == 0 {
        return Ok(());
    }
    Err(DecodeError::invalid_length(done + left, &format!("{done}").as_str()))
}

struct Items {
    rest: vec::IntoIter<Tree>,
    done: usize,
}

impl<'de> SeqAccess<'de> for Items {
    type Error = DecodeError;

    fn next_element_seed<T: DeserializeSeed<'de>>(
        &mut self,
        seed: T,
    ) -> Result<Option<T::Value>, DecodeError> {
        let Some(item) = self.rest.next() else { return Ok(None) };
        let place = self.done;
        self.done += 1;
        seed.deserialize(item).map(Some).map_err(|error| error.inside(|| format!("[{place}]")))
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.rest.len())
    }
}

struct Fields {
    rest: vec::IntoIter<(String, Tree)>,
    value: Option<(String, Tree)>,
    done: usize,
}

impl<'de> MapAccess<'de> for Fields {
    type Error = DecodeError;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, DecodeError> {
        let Some((name, value)) = self.rest.next() else { return Ok(None) };
        self.done += 1;
        // The name is lent to the key and kept for the place of an error in the value.
        let key = seed.deserialize(Key(&name)).map_err(|error| error.inside(|| name.clone()))?;
        self.value = Some((name, value));
        Ok(Some(key))
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, DecodeError> {
        let Some((name, value)) = self.value.take() else {
            return Err(DecodeError::custom("a value was read before its key"));
        };
        seed.deserialize(value).map_err(|error| error.inside(|| name))
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.rest.len())
    }
}

/// A key that is a string: lent, so that the fields of a struct cost no allocation.
struct Key<'a>(&'a str);

impl<'de> Deserializer<'de> for Key<'_> {
    type Error = DecodeError;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, DecodeError> {
        visitor.visit_str(self.0)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, DecodeError> {
        visitor.visit_some(self)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, DecodeError> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, DecodeError> {
        visitor.visit_enum(StrDeserializer::new(self.0))
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit unit_struct
        seq tuple tuple_struct map struct identifier ignored_any
    }
}

struct Entries {
    rest: vec::IntoIter<(Tree, Tree)>,
    value: Option<Tree>,
    done: usize,
}

impl<'de> MapAccess<'de> for Entries {
    type Error = DecodeError;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, DecodeError> {
        let Some((key, value)) = self.rest.next() else { return Ok(None) };
        let place = self.done;
        self.done += 1;
        self.value = Some(value);
        seed.deserialize(key).map(Some).map_err(|error| error.inside(|| format!("[key {place}]")))
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, DecodeError> {
        let Some(value) = self.value.take() else {
            return Err(DecodeError::custom("a value was read before its key"));
        };
        let place = self.done.saturating_sub(1);
        seed.deserialize(value).map_err(|error| error.inside(|| format!("[value {place}]")))
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.rest.len())
    }
}

struct Variant {
    name: String,
    value: Option<Tree>,
}

impl<'de> EnumAccess<'de> for Variant {
    type Error = DecodeError;
    type Variant = VariantValue;

    fn variant_seed<V: DeserializeSeed<'de>>(self, seed: V) -> Result<(V::Value, VariantValue), DecodeError> {
        let variant = seed.deserialize(Tree::Text(self.name.clone()))?;
        Ok((variant, VariantValue { name: self.name, value: self.value }))
    }
}

struct VariantValue {
    name: String,
    value: Option<Tree>,
}

impl VariantValue {
    fn read<T>(
        self,
        expected: &str,
        read: impl FnOnce(Tree) -> Result<T, DecodeError>,
    ) -> Result<T, DecodeError> {
        match self.value {
            Some(value) => read(value).map_err(|error| error.inside(|| self.name)),
            None => Err(DecodeError::invalid_type(Unexpected::UnitVariant, &expected)),
        }
    }
}

impl<'de> VariantAccess<'de> for VariantValue {
    type Error = DecodeError;

    fn unit_variant(self) -> Result<(), DecodeError> {
        match self.value {
            None => Ok(()),
            Some(value) => Deserialize::deserialize(value),
        }
    }

    fn newtype_variant_seed<T: DeserializeSeed<'de>>(self, seed: T) -> Result<T::Value, DecodeError> {
        self.read("newtype variant", |value| seed.deserialize(value))
    }

    fn tuple_variant<V: Visitor<'de>>(self, _: usize, visitor: V) -> Result<V::Value, DecodeError> {
        self.read("tuple variant", |value| value.deserialize_any(visitor))
    }

    fn struct_variant<V: Visitor<'de>>(
        self,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, DecodeError> {
        self.read("struct variant", |value| value.deserialize_any(visitor))
    }
}
