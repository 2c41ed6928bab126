//! The verbs of Docker's protocol.

use std::ffi::OsStr;

/// What a client asks for, as the program's only argument.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verb {
    /// A credential.
    Get,
    /// To keep one.
    Store,
    /// To remove one.
    Erase,
    /// The servers there are credentials for.
    List,
}

impl Verb {
    /// The verb of this name.
    #[must_use]
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

    /// How it is called, for a client that calls it otherwise.
    #[must_use]
    pub fn usage(self) -> String {
        let name = self.name();
        match self {
            Self::Get | Self::Erase => {
                format!("usage: docker-credential-atcr {name}, with the server on stdin and no argument")
            }
            Self::Store => format!("usage: docker-credential-atcr {name}, with JSON on stdin and no argument"),
            Self::List => format!("usage: docker-credential-atcr {name}, without an argument"),
        }
    }

    /// What it is for, for a person who typed it.
    #[must_use]
    pub fn help(self) -> String {
        let (purpose, example, instead) = match self {
            Self::Get => (
                "prints the credential for the registry whose name it reads from stdin",
                "echo atcr.io | docker-credential-atcr get",
                "which IMAGE    the account an image is pushed or pulled with, and why",
            ),
            Self::Store => (
                "keeps the credential that it reads from stdin as JSON",
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
            "docker-credential-atcr {name} is for Docker and programs like it, not for typing: it {purpose}.\n\n  \
             {example}\n\nWhat you may want instead:\n  docker-credential-atcr {instead}\n"
        )
    }
}
