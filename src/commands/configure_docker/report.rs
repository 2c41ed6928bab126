//! What `configure-docker` prints.

use std::path::{Path, PathBuf};

use super::plugin::Plugin;
use crate::commands::path_lookup;
use crate::docker::config::{self, Client, ConfigEditor, Lacking, Saved, State};
use crate::error::Hint;
use crate::platform::environment::Environment;
use crate::platform::executable::NAME;
use crate::terminal::{Mark, print_status};
use crate::text::{display_path, sanitize_name};

/// What becomes of a registry in a file. Another helper may stay, or this program as the default for every registry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Outcome {
    Added {
        is_new: bool,
        removes_mark: bool,
        /// `None`: there are none, or nobody was asked.
        removes_secrets: Option<bool>,
    },
    NotReplaced,
    Removed {
        /// What was configured, if it was this program.
        program: Option<String>,
        /// The same as the file had it, if it was for one account.
        name: Option<String>,
        /// What was taken and is there again.
        restored: Lacking,
        /// What a backup alone has.
        lacks: Lacking,
    },
    StillDefault,
}

/// What becomes of a file.
pub(super) struct Report {
    client: Client,
    path: PathBuf,
    other_default: Option<String>,
    /// Whether this program is the default for every registry, and stays so.
    pub(super) is_default: bool,
    /// This program as the default for every registry.
    pub(super) removes_default: bool,
    /// With the state that the file will be in.
    pub(super) outcomes: Vec<(State, Outcome)>,
}

impl Report {
    pub(super) fn new(client: Client, path: &Path, other_default: Option<String>) -> Self {
        Self {
            client,
            path: path.to_owned(),
            other_default,
            is_default: false,
            removes_default: false,
            outcomes: Vec::new(),
        }
    }

    /// The helpers for one account that were removed, as the file had them.
    pub(super) fn removed_names(&self) -> Vec<String> {
        let mut names = Vec::new();
        for (_, outcome) in &self.outcomes {
            if let Outcome::Removed { name: Some(name), .. } = outcome {
                names.push(name.clone());
            }
        }
        names
    }

    /// Whether another helper stays that could be replaced.
    pub(super) fn keeps_helper(&self) -> bool {
        self.outcomes.iter().any(|(_, outcome)| *outcome == Outcome::NotReplaced)
    }

    /// What was done, also to the plugin that the file names, and what is left to do.
    pub(super) fn print(&self, saved: &Saved, plugin: Option<&Plugin>) {
        let (mut is_any_added, mut is_secret_removed) = (false, false);
        for (state, outcome) in &self.outcomes {
            self.print_outcome(state, outcome);
            if let Outcome::Added { removes_secrets, .. } = outcome {
                is_any_added = true;
                is_secret_removed |= *removes_secrets == Some(true);
            }
        }
        if self.removes_default {
            let (client, path) = (self.client, display_path(&self.path));
            print_status(format!(
                "{} {client} no longer uses docker-credential-atcr as credsStore ({path}).",
                Mark::Good
            ));
        }
        if let Some(plugin) = plugin {
            plugin.print();
        }
        match saved {
            Saved::Written(Some(backup)) => {
                let password = if is_secret_removed { " with the password" } else { "" };
                print_status(format!("  Backup{password} saved to {}.", display_path(backup)));
            }
            Saved::Removed => print_status("  The file had no other content and was removed."),
            Saved::Written(None) | Saved::WithoutBackup | Saved::Nothing => {}
        }
        if let Some(warning) = saved.warning(&self.path) {
            print_status(format!("{} {warning}.", Mark::Warning));
        }
        if let (Some(store), true) = (&self.other_default, is_any_added) {
            print_status(format!("  credsStore ({}) still applies to all other registries.", sanitize_name(store)));
        }
        if self.is_default && is_any_added {
            self.explain_default();
        }
        self.warn();
    }

    fn explain_default(&self) {
        let path = display_path(&self.path);
        print_status(format!(
            "  credsStore (atcr) makes {} ask it for all other registries too, and it can't keep logins of those.\n  \
             To keep them elsewhere, name another credsStore in {path}.",
            self.client
        ));
    }

    fn print_outcome(&self, state: &State, outcome: &Outcome) {
        let (path, host) = (display_path(&self.path), sanitize_name(&state.host));
        let (user, mut program) = (state.user(), state.program());
        let change = match outcome {
            Outcome::Added { is_new: true, .. } => "now uses",
            Outcome::Added { is_new: false, .. } => "already uses",
            Outcome::Removed { program: Some(was), .. } => {
                program.clone_from(was);
                "no longer uses"
            }
            Outcome::Removed { program: None, .. } => "does not use",
            Outcome::NotReplaced | Outcome::StillDefault => return,
        };
        let line = match outcome {
            // The warning says that the client can't parse it.
            Outcome::Added { .. } if state.has_byte_order_mark => {
                format!("{program} is configured for {host} ({path}).")
            }
            _ => format!("{user} {change} {program} for {host} ({path})."),
        };
        print_status(format!("{} {line}", Mark::Good));
        if let Outcome::Added { removes_mark: true, .. } = outcome {
            print_status(format!("{} Removed the byte order mark from it.", Mark::Good));
        }
        match outcome {
            Outcome::Added { removes_secrets: Some(true), .. } => {
                print_status(format!("{} Removed the password for {host} from it.", Mark::Good));
            }
            Outcome::Added { removes_secrets: Some(false), .. } => {
                print_status(format!("  The password for {host} stays in it."));
            }
            _ => {}
        }
        if let Outcome::Removed { restored, .. } = outcome
            && let Some(restored) = restored.describe()
        {
            print_status(format!("{} Restored {restored} for {host}.", Mark::Good));
        }
    }

    /// What is in the way, and the command that fixes it.
    pub(super) fn warn(&self) {
        let file = ConfigEditor::read(self.client, self.path.clone()).ok();
        let of_podman = file.and_then(|file| file.podman_problem());
        for (problem, fix) in config::exposure(&self.path).into_iter().chain(of_podman) {
            print_status(format!("{} {problem}.\n  {fix}", Mark::Warning));
        }
        let mut printed = Vec::new();
        for (state, outcome) in &self.outcomes {
            let Some(warning) = self.warning(state, outcome).filter(|warning| !printed.contains(warning)) else {
                continue;
            };
            print_status(format!("{} {warning}.", Mark::Warning));
            let fix = match outcome {
                Outcome::Added { .. } | Outcome::NotReplaced => state.fix(),
                Outcome::StillDefault => Some(Hint::run("docker-credential-atcr configure-docker --remove")),
                Outcome::Removed { .. } => None,
            };
            if let Some(fix) = fix {
                print_status(format!("  {fix}"));
            }
            printed.push(warning);
        }
    }

    fn warning(&self, state: &State, outcome: &Outcome) -> Option<String> {
        let (path, still_used) = (display_path(&self.path), state.usage().replacen("uses", "still uses", 1));
        match outcome {
            // The user has just been told, and decided.
            Outcome::Added { removes_secrets: Some(false), .. } if !state.has_byte_order_mark => None,
            Outcome::Added { .. } => state.warning(),
            Outcome::NotReplaced => Some(format!("{still_used} ({path})")),
            Outcome::StillDefault => Some(format!("{still_used}: it is the credsStore of {path}")),
            Outcome::Removed { lacks, .. } => {
                let (lacks, host) = (lacks.describe()?, sanitize_name(&state.host));
                Some(format!("{lacks} for {host} can't be restored, because {path} was changed since"))
            }
        }
    }
}

/// Of these backups those that are left: they hold what the file does not.
pub(super) fn print_kept(backups: &[PathBuf]) {
    for backup in backups.iter().filter(|backup| backup.exists()) {
        print_status(format!("  Backup kept at {}.", display_path(backup)));
    }
}

/// Whether the clients find the program that the files name.
pub(super) fn print_path_lookup(environment: &Environment) {
    if let Some(found) = path_lookup::warn(environment) {
        print_status(format!("{} {NAME} is on PATH ({}).", Mark::Good, display_path(&found)));
    }
}

/// Whether podman reads what was written for it.
pub(super) fn warn_of_credential_helpers(environment: &Environment) {
    let helpers = config::credential_helpers(environment);
    let of_helpers = helpers.iter().flat_map(|helpers| helpers.problem().into_iter().chain(helpers.warning()));
    for (problem, fix) in of_helpers.chain(config::unreadable_registries_conf(environment)) {
        print_status(format!("{} {problem}.\n  {fix}", Mark::Warning));
    }
}
