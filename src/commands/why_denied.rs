//! Why a push or pull was denied, for Docker to print below its own error. It must be fast and never fail: no network, and
//! nothing is written.

use super::image::{self, Stranger};
use crate::app::{App, Resolved};
use crate::docker::config::ConfigEditor;
use crate::docker::plugin::Ended;
use crate::domain::{Command, Reason, split_image};
use crate::error::{Error, Kind};
use crate::platform::ancestors::ancestors;
use crate::text::shell_word;

/// Empty where there is nothing to say: the command was successful, or its image is of a registry that is not ours.
pub(crate) fn lines(ended: &Ended, app: &App) -> Vec<String> {
    if !ended.was_denied() {
        return Vec::new();
    }
    let Some(image) = image_of(&ended.root_cmd) else { return Vec::new() };
    // `image push` is `push`.
    let verb = ended.root_cmd.rsplit(' ').next().unwrap_or_default();
    explain(&image, verb, app).unwrap_or_default()
}

/// What Docker was told to push or pull. The hook is not told, but Docker is above it.
fn image_of(root_cmd: &str) -> Option<String> {
    let verbs: Vec<&str> = root_cmd.split(' ').collect();
    for ancestor in ancestors() {
        let words = ancestor.words();
        let command = Command::parse(&words);
        if command.is("docker", &verbs) {
            let image = command.positionals.first().filter(|image| split_image(image).is_some());
            return image.map(ToString::to_string);
        }
    }
    None
}

fn explain(image: &str, verb: &str, app: &App) -> Option<Vec<String>> {
    let resolved = match image::resolve(image, app) {
        Ok(resolved) => resolved,
        Err(error) if error.kind == Kind::NotLoggedIn && !is_ours(image, app) => return None,
        Err(error) => return Some(of_error(&error)),
    };
    let stranger = Stranger::of(image, app).ok()?;
    Some(describe(image, verb, &resolved, stranger.as_ref()))
}

/// Whether this program is responsible for the registry of an image without accounts.
fn is_ours(image: &str, app: &App) -> bool {
    let Some((host, _)) = split_image(image) else { return false };
    let configured = ConfigEditor::docker(&app.environment).and_then(|config| config.atcr_hosts()).unwrap_or_default();
    host == app.environment.registry_or_default() || configured.iter().any(|found| found == host)
}

fn of_error(error: &Error) -> Vec<String> {
    [Some(error.message.clone()), error.hint.as_ref().map(ToString::to_string)].into_iter().flatten().collect()
}

fn describe(image: &str, verb: &str, resolved: &Resolved, stranger: Option<&Stranger<'_>>) -> Vec<String> {
    let Resolved { registry, account, reason } = resolved;
    let host = registry.host();
    let went = format!("docker {verb} went to {host} as {} ({reason})", account.handle);
    let image = shell_word(image);
    let doctor = format!("run: docker-credential-atcr doctor {image}");
    let Some(stranger) = stranger else {
        let why = match reason {
            Reason::Environment | Reason::AccountVariable => format!("{reason} decides, whatever the image is called"),
            _ => format!("{host} does not let this account {verb} the image"),
        };
        return vec![went, why, doctor];
    };
    let whose = format!("the image belongs to {}; {}", stranger.name, stranger.describe());
    let meant = stranger.meant.as_deref().map(shell_word);
    let help = match &meant {
        Some(meant) if verb == "push" => format!("run: docker tag {image} {meant} && docker push {meant}"),
        Some(meant) => format!("run: docker {verb} {meant}"),
        None if verb == "push" => {
            format!("if you are {}, run: docker-credential-atcr login {}", stranger.name, shell_word(&host))
        }
        None => doctor,
    };
    vec![went, whose, help]
}
