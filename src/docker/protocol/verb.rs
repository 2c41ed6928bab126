//! The verbs of Docker's protocol.

use std::ffi::OsStr;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verb {
    Get,
    Store,
    Erase,
    List,
}

impl Verb {
    pub fn named(name: &OsStr) -> Option<Self> {
        [Self::Get, Self::Store, Self::Erase, Self::List].into_iter().find(|verb| name == verb.name())
    }

    fn name(self) -> &'static str {
        match self {
            Self::Get => "get",
            Self::Store => "store",
            Self::Erase => "erase",
            Self::List => "list",
        }
    }

    /// For a client that calls it with arguments.
    pub(crate) fn usage(self) -> String {
        let name = self.name();
        match self {
            Self::Get | Self::Erase => {
                format!("usage: docker-credential-atcr {name}, with the server on stdin and no argument")
            }
            Self::Store => format!("usage: docker-credential-atcr {name}, with JSON on stdin and no argument"),
            Self::List => format!("usage: docker-credential-atcr {name}, without an argument"),
        }
    }

    /// For a person who typed it.
    pub(crate) fn help(self) -> String {
        let (purpose, example, instead) = match self {
            Self::Get => (
                "prints the credential for the registry whose name it reads from stdin",
                "echo atcr.io | docker-credential-atcr get",
                "which IMAGE    the account an image is pushed or pulled with, and why",
            ),
            Self::Store => (
                "stores the credential that it reads from stdin as JSON",
                "docker login atcr.io",
                "login          log in to a registry in your browser",
            ),
            Self::Erase => (
                "removes the active account of the registry whose name it reads from stdin",
                "docker logout atcr.io",
                "logout         log out of a registry",
            ),
            Self::List => (
                "prints the registries and the active account of each as JSON",
                "docker-credential-atcr list < /dev/null",
                "status         your registries and accounts",
            ),
        };
        let name = self.name();
        format!(
            "docker-credential-atcr {name} is part of Docker's credential helper protocol and is not meant to be run \
             directly.\nIt {purpose}.\n\n  {example}\n\nYou may want instead:\n  docker-credential-atcr {instead}\n"
        )
    }
}
