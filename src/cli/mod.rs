//! The command line of a person: what can be typed, its help and its errors.

mod args;
mod error;
pub mod help;

pub use args::*;
