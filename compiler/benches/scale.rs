//! How the compiler's time grows with a package, stage by stage, up to 100,000 lines with 1,000 processes.
//!
//! `cargo bench -p justscale-compiler --bench scale` prints one row for each size, the best of a few runs, and the exponent of the line
//! through them: 1 is linear. `-- 20 60` measures packages of that many modules instead; `--profile build-script` measures the compiler
//! as it is inside a user's build script, where cargo optimises neither it nor what it is made of.

use std::time::{Duration, Instant};

use justscale_compiler::{Compilation, Sources, check, collect, compile, emit, examine, lower, parse};

mod shop;

use shop::PROCESSES;

/// That of the command line. A build script has the system's.
#[cfg(not(debug_assertions))]
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// The modules of 10,000, 30,000 and 100,000 lines.
const SIZES: [usize; 3] = [34, 101, 334];
const RUNS: usize = 3;

fn main() {
    let sizes: Vec<usize> = std::env::args().filter_map(|argument| argument.parse().ok()).collect();
    let sizes = if sizes.is_empty() { SIZES.to_vec() } else { sizes };
    println!(
        "   lines  processes |  parse collect  check  lower   emit | compile  examine, ms   for 1,000 lines"
    );
    let mut measured = Vec::new();
    for modules in sizes {
        let (sources, lines) = shop::shop(modules);
        let stages = (0..RUNS).map(|_| stages(&sources)).reduce(best).unwrap_or_default();
        let whole = (0..RUNS).map(|_| timed(&sources, compile)).min().unwrap_or_default();
        let examined = (0..RUNS).map(|_| timed(&sources, examine)).min().unwrap_or_default();
        let [parse, collect, check, lower, emit] = stages.map(milliseconds);
        println!(
            "{lines:8} {:10} | {parse:6.1} {collect:7.1} {check:6.1} {lower:6.1} {emit:6.1} | {:7.1} {:8.1}    {:17.2}",
            modules * PROCESSES,
            milliseconds(whole),
            milliseconds(examined),
            milliseconds(whole) / (lines as f64 / 1000.0),
        );
        measured.push((lines as f64, milliseconds(whole)));
    }
    if measured.len() > 1 {
        println!("grows with the {:.2}th power of the lines", exponent(&measured));
    }
}

fn milliseconds(time: Duration) -> f64 {
    time.as_secs_f64() * 1000.0
}

/// The times of parse, collect, check, lower and emit, the wiring of the app left out, on one thread.
fn stages(sources: &Sources) -> [Duration; 5] {
    let mut last = Instant::now();
    let mut lap = || std::mem::replace(&mut last, Instant::now()).elapsed();
    let (syntax, _) = parse::parse(sources);
    let parse = lap();
    let (app, _) = collect::collect(syntax);
    let collect = lap();
    let _ = check::check(&app);
    let check = lap();
    let processes = || app.crates.iter().flat_map(|one| &one.processes).map(|process| &process.item);
    let machines: Vec<_> = processes().filter_map(|process| lower::lower(process).0).collect();
    let lower = lap();
    let slots: Vec<_> =
        processes().zip(&machines).map(|(process, machine)| emit::of_process(process, machine)).collect();
    let others = emit::others(&app);
    let emit = lap();
    assert!(slots.len() >= PROCESSES && !others.is_empty(), "nothing was written");
    [parse, collect, check, lower, emit]
}

fn timed(sources: &Sources, compile: fn(&Sources) -> Compilation) -> Duration {
    let start = Instant::now();
    let compilation = compile(sources);
    let time = start.elapsed();
    let problems: Vec<_> = compilation.problems.errors().map(|one| one.fault.to_string()).collect();
    assert!(problems.is_empty(), "{problems:?}");
    time
}

fn best(one: [Duration; 5], other: [Duration; 5]) -> [Duration; 5] {
    let mut others = other.into_iter();
    one.map(|time| others.next().map_or(time, |other| time.min(other)))
}

/// The exponent of the power that goes through the points best.
fn exponent(points: &[(f64, f64)]) -> f64 {
    let count = points.len() as f64;
    let logs: Vec<(f64, f64)> = points.iter().map(|(lines, time)| (lines.ln(), time.ln())).collect();
    let (x, y) =
        logs.iter().fold((0.0, 0.0), |sum, point| (sum.0 + point.0 / count, sum.1 + point.1 / count));
    let covariance: f64 = logs.iter().map(|point| (point.0 - x) * (point.1 - y)).sum();
    let variance: f64 = logs.iter().map(|point| (point.0 - x).powi(2)).sum();
    covariance / variance
}
