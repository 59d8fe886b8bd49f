//! `compile` on what is made of the cases by edits. `FUZZ_SHOW=1` prints the text of an input that failed.
#![no_main]

use std::path::Path;
use std::sync::LazyLock;

use justscale_fuzz::corpus::{Case, cases};

static CORPUS: LazyLock<Vec<Case>> =
    LazyLock::new(|| cases(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/processes")));

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| justscale_fuzz::hold::mutated(&CORPUS, bytes));
