//! An image whose name is none of ATCR: it lacks a part of REGISTRY/OWNER/REPOSITORY, or has upper-case letters.

use super::image::{repository, server};
use crate::app::{App, Resolved};
use crate::domain::split_transport;
use crate::text::sanitize;

/// A name without an owner or without a repository, which no registry of ATCR has, or one that no client takes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Misnamed {
    /// As it may be shown.
    image: String,
    problem: Problem,
    /// A whole name that may have been meant.
    pub(super) meant: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Problem {
    NoOwner,
    NoRepository,
    /// Names of repositories are in lower case (OCI distribution specification, "Pulling manifests").
    UpperCase,
}

impl Misnamed {
    /// `resolved` is the account that is used for the image.
    pub(super) fn of(image: &str, resolved: &Resolved, app: &App) -> Option<Self> {
        let (_, reference) = split_transport(image);
        let (host, path) = reference.split_once('/')?;
        let is_did = path.starts_with("did:");
        let name = if is_did { path } else { repository(image).ok()? };
        if name.contains('/') {
            return Self::in_lower_case(reference, host, path, name);
        }
        let server = server(image).ok()?;
        let is_own = server.identity().is_some() && app.strangers_image(&server).is_ok_and(|others| others.is_empty());
        let tag = sanitize(path.strip_prefix(name).unwrap_or_default());
        let name = sanitize(name).to_lowercase();
        let (problem, meant) = if is_did || is_own {
            (Problem::NoRepository, format!("{host}/{name}/app{tag}"))
        } else {
            (Problem::NoOwner, format!("{host}/{}/{name}{tag}", resolved.account.handle))
        };
        Some(Self { image: sanitize(reference).into_owned(), problem, meant })
    }

    fn in_lower_case(reference: &str, host: &str, path: &str, name: &str) -> Option<Self> {
        if !name.contains(char::is_uppercase) {
            return None;
        }
        let tag = path.strip_prefix(name).unwrap_or_default();
        let meant = sanitize(&format!("{host}/{}{tag}", name.to_lowercase())).into_owned();
        Some(Self { image: sanitize(reference).into_owned(), problem: Problem::UpperCase, meant })
    }

    /// `atcr.io/app:1 can't be pushed: the name has no owner`
    pub(super) fn problem(&self) -> String {
        let problem = match self.problem {
            Problem::NoOwner => "the name has no owner",
            Problem::NoRepository => "the name has no repository",
            Problem::UpperCase => "the name has upper-case letters",
        };
        format!("{} can't be pushed: {problem}", self.image)
    }

    /// `did you mean atcr.io/evan.jarrett.net/app:1?`
    pub(super) fn question(&self) -> String {
        match self.problem {
            Problem::NoRepository => format!("name one, such as {}", self.meant),
            Problem::NoOwner | Problem::UpperCase => format!("did you mean {}?", self.meant),
        }
    }

    /// Both on one line.
    pub(super) fn describe(&self) -> String {
        format!("{}; {}", self.problem(), self.question())
    }
}
