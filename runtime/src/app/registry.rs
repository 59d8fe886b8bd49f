//! [`Registry`]: what an app consists of, told by its generated `register`.

use std::sync::Arc;

use super::command::{Argument, Arguments, Command, CommandOptions, CommandRunning};
use super::{App, Parts, Wired};
use crate::process::{
    BoundPart, Code, Context, Machine, Part, PartCode, PartRunner, PartRunning, Point, Process, Returns,
    Runner, Running,
};
use crate::signal::{AnySignal, Signal};

/// The processes, signals and commands of an app.
pub struct Registry<A: App> {
    catalogue: Catalogue,
    bind: Vec<Bind<A>>,
    bind_parts: Vec<BindPart<A>>,
    commands: Vec<RegisteredCommand<A>>,
}

/// What an app consists of, without anything that runs.
#[derive(Debug, Default)]
pub(crate) struct Catalogue {
    pub(crate) processes: Vec<KnownProcess>,
    pub(crate) parts: Vec<KnownPart>,
    pub(crate) signals: Vec<AnySignal>,
}

/// A process that this program has.
#[derive(Debug, Clone, Copy)]
pub(crate) struct KnownProcess {
    pub(crate) name: &'static str,
    pub(crate) path: &'static str,
    pub(crate) points: &'static [Point],
}

/// A part that this program has.
#[derive(Debug, Clone, Copy)]
pub(crate) struct KnownPart {
    pub(crate) name: &'static str,
    pub(crate) points: &'static [Point],
}

/// Makes a part with its services, once these are there.
type BindPart<A> = Box<dyn Fn(&Arc<Wired<A>>) -> BoundPart + Send + Sync>;

/// Makes a process with its services, once these are there.
type Bind<A> = Box<dyn Fn(&Arc<Wired<A>>) -> Process + Send + Sync>;

/// Runs a command with its services.
type Run<A> = Box<dyn for<'a> Fn(&'a Wired<A>, Arguments) -> CommandRunning<'a> + Send + Sync>;

/// A command, and how it is run.
pub(crate) struct RegisteredCommand<A: App> {
    pub(crate) name: &'static str,
    pub(crate) help: &'static str,
    pub(crate) arguments: &'static [Argument],
    pub(crate) options: CommandOptions,
    run: Run<A>,
}

impl<A: App> Registry<A> {
    /// What this app consists of.
    pub(crate) fn of_app() -> Self {
        let mut registry = Self {
            catalogue: Catalogue::default(),
            bind: Vec::new(),
            bind_parts: Vec::new(),
            commands: Vec::new(),
        };
        A::register(&mut registry);
        registry
    }

    /// A process, and how its services are borrowed.
    pub fn process<C: Code>(&mut self, borrow: for<'a> fn(&'a A::Services, &'a Parts) -> C::Services<'a>) {
        let bind = move |app: &Arc<Wired<A>>| {
            Process::new::<C::Machine>(Arc::new(Bound::<A, C> { app: Arc::clone(app), borrow }))
        };
        let (name, path, points) = (C::Machine::NAME, C::Machine::PATH, C::Machine::POINTS);
        self.catalogue.processes.push(KnownProcess { name, path, points });
        self.bind.push(Box::new(bind));
    }

    /// A part of processes, and how its services are borrowed.
    pub fn part<C: PartCode>(&mut self, borrow: for<'a> fn(&'a A::Services, &'a Parts) -> C::Services<'a>) {
        let bind = move |app: &Arc<Wired<A>>| {
            BoundPart::new::<C::Part>(Arc::new(BorrowingPart::<A, C> { app: Arc::clone(app), borrow }))
        };
        self.catalogue.parts.push(KnownPart { name: C::Part::NAME, points: C::Part::POINTS });
        self.bind_parts.push(Box::new(bind));
    }

    /// A signal.
    pub fn signal<S: Signal>(&mut self) {
        self.catalogue.signals.push(AnySignal::of::<S>());
    }

    /// A command, and how its services are borrowed.
    pub fn command<C: Command>(&mut self, borrow: for<'a> fn(&'a A::Services, &'a Parts) -> C::Services<'a>) {
        self.commands.push(RegisteredCommand {
            name: C::NAME,
            help: C::HELP,
            arguments: C::ARGUMENTS,
            options: C::OPTIONS,
            run: Box::new(move |app, arguments| C::run(arguments, borrow(&app.services, &app.parts))),
        });
    }

    /// The processes, with the services of this app.
    pub(crate) fn processes(&self, app: &Arc<Wired<A>>) -> Vec<Process> {
        self.bind.iter().map(|bind| bind(app)).collect()
    }

    /// The parts, with the services of this app.
    pub(crate) fn parts(&self, app: &Arc<Wired<A>>) -> Vec<BoundPart> {
        self.bind_parts.iter().map(|bind| bind(app)).collect()
    }

    /// What it consists of.
    pub(crate) fn catalogue(&self) -> &Catalogue {
        &self.catalogue
    }

    pub(crate) fn commands(&self) -> &[RegisteredCommand<A>] {
        &self.commands
    }
}

impl<A: App> RegisteredCommand<A> {
    /// Runs it in this app.
    pub(crate) fn run<'a>(&self, app: &'a Wired<A>, arguments: Arguments) -> CommandRunning<'a> {
        (self.run)(app, arguments)
    }
}

impl<A: App> std::fmt::Debug for Registry<A> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Registry").field("app", &A::NAME).finish_non_exhaustive()
    }
}

/// A process with the services that it borrows.
struct Bound<A: App, C: Code> {
    app: Arc<Wired<A>>,
    borrow: for<'a> fn(&'a A::Services, &'a Parts) -> C::Services<'a>,
}

impl<A: App, C: Code> Runner for Bound<A, C> {
    fn run<'a>(&'a self, cx: &'a Context) -> Running<'a> {
        C::run(cx, (self.borrow)(&self.app.services, &self.app.parts))
    }
}

/// A part with the services that it borrows.
struct BorrowingPart<A: App, C: PartCode> {
    app: Arc<Wired<A>>,
    borrow: for<'a> fn(&'a A::Services, &'a Parts) -> C::Services<'a>,
}

impl<A: App, C: PartCode> PartRunner<C::Part> for BorrowingPart<A, C> {
    fn run<'a>(&'a self, cx: &'a Context) -> PartRunning<'a, <C::Part as Returns>::Output> {
        C::run(cx, (self.borrow)(&self.app.services, &self.app.parts))
    }
}
