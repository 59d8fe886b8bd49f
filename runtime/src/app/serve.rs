//! `serve`: the app's processes run until the program is asked to stop.

use std::process::ExitCode;
use std::sync::Arc;

use super::failure::Outcome;
use super::home::{self, Role};
use super::run::{INTERRUPTED, wire};
use super::{App, Registry};
use crate::Error;
use crate::clock::Clock;
use crate::config::{Config, Database};

/// Runs the app until ctrl-c or SIGTERM. The first one lets running steps finish, a second one ends them.
pub(super) async fn serve<A: App>(registry: &Arc<Registry<A>>, config: &Config) -> Outcome {
    let mut requests = StopRequests::listen()?;
    let home = home::open::<A>(config, Role::Owner)?;
    let host = wire(home, Clock::Real, config, registry).await?;
    host.start();
    let processes = registry.catalogue().processes.len();
    tracing::info!(data = %place(config), processes, pid = std::process::id(), "{} serves; ctrl-c stops it", A::NAME);
    let asked = requests.next().await;
    tracing::info!("stops after {asked}: running steps finish, the rest goes on at the next start");
    tokio::select! {
        _ = host.engine.stop(config.stop_timeout) => {}
        again = requests.next() => {
            tracing::warn!("ends at once after another {again}: what ran is made again at the next start");
            return Ok(ExitCode::from(INTERRUPTED));
        }
    }
    host.engine.store().close().await?;
    tracing::info!("has stopped");
    Ok(ExitCode::SUCCESS)
}

fn place(config: &Config) -> String {
    match &config.database {
        Database::Sqlite(folder) => folder.display().to_string(),
        Database::Memory => "memory".to_owned(),
    }
}

/// Asks of the operating system to stop.
#[cfg(unix)]
struct StopRequests {
    interrupt: tokio::signal::unix::Signal,
    terminate: tokio::signal::unix::Signal,
}

#[cfg(unix)]
impl StopRequests {
    fn listen() -> Result<Self, Error> {
        use tokio::signal::unix::{SignalKind, signal};
        Ok(Self { interrupt: signal(SignalKind::interrupt())?, terminate: signal(SignalKind::terminate())? })
    }

    async fn next(&mut self) -> &'static str {
        tokio::select! {
            _ = self.interrupt.recv() => "ctrl-c",
            _ = self.terminate.recv() => "SIGTERM",
        }
    }
}

/// Asks of the operating system to stop. Here there is no other one than ctrl-c.
#[cfg(not(unix))]
struct StopRequests;

#[cfg(not(unix))]
impl StopRequests {
    fn listen() -> Result<Self, Error> {
        Ok(Self)
    }

    async fn next(&mut self) -> &'static str {
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
        "ctrl-c"
    }
}
