//! Docker: its credential helper protocol, and its config files.

pub mod config;
pub mod protocol;
