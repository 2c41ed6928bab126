//! The arguments of `login`.
#![expect(clippy::doc_markdown, reason = "these comments are the help text, where backticks would be shown")]

use clap::{Args, ValueEnum};

#[derive(Debug, Args)]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of its own")]
pub struct Login {
    /// The registry [default: $ATCR_REGISTRY, the only one you are logged in to, or atcr.io]
    pub registry: Option<String>,
    /// The same as REGISTRY
    #[arg(long = "registry", value_name = "REGISTRY", conflicts_with = "registry")]
    pub registry_flag: Option<String>,
    /// Print the URL instead of opening a browser
    #[arg(long)]
    pub no_browser: bool,
    /// Show the URL as a QR code, for a phone
    #[arg(long)]
    pub qr: bool,
    /// Copy the URL to the clipboard, also over ssh
    #[arg(long)]
    pub clipboard: bool,
    /// Accept no other account than this one
    #[arg(long, alias = "handle", value_name = "HANDLE")]
    pub account: Option<String>,
    /// Name of this device [default: the hostname]
    #[arg(long, value_name = "NAME")]
    pub device_name: Option<String>,
    /// Read the account's device secret from stdin
    #[arg(long, requires = "account", conflicts_with_all = ["no_browser", "qr", "clipboard", "device_name"])]
    pub with_token: bool,
    /// Store the secret in docker-credential-NAME
    #[arg(long, value_name = "NAME")]
    pub store: Option<String>,
    /// Add it to Docker's config: yes, no, auto (ask)
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
