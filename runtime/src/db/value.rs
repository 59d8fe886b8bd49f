//! Rust's values as parameters of statements, and columns as Rust's values.

use jiff::Timestamp;

use crate::store::Value;

/// A value that can be a parameter of a statement.
pub trait IntoValue {
    /// As the database takes it.
    fn into_value(self) -> Value;
}

/// A value that can be read from a column.
pub trait FromValue: Sized {
    /// What it is called in errors.
    const KIND: &'static str;
    /// Reads it; gives the column's value back if that is of another kind.
    fn from_value(value: Value) -> Result<Self, Value>;
}

impl IntoValue for Value {
    fn into_value(self) -> Value {
        self
    }
}

impl FromValue for Value {
    const KIND: &'static str = "value";
    fn from_value(value: Value) -> Result<Self, Value> {
        Ok(value)
    }
}

impl<T: IntoValue> IntoValue for Option<T> {
    fn into_value(self) -> Value {
        self.map_or(Value::Null, T::into_value)
    }
}

impl<T: FromValue> FromValue for Option<T> {
    const KIND: &'static str = T::KIND;
    fn from_value(value: Value) -> Result<Self, Value> {
        if value == Value::Null { Ok(None) } else { T::from_value(value).map(Some) }
    }
}

impl<T: IntoValue + Clone> IntoValue for &T {
    fn into_value(self) -> Value {
        self.clone().into_value()
    }
}

macro_rules! integers {
    ($($ty:ty => $kind:literal),* $(,)?) => {$(
        impl IntoValue for $ty {
            fn into_value(self) -> Value {
                Value::Integer(i64::from(self))
            }
        }
        impl FromValue for $ty {
            const KIND: &'static str = $kind;
            fn from_value(value: Value) -> Result<Self, Value> {
                match value {
                    Value::Integer(number) => Self::try_from(number).map_err(|_| value),
                    other => Err(other),
                }
            }
        }
    )*};
}

integers! {
    i8 => "i8", i16 => "i16", i32 => "i32", i64 => "i64", u8 => "u8", u16 => "u16", u32 => "u32",
}

// A database's integers end at `i64::MAX`; what is larger is written as text, which no arithmetic in SQL mistakes for a
// number, and read back from it.
impl IntoValue for u64 {
    fn into_value(self) -> Value {
        i64::try_from(self).map_or_else(|_| Value::Text(self.to_string()), Value::Integer)
    }
}

impl FromValue for u64 {
    const KIND: &'static str = "u64";
    fn from_value(value: Value) -> Result<Self, Value> {
        match value {
            Value::Integer(number) => Self::try_from(number).map_err(|_| value),
            Value::Text(text) => text.parse().map_err(|_| Value::Text(text)),
            other => Err(other),
        }
    }
}

impl IntoValue for usize {
    fn into_value(self) -> Value {
        (self as u64).into_value()
    }
}

impl FromValue for usize {
    const KIND: &'static str = "usize";
    fn from_value(value: Value) -> Result<Self, Value> {
        let number = u64::from_value(value)?;
        Self::try_from(number).map_err(|_| number.into_value())
    }
}

impl IntoValue for bool {
    fn into_value(self) -> Value {
        Value::Integer(i64::from(self))
    }
}

impl FromValue for bool {
    const KIND: &'static str = "bool (0 or 1)";
    fn from_value(value: Value) -> Result<Self, Value> {
        match value {
            Value::Integer(0) => Ok(false),
            Value::Integer(1) => Ok(true),
            other => Err(other),
        }
    }
}

impl IntoValue for f64 {
    fn into_value(self) -> Value {
        Value::Real(self)
    }
}

impl FromValue for f64 {
    const KIND: &'static str = "f64";
    fn from_value(value: Value) -> Result<Self, Value> {
        match value {
            Value::Real(number) => Ok(number),
            // `SELECT 1` of a REAL column may come as an integer.
            Value::Integer(number) => Ok(number as f64),
            other => Err(other),
        }
    }
}

impl IntoValue for f32 {
    fn into_value(self) -> Value {
        Value::Real(f64::from(self))
    }
}

impl IntoValue for String {
    fn into_value(self) -> Value {
        Value::Text(self)
    }
}

impl IntoValue for &str {
    fn into_value(self) -> Value {
        Value::Text(self.to_owned())
    }
}

impl FromValue for String {
    const KIND: &'static str = "text";
    fn from_value(value: Value) -> Result<Self, Value> {
        match value {
            Value::Text(text) => Ok(text),
            other => Err(other),
        }
    }
}

impl IntoValue for Vec<u8> {
    fn into_value(self) -> Value {
        Value::Blob(self)
    }
}

impl IntoValue for &[u8] {
    fn into_value(self) -> Value {
        Value::Blob(self.to_vec())
    }
}

impl FromValue for Vec<u8> {
    const KIND: &'static str = "bytes";
    fn from_value(value: Value) -> Result<Self, Value> {
        match value {
            Value::Blob(bytes) => Ok(bytes),
            other => Err(other),
        }
    }
}

impl IntoValue for Timestamp {
    fn into_value(self) -> Value {
        Value::Text(self.to_string())
    }
}

impl FromValue for Timestamp {
    const KIND: &'static str = "timestamp (RFC 3339)";
    fn from_value(value: Value) -> Result<Self, Value> {
        match value {
            Value::Text(text) => text.parse().map_err(|_| Value::Text(text)),
            other => Err(other),
        }
    }
}

/// A value in an error: short, and none of its contents.
pub(super) fn describe(value: &Value) -> String {
    match value {
        Value::Null => "NULL".to_owned(),
        Value::Integer(number) => format!("the integer {number}"),
        Value::Real(number) => format!("the float {number}"),
        Value::Text(text) => format!("a text of {} bytes", text.len()),
        Value::Blob(bytes) => format!("{} bytes", bytes.len()),
    }
}
