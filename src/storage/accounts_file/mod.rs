//! `device.json`: its shapes and their migration (pure), and the store that reads and replaces it.

mod document;
mod ends;
pub(crate) mod exposed;
mod migrate;
mod ownership;
mod permissions;
mod places;
mod sieve;
mod store;
mod tighten;

pub use document::{Document, Fault};
pub use ownership::Distrust;
pub use permissions::{Exposure, exposures};
pub use store::{ConfigError, Store};
