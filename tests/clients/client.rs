//! What a scenario needs of a client.

use std::io::{self, Write};
use std::path::Path;
use std::process::Command;
use std::thread;

use super::containers;
use crate::support::Home;

/// A client of the registry. Its commands are those that a person would type: the program reads them.
pub trait Client {
    /// The exit code of a push or pull that failed.
    const FAILURE: i32;

    /// The program's file: a machine may have several versions of it.
    fn program(&self) -> &Path;

    /// The client with these arguments, and every file of it in `home`; as podman, buildah and skopeo need it.
    fn command(&self, home: &Home, arguments: &[&str]) -> Command {
        containers::command(home, self.program(), arguments)
    }

    /// Configures the client in `home` for a registry at `host`, apart from the credential helper; as podman, buildah
    /// and skopeo need it.
    fn configure(&self, home: &Home, host: &str) {
        containers::configure(home, host);
    }

    /// Puts an image of this name where [`Client::push`] finds it.
    fn make(&self, home: &Home, image: &str);

    /// The command that pushes an image.
    fn push(&self, home: &Home, image: &str) -> Command {
        self.command(home, &["push", image])
    }

    /// The command that pulls an image, whether or not it has been pulled before.
    fn pull(&self, home: &Home, image: &str) -> Command {
        self.command(home, &["pull", image])
    }
}

/// The smallest file system: an archive with nothing in it.
pub const EMPTY_TAR: [u8; 1024] = [0; 1024];

/// Names the program where a test fails.
pub struct NamedOnFailure<'a, C: Client>(pub &'a C);

impl<C: Client> Drop for NamedOnFailure<'_, C> {
    fn drop(&mut self) {
        if thread::panicking() {
            let _ = writeln!(io::stderr(), "failed with {}", self.0.program().display());
        }
    }
}
