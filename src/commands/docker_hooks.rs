//! What keeps Docker from telling its plugins of a push that was denied, whatever config.json says.

use std::fmt;

use super::other_program::ask;
use crate::error::Hint;
use crate::platform::environment::Environment;
use crate::platform::executable::find;
use crate::text::sanitize;

/// The first version with hooks.
const FIRST: u32 = 26;

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Obstacle {
    /// The version.
    OldDocker(String),
    /// The variable.
    TurnedOff(&'static str),
}

/// `None`: there is none, or no Docker that would say.
pub(super) fn obstacle(environment: &Environment) -> Option<Obstacle> {
    let old = || {
        let docker = find("docker", environment.search_path().as_deref())?;
        old_version(&ask(&docker, &["--version"]).ok()?)
    };
    let variable = environment.turns_hooks_off().map(Obstacle::TurnedOff);
    old().map(Obstacle::OldDocker).or(variable)
}

/// From `Docker version 24.0.7, build afdd53b`. podman's docker says `podman version 4.9.3`.
fn old_version(said: &str) -> Option<String> {
    let line = said.trim_start().lines().next()?;
    let version = line.strip_prefix("Docker version ").unwrap_or(line);
    let version = version.split([' ', ',']).next()?;
    let major: u32 = version.split('.').next()?.parse().ok()?;
    (major < FIRST).then(|| sanitize(version).into_owned())
}

impl Obstacle {
    pub(super) fn hint(&self) -> Hint {
        match self {
            Self::OldDocker(_) => "to update it: https://docs.docker.com/engine/install/".into(),
            Self::TurnedOff(variable) if cfg!(windows) => Hint::text(format_args!("remove the variable {variable}")),
            Self::TurnedOff(variable) => Hint::run(format_args!("unset {variable}")),
        }
    }
}

/// In a sentence.
impl fmt::Display for Obstacle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::OldDocker(version) => {
                write!(f, "Docker {version} can't say why a push was denied ({FIRST} or newer can)")
            }
            Self::TurnedOff(variable) => {
                write!(f, "Docker can't say why a push was denied: {variable} turns that off")
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_an_old_docker_is_old() {
        for (said, expected) in [
            ("Docker version 24.0.7, build afdd53b\n", Some("24.0.7")),
            ("24.0.7\n", Some("24.0.7")),
            ("Docker version 25.0.0-rc.1, build x", Some("25.0.0-rc.1")),
            ("Docker version 26.0.0, build 2ae903e", None),
            ("Docker version 28.2.2, build e6534b4", None),
            ("podman version 4.9.3", None),
            ("Docker version dev, build unknown", None),
            ("", None),
        ] {
            assert_eq!(old_version(said).as_deref(), expected, "{said}");
        }
    }
}
