//! How long the compiler takes for 1,000 lines of a user's code, for small and for large packages, and stage by stage.
//!
//! `cargo bench -p justscale-compiler` prints, beside criterion's own figures, the throughput in lines: what it does for a package of
//! any size should be the same.

use std::hint::black_box;
use std::time::Duration;

use criterion::{BatchSize, BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use justscale_compiler::{check, collect, compile, emit, lower, parse};

mod shop;

/// A whole compilation, for packages of a few hundred to many thousand lines.
fn by_size(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("compile");
    group.measurement_time(Duration::from_secs(5)).sample_size(20);
    for modules in [1, 6, 30, 120] {
        let (sources, lines) = shop::shop(modules);
        let problems = compile(&sources).problems;
        assert!(
            !problems.has_errors(),
            "{:?}",
            problems.errors().map(|one| one.fault.to_string()).collect::<Vec<_>>()
        );
        group.throughput(Throughput::Elements(lines as u64));
        group.bench_with_input(
            BenchmarkId::from_parameter(format!("{lines} lines")),
            &sources,
            |bench, sources| {
                bench.iter(|| compile(black_box(sources)));
            },
        );
    }
    group.finish();
}

/// The stages by themselves, for about 5,000 lines.
fn by_stage(criterion: &mut Criterion) {
    let (sources, lines) = shop::shop(30);
    let (syntax, _) = parse::parse(&sources);
    let (app, _) = collect::collect(syntax);
    let processes = || app.crates.iter().flat_map(|one| &one.processes).map(|process| &process.item);
    let machines: Vec<_> = processes().filter_map(|process| lower::lower(process).0).collect();
    let mut group = criterion.benchmark_group("stage");
    group.measurement_time(Duration::from_secs(3)).sample_size(20);
    group.throughput(Throughput::Elements(lines as u64));
    group.bench_function("parse", |bench| bench.iter(|| parse::parse(black_box(&sources))));
    group.bench_function("collect", |bench| {
        let syntax = || parse::parse(&sources).0;
        bench.iter_batched(syntax, collect::collect, BatchSize::PerIteration);
    });
    group.bench_function("check", |bench| bench.iter(|| check::check(black_box(&app))));
    group.bench_function("lower", |bench| {
        bench.iter(|| black_box(processes().map(lower::lower).collect::<Vec<_>>()))
    });
    group.bench_function("emit", |bench| {
        let emit = |(process, machine)| emit::of_process(process, machine);
        bench.iter(|| (processes().zip(&machines).map(emit).collect::<Vec<_>>(), emit::others(&app)));
    });
    group.finish();
}

criterion_group!(benches, by_size, by_stage);
criterion_main!(benches);
