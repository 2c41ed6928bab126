//! The registry and account that a command line names, in whichever of two ways.

use super::args::{Configure, Login, Logout, Status, Switch};

impl Login {
    pub fn registry(&self) -> Option<&str> {
        self.registry.as_deref().or(self.registry_flag.as_deref())
    }
}

impl Logout {
    pub fn registry(&self) -> Option<&str> {
        self.registry.as_deref().or(self.registry_flag.as_deref())
    }
}

impl Status {
    pub fn registry(&self) -> Option<&str> {
        self.registry.as_deref().or(self.registry_flag.as_deref())
    }
}

impl Switch {
    pub fn account(&self) -> Option<&str> {
        self.handle.as_deref().or(self.account.as_deref())
    }
}

impl Configure {
    pub fn registries(&self) -> impl Iterator<Item = &String> {
        self.registries.iter().chain(&self.registry_flags)
    }
}
