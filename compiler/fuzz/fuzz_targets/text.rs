//! `compile` on arbitrary text.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| justscale_fuzz::hold::text(bytes));
