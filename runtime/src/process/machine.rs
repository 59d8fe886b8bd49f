//! A process as the engine sees it: [`Machine`], and [`Process`], which is one with its services.

use std::convert::Infallible;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use super::{Context, Durable, Stop};

/// How a run of a process ends: it is parked, done or stopped; it never returns a value.
pub type Exit = Result<Infallible, Stop>;

/// A run of a process.
pub type Running<'a> = Pin<Box<dyn Future<Output = Exit> + Send + 'a>>;

/// A process fn, as the compiler writes it.
pub trait Machine: Sized + Send + Sync + 'static {
    /// The fn's name.
    const NAME: &'static str;
    /// The path pattern, which is the process's name in the store.
    const PATH: &'static str;
    /// Where it can stand.
    const POINTS: &'static [Point];
    /// What the fn returns.
    type Output: Durable;
}

/// What a process or a part gives when it ends.
pub trait Returns: 'static {
    /// What its fn returns.
    type Output: Send;
}

#[diagnostic::do_not_recommend]
impl<M: Machine> Returns for M {
    type Output = M::Output;
}

/// The code of a process, as the app's wiring reaches it: with what it borrows, which may be less visible than the process is.
pub trait Code: 'static {
    /// The process.
    type Machine: Machine;
    /// What it borrows.
    type Services<'a>;
    /// Runs an instance from where it stands.
    fn run<'a>(cx: &'a Context, services: Self::Services<'a>) -> Running<'a>;
}

/// A point of a process, for lists and graphs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Point {
    /// The state's name.
    pub name: &'static str,
    /// The locals that it keeps.
    pub keeps: &'static [&'static str],
    /// What is awaited there.
    pub awaits: &'static [&'static str],
}

/// Runs instances of one process: a [`Machine`] together with the services that it borrows.
pub trait Runner: Send + Sync + 'static {
    /// Runs an instance from where it stands.
    fn run<'a>(&'a self, cx: &'a Context) -> Running<'a>;
}

/// A process as an engine is given it.
#[derive(Clone)]
pub struct Process {
    /// The fn's name.
    pub name: &'static str,
    /// The path pattern.
    pub path: &'static str,
    /// Where it can stand.
    pub points: &'static [Point],
    /// What runs it.
    pub runner: Arc<dyn Runner>,
}

impl Process {
    /// The process of this machine, run by `runner`.
    pub fn new<M: Machine>(runner: Arc<dyn Runner>) -> Self {
        Self { name: M::NAME, path: M::PATH, points: M::POINTS, runner }
    }
}

impl std::fmt::Debug for Process {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Process").field("name", &self.name).field("path", &self.path).finish_non_exhaustive()
    }
}
