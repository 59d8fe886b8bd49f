//! `#[justscale::test]`: an `async fn` with a `TestApp` in, a plain `#[test]` that runs it out.

use proc_macro::{Delimiter, Group, Ident, Span, TokenStream, TokenTree};

use crate::leaves::{is_punct, is_word};
use crate::missing::compile_error;

/// The test, or the fn and an error that says what it lacks.
pub(crate) fn expand(arguments: TokenStream, item: TokenStream) -> TokenStream {
    let made = options(arguments).and_then(|options| Ok(Test::parse(item.clone())?.write(&options)));
    made.unwrap_or_else(|fault| [item, fault.tokens()].into_iter().collect())
}

/// What is wrong, and with which token.
struct Fault {
    text: String,
    span: Span,
}

impl Fault {
    fn new(text: impl Into<String>, span: Span) -> Self {
        Self { text: text.into(), span }
    }

    fn tokens(&self) -> TokenStream {
        compile_error(&self.text, self.span)
    }
}

const HELP: &str = "help: write `#[justscale::test(database = all, crash = everywhere)]`; `database` is `memory`, `sqlite` or `all`, and `crash` is `never`, `commits` or `everywhere`";

/// An option, the type of its values in the runtime, and these: as they are written and as they are called there.
type TestOption = (&'static str, &'static str, &'static [(&'static str, &'static str)]);

const OPTIONS: [TestOption; 2] = [
    ("database", "Database", &[("memory", "Memory"), ("sqlite", "Sqlite"), ("all", "All")]),
    ("crash", "Crash", &[("never", "Never"), ("commits", "Commits"), ("everywhere", "Everywhere")]),
];

/// The calls on `Options` that the arguments stand for.
fn options(arguments: TokenStream) -> Result<String, Fault> {
    let mut calls = String::new();
    let mut tokens = arguments.into_iter().peekable();
    while let Some(word) = tokens.next() {
        let span = word.span();
        let Some((name, kind, values)) = OPTIONS.iter().find(|(name, ..)| is_word(&word, name)) else {
            return Err(Fault::new(format!("a test has no option `{word}`\n{HELP}"), span));
        };
        if tokens.next_if(|token| is_punct(token, '=')).is_none() {
            return Err(Fault::new(format!("`{name}` has no value\n{HELP}"), span));
        }
        let value = tokens.next();
        let written = value.as_ref().map(ToString::to_string).unwrap_or_default();
        let Some((_, called)) = values.iter().find(|(word, _)| *word == written) else {
            let text = format!("there is no {name} `{written}` for tests\n{HELP}");
            return Err(Fault::new(text, value.map_or(span, |value| value.span())));
        };
        calls.push_str(&format!(".{name}(::justscale::testing::{kind}::{called})"));
        if let Some(token) = tokens.next_if(|token| !is_punct(token, ',')) {
            return Err(Fault::new(format!("a comma is missing before `{token}`"), token.span()));
        }
        tokens.next();
    }
    Ok(calls)
}

/// The parts of the user's fn.
struct Test {
    /// The attributes and the visibility: what the outer fn gets.
    before: TokenStream,
    /// From `async` to the end.
    function: TokenStream,
    name: Ident,
    /// `-> T`, or nothing.
    returns: TokenStream,
}

impl Test {
    fn parse(item: TokenStream) -> Result<Self, Fault> {
        let tokens: Vec<TokenTree> = item.into_iter().collect();
        let Some(at) = tokens.iter().position(|token| is_word(token, "fn")) else {
            return Err(Fault::new(
                "a test is an `async fn`\nhelp: put the attribute on a fn",
                Span::call_site(),
            ));
        };
        let Some(begin) = tokens.iter().take(at).position(|token| is_word(token, "async")) else {
            let span = tokens.get(at).map_or_else(Span::call_site, TokenTree::span);
            return Err(Fault::new(
                "a test is an `async fn`\nhelp: write `async` before `fn`, or use a plain `#[test]`",
                span,
            ));
        };
        let Some(TokenTree::Ident(name)) = tokens.get(at + 1) else {
            return Err(Fault::new("this fn has no name", Span::call_site()));
        };
        let after: Vec<_> = tokens.iter().skip(at + 2).cloned().collect();
        let Some(taken) = after.iter().find_map(parameters) else {
            return Err(Fault::new("a test takes its app\nhelp: write `(app: TestApp<Shop>)`", name.span()));
        };
        if taken.stream().is_empty() {
            let text = "a test takes its app\nhelp: write `(app: TestApp<Shop>)`, or use a plain `#[test]`";
            return Err(Fault::new(text, taken.span()));
        }
        let returns = after.iter().skip_while(|token| parameters(token).is_none()).skip(1);
        let returns =
            returns.take_while(|token| !is_braced(token) && !is_word(token, "where")).cloned().collect();
        Ok(Self {
            before: tokens.iter().take(begin).cloned().collect(),
            function: tokens.iter().skip(begin).cloned().collect(),
            name: name.clone(),
            returns,
        })
    }

    fn write(self, options: &str) -> TokenStream {
        let parsed = |text: &str| text.parse::<TokenStream>().unwrap_or_default();
        let group = |delimiter, inner| TokenTree::Group(Group::new(delimiter, inner));
        let name = TokenTree::Ident(self.name);
        let mut arguments =
            parsed(&format!("::justscale::testing::Options::new().named(\"{name}\"){options},"));
        arguments.extend([name.clone()]);
        let mut body = self.function;
        body.extend(parsed("::justscale::testing::run"));
        body.extend([group(Delimiter::Parenthesis, arguments)]);
        parsed("#[::core::prelude::v1::test]")
            .into_iter()
            .chain(self.before)
            .chain(parsed("fn"))
            .chain([name, group(Delimiter::Parenthesis, TokenStream::new())])
            .chain(self.returns)
            .chain([group(Delimiter::Brace, body)])
            .collect()
    }
}

fn parameters(token: &TokenTree) -> Option<&Group> {
    match token {
        TokenTree::Group(group) if group.delimiter() == Delimiter::Parenthesis => Some(group),
        _ => None,
    }
}

fn is_braced(token: &TokenTree) -> bool {
    matches!(token, TokenTree::Group(group) if group.delimiter() == Delimiter::Brace)
}
