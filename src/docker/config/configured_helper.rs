//! What a config file says about the helper of a registry.

use crate::domain::Identity;

/// The credential helper that a client uses for a registry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ConfiguredHelper {
    None,
    Atcr,
    /// This program for one account alone: `name` is `atcr-HANDLE`, as the file has it.
    OneAccount {
        name: String,
        account: Identity,
    },
    /// Another one, for this registry alone (`credHelpers`). An empty name: none, whatever `credsStore` says.
    Other(String),
    /// Another one, for every registry without one of its own (`credsStore`).
    Default(String),
}

impl ConfiguredHelper {
    /// Whether it is this program, under whichever name.
    pub fn is_ours(&self) -> bool {
        matches!(self, Self::Atcr | Self::OneAccount { .. })
    }
}
