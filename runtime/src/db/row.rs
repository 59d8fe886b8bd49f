//! Rows as tuples, or as a single value where a query has one column.

use super::error::DbError;
use super::value::{FromValue, describe};
use crate::store::Value;

/// A type that a row can be read as: a tuple of up to twelve columns, or one column's type.
pub trait FromRow: Sized {
    /// Reads a row. `columns` are the names of its values.
    fn from_row(columns: &[String], row: Vec<Value>) -> Result<Self, DbError>;
}

fn column<T: FromValue>(
    columns: &[String],
    row: &mut impl Iterator<Item = (usize, Value)>,
) -> Result<T, DbError> {
    let (place, value) = row.next().unwrap_or((usize::MAX, Value::Null));
    T::from_value(value).map_err(|found| DbError::Column {
        column: columns.get(place).cloned().unwrap_or_default(),
        found: describe(&found),
        wanted: T::KIND,
    })
}

fn width(columns: &[String], row: &[Value], wanted: usize) -> Result<(), DbError> {
    if row.len() == wanted {
        return Ok(());
    }
    Err(DbError::Width { found: row.len(), names: columns.join(", "), wanted })
}

macro_rules! tuples {
    ($($count:literal: $($ty:ident)*;)*) => {$(
        impl<$($ty: FromValue),*> FromRow for ($($ty,)*) {
            fn from_row(columns: &[String], row: Vec<Value>) -> Result<Self, DbError> {
                width(columns, &row, $count)?;
                let mut row = row.into_iter().enumerate();
                Ok(($(column::<$ty>(columns, &mut row)?,)*))
            }
        }
    )*};
}

tuples! {
    1: A;
    2: A B;
    3: A B C;
    4: A B C D;
    5: A B C D E;
    6: A B C D E F;
    7: A B C D E F G;
    8: A B C D E F G H;
    9: A B C D E F G H I;
    10: A B C D E F G H I J;
    11: A B C D E F G H I J K;
    12: A B C D E F G H I J K L;
}

macro_rules! single {
    ($($ty:ty)*) => {$(
        impl FromRow for $ty {
            fn from_row(columns: &[String], row: Vec<Value>) -> Result<Self, DbError> {
                <($ty,)>::from_row(columns, row).map(|(value,)| value)
            }
        }
    )*};
}

single! { i8 i16 i32 i64 u8 u16 u32 u64 usize bool f64 String Vec<u8> jiff::Timestamp Value }

impl<T: FromValue> FromRow for Option<T> {
    fn from_row(columns: &[String], row: Vec<Value>) -> Result<Self, DbError> {
        <(Self,)>::from_row(columns, row).map(|(value,)| value)
    }
}
