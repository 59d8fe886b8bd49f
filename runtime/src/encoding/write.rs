//! The serializer: a value to text, in one pass.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::ser::{Serialize, Serializer};

use super::number::{push, write_f32, write_f64, write_i64, write_i128, write_u64, write_u128};
use super::write_compound::{ListWriter, MapWriter};
use super::{EncodeError, MAX_DEPTH};

/// Text under construction.
#[derive(Default)]
pub(super) struct Writer {
    pub(super) text: String,
    /// How deep the value being written stands.
    pub(super) depth: usize,
    /// How many `Some`s it stands in.
    somes: usize,
    /// Whether a 128-bit integer was written.
    pub(super) wide: bool,
}

impl Writer {
    /// Takes back what was written from `start` on, by a value at the outermost level that failed.
    pub(super) fn reset(&mut self, start: usize, depth: usize) {
        self.text.truncate(start);
        self.depth = depth;
        self.somes = 0;
    }

    /// Goes one level deeper.
    pub(super) fn enter(&mut self, open: &str) -> Result<(), EncodeError> {
        if self.depth == MAX_DEPTH {
            return Err(EncodeError::TooDeep);
        }
        self.depth += 1;
        self.text.push_str(open);
        Ok(())
    }

    pub(super) fn leave(&mut self, close: &str) {
        self.depth -= 1;
        self.text.push_str(close);
    }

    /// Writes an object's key and its colon.
    pub(super) fn key(&mut self, name: &str) {
        if name.starts_with('$') {
            string(&mut self.text, &format!("${name}"));
        } else {
            string(&mut self.text, name);
        }
        self.text.push(':');
    }

    /// Opens the object that names an enum's variant.
    fn variant(&mut self, name: &str) -> Result<(), EncodeError> {
        self.enter("{")?;
        self.key(name);
        Ok(())
    }
}

/// Writes a JSON string.
pub(super) fn string(out: &mut String, value: &str) {
    out.push('"');
    if value.bytes().all(|byte| !matches!(byte, b'"' | b'\\' | 0..0x20 | 0x7f)) {
        // Names and most texts: one copy.
        out.push_str(value);
        out.push('"');
        return;
    }
    let mut plain = 0;
    for (at, byte) in value.bytes().enumerate() {
        let escape = match byte {
            b'"' => "\\\"",
            b'\\' => "\\\\",
            b'\n' => "\\n",
            b'\r' => "\\r",
            b'\t' => "\\t",
            0..0x20 | 0x7f => "",
            _ => continue,
        };
        out.push_str(value.get(plain..at).unwrap_or_default());
        plain = at + 1;
        if escape.is_empty() {
            push(out, format_args!("\\u{byte:04x}"));
        } else {
            out.push_str(escape);
        }
    }
    out.push_str(value.get(plain..).unwrap_or_default());
    out.push('"');
}

macro_rules! integers {
    ($write:ident($wide:ty): $($name:ident: $type:ty),*) => {
        $(fn $name(self, value: $type) -> Result<(), EncodeError> {
            $write(&mut self.text, <$wide>::from(value));
            Ok(())
        })*
    };
}

impl<'a> Serializer for &'a mut Writer {
    type Ok = ();
    type Error = EncodeError;
    type SerializeSeq = ListWriter<'a>;
    type SerializeTuple = ListWriter<'a>;
    type SerializeTupleStruct = ListWriter<'a>;
    type SerializeTupleVariant = ListWriter<'a>;
    type SerializeMap = MapWriter<'a>;
    type SerializeStruct = MapWriter<'a>;
    type SerializeStructVariant = MapWriter<'a>;

    integers! { write_i64(i64): serialize_i8: i8, serialize_i16: i16, serialize_i32: i32, serialize_i64: i64 }
    integers! { write_u64(u64): serialize_u8: u8, serialize_u16: u16, serialize_u32: u32, serialize_u64: u64 }

    fn serialize_i128(self, value: i128) -> Result<(), EncodeError> {
        self.wide = true;
        write_i128(&mut self.text, value);
        Ok(())
    }

    fn serialize_u128(self, value: u128) -> Result<(), EncodeError> {
        self.wide = true;
        write_u128(&mut self.text, value);
        Ok(())
    }

    fn serialize_bool(self, value: bool) -> Result<(), EncodeError> {
        self.text.push_str(if value { "true" } else { "false" });
        Ok(())
    }

    fn serialize_f32(self, value: f32) -> Result<(), EncodeError> {
        write_f32(&mut self.text, value);
        Ok(())
    }

    fn serialize_f64(self, value: f64) -> Result<(), EncodeError> {
        write_f64(&mut self.text, value);
        Ok(())
    }

    fn serialize_char(self, value: char) -> Result<(), EncodeError> {
        string(&mut self.text, value.encode_utf8(&mut [0; 4]));
        Ok(())
    }

    fn serialize_str(self, value: &str) -> Result<(), EncodeError> {
        string(&mut self.text, value);
        Ok(())
    }

    fn serialize_bytes(self, value: &[u8]) -> Result<(), EncodeError> {
        self.text.push_str(r#"{"$bytes":""#);
        STANDARD.encode_string(value, &mut self.text);
        self.text.push_str(r#""}"#);
        Ok(())
    }

    fn serialize_none(self) -> Result<(), EncodeError> {
        self.serialize_unit()
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<(), EncodeError> {
        if self.somes == MAX_DEPTH {
            return Err(EncodeError::TooDeep);
        }
        let start = self.text.len();
        self.somes += 1;
        value.serialize(&mut *self)?;
        self.somes -= 1;
        let inner = self.text.get(start..).unwrap_or_default();
        // Plainly written, `Some(None)` and `Some(())` would read as `None`.
        if inner == "null" || inner.starts_with(r#"{"$some":"#) {
            self.text.insert_str(start, r#"{"$some":"#);
            self.text.push('}');
        }
        Ok(())
    }

    fn serialize_unit(self) -> Result<(), EncodeError> {
        self.text.push_str("null");
        Ok(())
    }

    fn serialize_unit_struct(self, _: &'static str) -> Result<(), EncodeError> {
        self.serialize_unit()
    }

    fn serialize_unit_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
    ) -> Result<(), EncodeError> {
        self.serialize_str(variant)
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        value: &T,
    ) -> Result<(), EncodeError> {
        value.serialize(self)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        value: &T,
    ) -> Result<(), EncodeError> {
        self.variant(variant)?;
        value.serialize(&mut *self)?;
        self.leave("}");
        Ok(())
    }

    fn serialize_seq(self, _: Option<usize>) -> Result<ListWriter<'a>, EncodeError> {
        self.enter("[")?;
        Ok(ListWriter::new(self, "]"))
    }

    fn serialize_tuple(self, _: usize) -> Result<ListWriter<'a>, EncodeError> {
        self.serialize_seq(None)
    }

    fn serialize_tuple_struct(self, _: &'static str, _: usize) -> Result<ListWriter<'a>, EncodeError> {
        self.serialize_seq(None)
    }

    fn serialize_tuple_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        _: usize,
    ) -> Result<ListWriter<'a>, EncodeError> {
        self.variant(variant)?;
        self.text.push('[');
        Ok(ListWriter::new(self, "]}"))
    }

    fn serialize_map(self, _: Option<usize>) -> Result<MapWriter<'a>, EncodeError> {
        let start = self.text.len();
        self.enter("{")?;
        Ok(MapWriter::new(self, start, "}"))
    }

    fn serialize_struct(self, _: &'static str, _: usize) -> Result<MapWriter<'a>, EncodeError> {
        self.serialize_map(None)
    }

    fn serialize_struct_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        _: usize,
    ) -> Result<MapWriter<'a>, EncodeError> {
        self.variant(variant)?;
        let start = self.text.len();
        self.text.push('{');
        Ok(MapWriter::new(self, start, "}}"))
    }
}
