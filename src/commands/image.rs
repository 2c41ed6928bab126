//! An image that a command is given.

use std::borrow::Cow;

use super::registry_argument;
use super::select_account::identity;
use crate::app::{App, Resolved};
use crate::domain::{Handle, Identity, Registries, ServerString, closest, is_foreign_registry};
use crate::domain::{owner_in, server_of, split_image, split_transport, without_mark};
use crate::error::{Error, Kind};
use crate::text::{holds_device_secret, is_secret, sanitize, visible};

const EXAMPLE: &str = "atcr.io/evan.jarrett.net/app";

/// An image as a person has it: copied with what can't be seen, with the `@` of its owner, or without a registry.
/// `registry` is that of an image that names none.
pub(super) fn typed(image: &str, registry: Option<&str>, command: &str, app: &App) -> Result<String, Error> {
    let seen = visible(image).replace("/@", "/");
    let begins_with_owner = without_mark(&seen) != seen;
    let named = without_mark(&seen);
    let registries = app.accounts.load().unwrap_or_default();
    registry_argument::check(registry, command, &registries, app)?;
    let reference = split_transport(named).1;
    let is_owner = |host: &str| begins_with_owner || is_own_handle(host, &registries, app);
    let first = server_of(reference).map(|server| server.host());
    // The default registry is that of images without one; the others keep theirs.
    let names_none = first.as_deref().is_none_or(is_owner);
    let registry = registry.or(app.environment.registry().filter(|_| names_none));
    let typed = match (registry, first) {
        (None, Some(owner)) if is_owner(&owner) => {
            return Err(no_registry(&owner, reference, command, &registries, app));
        }
        (None, _) => named.to_owned(),
        (Some(registry), first) => {
            let host = app.server(Some(registry), &registries)?.host();
            match first {
                Some(named_host) if named_host == host => named.to_owned(),
                Some(named_host) if !is_owner(&named_host) => {
                    return Err(Error::usage(format_args!("{} is not an image at {host}", sanitize(named))));
                }
                _ => format!("{host}/{reference}"),
            }
        }
    };
    repository(&typed).map_err(|_| invalid(image, app))?;
    Ok(typed)
}

/// An account in the place of the registry: `evan.jarrett.net/app`.
fn no_registry(owner: &str, reference: &str, command: &str, registries: &Registries, app: &App) -> Error {
    let error = Error::usage(format_args!("{owner} is an account, not a registry"));
    let handles = app.handles(registries);
    let own = handles.iter().filter(|(_, handle)| handle.as_str() == owner);
    let own: Vec<String> = own.map(|(registry, _)| registry.host()).collect();
    let Ok(default) = app.named_registry(None, registries) else { return error };
    let host = match &own[..] {
        [first, ..] if !own.contains(&default.host()) => first.clone(),
        _ => default.host(),
    };
    error.run(format_args!("docker-credential-atcr {command} {host}/{}", sanitize(reference)))
}

/// Whether an account has this name, and no registry.
fn is_own_handle(host: &str, registries: &Registries, app: &App) -> bool {
    let handles = app.handles(registries);
    let is_registry = handles.iter().any(|(registry, _)| registry.is_at(host));
    !is_registry && handles.iter().any(|(_, handle)| handle.as_str() == host)
}

/// The registry that a command's argument names.
pub(super) fn server(image: &str) -> Result<ServerString, Error> {
    let reference = split_transport(image).1;
    if let Some(owner) = owner_in(reference).filter(|owner| is_secret(owner)) {
        return Err(Error { kind: Kind::Usage, ..Error::invalid("", owner, "a secret, not the name of an owner") });
    }
    refuse_secret(reference)?;
    server_of(reference).ok_or_else(|| not_an_image(image, EXAMPLE))
}

/// Behind the owner too. What looks like an app password may be the name of a repository or a tag.
pub(super) fn refuse_secret(reference: &str) -> Result<(), Error> {
    match reference.split(['/', ':', '@']).skip(1).find(|part| holds_device_secret(part)) {
        Some(part) => {
            Err(Error { kind: Kind::Usage, ..Error::invalid("", part, "a secret, not a part of an image's name") })
        }
        None => Ok(()),
    }
}

/// The repository in it, without host and tag.
pub(super) fn repository(image: &str) -> Result<&str, Error> {
    let split = split_image(split_transport(image).1);
    split.map(|(_, repository)| repository).ok_or_else(|| not_an_image(image, EXAMPLE))
}

/// The account that is used for the image. The image itself names the identity, so no command line is read.
pub(super) fn resolve(image: &str, app: &App) -> Result<Resolved, Error> {
    resolve_as(image, None, app)
}

/// The same, or the account that the person names.
pub(super) fn resolve_as(image: &str, account: Option<&Identity>, app: &App) -> Result<Resolved, Error> {
    let server = server(image)?;
    let resolved = match account {
        None => app.resolve(&server, None),
        Some(identity) => app.resolve_as(&server, identity),
    };
    resolved.map_err(|error| not_resolved(error, image, &server.host(), app))
}

/// The account that `--account` names.
pub(super) fn account(named: Option<&str>, app: &App) -> Result<Option<Identity>, Error> {
    let registries = app.accounts.load().unwrap_or_default();
    named.map(|account| identity("--account", account, &registries, app)).transpose()
}

/// No login helps at a registry of others, nor at one that is mistyped.
fn not_resolved(error: Error, image: &str, host: &str, app: &App) -> Error {
    if is_foreign_registry(host) {
        return Error { kind: Kind::NotLoggedIn, ..Error::new(format_args!("{host} is not an ATCR registry")) };
    }
    if error.kind != Kind::NotLoggedIn {
        return error;
    }
    let registries = app.accounts.load().unwrap_or_default();
    match registry_argument::likely(host, &registries, app).filter(|likely| likely != host) {
        Some(likely) => registry_argument::or_meant(error, &image.replacen(host, &likely, 1)),
        None => error,
    }
}

/// The owner of an image of nobody's who is logged in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Stranger<'a> {
    /// As it may be shown.
    pub(super) name: Cow<'a, str>,
    /// The image with the handle that may have been meant.
    pub(super) meant: Option<String>,
    host: &'a str,
    /// What follows the owner, as it may be shown.
    rest: Cow<'a, str>,
}

impl<'a> Stranger<'a> {
    /// `None`: the image is of one who is logged in, or names no owner.
    pub(super) fn of(image: &'a str, app: &App) -> Result<Option<Self>, Error> {
        let handles = app.strangers_image(&server(image)?)?;
        Ok(if handles.is_empty() { None } else { Self::among(image, &handles) })
    }

    fn among(image: &'a str, handles: &[Handle]) -> Option<Self> {
        let (_, reference) = split_transport(image);
        let name = owner_in(reference)?;
        let rest = reference.split_once('/')?.1.strip_prefix(name)?;
        let host = reference.split('/').next()?;
        let mut stranger = Self { name: sanitize(name), meant: None, host, rest: sanitize(rest) };
        stranger.meant = closest(name, handles).map(|handle| stranger.image_of(handle));
        Some(stranger)
    }

    /// The image as this owner would call it.
    pub(super) fn image_of(&self, owner: &Handle) -> String {
        format!("{}/{owner}{}", self.host, self.rest)
    }

    /// `none of your accounts is named evan: did you mean atcr.io/evan.jarrett.net/app?`
    pub(super) fn describe(&self) -> String {
        format!("none of your accounts is named {}{}", self.name, self.question())
    }

    /// `: did you mean atcr.io/evan.jarrett.net/app?`
    pub(super) fn question(&self) -> String {
        self.meant.as_ref().map(|image| format!(": did you mean {image}?")).unwrap_or_default()
    }
}

/// The owner of an image that another account is used for, as a variable or a flag has it. Only the owner can push it.
pub(super) fn other_owner(image: &str, resolved: &Resolved) -> Option<Identity> {
    server(image).ok()?.identity().filter(|owner| !resolved.account.is(owner)).cloned()
}

/// The usage error of a text that names no image. The example is one of the user's own, if there is an account.
pub(super) fn invalid(image: &str, app: &App) -> Error {
    let handles = app.handles(&app.accounts.load().unwrap_or_default());
    let own = handles.first().map(|(registry, handle)| format!("{}/{handle}/app", registry.host()));
    not_an_image(image, own.as_deref().unwrap_or(EXAMPLE))
}

fn not_an_image(image: &str, example: &str) -> Error {
    let problem = format_args!("not an image with a registry, such as {example}");
    Error { kind: Kind::Usage, ..Error::invalid("", image, problem) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_image_of_nobodys_may_be_meant_for_an_account() {
        let handles = ["evan.jarrett.net".parse().unwrap()];
        for (image, expected) in [
            ("atcr.io/evan/app:1", "none of your accounts is named evan: did you mean atcr.io/evan.jarrett.net/app:1?"),
            (
                "docker://h:5000/evan.jarrett/a/b",
                "none of your accounts is named evan.jarrett: did you mean h:5000/evan.jarrett.net/a/b?",
            ),
            ("atcr.io/other.example/app", "none of your accounts is named other.example"),
        ] {
            assert_eq!(Stranger::among(image, &handles).unwrap().describe(), expected);
        }
        assert_eq!(Stranger::among("atcr.io/app", &handles), None);
    }
}
