//! The command line of a person: arguments, help and usage errors.

mod args;
pub mod completion;
mod error;
pub mod help;
mod named;
mod near;
mod near_flag;

pub use args::*;
