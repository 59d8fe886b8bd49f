//! The same behaviours when calls fail.
