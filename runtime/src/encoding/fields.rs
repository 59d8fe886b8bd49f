//! Objects, field by field: how a process's locals are written and read.

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::write::Writer;
use super::{DecodeError, EncodeError, Tree, check, from_tree};

/// An object under construction.
pub struct FieldWriter {
    writer: Writer,
}

impl Default for FieldWriter {
    fn default() -> Self {
        Self::new()
    }
}

impl FieldWriter {
    /// An object without fields.
    pub fn new() -> Self {
        /// Room for the locals of most processes, so that the text seldom moves while it grows.
        const ROOM: usize = 256;
        let mut writer = Writer::default();
        writer.text.reserve(ROOM);
        writer.text.push('{');
        Self { writer }
    }

    /// Adds a field. When its value can't be written, or not be read back, the object stays as it was.
    pub fn field<T: Serialize + DeserializeOwned>(
        &mut self,
        name: &str,
        value: &T,
    ) -> Result<(), EncodeError> {
        let start = self.writer.text.len();
        let written = self.write(name, value);
        if written.is_err() {
            self.writer.reset(start, 0);
        }
        written
    }

    fn write<T: Serialize + DeserializeOwned>(&mut self, name: &str, value: &T) -> Result<(), EncodeError> {
        let start = self.name(name);
        value.serialize(&mut self.writer)?;
        if self.writer.wide { check::<T>(self.writer.text.get(start..).unwrap_or_default()) } else { Ok(()) }
    }

    /// Writes a field's name. Gives where its value begins.
    fn name(&mut self, name: &str) -> usize {
        let writer = &mut self.writer;
        if writer.text.len() > 1 {
            writer.text.push(',');
        }
        writer.key(name);
        writer.wide = false;
        writer.text.len()
    }

    /// The object's text.
    pub fn finish(mut self) -> String {
        self.writer.text.push('}');
        self.writer.text
    }
}

/// An object to be read, each field once, in any order.
#[derive(Debug)]
pub struct FieldReader {
    fields: Vec<(String, Option<Tree>)>,
}

impl FieldReader {
    /// Parses an object.
    pub fn parse(text: &str) -> Result<Self, DecodeError> {
        match Tree::parse(text)? {
            Tree::Object(fields) => {
                Ok(Self { fields: fields.into_iter().map(|(name, value)| (name, Some(value))).collect() })
            }
            _ => Err(DecodeError::syntax(0, "an object is expected here, with a name for each value")),
        }
    }

    /// Reads a field.
    pub fn take<T: DeserializeOwned>(&mut self, name: &str) -> Result<T, DecodeError> {
        match from_tree(self.value(name)?) {
            Ok(value) => Ok(value),
            Err(error) => Err(error.inside(|| name.to_owned())),
        }
    }

    fn value(&mut self, name: &str) -> Result<Tree, DecodeError> {
        let field = self.fields.iter_mut().find(|(there, _)| there == name);
        let value = field.and_then(|(_, value)| value.take());
        value.ok_or_else(|| DecodeError::Missing { name: name.to_owned() })
    }

    /// The names of the fields that are there and were not read yet.
    pub fn unread(&self) -> impl Iterator<Item = &str> {
        self.fields.iter().filter(|(_, value)| value.is_some()).map(|(name, _)| name.as_str())
    }
}
