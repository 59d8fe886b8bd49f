//! How numbers are written so that they come back exactly.

use std::fmt::Write;

/// Writes a finite float as JSON that reads as a float again (`1.0`, never `1`), others as `{"$float":…}`.
pub(super) fn write_f64(out: &mut String, value: f64) {
    if value.is_finite() {
        push(out, format_args!("{value:?}"));
    } else if value.is_nan() {
        out.push_str(r#"{"$float":"NaN"}"#);
    } else {
        out.push_str(if value > 0.0 { r#"{"$float":"inf"}"# } else { r#"{"$float":"-inf"}"# });
    }
}

/// Writes an `f32` in its own short form where the way back through an `f64` gives the same value, which serde's buffers
/// take; else in the long form that does.
pub(super) fn write_f32(out: &mut String, value: f32) {
    if !value.is_finite() {
        return write_f64(out, f64::from(value));
    }
    let start = out.len();
    push(out, format_args!("{value:?}"));
    let again = out.get(start..).and_then(|text| text.parse::<f64>().ok());
    if again.map(|wide| (wide as f32).to_bits()) != Some(value.to_bits()) {
        out.truncate(start);
        write_f64(out, f64::from(value));
    }
}

/// Writes an integer.
pub(super) fn write_i64(out: &mut String, value: i64) {
    if value < 0 {
        out.push('-');
    }
    write_u64(out, value.unsigned_abs());
}

/// Writes an unsigned integer, digit by digit: most of what processes keep are small numbers, and for those `format_args!` takes many
/// times as long.
pub(super) fn write_u64(out: &mut String, mut value: u64) {
    let mut digits = [b'0'; 20];
    let mut count = 0;
    for digit in digits.iter_mut().rev() {
        *digit += (value % 10) as u8;
        value /= 10;
        count += 1;
        if value == 0 {
            break;
        }
    }
    let (_, written) = digits.split_at(digits.len() - count);
    // Digits are text.
    out.push_str(std::str::from_utf8(written).unwrap_or_default());
}

/// Writes an integer of any width.
pub(super) fn write_i128(out: &mut String, value: i128) {
    match i64::try_from(value) {
        Ok(small) => write_i64(out, small),
        Err(_) => match u64::try_from(value) {
            Ok(small) => write_u64(out, small),
            Err(_) => push(out, format_args!(r#"{{"$int":"{value}"}}"#)),
        },
    }
}

/// Writes an unsigned integer of any width.
pub(super) fn write_u128(out: &mut String, value: u128) {
    match u64::try_from(value) {
        Ok(small) => write_u64(out, small),
        Err(_) => push(out, format_args!(r#"{{"$int":"{value}"}}"#)),
    }
}

/// Writing to a `String` can't fail.
pub(super) fn push(out: &mut String, text: std::fmt::Arguments<'_>) {
    let _ = out.write_fmt(text);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn integers_are_written_as_rust_writes_them() {
        for value in [0, 7, 9, 10, 99, 100, 1_234_567_890, u64::MAX - 1, u64::MAX] {
            let mut text = String::new();
            write_u64(&mut text, value);
            assert_eq!(text, value.to_string());
        }
        for value in [0, -1, 42, -1_000, i64::MAX, i64::MIN] {
            let mut text = String::new();
            write_i64(&mut text, value);
            assert_eq!(text, value.to_string());
        }
    }
}
