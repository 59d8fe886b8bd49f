//! Writes the generated Rust of every slot. It decides nothing.

mod align;
pub mod hash;
mod print;
pub mod slot;
mod spans;

#[cfg(test)]
mod tests;
