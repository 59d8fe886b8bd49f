//! Conditions of `#[cfg(…)]`: what they ask, and what they come to once that is answered.

use proc_macro2::{Delimiter, TokenStream, TokenTree};
use quote::quote;
use syn::Attribute;

/// A condition, taken apart.
#[derive(Debug, Clone)]
pub(super) enum Condition {
    /// `true`, `any()`
    Known(bool),
    /// `feature = "audit"`
    Asks(TokenStream),
    Not(Box<Condition>),
    All(Vec<Condition>),
    Any(Vec<Condition>),
}

impl Condition {
    fn read(tokens: &TokenStream) -> Self {
        let trees: Vec<TokenTree> = tokens.clone().into_iter().collect();
        match trees.as_slice() {
            [TokenTree::Ident(word)] if word == "true" || word == "false" => Self::Known(word == "true"),
            [TokenTree::Ident(word), TokenTree::Group(group)]
                if group.delimiter() == Delimiter::Parenthesis =>
            {
                let mut parts = split(group.stream());
                match word.to_string().as_str() {
                    "all" => Self::All(parts.iter().map(Self::read).collect()),
                    "any" => Self::Any(parts.iter().map(Self::read).collect()),
                    "not" if parts.len() == 1 => {
                        Self::Not(Box::new(parts.pop().map_or(Self::Known(false), |part| Self::read(&part))))
                    }
                    _ => Self::Asks(tokens.clone()),
                }
            }
            _ => Self::Asks(tokens.clone()),
        }
    }

    /// Whether it holds, if that can be said.
    pub(super) fn holds(&self, answers: &Answers) -> Option<bool> {
        match self {
            Self::Known(holds) => Some(*holds),
            Self::Asks(question) => answers.to(question),
            Self::Not(condition) => condition.holds(answers).map(|holds| !holds),
            Self::All(parts) => together(parts, answers, false),
            Self::Any(parts) => together(parts, answers, true),
        }
    }

    /// What it asks, in the order of its text.
    pub(super) fn questions(&self, found: &mut dyn FnMut(&TokenStream)) {
        match self {
            Self::Known(_) => {}
            Self::Asks(question) => found(question),
            Self::Not(condition) => condition.questions(found),
            Self::All(parts) | Self::Any(parts) => parts.iter().for_each(|part| part.questions(found)),
        }
    }
}

/// `all` is decided by the first part that does not hold, `any` by the first that does.
fn together(parts: &[Condition], answers: &Answers, decides: bool) -> Option<bool> {
    let mut known = true;
    for part in parts {
        match part.holds(answers) {
            Some(holds) if holds == decides => return Some(decides),
            Some(_) => {}
            None => known = false,
        }
    }
    known.then_some(!decides)
}

fn split(tokens: TokenStream) -> Vec<TokenStream> {
    let mut parts = vec![TokenStream::new()];
    for token in tokens {
        match (&token, parts.last_mut()) {
            (TokenTree::Punct(comma), _) if comma.as_char() == ',' => parts.push(TokenStream::new()),
            (_, Some(part)) => part.extend([token]),
            (_, None) => {}
        }
    }
    parts.retain(|part| !part.is_empty());
    parts
}

/// What is assumed of a build.
#[derive(Debug, Clone, Default)]
pub(super) struct Answers(Vec<(TokenStream, bool)>);

impl Answers {
    /// These and one more.
    pub(super) fn and(&self, question: &TokenStream, holds: bool) -> Self {
        let mut all = self.clone();
        all.0.push((question.clone(), holds));
        all
    }

    fn to(&self, question: &TokenStream) -> Option<bool> {
        let text = question.to_string();
        self.0.iter().find(|(known, _)| known.to_string() == text).map(|(_, holds)| *holds)
    }

    /// Whether there is such a build: none is for two systems.
    pub(super) fn can_be(&self) -> bool {
        let holding: Vec<String> =
            self.0.iter().filter(|(_, holds)| *holds).map(|(question, _)| question.to_string()).collect();
        let has_one = |key: &str| holding.iter().filter(|text| is_about(text, key)).count() < 2;
        let one_family = !["unix", "windows"].iter().all(|family| holding.iter().any(|text| text == family));
        one_family
            && ["target_os", "target_arch", "target_env", "target_endian", "target_pointer_width", "panic"]
                .iter()
                .all(|key| has_one(key))
    }

    /// `#[cfg(…)]`, or nothing where nothing is assumed.
    pub(super) fn attribute(&self) -> TokenStream {
        let parts = self.0.iter().map(|(question, holds)| match holds {
            true => question.clone(),
            false => quote!(not(#question)),
        });
        match parts.len() {
            0 => TokenStream::new(),
            1 => quote!(#[cfg(#(#parts)*)]),
            _ => quote!(#[cfg(all(#(#parts),*))]),
        }
    }
}

fn is_about(question: &str, key: &str) -> bool {
    question.split_whitespace().next() == Some(key)
}

/// The conditions of a thing's attributes, those that decide of other attributes included.
pub(super) fn conditions(attributes: &[Attribute]) -> impl Iterator<Item = Condition> {
    attributes.iter().filter_map(|attribute| Some(read(attribute)?.0))
}

/// The condition of a `#[cfg(…)]`, or of a `#[cfg_attr(…)]` and what that stands for.
fn read(attribute: &Attribute) -> Option<(Condition, Option<Vec<TokenStream>>)> {
    let syn::Meta::List(list) = &attribute.meta else { return None };
    if list.path.is_ident("cfg") {
        return Some((Condition::read(&list.tokens), None));
    }
    if !list.path.is_ident("cfg_attr") {
        return None;
    }
    let mut parts = split(list.tokens.clone());
    let attributes = parts.split_off(parts.len().min(1));
    Some((Condition::read(parts.first()?), Some(attributes)))
}

/// Whether a thing is there; the attributes that say so go. Where it can't be said they stay.
pub(super) fn decide(attributes: &mut Vec<Attribute>, answers: &Answers) -> bool {
    let mut is_there = true;
    for attribute in std::mem::take(attributes) {
        let Some((condition, stands_for)) = read(&attribute) else {
            attributes.push(attribute);
            continue;
        };
        match (condition.holds(answers), stands_for) {
            (None, _) => attributes.push(attribute),
            (Some(holds), None) => is_there &= holds,
            (Some(false), Some(_)) => {}
            (Some(true), Some(parts)) => {
                let mut made: Vec<Attribute> = parts
                    .into_iter()
                    .filter_map(|part| Some(Attribute { meta: syn::parse2(part).ok()?, ..attribute.clone() }))
                    .collect();
                is_there &= decide(&mut made, answers);
                attributes.append(&mut made);
            }
        }
    }
    is_there
}
