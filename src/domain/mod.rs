//! Pure: no files, network, environment, processes or clock.

mod account;
mod authority;
mod clients;
mod closest;
mod foreign_registries;
mod helper_name;
mod identity;
mod image_ref;
mod insecure_registries;
mod named;
mod reason;
mod registries;
mod registry_url;
mod secret;
mod select;
mod server_string;
mod store_name;
mod transport;

pub use account::{Account, Accounts, Credential, SecretLocation};
pub use authority::{InvalidServer, is_localhost};
pub use clients::{Command, find_owners, find_owners_in, has_credential, owner_of};
pub use closest::{closest, closest_word};
pub use foreign_registries::is_foreign_registry;
pub use helper_name::HelperName;
pub use identity::{Did, Handle, Identity, InvalidIdentity, without_mark};
pub use image_ref::{Access, ImageOwner, owner_in, repository_of, server_of, split_image};
pub use insecure_registries::InsecureRegistries;
pub use reason::Reason;
pub use registries::Registries;
pub use registry_url::RegistryUrl;
pub use secret::Secret;
pub use select::{Inputs, SelectError, Selected, select};
pub use server_string::{Cleartext, ServerString};
pub use store_name::{InvalidStoreName, StoreName};
pub use transport::{Transport, split_transport};
