//! The arguments of a person's commands. [`crate::cli::help`] adds to their help.
#![expect(clippy::doc_markdown, reason = "these comments are the help text, where backticks would be shown")]

use std::ffi::OsString;

use clap::{Args, Parser, Subcommand};
use clap_complete::Shell;

mod login;

pub use login::{ConfigureDocker, Login};

/// Docker credential helper for ATCR, the container registry on the AT Protocol.
///
/// Log in once. docker, docker compose, podman, buildah and skopeo then push and
/// pull each image with the account in its name: atcr.io/HANDLE/IMAGE. With several
/// accounts there is no need to switch.
#[derive(Debug, Parser)]
#[command(
    name = "docker-credential-atcr",
    bin_name = "docker-credential-atcr",
    version = VERSION,
    disable_help_subcommand = true,
    verbatim_doc_comment
)]
pub struct Cli {
    #[command(subcommand)]
    pub command: Option<Command>,
}

impl Cli {
    /// The program's name comes first. `None`: it is no valid command line.
    pub fn of_words(words: impl Iterator<Item = OsString>) -> Option<Self> {
        Self::try_parse_from(words).ok()
    }

    /// Whether to show the update notification after this command. Shells run `completion` when they start.
    pub fn shows_update_notice(&self) -> bool {
        !matches!(self.command, Some(Command::Completion(_) | Command::Complete(_) | Command::Update(_)))
    }
}

/// The version, with the commit and date from the build script.
const VERSION: &str = concat!("v", env!("CARGO_PKG_VERSION"), " (", env!("ATCR_BUILD"), ")");

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Log in to a registry in your browser
    Login(Login),
    /// Log out of a registry
    Logout(Logout),
    /// Show your registries and accounts
    Status(Status),
    /// Switch the active account
    Switch(Switch),
    /// Show the account an image is pushed or pulled with, and why
    Which(Which),
    /// Print a registry token for an image, as Docker gets it
    Token(Token),
    /// Configure Docker to use this credential helper
    ConfigureDocker(Configure),
    /// Diagnose what would make a push fail, and suggest fixes
    Doctor(Doctor),
    /// Update this program to the latest version
    Update(Update),
    /// Show help for a command or topic
    Help(Help),
    /// Generate a completion script for your shell
    Completion(Completion),
    /// Show the version
    Version,
    /// Act as a kubelet image credential provider
    #[command(hide = true)]
    Kubelet(Kubelet),
    /// Print what a shell may complete a command line with
    #[command(hide = true, name = "__complete")]
    Complete(Complete),
}

#[derive(Debug, Args)]
pub struct Logout {
    /// The registry [default: $ATCR_REGISTRY, the only one you are logged in to, or atcr.io]
    pub registry: Option<String>,
    /// The same as REGISTRY
    #[arg(long = "registry", value_name = "REGISTRY", conflicts_with = "registry")]
    pub registry_flag: Option<String>,
    /// The account, if there are several
    #[arg(long, value_name = "HANDLE", alias = "handle")]
    pub account: Option<String>,
    /// Log out all accounts of the registry, or of every registry
    #[arg(long, conflicts_with = "account")]
    pub all: bool,
    /// Skip the confirmation prompt
    #[arg(long, short)]
    pub yes: bool,
}

#[derive(Debug, Args)]
pub struct Status {
    /// Show only this registry
    pub registry: Option<String>,
    /// The same as REGISTRY
    #[arg(long = "registry", value_name = "REGISTRY", conflicts_with = "registry")]
    pub registry_flag: Option<String>,
    /// Show only this account
    #[arg(long, value_name = "HANDLE", alias = "handle")]
    pub account: Option<String>,
    /// Print JSON, which the documentation's REFERENCE.md describes
    #[arg(long)]
    pub json: bool,
    /// Don't contact registries; show cached results
    #[arg(long)]
    pub offline: bool,
}

#[derive(Debug, Args)]
pub struct Switch {
    /// The account [default: the other one of two]
    pub handle: Option<String>,
    /// The same as HANDLE
    #[arg(long, value_name = "HANDLE", alias = "handle", conflicts_with = "handle")]
    pub account: Option<String>,
    /// Its registry [default: $ATCR_REGISTRY, the only one, or atcr.io]
    #[arg(long)]
    pub registry: Option<String>,
}

#[derive(Debug, Args)]
pub struct Which {
    /// Images as you would push or pull them
    #[arg(required = true, value_name = "IMAGE")]
    pub images: Vec<String>,
    /// The registry of an image that is named without one
    #[arg(long)]
    pub registry: Option<String>,
    /// Use this account, whatever the image's name
    #[arg(long, value_name = "HANDLE", alias = "handle")]
    pub account: Option<String>,
    /// Print JSON: an array of image, registry, handle, did and why
    #[arg(long)]
    pub json: bool,
}

#[derive(Debug, Args)]
pub struct Token {
    /// The image, with its registry
    pub image: String,
    /// The registry of an image that is named without one
    #[arg(long)]
    pub registry: Option<String>,
    /// Use this account, whatever the image's name
    #[arg(long, value_name = "HANDLE", alias = "handle")]
    pub account: Option<String>,
    /// Only to pull [default: to pull and push]
    #[arg(long)]
    pub pull: bool,
    /// Print JSON: the token, when it expires, what it allows (null: unknown)
    #[arg(long)]
    pub json: bool,
}

#[derive(Debug, Default, Args)]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of its own")]
pub struct Configure {
    /// The registries [default: all you are logged in to, or with --remove everything]
    #[arg(value_name = "REGISTRY")]
    pub registries: Vec<String>,
    /// The same as REGISTRY
    #[arg(long = "registry", value_name = "REGISTRY")]
    pub registry_flags: Vec<String>,
    /// Only registries that this account is logged in to
    #[arg(long, value_name = "HANDLE", alias = "handle", conflicts_with_all = ["remove", "registries", "registry_flags", "repositories", "plugin"])]
    pub account: Option<String>,
    /// Print the changes as a unified diff without making them
    #[arg(long)]
    pub dry_run: bool,
    /// Remove them from Docker's configuration, and restore what --yes took
    #[arg(long)]
    pub remove: bool,
    /// Also configure auth.json of podman, buildah and skopeo
    #[arg(long)]
    pub podman: bool,
    /// Configure one repository for crane, kaniko and the like, as its owner
    #[arg(long = "repository", value_name = "IMAGE", conflicts_with = "podman")]
    pub repositories: Vec<String>,
    /// Make docker atcr work, and let Docker say why a push was denied
    #[arg(long)]
    pub plugin: bool,
    /// Replace other helpers and remove plaintext passwords without asking
    #[arg(long, short)]
    pub yes: bool,
}

#[derive(Debug, Args)]
pub struct Doctor {
    /// An image: ask its registry whether you may push it
    pub image: Option<String>,
    /// Check only this registry
    #[arg(long)]
    pub registry: Option<String>,
    /// Check only this account
    #[arg(long, value_name = "HANDLE", alias = "handle")]
    pub account: Option<String>,
    /// Fix what can be fixed, asking for each
    #[arg(long, conflicts_with = "json")]
    pub fix: bool,
    /// With --fix, don't ask
    #[arg(long, short, requires = "fix")]
    pub yes: bool,
    /// Print JSON: check, state (ok, warning, problem), message, hint, command
    #[arg(long)]
    pub json: bool,
}

#[derive(Debug, Args)]
pub struct Update {
    /// Check for a new version without installing it
    #[arg(long)]
    pub check: bool,
    /// With --check, print JSON: installed, latest, state, server, notes, hint, command
    #[arg(long, requires = "check")]
    pub json: bool,
    /// Skip the confirmation prompt
    #[arg(long, short)]
    pub yes: bool,
}

#[derive(Debug, Args)]
pub struct Help {
    /// A command or a topic (environment, exit-codes)
    pub topic: Option<String>,
}

#[derive(Debug, Args)]
pub struct Completion {
    /// The shell
    pub shell: Shell,
    /// Write it to the folder where your shell looks for completions
    #[arg(long)]
    pub install: bool,
}

/// What the completion scripts ask.
#[derive(Debug, Args)]
pub struct Complete {
    pub shell: Shell,
    /// The words after the program, up to the one at the cursor
    #[arg(last = true, allow_hyphen_values = true)]
    pub words: Vec<String>,
}

#[derive(Debug, Args)]
pub struct Kubelet {
    /// Print the kubelet's CredentialProviderConfig for your registries
    #[arg(long)]
    pub print_config: bool,
}
