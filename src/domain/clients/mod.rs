//! What clients do with the words of their command lines.

mod command;
mod credential;
mod images;
mod owner;
mod pushes;
mod shape;
mod table;
mod tokens;
mod unknown;

pub use command::Command;
pub use credential::has_credential;
pub use images::{find_owners, find_owners_in};
pub use owner::owner_of;
