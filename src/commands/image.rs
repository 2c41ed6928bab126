//! An image that a command is given.

use std::borrow::Cow;

use super::registry_argument;
use super::select_account::identity;
use crate::app::{App, Resolved};
use crate::domain::{Handle, Registries, ServerString, closest, owner_in, server_of, split_image, split_transport};
use crate::domain::{Identity, is_foreign_registry};
use crate::error::{Error, Kind};
use crate::text::{sanitize, visible};

/// An image as a person has it: copied with what can't be seen, with the `@` of its owner, or without a registry.
/// `registry` is that of an image that names none.
pub(super) fn typed(image: &str, registry: Option<&str>, command: &str, app: &App) -> Result<String, Error> {
    let image = visible(image).replace("/@", "/");
    let registries = app.accounts.load().unwrap_or_default();
    registry_argument::check(registry, command, &registries, app)?;
    let Some(registry) = registry else {
        check_registry(&image, command, &registries, app)?;
        return Ok(image);
    };
    let host = app.server(Some(registry), &registries)?.host();
    let reference = split_transport(&image).1;
    match server_of(reference) {
        Some(server) if server.host() == host => Ok(image),
        Some(server) if !is_own_handle(&server.host(), &registries, app) => {
            Err(Error::usage(format_args!("{} is not an image at {host}", sanitize(&image))))
        }
        _ => Ok(format!("{host}/{reference}")),
    }
}

/// Refuses an account in the place of the registry: `evan.jarrett.net/app`.
fn check_registry(image: &str, command: &str, registries: &Registries, app: &App) -> Result<(), Error> {
    let (_, reference) = split_transport(image);
    let Some(handle) = server_of(reference).map(|server| server.host()) else { return Ok(()) };
    if !is_own_handle(&handle, registries, app) {
        return Ok(());
    }
    let error = Error::usage(format_args!("{handle} is an account, not a registry"));
    let host = app.named_registry(None, registries)?.host();
    Err(error.run(format_args!("docker-credential-atcr {command} {host}/{}", sanitize(reference))))
}

/// Whether an account has this name, and no registry.
fn is_own_handle(host: &str, registries: &Registries, app: &App) -> bool {
    let handles = app.handles(registries);
    let is_registry = handles.iter().any(|(registry, _)| registry.is_at(host));
    !is_registry && handles.iter().any(|(_, handle)| handle.as_str() == host)
}

/// The registry that a command's argument names.
pub(super) fn server(image: &str) -> Result<ServerString, Error> {
    server_of(split_transport(image).1).ok_or_else(|| invalid(image))
}

/// The repository in it, without host and tag.
pub(super) fn repository(image: &str) -> Result<&str, Error> {
    let split = split_image(split_transport(image).1);
    split.map(|(_, repository)| repository).ok_or_else(|| invalid(image))
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
    named.map(|account| identity(account, &registries, app)).transpose()
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
        Some(likely) => error.hint(format_args!("did you mean {}?", sanitize(&image.replacen(host, &likely, 1)))),
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
        let meant = closest(name, handles).map(|handle| format!("{host}/{handle}{}", sanitize(rest)));
        Some(Self { name: sanitize(name), meant })
    }

    /// `none of your accounts is named evan: did you mean atcr.io/evan.jarrett.net/app?`
    pub(super) fn describe(&self) -> String {
        let question = self.meant.as_ref().map(|image| format!(": did you mean {image}?")).unwrap_or_default();
        format!("none of your accounts is named {}{question}", self.name)
    }
}

pub(super) fn invalid(image: &str) -> Error {
    let example = "such as atcr.io/evan.jarrett.net/app";
    Error { kind: Kind::Usage, ..Error::invalid("", image, format_args!("not an image with a registry, {example}")) }
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
