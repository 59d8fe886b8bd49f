//! The user's tokens stand one module deeper than they were written: `self::x` becomes `super::x`, `super::x` becomes `super::super::x`.

use proc_macro2::{Group, Ident, TokenStream, TokenTree};
use quote::{ToTokens, quote_spanned};

/// The same tokens, one module deeper.
pub(super) fn deeper(tokens: impl ToTokens) -> TokenStream {
    shift(tokens.into_token_stream())
}

fn shift(tokens: TokenStream) -> TokenStream {
    let tokens: Vec<TokenTree> = tokens.into_iter().collect();
    let mut out = TokenStream::new();
    for (position, token) in tokens.iter().enumerate() {
        let before = position.checked_sub(1).and_then(|at| tokens.get(at));
        match token {
            TokenTree::Group(group) if is_word(before, "pub") && is_super(group) => {
                let inner = quote_spanned!(group.span()=> in super::super);
                out.extend([regroup(group, inner)]);
            }
            TokenTree::Group(group) => out.extend([regroup(group, shift(group.stream()))]),
            TokenTree::Ident(ident) if begins_path(ident, before, &tokens, position) => {
                let span = ident.span();
                out.extend(if ident == "self" {
                    quote_spanned!(span=> super)
                } else {
                    quote_spanned!(span=> super::super)
                });
            }
            other => out.extend([other.clone()]),
        }
    }
    out
}

fn regroup(group: &Group, inner: TokenStream) -> TokenTree {
    let mut shifted = Group::new(group.delimiter(), inner);
    shifted.set_span(group.span());
    TokenTree::Group(shifted)
}

/// Whether an identifier is the `self` or the first `super` of a path with more to come.
fn begins_path(ident: &Ident, before: Option<&TokenTree>, tokens: &[TokenTree], position: usize) -> bool {
    let goes_on = is_colon(tokens.get(position + 1)) && is_colon(tokens.get(position + 2));
    (ident == "self" || ident == "super") && goes_on && !is_colon(before)
}

fn is_super(group: &Group) -> bool {
    let mut inner = group.stream().into_iter();
    matches!(inner.next(), Some(TokenTree::Ident(word)) if word == "super") && inner.next().is_none()
}

fn is_word(token: Option<&TokenTree>, word: &str) -> bool {
    matches!(token, Some(TokenTree::Ident(ident)) if ident == word)
}

fn is_colon(token: Option<&TokenTree>) -> bool {
    matches!(token, Some(TokenTree::Punct(punct)) if punct.as_char() == ':')
}
