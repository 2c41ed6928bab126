//! The command line of a person. Its help is put together in [`crate::cli::help`].
#![expect(clippy::doc_markdown, reason = "these comments are the help text, where backticks would be shown")]

use clap::{Args, Parser, Subcommand, ValueEnum};
use clap_complete::Shell;

/// Docker credential helper for ATCR, the container registry on the AT Protocol.
///
/// Log in once. After that docker push and pull, compose, podman, buildah and
/// skopeo get the credential of the account that the image's name holds:
/// atcr.io/HANDLE/IMAGE. Several accounts need no switching.
#[derive(Debug, Parser)]
#[command(
    name = "docker-credential-atcr",
    bin_name = "docker-credential-atcr",
    version = VERSION,
    disable_help_subcommand = true,
    verbatim_doc_comment
)]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub command: Option<Command>,
}

impl Cli {
    /// Whether to show the update notification after this command. Shells run `completion` when they start.
    pub fn shows_update_notice(&self) -> bool {
        !matches!(self.command, Some(Command::Completion(_) | Command::Update(_)))
    }
}

/// As `--version` shows it after the program's name, with what the build script found.
const VERSION: &str = concat!("v", env!("CARGO_PKG_VERSION"), " (", env!("ATCR_BUILD"), ")");

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Log in to a registry in your browser
    Login(Login),
    /// Log out of a registry
    Logout(Logout),
    /// Show your registries and accounts
    Status(Status),
    /// Choose the account that is used where the image does not say
    Switch(Switch),
    /// Show the account an image is pushed or pulled with, and why
    Which(Which),
    /// Have Docker ask this program for the registries you are logged in to
    ConfigureDocker(Configure),
    /// Find what would make a push fail, and the command that mends it
    Doctor(Doctor),
    /// Replace this program with its newest version
    Update(Update),
    /// Show the help of a command or topic
    Help(Help),
    /// Print completions for your shell
    Completion(Completion),
    /// Show the version
    Version,
    /// Answer Kubernetes, which asks for the credential of an image
    #[command(hide = true)]
    Kubelet(Kubelet),
}

/// `login`
#[derive(Debug, Args)]
pub struct Login {
    /// The registry [default: $ATCR_REGISTRY, the only one logged in to, or atcr.io]
    pub registry: Option<String>,
    /// Show the address to open, and start no browser
    #[arg(long)]
    pub no_browser: bool,
    /// This device's name at the registry [default: the machine's]
    #[arg(long, value_name = "NAME")]
    pub device_name: Option<String>,
    /// Read a device secret (atcr_device_...) from stdin instead
    #[arg(long, requires = "handle", conflicts_with_all = ["no_browser", "device_name"])]
    pub with_token: bool,
    /// Whose device secret it is
    #[arg(long, requires = "with_token")]
    pub handle: Option<String>,
    /// Keep all device secrets in this credential store; file: in ours
    #[arg(long, value_name = "NAME")]
    pub store: Option<String>,
    /// Let Docker ask for it: yes, no, or auto, which asks [default: auto]
    #[arg(
        long,
        value_name = "WHEN",
        value_enum,
        default_value_t,
        hide_default_value = true,
        hide_possible_values = true
    )]
    pub configure_docker: ConfigureDocker,
}

/// Whether a login adds its registry to Docker's configuration. Comments on the values would make the help longer.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub enum ConfigureDocker {
    #[default]
    Auto,
    Yes,
    No,
}

/// `logout`
#[derive(Debug, Args)]
pub struct Logout {
    /// The registry [default: $ATCR_REGISTRY, the only one logged in to, or atcr.io]
    pub registry: Option<String>,
    /// The account, where there are several
    #[arg(long, value_name = "HANDLE")]
    pub account: Option<String>,
    /// Every account of the registry, or of all registries where none is named
    #[arg(long, conflicts_with = "account")]
    pub all: bool,
    /// Don't ask whether --all is meant
    #[arg(long, short)]
    pub yes: bool,
}

/// `status`
#[derive(Debug, Args)]
pub struct Status {
    /// Only this registry
    pub registry: Option<String>,
    /// Print JSON, in the shape that README documents
    #[arg(long)]
    pub json: bool,
    /// Ask no registry: say what was accepted when
    #[arg(long)]
    pub offline: bool,
}

/// `switch`
#[derive(Debug, Args)]
pub struct Switch {
    /// The account [default: the other one of two]
    pub handle: Option<String>,
    /// Its registry [default: $ATCR_REGISTRY, the only one, or atcr.io]
    #[arg(long)]
    pub registry: Option<String>,
}

/// `which`
#[derive(Debug, Args)]
pub struct Which {
    /// Images, as you would push or pull them
    #[arg(required = true, value_name = "IMAGE")]
    pub images: Vec<String>,
    /// Print JSON: an array of image, registry, handle, did and why
    #[arg(long)]
    pub json: bool,
}

/// `configure-docker`
#[derive(Debug, Args)]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of its own")]
pub struct Configure {
    /// The registries [default: those you are logged in to; with --remove: those that are configured]
    #[arg(value_name = "REGISTRY")]
    pub registries: Vec<String>,
    /// Show what would change as a unified diff, and change nothing
    #[arg(long)]
    pub dry_run: bool,
    /// Undo it
    #[arg(long)]
    pub remove: bool,
    /// Do the same in auth.json of podman, buildah and skopeo
    #[arg(long)]
    pub podman: bool,
    /// Replace another helper, and remove plain passwords that Docker would use instead, without asking
    #[arg(long, short)]
    pub yes: bool,
}

/// `doctor`
#[derive(Debug, Args)]
pub struct Doctor {
    /// Print JSON: an array of check, state (ok, warning, problem), message and hint
    #[arg(long)]
    pub json: bool,
}

/// `update`
#[derive(Debug, Args)]
pub struct Update {
    /// Only look whether there is a newer version
    #[arg(long)]
    pub check: bool,
    /// Don't ask
    #[arg(long, short)]
    pub yes: bool,
}

/// `help`
#[derive(Debug, Args)]
pub struct Help {
    /// A command, or a topic: environment, exit-codes
    pub topic: Option<String>,
}

/// `completion`
#[derive(Debug, Args)]
pub struct Completion {
    /// The shell
    pub shell: Shell,
}

/// `kubelet`
#[derive(Debug, Args)]
pub struct Kubelet {
    /// Print the kubelet's CredentialProviderConfig for the registries you are logged in to
    #[arg(long)]
    pub print_config: bool,
}
