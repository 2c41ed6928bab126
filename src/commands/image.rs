//! An image that a command is given.

use std::borrow::Cow;

use crate::app::{App, Resolved};
use crate::domain::{Handle, ServerString, closest, owner_in, server_of, split_image, split_transport};
use crate::error::{Error, Kind};
use crate::text::sanitize;

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
    app.resolve(&server(image)?, None)
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
