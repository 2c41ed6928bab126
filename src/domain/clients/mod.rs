//! What clients do with the words of their command lines.

mod command;
mod images;
mod shape;
mod table;
mod tokens;

pub use command::Command;
pub use images::{find_owners, find_owners_in, owner_of};
