//! What `cargo fuzz` runs (`compiler/fuzz`), for a few hundred inputs that are the same each time.
//!
//! `FUZZ_INPUTS=100000 FUZZ_SEED=7` is more of it, and other ones.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)] // Tests may panic.
#![allow(unreachable_pub, missing_docs, reason = "the modules are those of the fuzz targets' library")]

#[path = "../fuzz/src/choices.rs"]
mod choices;
#[path = "../fuzz/src/corpus.rs"]
mod corpus;
#[path = "../fuzz/src/edit.rs"]
mod edit;
#[path = "../fuzz/src/hold.rs"]
mod hold;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

/// As much as the main thread has, on which a build script compiles.
const STACK: usize = 8 << 20;

fn number(variable: &str, otherwise: u64) -> u64 {
    std::env::var(variable).ok().and_then(|text| text.parse().ok()).unwrap_or(otherwise)
}

/// Runs `body` for inputs that follow from a seed.
fn each_input(name: &str, body: impl Fn(&mut Random) + Send + Sync) {
    let (inputs, seed) = (number("FUZZ_INPUTS", 300), number("FUZZ_SEED", 1));
    let run = || {
        for input in 0..inputs {
            let mut random = Random(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15).wrapping_add(input) | 1);
            let failed = catch_unwind(AssertUnwindSafe(|| body(&mut random))).is_err();
            assert!(!failed, "{name}: input {input} of seed {seed}; its text: FUZZ_SHOW=1");
        }
    };
    std::thread::scope(|scope| {
        let thread = std::thread::Builder::new().stack_size(STACK).spawn_scoped(scope, run).unwrap();
        thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic));
    });
}

/// xorshift64*.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_f491_4f6c_dd1d)
    }

    fn below(&mut self, limit: usize) -> usize {
        (self.next() >> 11) as usize % limit.max(1)
    }

    fn bytes(&mut self, at_most: usize) -> Vec<u8> {
        let count = self.below(at_most) + 1;
        (0..count).map(|_| self.next() as u8).collect()
    }
}

fn cases() -> Vec<corpus::Case> {
    corpus::cases(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../fixtures/processes"))
}

#[test]
fn mutated_cases_compile_or_are_refused() {
    let corpus = cases();
    each_input("mutated", |random| hold::mutated(&corpus, &random.bytes(40)));
}

#[test]
fn torn_texts_compile_or_are_refused() {
    let corpus = cases();
    each_input("text", |random| {
        // Pieces of cases with other bytes between them.
        let mut text = Vec::new();
        for _ in 0..random.below(4) + 1 {
            let piece = corpus[random.below(corpus.len())].text.as_bytes();
            let from = random.below(piece.len());
            text.extend(&piece[from..from + random.below(piece.len() - from)]);
            text.extend(random.bytes(6));
        }
        hold::text(&text);
    });
}

/// The bodies that were found by fuzzing, as small as they get. All but the last are no Rust, which is for rustc to say at the user's line.
#[test]
fn what_was_found_stays_mended() {
    for body in [
        // Awaits where no await may be.
        "let n = const { log.give(1).await + log.give(2).await };",
        "const { return log.give(id).await + id };",
        // Ways out of what is not there, with values that await.
        "break match log.give(1).await { 0 => log.give(2).await, _ => 3 };",
        "break 'nowhere if log.give(true).await { log.give(found).await } else { 0 };",
        // A `let` that is no condition.
        "while let Some(n) = log.give(id).await = let Some(n) = log.give(1).await { log.say(n).await; }",
        // A format string that is none.
        "let (first, last) = (1, 2); log.give(3).await; log.say(format!(\"{first {last}\")).await;",
        "let (left, right) = (1, 2); log.give(3).await; log.say(format!(\"{left: {right}\")).await;",
        "let last = 2; log.give(3).await; log.say(other!(\"{ \\\"a\\\": {last} }\")).await;",
        "let map = log.give(1).await; log.give(3).await; log.say(format!(\"{map?} {id:?}\")).await;",
        // What only a format string reads, under a name that is a keyword.
        "let r#type = log.give(1).await; log.give(2).await; log.say(format!(\"{type}\")).await;",
        // What is changed by what never comes.
        "let mut sum = 0; for n in 0..id { log.give(n).await; sum += log.give(return).await; } log.say(sum).await;",
        // What an async block names and never reaches.
        "let base = id + 1; log.give(1).await; async move { log.give(id - return 8).await + base }.await;",
    ] {
        let text = format!("#[process(\"/{{id}}\")]\nasync fn found(id: u32, log: &Log) {{ {body} }}");
        hold::holds(&hold::package(&[("src/lib.rs", &text)]));
    }
}
