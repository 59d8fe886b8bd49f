//! The text of a macro with holes where its arguments stand.

use proc_macro2::{Group, Ident, Span, TokenStream, TokenTree};
use quote::ToTokens;
use syn::parse::{ParseStream, Parser};
use syn::{Expr, Token};

use super::binding::MARK;

/// What a macro's text is, apart from its arguments.
#[derive(Debug, Clone, Default)]
pub(crate) struct Template {
    tokens: TokenStream,
    /// The names of named arguments.
    pub names: Vec<String>,
}

impl Template {
    /// The text with these arguments.
    pub(crate) fn filled(&self, args: &[&Expr]) -> TokenStream {
        filled(self.tokens.clone(), args)
    }
}

fn filled(tokens: TokenStream, args: &[&Expr]) -> TokenStream {
    let mut out = TokenStream::new();
    for token in tokens {
        match token {
            TokenTree::Group(group) => {
                let mut inner = Group::new(group.delimiter(), filled(group.stream(), args));
                inner.set_span(group.span());
                out.extend([TokenTree::Group(inner)]);
            }
            TokenTree::Ident(ident) => match hole_number(&ident).and_then(|number| args.get(number)) {
                Some(arg) => arg.to_tokens(&mut out),
                None => out.extend([TokenTree::Ident(ident)]),
            },
            other => out.extend([other]),
        }
    }
    out
}

fn hole(number: usize) -> TokenTree {
    TokenTree::Ident(Ident::new(&format!("arg{number}{MARK}"), Span::call_site()))
}

fn hole_number(ident: &Ident) -> Option<usize> {
    ident.to_string().strip_prefix("arg")?.strip_suffix(MARK)?.parse().ok()
}

/// Arguments with `,` or, as in `vec![0; n]`, one `;` between them. Some may be named: `total = x`.
pub(crate) fn arguments(tokens: &TokenStream) -> Option<(Template, Vec<Expr>)> {
    let parse = |input: ParseStream| -> syn::Result<(Template, Vec<Expr>)> {
        let mut template = Template::default();
        let mut args = Vec::new();
        while !input.is_empty() {
            if input.peek(syn::Ident) && input.peek2(Token![=]) && !input.peek2(Token![==]) {
                let name: Ident = input.parse()?;
                template.names.push(name.to_string());
                name.to_tokens(&mut template.tokens);
                input.parse::<Token![=]>()?.to_tokens(&mut template.tokens);
            }
            template.tokens.extend([hole(args.len())]);
            args.push(input.parse()?);
            if input.peek(Token![;]) && args.len() == 1 {
                input.parse::<Token![;]>()?.to_tokens(&mut template.tokens);
            } else if !input.is_empty() {
                input.parse::<Token![,]>()?.to_tokens(&mut template.tokens);
            }
        }
        Ok((template, args))
    };
    parse.parse2(tokens.clone()).ok()
}

/// `json!({ "total": f(), "items": [a, { "b": c }] })`: the values are the arguments, in their order.
pub(crate) fn json(tokens: &TokenStream) -> Option<(Template, Vec<Expr>)> {
    let mut args = Vec::new();
    let tokens = json_value(tokens.clone(), &mut args)?;
    Some((Template { tokens, names: Vec::new() }, args))
}

fn json_value(tokens: TokenStream, args: &mut Vec<Expr>) -> Option<TokenStream> {
    let parts: Vec<TokenTree> = tokens.clone().into_iter().collect();
    match parts.as_slice() {
        [TokenTree::Group(group)] if group.delimiter() == proc_macro2::Delimiter::Brace => {
            json_list(group, args, true).map(|group| TokenTree::Group(group).into())
        }
        [TokenTree::Group(group)] if group.delimiter() == proc_macro2::Delimiter::Bracket => {
            json_list(group, args, false).map(|group| TokenTree::Group(group).into())
        }
        [TokenTree::Ident(word)] if word == "null" => Some(tokens),
        [TokenTree::Literal(_)] => Some(tokens),
        _ => {
            let arg = syn::parse2(tokens).ok()?;
            let hole = hole(args.len());
            args.push(arg);
            Some(hole.into())
        }
    }
}

/// The members of an object or the elements of an array.
fn json_list(group: &Group, args: &mut Vec<Expr>, is_object: bool) -> Option<Group> {
    let mut out = TokenStream::new();
    let mut rest = group.stream().into_iter().peekable();
    while rest.peek().is_some() {
        if is_object {
            // A key is a literal or an expression in parentheses; one that is more than that is left to the macro.
            loop {
                let token = rest.next()?;
                let ends = matches!(&token, TokenTree::Punct(punct) if punct.as_char() == ':');
                out.extend([token]);
                if ends {
                    break;
                }
            }
        }
        let mut value = TokenStream::new();
        let mut comma = None;
        for token in rest.by_ref() {
            if matches!(&token, TokenTree::Punct(punct) if punct.as_char() == ',') {
                comma = Some(token);
                break;
            }
            value.extend([token]);
        }
        out.extend(json_value(value, args)?);
        out.extend(comma);
    }
    let mut list = Group::new(group.delimiter(), out);
    list.set_span(group.span());
    Some(list)
}
