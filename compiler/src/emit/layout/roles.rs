//! Where spaces may stand: each token by what it is and by what stands before it.

use proc_macro2::Delimiter;

use super::token::{Kind, Token};

/// Says of each token whether a space may stand before and after it. Two tokens stand apart where both allow it.
pub(super) fn assign(tokens: &mut [Token<'_>]) {
    let mut roles = Roles { tokens, generics: 0, closure: false };
    let mut at = 0;
    while at < roles.tokens.len() {
        at = roles.one(at);
    }
}

struct Roles<'t, 'a> {
    tokens: &'t mut [Token<'a>],
    /// How many `<` are open.
    generics: usize,
    /// Whether the parameters of a closure are open.
    closure: bool,
}

/// What stands before a token, as far as it matters to it.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Before {
    /// Nothing, an opened group, or an operator: an expression or a type begins.
    Beginning,
    /// A keyword after which an expression, a type or a pattern begins.
    Keyword,
    /// A value, a name or the end of one.
    Value,
}

impl Roles<'_, '_> {
    fn get(&self, at: usize) -> Option<&Token<'_>> {
        self.tokens.get(at)
    }

    fn punct(&self, at: usize) -> Option<char> {
        match self.get(at)?.kind {
            Kind::Punct(character) => Some(character),
            _ => None,
        }
    }

    /// The punctuation that is one piece with that at `at`, which is included.
    fn piece(&self, at: usize) -> (usize, String) {
        let mut text = String::new();
        let mut end = at;
        while let Some(character) = self.punct(end) {
            text.push(character);
            end += 1;
            if !self.get(end - 1).is_some_and(|token| token.joint) {
                break;
            }
        }
        (end, text)
    }

    fn before(&self, at: usize) -> Before {
        let Some(token) = at.checked_sub(1).and_then(|at| self.get(at)) else { return Before::Beginning };
        match token.kind {
            Kind::Word if is_keyword(&token.text) => Before::Keyword,
            Kind::Word | Kind::Literal | Kind::Close(_) => Before::Value,
            Kind::Open(_) | Kind::Comment | Kind::Behind => Before::Beginning,
            // The end of `<…>` is a value's or a type's, and so is a `?`.
            Kind::Punct('>') if token.depth < 0 => Before::Value,
            Kind::Punct('?') if token.after => Before::Value,
            Kind::Punct(_) => Before::Beginning,
        }
    }

    fn set(&mut self, at: usize, before: bool, after: bool) {
        if let Some(token) = self.tokens.get_mut(at) {
            (token.before, token.after) = (before, after);
        }
    }

    /// Gives the tokens from `from` to `end`, which are one piece, a space before, a space after, and none between.
    fn piece_is(&mut self, from: usize, end: usize, before: bool, after: bool) -> usize {
        for at in from..end {
            self.set(at, before && at == from, after && at + 1 == end);
        }
        end
    }

    fn deeper(&mut self, at: usize, depth: i8) {
        if let Some(token) = self.tokens.get_mut(at) {
            token.depth = depth;
        }
    }

    /// Assigns one piece and gives the position after it.
    fn one(&mut self, at: usize) -> usize {
        let Some((kind, close)) = self.get(at).map(|token| (token.kind, token.close)) else { return at + 1 };
        let before = self.before(at);
        match kind {
            Kind::Word | Kind::Literal | Kind::Comment | Kind::Behind => {}
            Kind::Open(Delimiter::Brace) => {
                (self.generics, self.closure) = (0, false);
                if self.follows_path(at) {
                    // `use a::{b, c};`
                    self.set(at, false, false);
                    self.set(close, false, true);
                }
            }
            Kind::Open(_) => {
                let apart = before == Before::Keyword
                    || self.is_lifetime(at.wrapping_sub(1))
                    || (before == Before::Beginning && at > 0);
                self.set(at, apart, false);
            }
            Kind::Close(Delimiter::Brace) => {}
            Kind::Close(_) => self.set(at, false, true),
            Kind::Punct(character) => return self.punctuation(at, character, before),
        }
        at + 1
    }

    /// Whether the word at `at` is the name of a lifetime.
    fn is_lifetime(&self, at: usize) -> bool {
        at.checked_sub(1).is_some_and(|tick| self.punct(tick) == Some('\''))
    }

    fn punctuation(&mut self, at: usize, character: char, before: Before) -> usize {
        let begins = before != Before::Value;
        match character {
            ',' | ';' => {
                let nested = self.generics > 0;
                if let Some(token) = self.tokens.get_mut(at) {
                    token.nested = nested;
                }
                return self.piece_is(at, at + 1, false, true);
            }
            '\'' | '#' | '$' => return self.piece_is(at, at + 1, true, false),
            '<' if self.opens_generics(at, before) => {
                self.generics += 1;
                self.deeper(at, 1);
                let apart = before == Before::Keyword && !self.takes_generics(at.wrapping_sub(1));
                let apart = apart || (before == Before::Beginning && !self.follows_path(at));
                return self.piece_is(at, at + 1, apart, false);
            }
            '>' if self.generics > 0 => {
                self.generics -= 1;
                self.deeper(at, -1);
                return self.piece_is(at, at + 1, false, true);
            }
            '|' if self.closure => {
                self.closure = false;
                self.deeper(at, -1);
                return self.piece_is(at, at + 1, false, true);
            }
            _ => {}
        }
        let (end, text) = self.piece(at);
        match text.as_str() {
            "." => self.piece_is(at, end, false, false),
            ".." | "..=" | "..." => {
                let apart = at.checked_sub(1).and_then(|at| self.punct(at)).is_some_and(|mark| mark != '.');
                self.piece_is(at, end, apart, false)
            }
            "::" => self.piece_is(at, end, begins, false),
            ":" => self.piece_is(at, end, false, true),
            "?" => {
                // `T: ?Sized` and `x?`.
                self.piece_is(at, at + 1, begins, !begins)
            }
            "!" => {
                let is_macro = matches!(self.get(end).map(|token| token.kind), Some(Kind::Open(_)))
                    && before == Before::Value;
                let is_inner = at.checked_sub(1).and_then(|at| self.punct(at)) == Some('#');
                let brace = self.get(end).is_some_and(|token| token.is_open(Delimiter::Brace));
                match is_macro || is_inner {
                    true => self.piece_is(at, end, false, brace),
                    false => self.piece_is(at, end, begins, !begins),
                }
            }
            "|" if begins => {
                self.closure = true;
                self.deeper(at, 1);
                self.piece_is(at, end, true, false)
            }
            "&" | "*" | "-" | "&&" | "**" | "&*" | "!*" | "-*" if begins => {
                self.piece_is(at, end, true, false)
            }
            // `&'a`, `=>` and the like: a lifetime's tick, a path's colons are pieces of their own.
            _ if text.len() > 1 && !is_operator(&text) => {
                let begins_expression = begins && matches!(character, '&' | '*' | '-' | '!');
                self.piece_is(at, at + 1, true, !begins_expression)
            }
            _ => self.piece_is(at, end, true, true),
        }
    }

    /// Whether a `<` begins arguments or parameters and compares nothing.
    fn opens_generics(&self, at: usize, before: Before) -> bool {
        if self.get(at).is_some_and(|token| token.joint) && matches!(self.punct(at + 1), Some('=' | '-')) {
            return false;
        }
        match before {
            Before::Beginning | Before::Keyword => true,
            Before::Value => {
                let name = at.checked_sub(1).and_then(|at| self.get(at));
                let is_type =
                    name.is_some_and(|name| name.text.starts_with(|first: char| first.is_uppercase()));
                let of_a_fn = at.checked_sub(2).and_then(|at| self.get(at)).is_some_and(|word| {
                    ["fn", "type", "struct", "enum", "trait"].iter().any(|keyword| word.is_word(keyword))
                });
                is_type || of_a_fn || self.generics > 0
            }
        }
    }

    /// `impl<T>`, `for<'a>`, `fn<T>`.
    fn takes_generics(&self, at: usize) -> bool {
        self.get(at).is_some_and(|word| ["impl", "for"].iter().any(|keyword| word.is_word(keyword)))
    }

    /// `get::<T>`.
    fn follows_path(&self, at: usize) -> bool {
        at.checked_sub(1).and_then(|at| self.punct(at)) == Some(':')
            && at.checked_sub(2).and_then(|at| self.punct(at)) == Some(':')
    }
}

fn is_operator(text: &str) -> bool {
    [
        "->", "=>", "==", "!=", "<=", ">=", "&&", "||", "<<", ">>", "+=", "-=", "*=", "/=", "%=", "^=", "&=",
        "|=", "<<=", ">>=",
    ]
    .contains(&text)
}

/// Whether what follows the word begins something: an expression, a type, a pattern.
fn is_keyword(word: &str) -> bool {
    [
        "as", "async", "await", "box", "break", "const", "continue", "dyn", "else", "enum", "extern", "for",
        "if", "impl", "in", "let", "loop", "match", "mod", "move", "mut", "ref", "return", "static",
        "struct", "trait", "type", "union", "unsafe", "use", "where", "while", "yield",
    ]
    .contains(&word)
        && !["await", "box", "union", "continue"].contains(&word)
}
