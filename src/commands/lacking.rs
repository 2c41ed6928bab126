//! An image whose name lacks a part that every image of ATCR has: REGISTRY/OWNER/REPOSITORY.

use super::image::{repository, server};
use crate::app::{App, Resolved};
use crate::domain::split_transport;
use crate::text::sanitize;

/// A name without an owner or without a repository, which no registry of ATCR has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Lacking {
    /// As it may be shown.
    image: String,
    part: &'static str,
    /// A whole name that may have been meant.
    pub(super) meant: String,
}

impl Lacking {
    /// `resolved` is the account that is used for the image.
    pub(super) fn of(image: &str, resolved: &Resolved, app: &App) -> Option<Self> {
        let (_, reference) = split_transport(image);
        let (host, path) = reference.split_once('/')?;
        let is_did = path.starts_with("did:");
        let name = if is_did { path } else { repository(image).ok()? };
        if name.contains('/') {
            return None;
        }
        let server = server(image).ok()?;
        let is_own = server.identity().is_some() && app.strangers_image(&server).is_ok_and(|others| others.is_empty());
        let tag = sanitize(path.strip_prefix(name).unwrap_or_default());
        let (part, meant) = if is_did || is_own {
            ("repository", format!("{host}/{}/app{tag}", sanitize(name)))
        } else {
            ("owner", format!("{host}/{}/{}{tag}", resolved.account.handle, sanitize(name)))
        };
        Some(Self { image: sanitize(reference).into_owned(), part, meant })
    }

    /// `atcr.io/app:1 can't be pushed: the name has no owner`
    pub(super) fn problem(&self) -> String {
        format!("{} can't be pushed: the name has no {}", self.image, self.part)
    }

    /// `did you mean atcr.io/evan.jarrett.net/app:1?`
    pub(super) fn question(&self) -> String {
        match self.part {
            "repository" => format!("name one, such as {}", self.meant),
            _ => format!("did you mean {}?", self.meant),
        }
    }

    /// Both on one line.
    pub(super) fn describe(&self) -> String {
        format!("{}; {}", self.problem(), self.question())
    }
}
