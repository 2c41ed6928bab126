//! An image that the account can't have pushed, by its name alone.

use super::advice::doctor;
use crate::app::{App, Resolved};
use crate::commands::image::Stranger;
use crate::commands::misnamed::Misnamed;
use crate::commands::select_account::likely_handle;
use crate::domain::{Handle, Identity};
use crate::text::shell_word;

/// `None`: the image is the account's own, or another account's of the user.
pub(super) fn lines(image: &str, verb: &str, resolved: &Resolved, app: &App) -> Option<Vec<String>> {
    if let Some(misnamed) = Misnamed::of(image, resolved, app) {
        return Some(vec![misnamed.describe(), instead(image, verb, &misnamed.meant)]);
    }
    let stranger = Stranger::of(image, app).ok()??;
    let is_push = verb.starts_with("push");
    if let (None, true, Ok(owner)) = (&stranger.meant, is_push, stranger.name.parse()) {
        return Some(not_the_owner(image, verb, &owner, &stranger, resolved));
    }
    let whose = format!("the image belongs to {}; {}", stranger.name, stranger.describe());
    let help = match &stranger.meant {
        Some(meant) => instead(image, verb, meant),
        None if is_push => {
            let example = likely_handle(&stranger.name);
            let example = example.as_ref().map_or("evan.bsky.social", Handle::as_str);
            format!("a handle is a domain name, such as {example}")
        }
        None => doctor(image),
    };
    Some(vec![whose, help])
}

/// Somebody else's name, or that of an account that is not logged in here.
fn not_the_owner(
    image: &str,
    verb: &str,
    owner: &Identity,
    stranger: &Stranger<'_>,
    resolved: &Resolved,
) -> Vec<String> {
    let own = &resolved.account.handle;
    let login = format!("docker-credential-atcr login {}", shell_word(&resolved.registry.host()));
    let login = match owner {
        Identity::Handle(handle) => format!("{login} --account {handle}"),
        Identity::Did(_) => login,
    };
    vec![
        format!("the image belongs to {owner}, and only its owner can push it"),
        format!("to push it as {own}, {}", instead(image, verb, &stranger.image_of(own))),
        format!("if you are {owner}, run: {login}"),
    ]
}

/// The same with the name that was meant.
fn instead(image: &str, verb: &str, meant: &str) -> String {
    let (image, meant) = (shell_word(image), shell_word(meant));
    match verb {
        "push" => format!("run: docker tag {image} {meant} && docker push {meant}"),
        "push -a" => format!("tag each of its images as {meant}:TAG, then run: docker push -a {meant}"),
        _ => format!("run: docker {verb} {meant}"),
    }
}
