//! Who makes the pushes: skopeo, a real client that needs neither an engine nor root, or the demo's own client.

use std::env;
use std::process::Command;

use anyhow::Result;

use crate::image::Image;
use crate::machine::{Machine, Ran, run};
use crate::screen;

/// A client of the registry.
pub(crate) enum Pusher {
    Skopeo { version: String },
    Own { reason: &'static str },
}

impl Pusher {
    /// A real client where one is on `PATH`, unless the demo's own is asked for.
    pub(crate) fn find(machine: &Machine, own: bool) -> Self {
        if own {
            return Self::Own { reason: "as --own-client asks for" };
        }
        match machine.command("skopeo").arg("--version").output() {
            Ok(answer) if answer.status.success() => {
                Self::Skopeo { version: String::from_utf8_lossy(&answer.stdout).trim().to_owned() }
            }
            _ => Self::Own { reason: "because there is no skopeo on PATH" },
        }
    }

    /// Its description.
    pub(crate) fn describe(&self) -> String {
        match self {
            Self::Skopeo { version } => format!("skopeo, a real client found on PATH ({version})"),
            Self::Own { reason } => {
                format!("a small client of the demo's own ({reason}) that does what docker push does")
            }
        }
    }

    /// Pushes an image to `HOST/REPOSITORY:TAG`, with one more variable in the client's environment if need be.
    pub(crate) fn push(
        &self,
        machine: &Machine,
        (host, repository, tag): (&str, &str, &str),
        variable: Option<(&str, &str)>,
    ) -> Result<Ran> {
        let target = format!("{host}/{repository}:{tag}");
        let (mut command, shown) = match self {
            Self::Skopeo { .. } => skopeo(machine, repository, &target)?,
            Self::Own { .. } => {
                let mut command = machine.command(env::current_exe()?);
                command.args(["push", &target]);
                (command, format!("demo push {target}"))
            }
        };
        let assignment = variable.map(|(name, value)| format!("{name}={value} ")).unwrap_or_default();
        screen::command(&format!("{assignment}{shown}"));
        run(command.envs(variable))
    }
}

fn skopeo(machine: &Machine, repository: &str, target: &str) -> Result<(Command, String)> {
    let folder = repository.replace('/', "-");
    Image::labelled(repository).write(machine, &folder)?;
    // Some machines' own file names other credential helpers.
    machine.write("registries.conf", "")?;
    let mut command = machine.command("skopeo");
    command.env("CONTAINERS_REGISTRIES_CONF", "registries.conf");
    // As root it would keep what it knows of blobs under /var/lib, as anybody else in the home.
    command.env("_CONTAINERS_ROOTLESS_UID", "1");
    let arguments = format!("--insecure-policy copy --dest-tls-verify=false oci:{folder} docker://{target}");
    command.args(arguments.split(' '));
    Ok((command, format!("skopeo {arguments}")))
}
