//! The parser: strict JSON, with a bound on its depth.

use super::{DecodeError, MAX_DEPTH, Tree};

type Parsed<T> = Result<T, DecodeError>;

pub(super) struct Parser<'a> {
    text: &'a str,
    at: usize,
    depth: usize,
}

impl<'a> Parser<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        Self { text, at: 0, depth: 0 }
    }

    /// The whole text as one value.
    pub(super) fn document(mut self) -> Parsed<Tree> {
        let tree = self.value()?;
        match self.peek() {
            None => Ok(tree),
            Some(_) => Err(self.fault("something follows the value")),
        }
    }

    fn fault(&self, reason: impl Into<String>) -> DecodeError {
        DecodeError::syntax(self.at, reason)
    }

    /// The next byte that is no white space.
    fn peek(&mut self) -> Option<u8> {
        while let Some(b' ' | b'\n' | b'\t' | b'\r') = self.byte() {
            self.at += 1;
        }
        self.byte()
    }

    fn byte(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn expect(&mut self, byte: u8) -> Parsed<()> {
        if self.peek() == Some(byte) {
            self.at += 1;
            return Ok(());
        }
        Err(self.fault(format!("`{}` is missing", char::from(byte))))
    }

    fn value(&mut self) -> Parsed<Tree> {
        match self.peek() {
            Some(b'{') => self.nested(Self::object),
            Some(b'[') => self.nested(Self::list),
            Some(b'"') => self.string().map(Tree::Text),
            Some(b't') => self.word("true", Tree::Bool(true)),
            Some(b'f') => self.word("false", Tree::Bool(false)),
            Some(b'n') => self.word("null", Tree::Null),
            Some(b'-' | b'0'..=b'9') => self.number(),
            Some(_) => Err(self.fault("no value begins like this")),
            None => Err(self.fault("the text ends where a value should stand")),
        }
    }

    fn nested(&mut self, read: fn(&mut Self) -> Parsed<Tree>) -> Parsed<Tree> {
        // What the writer counts as one level is up to three in the text (`$map`), and `$some` is one that it counts apart.
        if self.depth == 4 * MAX_DEPTH {
            return Err(self.fault("the value is nested too deep"));
        }
        self.depth += 1;
        self.at += 1;
        let tree = read(self)?;
        self.depth -= 1;
        Ok(tree)
    }

    fn word(&mut self, word: &str, tree: Tree) -> Parsed<Tree> {
        if self.text.get(self.at..).is_some_and(|rest| rest.starts_with(word)) {
            self.at += word.len();
            return Ok(tree);
        }
        Err(self.fault("no value begins like this"))
    }

    fn list(&mut self) -> Parsed<Tree> {
        let mut items = Vec::new();
        if self.peek() == Some(b']') {
            self.at += 1;
            return Ok(Tree::List(items));
        }
        loop {
            items.push(self.value()?);
            match self.peek() {
                Some(b',') => self.at += 1,
                Some(b']') => {
                    self.at += 1;
                    return Ok(Tree::List(items));
                }
                _ => return Err(self.fault("`,` or `]` is missing")),
            }
        }
    }

    fn object(&mut self) -> Parsed<Tree> {
        let start = self.at;
        let mut entries = Vec::new();
        if self.peek() == Some(b'}') {
            self.at += 1;
            return Ok(Tree::Object(entries));
        }
        loop {
            if self.peek() != Some(b'"') {
                return Err(self.fault("a key is missing"));
            }
            let key = self.string()?;
            self.expect(b':')?;
            let value = self.value()?;
            entries.push((key, value));
            match self.peek() {
                Some(b',') => self.at += 1,
                Some(b'}') => {
                    self.at += 1;
                    return finish(entries).map_err(|reason| DecodeError::syntax(start, reason));
                }
                _ => return Err(self.fault("`,` or `}` is missing")),
            }
        }
    }

    fn number(&mut self) -> Parsed<Tree> {
        let start = self.at;
        if self.byte() == Some(b'-') {
            self.at += 1;
        }
        let leading = self.at;
        self.digits()?;
        if self.at > leading + 1 && self.text.as_bytes().get(leading) == Some(&b'0') {
            return Err(DecodeError::syntax(start, "a number begins with a zero"));
        }
        let whole = self.at;
        if self.byte() == Some(b'.') {
            self.at += 1;
            self.digits()?;
        }
        if let Some(b'e' | b'E') = self.byte() {
            self.at += 1;
            if let Some(b'+' | b'-') = self.byte() {
                self.at += 1;
            }
            self.digits()?;
        }
        let text = self.text.get(start..self.at).unwrap_or_default();
        let integer = if self.at == whole { Tree::integer(text) } else { None };
        match (integer, text.parse::<f64>()) {
            (Some(integer), _) => Ok(integer),
            (None, Ok(float)) if float.is_finite() => Ok(Tree::Float(float)),
            _ => Err(DecodeError::syntax(start, "the number is too large")),
        }
    }

    fn digits(&mut self) -> Parsed<()> {
        let start = self.at;
        while self.byte().is_some_and(|byte| byte.is_ascii_digit()) {
            self.at += 1;
        }
        if self.at == start { Err(self.fault("a digit is missing")) } else { Ok(()) }
    }

    fn string(&mut self) -> Parsed<String> {
        self.at += 1;
        let mut value = String::new();
        loop {
            let start = self.at;
            while self.byte().is_some_and(|byte| byte != b'"' && byte != b'\\' && byte >= 0x20) {
                self.at += 1;
            }
            value.push_str(self.text.get(start..self.at).unwrap_or_default());
            match self.byte() {
                Some(b'"') => {
                    self.at += 1;
                    return Ok(value);
                }
                Some(b'\\') => value.push(self.escape()?),
                Some(_) => {
                    return Err(self.fault("a control character stands in a string; write it as an escape"));
                }
                None => return Err(self.fault("the text ends inside a string")),
            }
        }
    }

    fn escape(&mut self) -> Parsed<char> {
        let start = self.at;
        self.at += 1;
        let byte = self.byte();
        self.at += 1;
        Ok(match byte {
            Some(b'"') => '"',
            Some(b'\\') => '\\',
            Some(b'/') => '/',
            Some(b'b') => '\u{8}',
            Some(b'f') => '\u{c}',
            Some(b'n') => '\n',
            Some(b'r') => '\r',
            Some(b't') => '\t',
            Some(b'u') => {
                let first = self.hex()?;
                let code = if (0xd800..0xdc00).contains(&first) && self.word("\\u", Tree::Null).is_ok() {
                    let second = self.hex()?;
                    0x10000 + ((first - 0xd800) << 10) + (second.wrapping_sub(0xdc00) & 0x3ff)
                } else {
                    first
                };
                char::from_u32(code)
                    .ok_or_else(|| DecodeError::syntax(start, "half of a surrogate pair is missing"))?
            }
            _ => return Err(DecodeError::syntax(start, "no such escape")),
        })
    }

    fn hex(&mut self) -> Parsed<u32> {
        let digits = self
            .text
            .get(self.at..self.at + 4)
            .filter(|text| text.bytes().all(|byte| byte.is_ascii_hexdigit()));
        let code = digits.and_then(|digits| u32::from_str_radix(digits, 16).ok());
        self.at += 4;
        code.ok_or_else(|| DecodeError::syntax(self.at - 4, "four hexadecimal digits are missing"))
    }
}

/// Reads the `$` in keys: a lone `$word` is a value of another kind, `$$word` is the program's own `$word`.
fn finish(mut entries: Vec<(String, Tree)>) -> Result<Tree, String> {
    let alone = entries.len() == 1;
    for (key, _) in &mut entries {
        if key.starts_with("$$") {
            key.remove(0);
        } else if key.starts_with('$') {
            if !alone {
                return Err(format!(
                    "`{key}` stands beside other keys; a key of your own that begins with `$` is written `${key}`"
                ));
            }
            return match entries.pop() {
                Some((key, value)) => Tree::marked(&key, value),
                None => Ok(Tree::Object(entries)),
            };
        }
    }
    Ok(Tree::Object(entries))
}
