//! Lists and maps under construction.

use serde::ser::{
    Serialize, SerializeMap, SerializeSeq, SerializeStruct, SerializeStructVariant, SerializeTuple,
    SerializeTupleStruct, SerializeTupleVariant,
};

use super::write::Writer;
use super::{EncodeError, Tree};

/// A list.
pub(super) struct ListWriter<'a> {
    writer: &'a mut Writer,
    first: bool,
    close: &'static str,
}

impl<'a> ListWriter<'a> {
    pub(super) fn new(writer: &'a mut Writer, close: &'static str) -> Self {
        Self { writer, first: true, close }
    }

    fn item<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), EncodeError> {
        if !self.first {
            self.writer.text.push(',');
        }
        self.first = false;
        value.serialize(&mut *self.writer)
    }

    fn close(self) -> Result<(), EncodeError> {
        self.writer.leave(self.close);
        Ok(())
    }
}

/// A map or struct: an object, until a key comes that is no string; then a list of pairs.
pub(super) struct MapWriter<'a> {
    writer: &'a mut Writer,
    /// Where its text begins.
    start: usize,
    first: bool,
    pairs: bool,
    close: &'static str,
}

impl<'a> MapWriter<'a> {
    pub(super) fn new(writer: &'a mut Writer, start: usize, close: &'static str) -> Self {
        Self { writer, start, first: true, pairs: false, close }
    }

    fn comma(&mut self) {
        if !self.first {
            self.writer.text.push(',');
        }
        self.first = false;
    }

    fn field<T: Serialize + ?Sized>(&mut self, name: &str, value: &T) -> Result<(), EncodeError> {
        self.comma();
        self.writer.key(name);
        value.serialize(&mut *self.writer)
    }

    fn key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<(), EncodeError> {
        let entries = self.writer.text.len();
        self.comma();
        if self.pairs {
            self.writer.text.push('[');
            key.serialize(&mut *self.writer)?;
            self.writer.text.push(',');
            return Ok(());
        }
        let at = self.writer.text.len();
        key.serialize(&mut *self.writer)?;
        let written = self.writer.text.get(at..).unwrap_or_default();
        if !written.starts_with('"') {
            return self.turn_to_pairs(entries, at);
        }
        if written.starts_with("\"$") {
            self.writer.text.insert(at + 1, '$');
        }
        self.writer.text.push(':');
        Ok(())
    }

    /// The key at `at` is no string: what was written as an object so far, up to `entries`, becomes pairs.
    fn turn_to_pairs(&mut self, entries: usize, at: usize) -> Result<(), EncodeError> {
        self.pairs = true;
        let text = &mut self.writer.text;
        let key = text.split_off(at);
        text.truncate(entries);
        let mut object = text.split_off(self.start);
        object.push('}');
        let object = Tree::parse(&object).map_err(EncodeError::unreadable)?;
        text.push_str(r#"{"$map":["#);
        if let Tree::Object(entries) = object {
            for (name, value) in entries {
                (name, value).serialize(&mut *self.writer)?;
                self.writer.text.push(',');
            }
        }
        self.writer.text.push('[');
        self.writer.text.push_str(&key);
        self.writer.text.push(',');
        Ok(())
    }

    fn value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), EncodeError> {
        value.serialize(&mut *self.writer)?;
        if self.pairs {
            self.writer.text.push(']');
        }
        Ok(())
    }

    fn close(self) -> Result<(), EncodeError> {
        if self.pairs {
            self.writer.text.push(']');
        }
        self.writer.leave(self.close);
        Ok(())
    }
}

macro_rules! lists {
    ($($shape:ident: $add:ident),*) => {
        $(impl $shape for ListWriter<'_> {
            type Ok = ();
            type Error = EncodeError;

            fn $add<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), EncodeError> {
                self.item(value)
            }

            fn end(self) -> Result<(), EncodeError> {
                self.close()
            }
        })*
    };
}

lists! {
    SerializeSeq: serialize_element, SerializeTuple: serialize_element,
    SerializeTupleStruct: serialize_field, SerializeTupleVariant: serialize_field
}

macro_rules! structs {
    ($($shape:ident),*) => {
        $(impl $shape for MapWriter<'_> {
            type Ok = ();
            type Error = EncodeError;

            fn serialize_field<T: Serialize + ?Sized>(&mut self, name: &'static str, value: &T) -> Result<(), EncodeError> {
                self.field(name, value)
            }

            fn end(self) -> Result<(), EncodeError> {
                self.close()
            }
        })*
    };
}

structs! { SerializeStruct, SerializeStructVariant }

impl SerializeMap for MapWriter<'_> {
    type Ok = ();
    type Error = EncodeError;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<(), EncodeError> {
        self.key(key)
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), EncodeError> {
        self.value(value)
    }

    fn end(self) -> Result<(), EncodeError> {
        self.close()
    }
}
