//! The real binary, run in folders of its own: what it prints, and with which code it ends.

mod bad_input;
mod completions;
mod explain;
mod help;
mod new;
mod terminal;
