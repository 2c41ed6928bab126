//! Why a push or pull was denied, for Docker to print below its own error. It never fails, and nothing is written. Only where
//! nothing on this machine is the reason, the registry is asked.

mod advice;
mod astray;
mod unfit;

use std::ffi::OsString;
use std::path::PathBuf;
use std::time::{Duration, SystemTime};

use super::image;
use crate::app::{App, AskingClient, Resolved};
use crate::docker::config::{self, ConfigEditor, ConfiguredHelper};
use crate::docker::plugin::{self, Ended};
use crate::domain::{Command, Reason, split_image};
use crate::error::{Error, Kind};
use crate::platform::ancestors::ancestors;
use advice::{doctor, of_error};

/// Empty where there is nothing to say: the command was successful, or its image is of a registry that is not ours.
pub(crate) fn lines(ended: &Ended, app: &App) -> Vec<String> {
    if !ended.was_denied() {
        return Vec::new();
    }
    let Some(Told { image, verb, config, age }) = told(&ended.root_cmd) else { return Vec::new() };
    let mut environment = app.environment.clone();
    environment.docker_config = config.or(environment.docker_config);
    let lines = explain(&image, &verb, &App::new(environment));
    match lines {
        // What was used then is not known any more.
        Some(_) if age.is_some_and(|age| changed_within(age, app)) => {
            vec![format!("your accounts were changed while docker {verb} ran: run it again")]
        }
        lines => lines.unwrap_or_default(),
    }
}

fn changed_within(age: Duration, app: &App) -> bool {
    app.accounts.modified().is_some_and(|written| is_younger(written, age, app.now()))
}

/// Whether a file was written since a process started, as far as their times can be compared.
fn is_younger(written: SystemTime, process: Duration, now: SystemTime) -> bool {
    const BLUR: Duration = Duration::from_secs(1);
    now.duration_since(written).is_ok_and(|file| file + BLUR < process)
}

/// What Docker was told to do. The hook is told the command alone, but Docker is above it.
struct Told {
    image: String,
    /// `image push` is `push` too, and `push -a` is one of all tags.
    verb: String,
    /// Where its config.json is, if its words say so.
    config: Option<PathBuf>,
    /// How long Docker has run.
    age: Option<Duration>,
}

fn told(root_cmd: &str) -> Option<Told> {
    let verbs: Vec<&str> = root_cmd.split(' ').collect();
    for ancestor in ancestors() {
        let words = ancestor.words();
        let command = Command::parse(&words);
        if command.is("docker", &verbs) {
            let image = command.positionals.first().filter(|image| split_image(image).is_some())?;
            let before: Vec<OsString> = words.iter().map(|word| word.as_ref().into()).collect();
            let config = plugin::config_folder(&before, verbs[0]);
            let all_tags = if command.is_set(&["-a", "--all-tags"]) { " -a" } else { "" };
            return Some(Told {
                image: image.to_string(),
                verb: format!("{}{all_tags}", verbs.last()?),
                config,
                age: ancestor.age(),
            });
        }
    }
    None
}

fn explain(image: &str, verb: &str, app: &App) -> Option<Vec<String>> {
    let host = image::server(image).ok()?.host();
    let state = config::state(&app.environment, &host).ok();
    let astray = || state.as_ref().and_then(|state| astray::before(state, verb, app));
    let resolved = match resolve(image, state.as_ref(), app) {
        Ok(resolved) => resolved,
        Err(error) if error.kind == Kind::NotLoggedIn && !is_ours(image, app) => return None,
        Err(error) if error.kind == Kind::NoUsableAccount => {
            return Some(astray().unwrap_or_else(|| of_error(&error)));
        }
        Err(error) => return Some(of_error(&error)),
    };
    let went = astray().or_else(|| astray::kept_back(&resolved, state.as_ref(), verb, app));
    let unfit = unfit::lines(image, verb, &resolved, app);
    Some(match (went, unfit) {
        (Some(went), unfit) => [went, unfit.unwrap_or_default()].concat(),
        (None, Some(unfit)) => [vec![as_whom(&resolved, verb)], unfit].concat(),
        (None, None) => [vec![as_whom(&resolved, verb)], refused(image, verb, &resolved, app)].concat(),
    })
}

/// The account that Docker's helper chose, which may be one for a single account.
fn resolve(image: &str, state: Option<&config::State>, app: &App) -> Result<Resolved, Error> {
    match state.map(|state| &state.helper) {
        Some(ConfiguredHelper::OneAccount { account, .. }) => {
            app.resolve(&image::server(image)?, Some(&AskingClient::new(Some(account.clone()))))
        }
        _ => image::resolve(image, app),
    }
}

/// Whether this program is responsible for the registry of an image without accounts.
fn is_ours(image: &str, app: &App) -> bool {
    let Some((host, _)) = split_image(image) else { return false };
    let configured = ConfigEditor::docker(&app.environment).and_then(|config| config.atcr_hosts()).unwrap_or_default();
    host == app.environment.registry_or_default() || configured.iter().any(|found| found == host)
}

fn as_whom(resolved: &Resolved, verb: &str) -> String {
    let Resolved { registry, account, reason } = resolved;
    format!("docker {verb} used {} ({reason}) at {}", account.handle, registry.host())
}

/// The image and its account fit each other.
fn refused(image: &str, verb: &str, resolved: &Resolved, app: &App) -> Vec<String> {
    let Resolved { registry, reason, .. } = resolved;
    if let Some(lines) = astray::rejected(resolved, app) {
        return lines;
    }
    let variables = match reason {
        Reason::Environment => app.environment.credential.names(),
        Reason::AccountVariable => vec!["ATCR_ACCOUNT"],
        _ => Vec::new(),
    };
    if let Some(owner) = image::other_owner(image, resolved)
        && verb.starts_with("push")
        && !variables.is_empty()
    {
        return vec![
            format!("{reason} decides, whatever the image is called, and only {owner} can push this one"),
            format!("run: unset {}", variables.join(" ")),
        ];
    }
    vec![format!("{} does not let this account {verb} the image", registry.host()), doctor(image)]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_was_certainly_written_meanwhile_is_a_change() {
        let now = SystemTime::UNIX_EPOCH + Duration::from_hours(1000);
        for (written_ago, process, expected) in [
            (5.0, 60.0, true),
            (58.0, 60.0, true),
            (59.5, 60.0, false),
            (60.0, 60.0, false),
            (600.0, 60.0, false),
            (0.0, 0.5, false),
        ] {
            let [written, process] = [written_ago, process].map(Duration::from_secs_f64);
            assert_eq!(is_younger(now - written, process, now), expected, "{written_ago}");
        }
        assert!(!is_younger(now + Duration::from_secs(5), Duration::from_hours(1), now), "of the future");
    }
}
