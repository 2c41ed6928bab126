//! The files of Docker and its kin: which registries the daemon speaks to over http, whom a client asks for a
//! credential, and us named there, with everything else left as it is.

mod daemon;
mod draft;
mod edit;
mod entry;
mod file;
mod object;
mod place;

use std::path::PathBuf;

pub use daemon::insecure_registries;
pub use draft::{Draft, Error, Saved};
pub use entry::Helper;
pub use object::Fault;
pub use place::program_on_path;

use crate::environment::Environment;

/// How Docker's config.json stands to a registry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct State {
    /// The file, which need not be there.
    pub file: PathBuf,
    /// Whom Docker asks.
    pub helper: Helper,
    /// The keys of `auths` under which it holds a secret for the registry in plain text, which Docker uses where the
    /// helper fails, and podman instead of asking one that is named elsewhere.
    pub shadows: Vec<String>,
}

/// How Docker's config.json stands to `host`.
///
/// # Errors
/// When it is there and can't be read or understood.
pub fn state(environment: &Environment, host: &str) -> Result<State, Error> {
    let draft = Draft::docker(environment)?;
    Ok(State { helper: draft.helper(host)?, shadows: draft.shadows(host)?, file: draft.path().to_owned() })
}

/// Whether Docker's client asks this program for the credential of `host`. A file that can't be read says no.
#[must_use]
pub fn names_us(environment: &Environment, host: &str) -> bool {
    state(environment, host).is_ok_and(|state| state.helper == Helper::Us)
}

/// Names us for `host` in Docker's config.json, where no other helper is named for it. The answer is how the file
/// stands now; plain secrets stay.
///
/// # Errors
/// When it can't be read, understood or written.
pub fn add(environment: &Environment, host: &str) -> Result<State, Error> {
    let mut draft = Draft::docker(environment)?;
    if matches!(draft.helper(host)?, Helper::Nobody | Helper::Store(_)) {
        draft.add(host)?;
    }
    let state = State { helper: draft.helper(host)?, shadows: draft.shadows(host)?, file: draft.path().to_owned() };
    draft.save()?;
    Ok(state)
}
