//! Docker's CLI plugin: a link to this program in Docker's folder, and what config.json says about its hooks.

use std::fs;
use std::io::ErrorKind;
use std::path::PathBuf;

use super::confirmation::turns_hooks_on;
use crate::cli::Configure;
use crate::commands::docker_hooks::{Obstacle, obstacle};
use crate::commands::path_lookup::set_aside;
use crate::docker::config::{self, ConfigEditor, Hooks};
use crate::docker::plugin;
use crate::error::Error;
use crate::platform::environment::Environment;
use crate::platform::executable::look_up;
use crate::platform::fs::OpenError;
use crate::platform::program_link::{Found, find_link, make_link, remove_link};
use crate::terminal::{Mark, print_status};
use crate::text::{display_path, shell_quote};

/// What becomes of the plugin.
#[derive(Debug)]
pub(super) struct Plugin {
    link: PathBuf,
    config: PathBuf,
    change: Change,
    /// Whether the link was made or removed.
    is_link_changed: bool,
    obstacle: Option<Obstacle>,
    /// What had the link's name before.
    was: Found,
    /// Where else config.json has Docker look for plugins.
    extra_folders: Vec<PathBuf>,
}

#[derive(Debug, Clone, Copy)]
enum Change {
    Added { had_hooks: bool, are_hooks_off: bool },
    Removed { had_hooks: bool },
}

impl Plugin {
    pub(super) fn add(
        editor: &mut ConfigEditor,
        arguments: &Configure,
        environment: &Environment,
    ) -> Result<Self, Error> {
        let had_hooks = editor.has_plugin()? && editor.hooks()? == Hooks::On;
        let turns_on = editor.hooks()? == Hooks::Off && turns_hooks_on(arguments, editor.path())?;
        editor.add_plugin(turns_on)?;
        let are_hooks_off = editor.hooks()? == Hooks::Off;
        let plugin = Self::new(editor, Change::Added { had_hooks, are_hooks_off })?;
        Ok(Self { obstacle: obstacle(environment), ..plugin })
    }

    pub(super) fn remove(editor: &mut ConfigEditor) -> Result<Self, Error> {
        let had_hooks = editor.has_plugin()?;
        editor.remove_plugin()?;
        Self::new(editor, Change::Removed { had_hooks })
    }

    fn new(editor: &ConfigEditor, change: Change) -> Result<Self, Error> {
        let (link, config, was) = (plugin::link(editor.path()), editor.path().to_owned(), Found::Nothing);
        let extra_folders = editor.plugin_folders()?;
        Ok(Self { link, config, change, is_link_changed: false, obstacle: None, was, extra_folders })
    }

    /// Whether there is nothing to undo.
    pub(super) fn is_absent(&self) -> bool {
        let has_link = matches!(find_link(&self.link), Found::ThisProgram | Found::Outdated);
        matches!(self.change, Change::Removed { had_hooks: false }) && !has_link
    }

    /// Makes the link, or removes it, before config.json is written: Docker is to find what that names.
    pub(super) fn before_saving(&mut self, environment: &Environment) -> Result<(), Error> {
        self.was = find_link(&self.link);
        let changed = match self.change {
            Change::Added { .. } => self.make_link(environment),
            Change::Removed { .. } => self.remove_link(),
        };
        self.is_link_changed = changed.map_err(|error| self.failed(error))?;
        Ok(())
    }

    /// The link as it was, because config.json could not be written. That is the error to report.
    pub(super) fn undo(&self, environment: &Environment) {
        let _ = match self.change {
            Change::Added { .. } if self.was == Found::Nothing => self.remove_link(),
            Change::Removed { .. } if self.is_link_changed => self.make_link(environment),
            Change::Added { .. } | Change::Removed { .. } => return,
        };
    }

    fn make_link(&self, environment: &Environment) -> Result<bool, OpenError> {
        make_link(&self.link, &look_up(environment.search_path().as_deref()))
    }

    fn remove_link(&self) -> Result<bool, OpenError> {
        let is_removed = remove_link(&self.link)?;
        if let Some(folder) = self.link.parent().filter(|_| is_removed) {
            // It stays where anything is in it.
            let _ = fs::remove_dir(folder);
        }
        Ok(is_removed)
    }

    fn failed(&self, error: OpenError) -> Error {
        let link = display_path(&self.link);
        match error {
            OpenError::Untrusted(untrusted) => untrusted.into(),
            OpenError::Failed(error) if error.kind() == ErrorKind::AlreadyExists => {
                let error = Error::new(format_args!("{} is not docker-credential-atcr", shell_quote(&self.link)));
                Error { hint: Some(set_aside(&self.link)), ..error }
            }
            OpenError::Failed(error) => match self.change {
                Change::Added { .. } => Error::new(format_args!("{link}: can't be made: {error}")),
                Change::Removed { .. } => Error::new(format_args!("{link}: can't be removed: {error}")),
            },
        }
    }

    /// What would be done to the link. `None`: nothing.
    pub(super) fn plan(&self) -> Option<String> {
        let link = display_path(&self.link);
        match (self.change, find_link(&self.link)) {
            (Change::Added { .. }, Found::Nothing | Found::Outdated) => {
                Some(format!("{link} would be a link to docker-credential-atcr."))
            }
            (Change::Removed { .. }, Found::ThisProgram | Found::Outdated) => Some(format!("{link} would be removed.")),
            _ => None,
        }
    }

    pub(super) fn print(&self) {
        let (good, link, config) = (Mark::Good, display_path(&self.link), display_path(&self.config));
        match self.change {
            Change::Added { had_hooks, are_hooks_off } => {
                let now = |is_new| if is_new { "now" } else { "already" };
                let runs = now(self.is_link_changed);
                print_status(format!("{good} `docker atcr` {runs} runs docker-credential-atcr ({link})."));
                if !are_hooks_off && self.obstacle.is_none() {
                    let says = now(!had_hooks);
                    print_status(format!("{good} Docker {says} says why a push or pull was denied ({config})."));
                }
            }
            Change::Removed { had_hooks } => {
                if !had_hooks && !self.is_link_changed {
                    print_status("`docker atcr` is not set up, so there is nothing to undo.");
                    return;
                }
                print_status(match plugin::elsewhere(&self.extra_folders) {
                    Some(found) => format!("{} `docker atcr` still runs {}.", Mark::Warning, display_path(&found)),
                    None => format!("{good} `docker atcr` no longer runs docker-credential-atcr ({link})."),
                });
                if had_hooks {
                    print_status(format!("{good} Docker no longer says why a push or pull was denied ({config})."));
                }
            }
        }
    }

    /// `hosts` are those that nothing else is said about.
    pub(super) fn warn(&self, hosts: &[String], environment: &Environment) {
        if let Change::Added { .. } = self.change {
            for host in hosts {
                warn_of_other_helper(host, environment);
            }
        }
        if let Change::Added { are_hooks_off: true, .. } = self.change {
            let config = display_path(&self.config);
            print_status(format!(
                "{} Docker does not say why a push or pull was denied: features.hooks is off in {config}.",
                Mark::Warning
            ));
            print_status("  run: docker-credential-atcr configure-docker --plugin --yes");
        }
        if let Some(obstacle) = &self.obstacle {
            print_status(format!("{} {obstacle}.\n  {}", Mark::Warning, obstacle.hint()));
        }
    }
}

/// The plugin logs in and explains, but hands out no credential.
fn warn_of_other_helper(host: &str, environment: &Environment) {
    if let Ok(state) = config::state(environment, host)
        && !state.uses_atcr()
        && let Some(fix) = state.fix()
    {
        print_status(format!("{} {}; {fix}", Mark::Warning, state.usage()));
    }
}
