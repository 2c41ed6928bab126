//! What the program is about, without files, network, environment, processes or a clock.

mod account;
mod authority;
mod choose;
mod identity;
mod image;
mod insecure_registries;
mod secret;
mod server;

pub use account::{Account, Accounts, Registries};
pub use authority::InvalidServer;
pub use choose::{Choice, Clues, Undecided, Why, choose};
pub use identity::{Did, Handle, Identity, InvalidIdentity};
pub use image::{Access, Mention, mentions, without_transport};
pub use insecure_registries::InsecureRegistries;
pub use secret::Secret;
pub use server::{Cleartext, RegistryUrl, ServerString};
