//! `process signal`.

use std::io::Read;

use clap::Args;
use serde_json::{Map, Value, json};

use super::Desk;
use crate::Error;
use crate::app::Failure;
use crate::app::failure::Outcome;
use crate::signal::AnySignal;
use crate::store::{Message, Topic, Write};

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  process signal Cancelled '{\"customer\": \"ada\", \"reason\": \"asked by mail\"}'
  process signal /subscription/ada/cancelled '{\"reason\": \"asked by mail\"}'
  process signal Imported - < message.json

A message is kept until someone waits for it, or until its time is over.")]
pub(in crate::app) struct SignalArguments {
    /// The signal's name, or the filled path of one
    signal: String,
    /// Its fields as JSON; those of the path may be left out where that is given; `-` reads them from stdin
    #[arg(value_name = "JSON")]
    payload: Option<String>,
    /// Print a JSON object for programs
    #[arg(long)]
    json: bool,
}

pub(super) async fn signal(arguments: &SignalArguments, desk: &Desk<'_>) -> Outcome<()> {
    let text = match arguments.payload.as_deref() {
        Some("-") => {
            let mut text = String::new();
            std::io::stdin().read_to_string(&mut text).map_err(Error::from)?;
            Some(text)
        }
        given => given.map(str::to_owned),
    };
    let meant = Meant::of(&arguments.signal, desk)?;
    let (topic, payload) = meant.read(text.as_deref())?;
    let at = desk.now();
    let keep_until = at.checked_add(meant.signal.retention).unwrap_or(jiff::Timestamp::MAX);
    let message = Message { topic: topic.clone(), payload, at, keep_until };
    let committed = desk.store.commit(Write { messages: vec![message], ..Write::default() }).await?;
    let mut woken = Vec::new();
    for id in committed.woken.into_iter().chain(committed.heard) {
        woken.extend(desk.store.load(id).await?.map(|row| row.name));
    }
    if arguments.json {
        let said = json!({ "signal": meant.signal.name, "identity": topic.identity, "woken": woken });
        println!("{said}");
    } else if woken.is_empty() {
        anstream::println!("sent {}; nobody waits for it now, so it is kept", topic.identity);
    } else {
        anstream::println!("sent {}, for which {} waits", topic.identity, woken.join(", "));
    }
    Ok(())
}

/// Which signal is meant, and what the path says of its fields.
struct Meant<'a> {
    signal: &'a AnySignal,
    keys: Vec<(&'a str, String)>,
}

impl<'a> Meant<'a> {
    fn of(text: &str, desk: &Desk<'a>) -> Outcome<Self> {
        let known = &desk.catalogue.signals;
        if let Some(signal) = known.iter().find(|signal| signal.name == text) {
            return Ok(Self { signal, keys: Vec::new() });
        }
        let by_path =
            known.iter().find_map(|signal| Some(Self { signal, keys: matched(signal.path, text)? }));
        by_path.ok_or_else(|| {
            let known: Vec<_> =
                known.iter().map(|signal| format!("`{}` ({})", signal.name, signal.path)).collect();
            Failure::usage(format!("there is no signal `{text}`")).help(match known.is_empty() {
                true => "this app has none".to_owned(),
                false => format!("there are {}", known.join(", ")),
            })
        })
    }

    /// The mailbox and the message's text, once the signal's own type has taken it.
    fn read(&self, text: Option<&str>) -> Outcome<(Topic, String)> {
        let mut mistake = None;
        for candidate in self.candidates(text)? {
            match self.signal.read(&candidate) {
                Ok(read) => return Ok(read),
                Err(error) => mistake = mistake.or(Some(error)),
            }
        }
        let reason = mistake.map(|error| error.to_string()).unwrap_or_default();
        Err(Failure::usage(format!("this is no `{}`: {reason}", self.signal.name))
            .help("nothing was sent; write its fields as a JSON object"))
    }

    /// What may be meant by the text: a key is a string, or the number that it looks like.
    fn candidates(&self, text: Option<&str>) -> Outcome<Vec<String>> {
        let Some(text) = text else {
            let fields = if self.keys.is_empty() { vec!["null".to_owned()] } else { Vec::new() };
            return Ok([fields, self.with_keys(&Map::new())].concat());
        };
        if self.keys.is_empty() {
            return Ok(vec![text.to_owned()]);
        }
        match serde_json::from_str(text) {
            Ok(Value::Object(fields)) => Ok(self.with_keys(&fields)),
            Ok(_) => Err(Failure::usage("the fields of a signal are a JSON object")),
            Err(error) => Err(Failure::usage(format!("this is not JSON: {error}"))),
        }
    }

    fn with_keys(&self, fields: &Map<String, Value>) -> Vec<String> {
        let filled = |value: fn(&str) -> Value| {
            let mut fields = fields.clone();
            for (key, text) in &self.keys {
                fields.entry(*key).or_insert_with(|| value(text));
            }
            Value::Object(fields).to_string()
        };
        let as_text = filled(|text| Value::String(text.to_owned()));
        let as_number =
            filled(|text| serde_json::from_str(text).unwrap_or_else(|_| Value::String(text.to_owned())));
        vec![as_text, as_number]
    }
}

/// The parameters of a path pattern in a path that fills it.
fn matched<'a>(pattern: &'a str, path: &str) -> Option<Vec<(&'a str, String)>> {
    let (mut keys, mut given) = (Vec::new(), path.split('/'));
    for part in pattern.split('/') {
        let text = given.next()?;
        match part.strip_prefix('{').and_then(|part| part.strip_suffix('}')) {
            Some(key) => {
                let decoded = percent_encoding::percent_decode_str(text).decode_utf8().ok()?;
                keys.push((key, decoded.into_owned()));
            }
            None if part == text => {}
            None => return None,
        }
    }
    given.next().is_none().then_some(keys)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_gives_the_keys_of_its_pattern() {
        let keys = matched("/order/{order}/item/{item}", "/order/x%2Fy/item/7");
        assert_eq!(keys, Some(vec![("order", "x/y".to_owned()), ("item", "7".to_owned())]));
        assert_eq!(matched("/order/{order}", "/order/7/item"), None);
        assert_eq!(matched("/order/{order}", "/invoice/7"), None);
        assert_eq!(matched("/Tick", "/Tick"), Some(Vec::new()));
    }
}
