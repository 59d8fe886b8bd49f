//! What stands in place of generated code that isn't there, so that the rest of the crate still makes sense.

use proc_macro::{Delimiter, Group, Ident, Punct, Spacing, Span, TokenStream, TokenTree};

use crate::leaves::{is_punct, is_word};

/// The item without the attributes that mean something to the compiler alone.
pub(crate) fn as_it_stands(item: TokenStream) -> TokenStream {
    let mut kept: Vec<TokenTree> = Vec::new();
    for token in item {
        match token {
            TokenTree::Group(group)
                if kept.last().is_some_and(|token| is_punct(token, '#')) && is_marker(&group) =>
            {
                kept.pop();
            }
            TokenTree::Group(group) => {
                let mut inner = Group::new(group.delimiter(), as_it_stands(group.stream()));
                inner.set_span(group.span());
                kept.push(TokenTree::Group(inner));
            }
            token => kept.push(token),
        }
    }
    kept.into_iter().collect()
}

/// `[new]`, `[export]`, `[point("paid")]`.
fn is_marker(group: &Group) -> bool {
    let mut inner = group.stream().into_iter();
    group.delimiter() == Delimiter::Bracket
        && inner
            .next()
            .is_some_and(|token| ["new", "export", "point"].iter().any(|word| is_word(&token, word)))
        && inner.next().is_none_or(|token| matches!(token, TokenTree::Group(_)))
}

/// For an editor: the item as it stands, where nothing else sees it, and then what was generated. Completion and hovering happen in
/// the first, which has the shape of what is on the screen; what others see of the item is the second.
pub(crate) fn beside(item: TokenStream, generated: TokenStream) -> TokenStream {
    let mut block = Group::new(Delimiter::Brace, as_it_stands(item));
    block.set_span(Span::call_site());
    let before: TokenStream = "#[allow(dead_code)] const _: () =".parse().unwrap_or_default();
    let ends = TokenTree::Punct(Punct::new(';', Spacing::Alone));
    before.into_iter().chain([TokenTree::Group(block), ends]).chain(generated).collect()
}

/// The names that an `app!` makes, with nothing behind them.
pub(crate) fn app(name: &str) -> TokenStream {
    let Ok(TokenTree::Ident(name)) = name.parse::<TokenStream>().map(first) else {
        return TokenStream::new();
    };
    let name = Ident::new(&name.to_string(), Span::call_site());
    let text = format!(
        "pub struct {name}; pub(crate) struct Wiring; \
         impl {name} {{ pub fn main() -> ::justscale::ExitCode {{ ::core::unreachable!() }} }}"
    );
    text.parse().unwrap_or_default()
}

fn first(tokens: TokenStream) -> TokenTree {
    let none = TokenTree::Group(Group::new(Delimiter::None, TokenStream::new()));
    tokens.into_iter().next().unwrap_or(none)
}
