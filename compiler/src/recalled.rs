//! A fault made again of what was said of it, for who has kept that instead of compiling once more.

use std::fmt;

use crate::{Fault, Message, Place, Problem, Sources};

/// A fault by its texts and places.
#[derive(Debug)]
struct Recalled {
    code: String,
    message: String,
    help: Option<String>,
    place: Place,
    label: String,
    related: Vec<(Place, String)>,
}

impl Problem {
    /// The problem that a message tells of, in the sources that it was found in. `None` where a place is in none of them.
    pub fn recalled(message: Message, sources: &Sources) -> Option<Self> {
        let places = message.labels.into_iter().map(|label| {
            let file = sources.files.get(&label.file).or(sources.config.as_ref())?;
            let place = Place { file: std::sync::Arc::clone(file), range: label.start..label.end };
            (file.path == label.file).then_some((place, label.text))
        });
        let mut places: Vec<(Place, String)> = places.collect::<Option<_>>()?;
        if places.is_empty() {
            return None;
        }
        let (place, label) = places.remove(0);
        let fault = Recalled {
            code: message.code,
            message: message.message,
            help: message.help,
            place,
            label,
            related: places,
        };
        Some(Self { severity: message.severity, fault: Box::new(fault) })
    }
}

impl fmt::Display for Recalled {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.message)
    }
}

impl std::error::Error for Recalled {}

impl miette::Diagnostic for Recalled {
    fn code<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        (!self.code.is_empty()).then(|| Box::new(&self.code) as Box<dyn fmt::Display>)
    }

    fn help<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        self.help.as_ref().map(|help| Box::new(help) as Box<dyn fmt::Display>)
    }
}

impl Fault for Recalled {
    fn place(&self) -> &Place {
        &self.place
    }

    fn label(&self) -> String {
        self.label.clone()
    }

    fn related_places(&self) -> Vec<(Place, String)> {
        self.related.clone()
    }
}
