//! An image that the account can't have pushed, by its name alone.

use super::advice::doctor;
use crate::app::{App, Resolved};
use crate::commands::image::Stranger;
use crate::commands::lacking::Lacking;
use crate::commands::select_account::likely_handle;
use crate::domain::{Handle, Identity};
use crate::text::shell_word;

/// `None`: the image is the account's own, or another account's of the user.
pub(super) fn lines(image: &str, verb: &str, resolved: &Resolved, app: &App) -> Option<Vec<String>> {
    if let Some(lacking) = Lacking::of(image, resolved, app) {
        return Some(vec![lacking.describe(), instead(image, verb, &lacking.meant)]);
    }
    let stranger = Stranger::of(image, app).ok()??;
    let whose = format!("the image belongs to {}; {}", stranger.name, stranger.describe());
    let help = match &stranger.meant {
        Some(meant) => instead(image, verb, meant),
        None if verb == "push" => login(&stranger.name, &resolved.registry.host()),
        None => doctor(image),
    };
    Some(vec![whose, help])
}

/// The same with the name that was meant.
fn instead(image: &str, verb: &str, meant: &str) -> String {
    let (image, meant) = (shell_word(image), shell_word(meant));
    match verb {
        "push" => format!("run: docker tag {image} {meant} && docker push {meant}"),
        _ => format!("run: docker {verb} {meant}"),
    }
}

/// Only who can have an account can log in.
fn login(name: &str, host: &str) -> String {
    let command = format!("docker-credential-atcr login {}", shell_word(host));
    match name.parse() {
        Ok(Identity::Handle(handle)) => format!("if you are {name}, run: {command} --account {handle}"),
        Ok(Identity::Did(_)) => format!("if you are {name}, run: {command}"),
        Err(_) => {
            let example = likely_handle(name);
            let example = example.as_ref().map_or("evan.bsky.social", Handle::as_str);
            format!("a handle is a domain name, such as {example}")
        }
    }
}
