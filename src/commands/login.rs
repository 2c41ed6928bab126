//! `login`: the device flow.

use sysinfo::System;

use crate::app::App;
use crate::appview::{DeviceCode, Login as Outcome};
use crate::browse;
use crate::cli::Login;
use crate::docker_config;
use crate::domain::{Account, Accounts, RegistryUrl};
use crate::failure::Failure;
use crate::terminal::{Mark, Spinner, harmless, is_interactive, say};

pub(super) fn run(arguments: &Login, app: &App) -> Result<(), Failure> {
    // Reads the accounts before anything else: nobody should approve a device whose secret can't be kept.
    let registries = app.store.load()?;
    let server = app.server(arguments.registry.as_deref(), &registries)?;
    let registry = app.registry(&server)?;
    let appview = app.appview(&registry);
    let code = appview.request_device_code(&device_name(arguments))?;
    invite(&code, arguments, app);
    let account = match wait(|| appview.wait_for_approval(&code))? {
        Outcome::Approved(account) => account,
        Outcome::Denied => return Err(Failure::new("the login was denied in the browser")),
        Outcome::Expired => {
            let again = format!("run: docker-credential-atcr login {}", registry.host());
            return Err(Failure::new("the code expired before it was approved").hint(again));
        }
    };
    keep(account, &registry, app)
}

/// How the AppView will list this device: the machine's name, unless the person has a better one.
fn device_name(arguments: &Login) -> String {
    let name = arguments.device_name.clone().or_else(|| System::host_name().ok());
    name.unwrap_or_else(|| "docker-credential-atcr".to_owned())
}

/// The code and the page first, so that they are there whatever becomes of the browser.
fn invite(code: &DeviceCode, arguments: &Login, app: &App) {
    say(format!("Your one-time code: {}", harmless(&code.user_code)));
    say(format!("Approve it at:      {}", code.url));
    if !arguments.no_browser
        && is_interactive()
        && app.environment.has_browser()
        && let Err(error) = browse::open(&code.url, &app.environment)
    {
        say(format!("The browser can't be started ({error}); please open the address yourself."));
    }
}

fn wait(wait: impl FnOnce() -> anyhow::Result<Outcome>) -> anyhow::Result<Outcome> {
    let _spinner = Spinner::start("Waiting for your approval in the browser");
    wait()
}

fn keep(account: Account, registry: &RegistryUrl, app: &App) -> Result<(), Failure> {
    let handle = account.handle.clone();
    let others = app.store.update(|registries| {
        let accounts = registries.at(registry);
        accounts.log_in(account);
        Ok::<_, Failure>(others(accounts))
    })?;
    let host = registry.host();
    say(format!("{} Logged in to {host} as {handle}.", Mark::Good));
    if !others.is_empty() {
        let others = others.join(", ");
        say(format!("It is the active account now: it is used for images that name neither it nor {others}."));
    }
    if !docker_config::names_us(&app.environment, &host) {
        say(format!("For Docker to ask for it, run: docker-credential-atcr configure-docker {host}"));
    }
    Ok(())
}

fn others(accounts: &Accounts) -> Vec<String> {
    let active = accounts.active().map(|account| &account.handle);
    let others = accounts.iter().map(|account| &account.handle).filter(|handle| Some(*handle) != active);
    others.map(ToString::to_string).collect()
}
