//! [`main`]: from the program's arguments to its exit code.

use std::process::ExitCode;
use std::sync::Arc;

use super::command_line::{self, Asked, BuiltIn, What, program_name};
use super::failure::Outcome;
use super::home::{self, Home, Role};
use super::processes::{Desk, ProcessCommand};
use super::registry::RegisteredCommand;
use super::wired::Host;
use super::{App, Arguments, Registry, logs, serve, unless_stuck};
use crate::Error;
use crate::clock::{Clock, ManualClock};
use crate::config::Config;
use crate::engine::EngineParts;

/// The exit code of a program that was interrupted.
pub(super) const INTERRUPTED: u8 = 130;

/// Reads the command line and does what it says: the whole of an app's `main`.
pub fn main<A: App>() -> ExitCode {
    let registry = Arc::new(Registry::<A>::of_app());
    run(&registry).unwrap_or_else(|failure| failure.report())
}

fn run<A: App>(registry: &Arc<Registry<A>>) -> Outcome {
    let Asked { settings, what } = command_line::read(registry);
    if let What::BuiltIn(BuiltIn::Completions { shell }) = what {
        let mut program = command_line::program(registry);
        clap_complete::generate(shell, &mut program, program_name::<A>(), &mut std::io::stdout());
        return Ok(ExitCode::SUCCESS);
    }
    let config = home::config::<A>(&settings)?;
    logs::begin(&config, if matches!(what, What::BuiltIn(BuiltIn::Serve)) { "info" } else { "warn" });
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().map_err(Error::from)?;
    let outcome = runtime.block_on(async {
        match what {
            What::BuiltIn(BuiltIn::Process(command)) => {
                run_process_command(registry, &command, &config).await
            }
            What::BuiltIn(_) => serve::serve(registry, &config).await,
            What::Command(command, arguments) => run_command(registry, command, arguments, &config).await,
        }
    });
    // A step that blocks its thread does not keep the program from its end.
    runtime.shutdown_background();
    outcome
}

async fn run_process_command<A: App>(
    registry: &Registry<A>,
    command: &ProcessCommand,
    config: &Config,
) -> Outcome {
    let store = home::open_existing(config, &program_name::<A>())?;
    let outcome =
        command.run(Desk { app: program_name::<A>(), catalogue: registry.catalogue(), store: &*store }).await;
    if command.may_set_off() {
        home::say_if_nobody_serves(config, &*store, &program_name::<A>()).await;
    }
    store.close().await?;
    outcome
}

/// Opens the app in a home.
pub(super) async fn wire<A: App>(
    home: Home,
    clock: Clock,
    config: &Config,
    registry: &Arc<Registry<A>>,
) -> Outcome<Host<A>> {
    let mut parts = EngineParts::new(home.store);
    parts.clock = clock;
    parts.options.max_running = config.max_running;
    Ok(Host::wire(parts, home.data, Arc::clone(registry)).await?)
}

/// Runs a command of the app's own. One that works on lasting data by the machine's clock leaves the processes to the program that serves
/// the app; any other has an app of its own, which runs them.
async fn run_command<A: App>(
    registry: &Arc<Registry<A>>,
    command: &RegisteredCommand<A>,
    arguments: Arguments,
    config: &Config,
) -> Outcome {
    let options = command.options;
    let role = if options.manual_clock || options.temporary_data { Role::Owner } else { Role::Operator };
    let home =
        if options.temporary_data { home::open_temporary::<A>()? } else { home::open::<A>(config, role)? };
    let clock = match (options.manual_clock, options.temporary_data) {
        (false, _) => Clock::Real,
        (true, true) => ManualClock::default().into(),
        // Deadlines that are there already belong to the machine's time, or to that of an earlier command of this kind: time
        // does not go back behind what has happened.
        (true, false) => {
            let last = home.store.last_move().await?;
            ManualClock::at(last.map_or(Clock::Real.now(), |last| last.max(Clock::Real.now()))).into()
        }
    };
    let host = wire(home, clock, config, registry).await?;
    match role {
        Role::Owner => {
            host.start();
            // By a clock of its own it would not look for what other programs do to lasting data.
            if options.manual_clock && !options.temporary_data {
                host.engine.watch();
            }
        }
        Role::Operator => host.engine.watch(),
    }
    let work = host.engine.scope(command.run(&host.app, arguments));
    let outcome = tokio::select! {
        outcome = unless_stuck(|| host.engine.clone(), work) => outcome.unwrap_or_else(|reason| {
            Err(Error::msg(format!("`{}` {reason}", command.name)).into())
        }),
        _ = tokio::signal::ctrl_c() => Ok(ExitCode::from(INTERRUPTED)),
    };
    if role == Role::Operator {
        home::say_if_nobody_serves(config, &**host.engine.store(), &program_name::<A>()).await;
    }
    host.engine.stop(config.stop_timeout).await;
    host.engine.store().close().await?;
    outcome
}
