//! Docker's configuration, with which a login ends.

use std::io;

use crate::app::App;
use crate::cli::{Configure, ConfigureDocker};
use crate::commands::{configure_docker, path_lookup};
use crate::docker::config::{self, ConfiguredHelper, Saved};
use crate::domain::RegistryUrl;
use crate::error::{Error, Kind};
use crate::terminal::{self, Mark, is_interactive, print_status};
use crate::text::{display_path, shell_word};

/// Whether Docker uses this program for the registry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Docker {
    Used,
    /// With the command that changes that.
    NotUsed(String),
    /// Its file can't be read, as was said.
    Unreadable,
    /// It does not, and the flag says that nobody wants to know.
    NotAsked,
}

/// Configures Docker for the registry, unless it is already: as the flag says, or as the user answers.
pub(super) fn offer(choice: ConfigureDocker, registry: &RegistryUrl, app: &App) -> Result<Docker, Error> {
    let host = registry.host();
    if choice == ConfigureDocker::No {
        let is_used = config::state(&app.environment, &host).is_ok_and(|state| state.uses_atcr());
        return Ok(if is_used { Docker::Used } else { Docker::NotAsked });
    }
    let configure = format!("docker-credential-atcr configure-docker {}", shell_word(&host));
    let present = match config::state(&app.environment, &host) {
        Ok(state) => state,
        Err(error) if choice == ConfigureDocker::Yes => return Err(error.before(&configure)),
        // The login is done, and a question would promise what can't be.
        Err(error) => {
            let fix = error.hint_before(&configure).map(|fix| format!("\n  {fix}")).unwrap_or_default();
            print_status(format!("{} {error}.{fix}", Mark::Warning));
            return Ok(Docker::Unreadable);
        }
    };
    if choice != ConfigureDocker::Yes && is_interactive() && !present.uses_atcr() && takes_something(&present) {
        return ask_as_configure_docker(&present, app);
    }
    let is_new = !present.uses_atcr();
    let (state, saved) = if !is_new {
        (present, Saved::Nothing)
    } else if choice == ConfigureDocker::Yes || is_wanted(&host)? {
        config::add(&app.environment, &host)?
    } else {
        return Ok(Docker::NotUsed(present.configure_command()));
    };
    let file = display_path(&state.file);
    if is_new && state.uses_atcr() {
        print_status(format!("{} Docker now uses docker-credential-atcr for {host} ({file}).", Mark::Good));
    }
    if let Some(warning) = saved.warning(&state.file) {
        print_status(format!("{} {warning}.", Mark::Warning));
    }
    if let Some((exposed, fix)) = config::exposure(&state.file) {
        print_status(format!("{} {exposed}.\n  {fix}", Mark::Warning));
    }
    if let Some(warning) = other_account(&state, registry, app) {
        print_status(format!(
            "{} {warning}.\n  run: docker-credential-atcr configure-docker --remove {}",
            Mark::Warning,
            shell_word(&host)
        ));
    }
    // Another helper and a plain-text password are for the user to decide about.
    let unused = if state.uses_atcr() { None } else { Some(format!("{} ({file})", state.usage())) };
    if let (Some(problem), Some(fix)) = (state.warning().or(unused), state.fix()) {
        print_status(format!("{} {problem}.\n  {fix}", Mark::Warning));
    }
    if !state.uses_atcr() {
        return Ok(Docker::NotUsed(state.configure_command()));
    }
    path_lookup::warn(&app.environment);
    Ok(Docker::Used)
}

/// Whether more is decided than that this program is used.
fn takes_something(state: &config::State) -> bool {
    matches!(state.helper, ConfiguredHelper::Other(_)) || state.has_byte_order_mark || state.has_password()
}

/// Its questions say what is replaced and removed.
fn ask_as_configure_docker(present: &config::State, app: &App) -> Result<Docker, Error> {
    let host = &present.host;
    let is_asked_there = matches!(present.helper, ConfiguredHelper::Other(_));
    if is_asked_there || is_wanted(host)? {
        let arguments = Configure { registries: vec![host.clone()], ..Configure::default() };
        match configure_docker::run(&arguments, app, &mut io::sink()) {
            // The login is done, whatever becomes of this.
            Err(error) if error.kind == Kind::Cancelled => {}
            done => done?,
        }
    }
    let state = config::state(&app.environment, host)?;
    Ok(if state.uses_atcr() { Docker::Used } else { Docker::NotUsed(state.configure_command()) })
}

/// Where Docker uses a helper for one account, which is not the one that is active now.
fn other_account(state: &config::State, registry: &RegistryUrl, app: &App) -> Option<String> {
    let ConfiguredHelper::OneAccount { account, .. } = &state.helper else { return None };
    let registries = app.accounts.load().ok()?;
    let active = registries.get(registry)?.active()?;
    let (program, host) = (state.program(), registry.host());
    (!active.is(account))
        .then(|| format!("{program}, which Docker is configured to use for {host}, is for {account} alone"))
}

fn is_wanted(host: &str) -> Result<bool, Error> {
    if !is_interactive() {
        return Ok(false);
    }
    let question = format!("Use docker-credential-atcr for {host} in Docker (and podman, buildah, skopeo)?");
    match terminal::confirm(&question, true) {
        // The login is done, whatever becomes of this.
        Err(error) if error.kind == Kind::Cancelled => Ok(false),
        answer => answer,
    }
}
