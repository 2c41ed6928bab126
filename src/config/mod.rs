//! `device.json`: its shapes and their migration (pure), and the store that reads and replaces it.

mod document;
mod ends;
mod exposure;
mod migrate;
mod places;
mod sieve;
mod store;
mod tighten;
mod trusted;

pub use document::{Document, Fault};
pub use exposure::{Exposure, exposures};
pub use store::{ConfigError, Store};
pub use trusted::Distrust;
