//! What clients do with the words of their command lines.

mod command;
mod table;

pub use command::Command;
