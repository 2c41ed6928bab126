//! The programs that read a config file.

use std::fmt;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Client {
    /// config.json
    Docker,
    /// auth.json, which buildah and skopeo read too.
    Podman,
}

impl fmt::Display for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Docker => "Docker",
            Self::Podman => "podman",
        })
    }
}
