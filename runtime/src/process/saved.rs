//! How a state becomes text and back: [`Saved`], [`Saver`], [`Restorer`].
//!
//! A state goes in as a point's name and its locals by name; a JSON object comes out, in which each local stands under
//! its own name. Nothing is saved by position, so that inserting a step or a local renames nothing.

use super::Durable;
use crate::encoding::{DecodeError, EncodeError, FieldReader, FieldWriter};
use crate::store::SavedState;

/// Where a process can stand: an enum with a variant per point.
pub trait Saved: Sized + Send {
    /// Writes the point and what it keeps.
    fn save(&self, out: &mut Saver);
    /// Makes the state again.
    fn restore(saved: &mut Restorer) -> Result<Self, RestoreError>;
}

/// How a state is reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum PointKind {
    /// Committed before its arm runs.
    Step,
    /// Committed together with what its arm registers.
    Wait,
    /// Jumped to, never saved.
    Block,
}

/// Takes down a state.
pub struct Saver {
    kind: PointKind,
    point: &'static str,
    locals: Option<FieldWriter>,
    mistake: Option<String>,
}

impl std::fmt::Debug for Saver {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Saver").field("kind", &self.kind).field("point", &self.point).finish_non_exhaustive()
    }
}

impl Saver {
    /// Takes down one state.
    pub(crate) fn of(save: impl FnOnce(&mut Self)) -> Self {
        let mut saver = Self { kind: PointKind::Block, point: "", locals: None, mistake: None };
        save(&mut saver);
        saver
    }

    /// A point that is committed before its arm runs.
    pub fn step(&mut self, point: &'static str) -> &mut Self {
        self.open(PointKind::Step, point)
    }

    /// A point that is committed together with what its arm registers.
    pub fn wait(&mut self, point: &'static str) -> &mut Self {
        self.open(PointKind::Wait, point)
    }

    /// A block that is only jumped to: nothing is saved.
    pub fn block(&mut self) -> &mut Self {
        self
    }

    /// A local, under its name.
    pub fn field<T: Durable>(&mut self, name: &str, value: &T) -> &mut Self {
        if let Some(locals) = &mut self.locals {
            let written = value.write(locals, name);
            self.mistaken(name, written);
        }
        self
    }

    /// Remembers the first local that can't be saved.
    fn mistaken(&mut self, name: &str, written: Result<(), EncodeError>) {
        if let Err(reason) = written {
            let point = self.point;
            self.mistake.get_or_insert_with(|| format!("`{name}` can't be saved at `{point}`: {reason}"));
        }
    }

    fn open(&mut self, kind: PointKind, point: &'static str) -> &mut Self {
        self.kind = kind;
        self.point = point;
        self.locals = Some(FieldWriter::new());
        self
    }

    pub(crate) fn kind(&self) -> PointKind {
        self.kind
    }

    pub(crate) fn point(&self) -> &'static str {
        self.point
    }

    /// The text, or which local can't be saved and why.
    pub(crate) fn finish(self) -> Result<SavedState, String> {
        match self.mistake {
            Some(mistake) => Err(mistake),
            None => {
                let locals = self.locals.unwrap_or_default().finish();
                Ok(SavedState { point: self.point.to_owned(), locals })
            }
        }
    }
}

/// Gives back what a [`Saver`] took down.
#[derive(Debug)]
pub struct Restorer {
    point: String,
    locals: FieldReader,
    /// The exported locals that were read, as text.
    shown: String,
}

impl Restorer {
    /// Reads a saved state.
    pub(crate) fn of(state: &SavedState) -> Result<Self, RestoreError> {
        let point = state.point.clone();
        match FieldReader::parse(&state.locals) {
            Ok(locals) => Ok(Self { point, locals, shown: String::new() }),
            Err(error) => Err(RestoreError::Damaged { point, reason: error.to_string() }),
        }
    }

    /// The point at which the process stands.
    pub fn point(&self) -> &str {
        &self.point
    }

    /// A local by its name.
    pub fn field<T: Durable>(&mut self, name: &str) -> Result<T, RestoreError> {
        match T::take(&mut self.locals, name) {
            Ok(local) => Ok(local),
            Err(error) => Err(self.mistaken(name, &error)),
        }
    }

    fn mistaken(&self, name: &str, error: &DecodeError) -> RestoreError {
        let (point, local) = (self.point.clone(), name.to_owned());
        RestoreError::Local { point, local, reason: error.to_string() }
    }

    /// An exported local, at the points at which it is there.
    pub fn exported<T: Durable>(&mut self, name: &str, points: &[&str]) -> Result<Option<T>, RestoreError> {
        if !points.contains(&self.point.as_str()) {
            self.shown.push('\n');
            return Ok(None);
        }
        let local: T = self.field(name)?;
        // What was read can be written; should that not be so, no change of it is seen.
        self.shown.push_str(&local.to_text().unwrap_or_default());
        self.shown.push('\n');
        Ok(Some(local))
    }

    /// The text of all exported locals that were read.
    pub(super) fn into_shown(self) -> String {
        self.shown
    }

    /// The error for a point that this program doesn't have.
    pub fn unknown_point(&self) -> RestoreError {
        RestoreError::Point { point: self.point.clone() }
    }
}

/// Why a saved state can't be made again by this program.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RestoreError {
    /// The program has no such point.
    #[error(
        "stalled: needs a program with the point `{point}`; run one that has it, then `process retry`, or cancel the instance"
    )]
    Point {
        /// The point in the row.
        point: String,
    },
    /// A local is missing, or its text is no value of its type.
    #[error(
        "stalled: needs a program that reads `{local}` as it was saved at `{point}` ({reason}); run one, then `process retry`, or cancel the instance"
    )]
    Local {
        /// The point in the row.
        point: String,
        /// The local.
        local: String,
        /// What is wrong with it.
        reason: String,
    },
    /// The locals are no object.
    #[error(
        "stalled: needs its row mended, what was saved at `{point}` can't be read ({reason}); restore it from a backup, then `process retry`, or cancel the instance"
    )]
    Damaged {
        /// The point in the row.
        point: String,
        /// What is wrong with it.
        reason: String,
    },
}
