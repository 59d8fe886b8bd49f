//! What a compilation found and made, for tools: the build's summary, `expand`, `graph`, `--emit`.
//!
//! Everything stands in the order of the source, crate root by crate root, and can be serialised.

use serde::{Deserialize, Serialize};

/// A package as the compiler understood it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Model {
    /// The package's name.
    pub package: String,
    /// Its crate roots, in the order of the sources. One without components has empty lists.
    pub roots: Vec<RootModel>,
}

/// A crate root with all its components.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RootModel {
    /// The target's name.
    pub name: String,
    /// Its file.
    pub path: String,
    /// The name that `justscale::app!` gives, and its slot.
    pub app: Option<AppModel>,
    /// Its processes.
    pub processes: Vec<ProcessModel>,
    /// Its services.
    pub services: Vec<ServiceModel>,
    /// Its signals.
    pub signals: Vec<SignalModel>,
    /// Its commands.
    pub commands: Vec<CommandModel>,
}

/// Where a component was written, and the name of its slot.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Origin {
    /// The modules that it stands in, from the crate's root.
    pub module: Vec<String>,
    /// The file, relative to the package's folder.
    pub file: String,
    /// The line of its name.
    pub line: usize,
    /// The slot's hash, 16 hexadecimal digits: its text is `<slot>.rs` in the files. `None` where a fault kept it from being made.
    pub slot: Option<String>,
}

/// `justscale::app!(Shop)`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AppModel {
    /// `Shop`.
    pub name: String,
    /// Where it stands.
    pub origin: Origin,
}

/// A process.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProcessModel {
    /// The fn's name.
    pub name: String,
    /// Where it stands.
    pub origin: Origin,
    /// `/subscription/{customer}`; `None` for a part.
    pub path: Option<String>,
    /// The path's parameters.
    pub keys: Vec<String>,
    /// The fn's parameters, in order.
    pub parameters: Vec<ParameterModel>,
    /// What it ends with, as written.
    pub output: String,
    /// The parts that it calls, by their names.
    pub parts: Vec<String>,
    /// The locals that it exports.
    pub exports: Vec<ExportModel>,
    /// Where it can stand, in the order of the generated arms. Empty where it could not be lowered.
    pub states: Vec<StateModel>,
}

/// A parameter of a process or a command.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ParameterModel {
    /// Its name.
    pub name: String,
    /// Its type, as written.
    pub kind: String,
    /// The service that is put in for a borrowed parameter; `None` for an owned one and for what the runtime provides.
    pub service: Option<String>,
    /// What the runtime puts in for a borrowed parameter, `Clock`; `None` for all others.
    pub provided: Option<String>,
}

/// A local that others read: `#[export] let mut cards: Vec<Card> = …;`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExportModel {
    /// Its name.
    pub name: String,
    /// Its type, as written.
    pub kind: String,
}

/// A state of a process.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StateModel {
    /// Its name, which is the point's name.
    pub name: String,
    /// What kind of point it is.
    pub kind: StateKind,
    /// The line of the await that it stands at.
    pub line: usize,
    /// What is awaited there, as people read it.
    pub awaits: Vec<String>,
    /// The parts among these, by name, whose states it holds.
    pub parts: Vec<String>,
    /// What it keeps.
    pub keeps: Vec<KeptModel>,
    /// The states that it can go on to, by name.
    pub next: Vec<String>,
    /// Whether the process can end from here.
    pub ends: bool,
}

/// The kinds of states.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum StateKind {
    /// Where a process begins.
    Start,
    /// Saved before the awaited call runs.
    Step,
    /// Saved with what it registers, and parked.
    Wait,
    /// Only jumped to, never saved.
    Block,
}

/// A local that a state keeps, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeptModel {
    /// The local's name.
    pub name: String,
    /// Its type, where the user wrote it.
    pub kind: Option<String>,
    /// The lines that read it later.
    pub read_at: Vec<usize>,
}

/// A service.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ServiceModel {
    /// The type's name.
    pub name: String,
    /// Where it stands.
    pub origin: Origin,
    /// The traits that it provides, `dyn Payments`.
    pub provides: Vec<String>,
    /// What it is built from, in order.
    pub needs: Vec<NeedModel>,
    /// Its place in the order of construction, from 0; `None` where a fault keeps it from being built.
    pub order: Option<usize>,
}

/// A dependency.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NeedModel {
    /// The field's or the parameter's name.
    pub name: String,
    /// What is needed, as written: `Arc<dyn Payments>`.
    pub kind: String,
    /// What is behind the `Arc` or the `&`: `dyn Payments`.
    pub wanted: String,
    /// The services that provide it (more than one only where `cfg` chooses); empty for what the runtime provides.
    pub from: Vec<String>,
}

/// A signal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignalModel {
    /// The type's name.
    pub name: String,
    /// Where it stands.
    pub origin: Origin,
    /// The path of its identity.
    pub path: Option<String>,
}

/// A command.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CommandModel {
    /// `order list`.
    pub name: String,
    /// Where it stands.
    pub origin: Origin,
    /// The fn's parameters, in order.
    pub parameters: Vec<ParameterModel>,
}
