//! What the program is about, without files, network, environment, processes or a clock.

mod account;
mod authority;
mod choose;
mod identity;
mod image;
mod insecure_registries;
mod keeper_name;
mod secret;
mod server;

pub use account::{Account, Accounts, Kept, Registries, User};
pub use authority::InvalidServer;
pub use choose::{Choice, Clues, Undecided, Why, choose};
pub use identity::{Did, Handle, Identity, InvalidIdentity};
pub use image::{Access, Mention, mentions, repository_of, server_of, without_transport};
pub use insecure_registries::InsecureRegistries;
pub use keeper_name::{InvalidKeeperName, KeeperName};
pub use secret::Secret;
pub use server::{Cleartext, RegistryUrl, ServerString};
