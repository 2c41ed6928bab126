//! What a login says at its end: who is logged in, where the secret is and the device is listed, and what comes next.

use super::device_flow::device_name;
use super::docker::Docker;
use super::keychain::keychain;
use crate::app::App;
use crate::cli::Login;
use crate::commands::{device_json, precedence};
use crate::domain::{Account, Accounts, RegistryUrl, StoreName};
use crate::terminal::{Mark, print_status};
use crate::text::{display_path, sanitize_name, shell_word};

pub(super) struct Report<'a> {
    pub(super) account: &'a Account,
    /// Those that the login replaced: the same account, under this or a previous handle, and one that had this handle before.
    pub(super) previous: &'a [Account],
    /// They had this very secret.
    pub(super) is_same_secret: bool,
    pub(super) was_active: bool,
    /// It decides before the active account does, and before an image's owner.
    pub(super) variable: Option<&'static str>,
    /// All at this registry. The new one is active.
    pub(super) accounts: &'a Accounts,
    pub(super) registry: &'a RegistryUrl,
}

impl Report<'_> {
    pub(super) fn print(&self, arguments: &Login, app: &App) {
        print_status(format!("{} Logged in to {} as {}.", Mark::Good, self.registry.host(), self.account.handle));
        self.print_previous(arguments);
        self.print_others();
        self.print_secret(arguments, app);
        self.print_device(arguments);
    }

    fn print_previous(&self, arguments: &Login) {
        for previous in self.previous {
            self.print_replaced(previous, arguments);
        }
    }

    fn print_replaced(&self, previous: &Account, arguments: &Login) {
        let handle = &self.account.handle;
        let revoke = format!("may still be valid until you revoke it at {}.", self.registry);
        let replaced = |what: String| {
            let secret = if self.is_same_secret { "" } else { &format!(" The previous device secret {revoke}") };
            print_status(format!("{what}{secret}"));
        };
        if previous.handle != *handle {
            return replaced(format!("Replaced {} (same account, previous handle).", previous.handle));
        }
        if let (Some(did), Some(before)) = (&self.account.did, &previous.did)
            && did != before
        {
            return replaced(format!(
                "{handle} belongs to another account now: {did}. Replaced the one it belonged to: {before}."
            ));
        }
        if self.is_same_secret {
            print_status("Already logged in.");
            return;
        }
        print_status(format!("Already logged in; the device secret was replaced. The previous one {revoke}"));
        if arguments.account.is_none() {
            print_status(format!("To add another account, sign out at {} or use a private window.", self.registry));
        }
    }

    fn print_others(&self) {
        let handle = &self.account.handle;
        let others: Vec<&str> =
            self.accounts.iter().map(|other| other.handle.as_str()).filter(|other| *other != handle.as_str()).collect();
        if let Some(variable) = self.variable {
            precedence::warn(variable);
        } else if !others.is_empty() {
            let owner = if let [other] = others[..] { other } else { "those accounts" };
            let others = others.join(", ");
            let now = if self.was_active { "still" } else { "now" };
            print_status(format!("{handle} is {now} the active account. Images owned by {others} still use {owner}."));
        }
    }

    fn print_secret(&self, arguments: &Login, app: &App) {
        if let Some(store) = self.account.store().map(StoreName::program) {
            print_status(format!("The device secret is stored in {store}."));
            return;
        }
        print_status(format!("The device secret is stored in {}.", display_path(&device_json::path(app))));
        // Who has another account here was told.
        if arguments.store.is_none()
            && self.accounts.sole().is_some()
            && let Some(store) = keychain(&app.environment)
        {
            let server = app.server_string(self.registry);
            let server = shell_word(&server);
            print_status(format!(
                "To keep it in the system's keychain, run: docker-credential-atcr login {server} --store {store}"
            ));
        }
    }

    fn print_device(&self, arguments: &Login) {
        let registry = self.registry;
        let name = sanitize_name(&device_name(arguments));
        let name = if arguments.with_token { String::new() } else { format!(" as {name:?}") };
        print_status(format!("{registry} lists this device{name}; you can revoke it there."));
    }

    pub(super) fn print_next_steps(&self, docker: &Docker) {
        let image = shell_word(&format!("{}/{}/app", self.registry.host(), self.account.handle));
        match docker {
            // The way out was said, and that is next; or a push would fail.
            Docker::Unreadable | Docker::NotAsked => return,
            Docker::NotUsed(command) => {
                print_status("Next, have Docker use it, then build and push an image:");
                print_status(format!("  {command}"));
            }
            Docker::Used => print_status("Next, build and push an image:"),
        }
        print_status(format!("  docker build -t {image} ."));
        print_status(format!("  docker push {image}"));
    }
}
