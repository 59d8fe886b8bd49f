//! The arguments of an attribute: tokens in, a text and named values out, and faults for what it does not take.

use std::sync::Arc;

use proc_macro2::TokenStream;
use quote::ToTokens;
use syn::ext::IdentExt;
use syn::parse::{ParseStream, Parser};
use syn::spanned::Spanned;
use syn::{Ident, LitStr, Token, Type};

use super::component::Kind;
use super::faults::{UnknownArgument, WrongArgument};
use crate::nearest::nearest;
use crate::{Place, Problems, SourceFile};

/// What an attribute was given.
#[derive(Default)]
pub(super) struct Arguments {
    /// The text in front: a path, or a command's name.
    pub(super) text: Option<LitStr>,
    /// The named ones, in order.
    pub(super) named: Vec<(Ident, Value)>,
}

/// The value of a named argument.
pub(super) enum Value {
    Text(LitStr),
    Type(Box<Type>),
    Word,
}

/// What an attribute takes.
struct Shape {
    /// What the text in front is, with an example; `None` where there is none.
    text: Option<(&'static str, &'static str)>,
    /// The named ones, with an example each.
    named: &'static [Named],
}

struct Named {
    name: &'static str,
    takes: Takes,
    example: &'static str,
}

#[derive(Clone, Copy)]
enum Takes {
    Text,
    Type,
    /// One of a few words.
    Word(&'static str),
}

fn shape(kind: Kind) -> Shape {
    match kind {
        Kind::Process => Shape { text: Some(("a path", "\"/subscription/{customer}\"")), named: &[] },
        Kind::Signal => Shape {
            text: Some(("a path", "\"/subscription/{customer}/cancelled\"")),
            named: &[Named { name: "retention", takes: Takes::Text, example: "retention = \"7 days\"" }],
        },
        Kind::Service => Shape {
            text: None,
            named: &[Named { name: "provides", takes: Takes::Type, example: "provides = dyn Payments" }],
        },
        Kind::Command => Shape {
            text: Some(("a name", "\"order list\"")),
            named: &[
                Named { name: "clock", takes: Takes::Word("manual"), example: "clock = manual" },
                Named { name: "data", takes: Takes::Word("temporary"), example: "data = temporary" },
            ],
        },
        Kind::App => Shape { text: None, named: &[] },
    }
}

/// Reads the arguments of an attribute of this kind.
pub(super) fn arguments(
    kind: Kind,
    tokens: &TokenStream,
    attribute: &Place,
    problems: &mut Problems,
) -> Arguments {
    let mut reader = Reader { kind, shape: shape(kind), attribute, problems, read: Arguments::default() };
    let outcome = (|input: ParseStream<'_>| reader.all(input)).parse2(tokens.clone());
    if let Err(error) = outcome {
        let place = Place::new(&attribute.file, error.span());
        let place = if place.range.is_empty() { attribute.clone() } else { place };
        let fault = reader.wrong(None, place);
        reader.problems.error(fault);
    }
    reader.read
}

struct Reader<'a> {
    kind: Kind,
    shape: Shape,
    attribute: &'a Place,
    problems: &'a mut Problems,
    read: Arguments,
}

impl Reader<'_> {
    fn all(&mut self, input: ParseStream<'_>) -> syn::Result<()> {
        let mut first = true;
        while !input.is_empty() {
            if input.peek(LitStr) && first && self.shape.text.is_some() {
                self.read.text = Some(input.parse()?);
            } else if input.peek(Ident::peek_any) {
                self.named(input)?;
            } else {
                return Err(input.error("no argument begins like this"));
            }
            first = false;
            if !input.is_empty() {
                input.parse::<Token![,]>()?;
            }
        }
        Ok(())
    }

    fn named(&mut self, input: ParseStream<'_>) -> syn::Result<()> {
        let name = input.call(Ident::parse_any)?;
        let Some(known) = self.shape.named.iter().find(|known| name == known.name) else {
            let names: Vec<&str> = self.shape.named.iter().map(|known| known.name).collect();
            self.problems.error(UnknownArgument {
                attribute: self.kind.attribute(),
                nearest: nearest(&name.to_string(), names.iter().copied()).map(str::to_owned),
                takes: self.examples(),
                name: name.to_string(),
                place: place(self.attribute, &name),
            });
            skip_to_comma(input);
            return Ok(());
        };
        let (takes, start) = (known.takes, input.span());
        let value = input.parse::<Token![=]>().and_then(|_| value(takes, input));
        let is_repeated =
            self.kind != Kind::Service && self.read.named.iter().any(|(other, _)| *other == name);
        match value {
            Ok(value) if !is_repeated => self.read.named.push((name, value)),
            _ => {
                let at = if is_repeated {
                    place(self.attribute, &name)
                } else {
                    Place::new(&self.attribute.file, start)
                };
                let at = if at.range.is_empty() { place(self.attribute, &name) } else { at };
                let fault = WrongArgument { is_repeated, ..self.wrong(Some(&name), at) };
                self.problems.error(fault);
                skip_to_comma(input);
            }
        }
        Ok(())
    }

    fn examples(&self) -> Vec<String> {
        let text = self.shape.text.iter().map(|(_, example)| (*example).to_owned());
        text.chain(self.shape.named.iter().map(|named| named.example.to_owned())).collect()
    }

    fn wrong(&self, name: Option<&Ident>, place: Place) -> WrongArgument {
        let known = self.shape.named.iter().find(|known| name.is_some_and(|name| name == known.name));
        let examples = known.map_or_else(|| self.examples(), |known| vec![known.example.to_owned()]);
        WrongArgument {
            attribute: self.kind.attribute(),
            name: name.map(ToString::to_string),
            is_repeated: false,
            examples,
            place,
        }
    }
}

fn value(takes: Takes, input: ParseStream<'_>) -> syn::Result<Value> {
    match takes {
        Takes::Text => input.parse().map(Value::Text),
        Takes::Type => input.parse().map(|ty| Value::Type(Box::new(ty))),
        Takes::Word(word) => {
            let given: Ident = input.parse()?;
            if given == word { Ok(Value::Word) } else { Err(syn::Error::new(given.span(), word)) }
        }
    }
}

fn skip_to_comma(input: ParseStream<'_>) {
    while !input.is_empty() && !input.peek(Token![,]) {
        if input.parse::<proc_macro2::TokenTree>().is_err() {
            return;
        }
    }
}

fn place(attribute: &Place, node: &(impl Spanned + ToTokens)) -> Place {
    let file: &Arc<SourceFile> = &attribute.file;
    Place::new(file, node.span())
}
