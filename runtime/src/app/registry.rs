//! [`Registry`]: what an app consists of, told by its generated `register`.

use std::sync::Arc;

use super::command::{Argument, Arguments, Command, CommandOptions, CommandRunning};
use super::{App, Parts, Wired};
use crate::process::{Context, Machine, Process, Runner, Running};
use crate::signal::{AnySignal, Signal};

/// The processes, signals and commands of an app.
pub struct Registry<A: App> {
    processes: Vec<RegisteredProcess<A>>,
    signals: Vec<AnySignal>,
    commands: Vec<RegisteredCommand<A>>,
}

struct RegisteredProcess<A: App> {
    /// The process with its services, once these are there.
    bind: Box<dyn Fn(&Arc<Wired<A>>) -> Process + Send + Sync>,
}

/// A command, and how it is run.
pub(crate) struct RegisteredCommand<A: App> {
    pub(crate) name: &'static str,
    pub(crate) help: &'static str,
    pub(crate) arguments: &'static [Argument],
    pub(crate) options: CommandOptions,
    run: Box<dyn for<'a> Fn(&'a Wired<A>, Arguments) -> CommandRunning<'a> + Send + Sync>,
}

impl<A: App> Registry<A> {
    /// What this app consists of.
    pub(crate) fn of_app() -> Self {
        let mut registry = Self { processes: Vec::new(), signals: Vec::new(), commands: Vec::new() };
        A::register(&mut registry);
        registry
    }

    /// A process, and how its services are borrowed.
    pub fn process<M: Machine>(&mut self, borrow: for<'a> fn(&'a A::Services, &'a Parts) -> M::Services<'a>) {
        let bind = move |app: &Arc<Wired<A>>| {
            Process::new::<M>(Arc::new(Bound::<A, M> { app: Arc::clone(app), borrow }))
        };
        self.processes.push(RegisteredProcess { bind: Box::new(bind) });
    }

    /// A signal.
    pub fn signal<S: Signal>(&mut self) {
        self.signals.push(AnySignal::of::<S>());
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
        self.processes.iter().map(|process| (process.bind)(app)).collect()
    }

    #[expect(dead_code, reason = "`process signal` is built next")]
    pub(crate) fn signals(&self) -> &[AnySignal] {
        &self.signals
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
struct Bound<A: App, M: Machine> {
    app: Arc<Wired<A>>,
    borrow: for<'a> fn(&'a A::Services, &'a Parts) -> M::Services<'a>,
}

impl<A: App, M: Machine> Runner for Bound<A, M> {
    fn run<'a>(&'a self, cx: &'a Context) -> Running<'a> {
        M::run(cx, (self.borrow)(&self.app.services, &self.app.parts))
    }
}
