//! What compose does with the images of services.

use crate::domain::Command;

/// What happens to the images of the services.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Action {
    Push,
    Pull,
    Build,
    /// Pulled, or else built: `up`, `create`, `run`.
    Run,
    /// Looked up in the registry.
    Inspect,
}

impl Action {
    /// None where no image is read or written.
    pub(super) fn of(command: &Command<'_>) -> Option<Self> {
        Some(match *command.verbs.get(1)? {
            // It pushes them before what it publishes.
            "push" | "publish" => Self::Push,
            "pull" => Self::Pull,
            "build" => Self::Build,
            "up" | "create" | "run" | "scale" | "watch" => Self::Run,
            "config" | "convert" if command.is_set(&["--resolve-image-digests", "--lock-image-digests"]) => {
                Self::Inspect
            }
            _ => return None,
        })
    }
}
