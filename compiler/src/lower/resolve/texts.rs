//! Names in texts: in the placeholders of format strings, and among the tokens of macros that can't be read.

use proc_macro2::{Group, Literal, TokenStream, TokenTree};
use syn::Expr;

use super::Resolver;
use crate::lower::binding::identities_in;
use crate::lower::macros::behind;

impl Resolver<'_> {
    /// The names inside a format string: `"{total:>width$}"`.
    fn format_string(&mut self, literal: &syn::LitStr, own_names: &[String]) -> Option<Literal> {
        let text = literal.token().to_string();
        let renamed = self.rename_placeholders(&text, own_names)?;
        let mut renamed: Literal = renamed.parse().ok()?;
        renamed.set_span(literal.span());
        Some(renamed)
    }

    fn rename_placeholders(&mut self, text: &str, own_names: &[String]) -> Option<String> {
        let mut out = String::new();
        let mut rest = text;
        let mut changed = false;
        while let Some(at) = rest.find('{') {
            let (before, after) = rest.split_at(at + 1);
            out.push_str(before);
            if let Some(escaped) = after.strip_prefix('{') {
                out.push('{');
                rest = escaped;
                continue;
            }
            if before.ends_with("\\u{") {
                rest = after;
                continue;
            }
            let inside = after.split('}').next().unwrap_or_default();
            rest = after.get(inside.len()..).unwrap_or_default();
            // `"{first {last}"` is no format string, and rustc says so.
            if inside.contains('{') {
                out.push_str(inside);
                continue;
            }
            for (position, part) in
                inside.split_inclusive([':', '$', '.', '>', '<', '^', '#', '?']).enumerate()
            {
                // Blanks may stand before the closing brace.
                let word = part.trim_end_matches([':', '$', '.', '>', '<', '^', '#', '?']).trim_end();
                // `{total?}` is no placeholder.
                let is_first = position == 0 && (part.trim_end() == word || part.ends_with(':'));
                let names_argument = is_first || part.ends_with('$');
                let is_own = own_names.iter().any(|own| own == word);
                let id = if is_own { None } else { self.find(word) };
                if names_argument && !is_own && id.is_none() {
                    self.bindings.outside.insert(word.to_owned());
                }
                match id
                    .filter(|_| names_argument)
                    .and_then(|id| self.bindings.marked(id, proc_macro2::Span::call_site()))
                {
                    Some(marked) => {
                        changed = true;
                        out.push_str(&marked.to_string());
                        out.push_str(part.get(word.len()..).unwrap_or_default());
                    }
                    None => out.push_str(part),
                }
            }
        }
        out.push_str(rest);
        changed.then_some(out)
    }

    /// The names in a macro that can't be read.
    pub(super) fn tokens(&mut self, tokens: TokenStream) -> TokenStream {
        let tokens: Vec<TokenTree> = tokens.into_iter().collect();
        let mut out = Vec::with_capacity(tokens.len());
        for (position, token) in tokens.iter().enumerate() {
            let before = position.checked_sub(1).and_then(|at| tokens.get(at));
            let before_that = position.checked_sub(2).and_then(|at| tokens.get(at));
            let after = tokens.get(position + 1);
            let after_that = tokens.get(position + 2);
            let is_field = is(before, '.') && !is(before_that, '.');
            let is_path_end = is(before, ':') && is(before_that, ':');
            let is_path = is(after, ':') && is(after_that, ':');
            let is_macro = is(after, '!') && !is(after_that, '=');
            out.push(match token {
                TokenTree::Group(group) => {
                    let mut renamed = Group::new(group.delimiter(), self.tokens(group.stream()));
                    renamed.set_span(group.span());
                    TokenTree::Group(renamed)
                }
                TokenTree::Ident(ident)
                    if ![is_field, is(before, '\''), is_path_end, is_path, is_macro].contains(&true) =>
                {
                    let mut ident = ident.clone();
                    let name = ident.to_string();
                    if self.use_of(&mut ident) {
                        self.pin(&name);
                    }
                    TokenTree::Ident(ident)
                }
                TokenTree::Literal(literal) if literal.to_string().contains('{') => {
                    let text = literal.to_string();
                    let renamed =
                        self.rename_placeholders(&text, &[]).and_then(|text| text.parse::<Literal>().ok());
                    TokenTree::Literal(match renamed {
                        Some(mut renamed) => {
                            self.pin_all(&renamed.to_string());
                            renamed.set_span(literal.span());
                            renamed
                        }
                        None => literal.clone(),
                    })
                }
                other => other.clone(),
            });
        }
        out.into_iter().collect()
    }

    fn pin(&mut self, name: &str) {
        if let Some(id) = self.find(name)
            && let Some(binding) = self.bindings.get_mut(id)
        {
            binding.pinned = true;
        }
    }

    fn pin_all(&mut self, text: &str) {
        for id in identities_in(text).collect::<Vec<_>>() {
            if let Some(binding) = self.bindings.get_mut(id) {
                binding.pinned = true;
            }
        }
    }

    /// A read macro's format string knows the names of its own arguments.
    pub(super) fn format_argument(&mut self, call: &mut syn::ExprCall) {
        let Some((read, _)) = behind(call, self.macros) else { return };
        let Some(position) = read.format else { return };
        let own_names = read.names().to_vec();
        let Some(Expr::Lit(literal)) = call.args.iter_mut().nth(position + 1) else { return };
        if let syn::Lit::Str(text) = &literal.lit
            && let Some(renamed) = self.format_string(text, &own_names)
        {
            literal.lit = syn::Lit::new(renamed);
        }
    }
}

fn is(token: Option<&TokenTree>, punct: char) -> bool {
    matches!(token, Some(TokenTree::Punct(found)) if found.as_char() == punct)
}
