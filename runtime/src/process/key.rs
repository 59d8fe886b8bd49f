//! Keys: what fills a path, `/subscription/{customer}`, so that an instance or a mailbox has a name.

use std::fmt::{self, Display, Write};

/// A value that can stand in a path: any type with `Display`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` can't stand in a path",
    label = "a key needs `Display`, and must be `Sync`"
)]
pub trait Key: Sync {
    /// Writes it as in the path, before it is escaped.
    #[doc(hidden)]
    fn write(&self, out: &mut dyn Write) -> fmt::Result;
}

#[diagnostic::do_not_recommend]
impl<T: Display + Sync + ?Sized> Key for T {
    fn write(&self, out: &mut dyn Write) -> fmt::Result {
        write!(out, "{self}")
    }
}

/// What a key of type `T` is taken from: a `T`, a `&T`, or a `&str` for a `String`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no key of type `{T}`",
    label = "expected a `{T}` or a reference to one"
)]
pub trait IntoKey<T>: Key + Send {}

#[diagnostic::do_not_recommend]
impl<T: Key + Send> IntoKey<T> for T {}

#[diagnostic::do_not_recommend]
impl<T: Display + Sync> IntoKey<T> for &T {}

impl IntoKey<String> for &str {}

/// Fills a path pattern with keys, in their order. What would be read as a part of the path is escaped (`%2F`), so that two
/// different keys never give one path.
pub fn fill(pattern: &str, keys: &[&dyn Key]) -> String {
    let mut path = String::with_capacity(pattern.len() + 16 * keys.len());
    let mut keys = keys.iter();
    let mut rest = pattern;
    while let Some((before, after)) = rest.split_once('{') {
        path.push_str(before);
        let Some((parameter, after)) = after.split_once('}') else {
            path.push('{');
            rest = after;
            continue;
        };
        match keys.next() {
            // Writing to an `Escaped` can't fail; a `Display` that fails has written what it could.
            Some(key) => drop(key.write(&mut Escaped(&mut path))),
            None => {
                path.push('{');
                path.push_str(parameter);
                path.push('}');
            }
        }
        rest = after;
    }
    path.push_str(rest);
    path
}

/// Percent-encodes what has a meaning in a path.
struct Escaped<'a>(&'a mut String);

impl Write for Escaped<'_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        for c in text.chars() {
            match c {
                '/' | '%' | '{' | '}' | '?' | '#' => write!(self.0, "%{:02X}", c as u32)?,
                c if c.is_ascii_control() || c == ' ' => write!(self.0, "%{:02X}", c as u32)?,
                c => self.0.push(c),
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pattern_is_filled_in_order() {
        assert_eq!(fill("/order/{order}/item/{item}", &[&"ada", &7]), "/order/ada/item/7");
        assert_eq!(fill("/tick", &[]), "/tick");
    }

    #[test]
    fn different_keys_never_give_one_path() {
        assert_eq!(fill("/{a}/{b}", &[&"x/y", &"z"]), "/x%2Fy/z");
        assert_eq!(fill("/{a}/{b}", &[&"x", &"y/z"]), "/x/y%2Fz");
        assert_eq!(fill("/{a}", &[&"50% {off}"]), "/50%25%20%7Boff%7D");
        assert_eq!(fill("/{a}", &[&"größe"]), "/größe");
    }

    #[test]
    fn keys_are_taken_by_value_or_reference() {
        fn name(key: impl IntoKey<String>) -> String {
            fill("/{a}", &[&key])
        }
        let ada = String::from("ada");
        assert_eq!(name(&ada), "/ada");
        assert_eq!(name("ada"), "/ada");
        assert_eq!(name(ada), "/ada");
    }
}
