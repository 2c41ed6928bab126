//! The command line of a person: arguments, help and usage errors.

mod args;
pub mod completion;
mod error;
pub mod help;
mod named;
mod near;
mod near_flag;
mod parse;

pub use args::*;
pub use parse::parse;
