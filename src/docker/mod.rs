//! Docker: its credential helper protocol, its config files, and the files that its clients read.

pub mod clients;
pub mod config;
pub mod plugin;
pub mod protocol;
