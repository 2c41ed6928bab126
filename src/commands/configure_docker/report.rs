//! What `configure-docker` says it did.

use std::env;
use std::fmt;
use std::path::PathBuf;

use crate::docker::config::{self, ConfigEditor, Saved};
use crate::platform::environment::Environment;
use crate::platform::executable;
use crate::terminal::{Mark, print_status};
use crate::text::{display_path, sanitize};

/// Who reads a config file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reader {
    Docker,
    Podman,
}

impl fmt::Display for Reader {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Docker => "Docker",
            Self::Podman => "podman",
        })
    }
}

impl Reader {
    /// What the command needs to reach the file of this reader too.
    pub(super) fn flag(self) -> &'static str {
        match self {
            Self::Docker => "",
            Self::Podman => " --podman",
        }
    }
}

/// What becomes of a registry in a file.
pub(super) enum Outcome {
    /// We are named for it, and these keys of `auths` hold secrets, or did.
    Added { is_new: bool, shadows: Vec<String>, are_removed: bool },
    /// Another helper stays.
    Other(String),
    /// We are not named for it.
    Removed { was_there: bool },
    /// We are not named for it, but for every registry.
    StillUs,
}

/// What becomes of a file.
pub(super) struct Report {
    reader: Reader,
    path: PathBuf,
    store: Option<String>,
    has_byte_order_mark: bool,
    outcomes: Vec<(String, Outcome)>,
}

impl Report {
    pub(super) fn new(
        reader: Reader,
        draft: &ConfigEditor,
        outcomes: Vec<(String, Outcome)>,
    ) -> Result<Self, config::Error> {
        let (path, store) = (draft.path().to_owned(), draft.store()?);
        // A host that is taken out was text of the file.
        let outcomes = outcomes.into_iter().map(|(host, outcome)| (sanitize(&host).into_owned(), outcome)).collect();
        Ok(Self { reader, path, store, has_byte_order_mark: draft.has_byte_order_mark(), outcomes })
    }

    /// Says what was done, and what is left to do.
    pub(super) fn tell(&self, saved: &Saved) {
        let (reader, path, good) = (self.reader, display_path(&self.path), Mark::Good);
        for (host, outcome) in &self.outcomes {
            match outcome {
                Outcome::Added { is_new: true, .. } => {
                    print_status(format!(
                        "{good} {reader} asks docker-credential-atcr for {host} from now on ({path})."
                    ));
                }
                Outcome::Added { is_new: false, .. } => {
                    print_status(format!("{good} {reader} asks docker-credential-atcr for {host} already ({path})."));
                }
                Outcome::Removed { was_there: true } => {
                    print_status(format!("{good} {reader} asks docker-credential-atcr for {host} no more ({path})."));
                }
                Outcome::Removed { was_there: false } => {
                    print_status(format!("{good} {reader} does not ask docker-credential-atcr for {host} ({path})."));
                }
                Outcome::Other(_) | Outcome::StillUs => {}
            }
            if let Outcome::Added { are_removed: true, .. } = outcome {
                print_status(format!("{good} The password for {host} is no longer in it."));
            }
        }
        match saved {
            Saved::Written(Some(backup)) => {
                let password = if self.removes_passwords() { ", the password too," } else { "" };
                print_status(format!("  What it held before{password} is in {}.", display_path(backup)));
            }
            Saved::Removed => print_status("  It held nothing else, and is removed."),
            Saved::Written(None) | Saved::Nothing => {}
        }
        self.tell_of_store();
        self.warn();
    }

    fn removes_passwords(&self) -> bool {
        self.outcomes.iter().any(|(_, outcome)| matches!(outcome, Outcome::Added { are_removed: true, .. }))
    }

    fn tell_of_store(&self) {
        let added = self.outcomes.iter().filter(|(_, outcome)| matches!(outcome, Outcome::Added { .. }));
        let hosts: Vec<&str> = added.map(|(host, _)| &**host).collect();
        if let (Some(store), false, Reader::Docker) = (&self.store, hosts.is_empty(), self.reader) {
            let (store, hosts) = (sanitize(store), hosts.join(", "));
            print_status(format!(
                "  Its credsStore ({store}) is passed over for {hosts}, and stays for all other registries."
            ));
        }
    }

    /// Says what is in the way, and the command that mends it.
    pub(super) fn warn(&self) {
        let (reader, path, warning) = (self.reader, display_path(&self.path), Mark::Warning);
        for (host, outcome) in &self.outcomes {
            let again = format!("docker-credential-atcr configure-docker {host} --yes{}", reader.flag());
            match outcome {
                Outcome::Added { shadows, are_removed: false, .. } if !shadows.is_empty() => {
                    let keys: Vec<String> = shadows.iter().map(|key| format!("{:?}", sanitize(key))).collect();
                    let keys = keys.join(", ");
                    print_status(format!(
                        "{warning} {path} holds a password for {host} that may be used instead (auths: {keys})."
                    ));
                    print_status(format!("  To remove it: {again}"));
                }
                Outcome::Other(name) => {
                    print_status(format!("{warning} {reader} still asks {} for {host} ({path}).", helper_named(name)));
                    print_status(format!("  To replace it: {again}"));
                }
                Outcome::StillUs => print_status(format!(
                    "{warning} {reader} still asks docker-credential-atcr for {host}, as for every registry: it is \
                     the credsStore of {path}."
                )),
                _ => {}
            }
        }
        if self.has_byte_order_mark {
            print_status(format!("{warning} {path} begins with a byte order mark, with which {reader} can't read it."));
            print_status("  Save it as UTF-8 without one.");
        }
    }
}

/// A helper's program, by its name in a config file.
pub(super) fn helper_named(name: &str) -> String {
    if name.is_empty() { "no helper".to_owned() } else { format!("docker-credential-{}", sanitize(name)) }
}

/// Says whether the clients find the program that the files name.
pub(super) fn tell_whether_it_is_found(environment: &Environment) {
    if let Some(found) = executable::find(executable::NAME, environment.search_path.as_deref()) {
        print_status(format!("{} docker-credential-atcr is found on PATH ({}).", Mark::Good, display_path(&found)));
        return;
    }
    print_status(format!("{} docker-credential-atcr is not on PATH, so it will not be found.", Mark::Warning));
    if let Ok(program) = env::current_exe() {
        let program = display_path(&program);
        print_status(if cfg!(windows) {
            format!("  Put its folder on PATH; it is {program}")
        } else {
            format!("  Put it there: sudo ln -s {program} /usr/local/bin/docker-credential-atcr")
        });
    }
}
