//! `login`: in the browser, or with a device secret from stdin.

mod device_flow;
mod docker;
mod keychain;
mod report;
mod token;

use std::io::Read;

use self::docker::Docker;
use self::report::Report;
use crate::app::App;
use crate::app::secrets::{StoreChoice, Updated};
use crate::appview::CheckOutcome;
use crate::cli::{ConfigureDocker, Login};
use crate::commands::select_account::new_identity;
use crate::commands::{device_json, docker_hooks, environment_credential, precedence, registry_argument};
use crate::docker::config::ConfigEditor;
use crate::domain::{
    Account, Accounts, Handle, Identity, Registries, RegistryUrl, Secret, ServerString, StoreName, is_foreign_registry,
};
use crate::error::{Error, Kind};
use crate::platform::executable::find;
use crate::terminal::{self, Mark, is_interactive, print_status};
use crate::text::{is_secret, sanitize, shell_word};

pub(super) fn run(arguments: &Login, app: &App, input: &mut dyn Read) -> Result<(), Error> {
    // Everything that can fail comes before the browser: no device is to be approved whose secret can't be stored.
    let registries = app.accounts.load()?;
    registry_argument::check(arguments.registry(), "login", &registries, app)?;
    let registry = app.target(&server(arguments, app, &registries)?)?.registry(&registries);
    if is_foreign_registry(&registry.host()) {
        let host = registry.host();
        let error = Error::usage(format_args!("{host} is not an ATCR registry"));
        return Err(error.run(format_args!("docker login {}", shell_word(&host))));
    }
    // It wins over any login, which would seem to have no effect.
    environment_credential::refuse(&registry, "log in", app)?;
    let choice = store_choice(arguments.store.as_deref())?;
    refuse_secret_as_device_name(arguments.device_name.as_deref())?;
    let named =
        arguments.account.as_deref().map(|text| new_identity("--account", text, &registries, app)).transpose()?;
    let wanted = named.as_ref().map(|identity| handle(identity, &registry, &registries)).transpose()?;
    require_writable(app)?;
    for store in stores(&choice, registries.get(&registry), wanted.as_ref()) {
        app.stores().probe(&store, &registry.host())?;
        // A secret from stdin is not lost where it can't be stored.
        if !arguments.with_token {
            app.stores().probe_storing(&store, &registry.host())?;
        }
    }

    let account = match &wanted {
        Some(handle) if arguments.with_token => token::account(handle.clone(), input, &registry, app)?,
        _ => device_flow::account(arguments, wanted.as_ref(), &registry, registries.get(&registry), app)?,
    };
    if let (Some(named), Some(wanted)) = (&named, &wanted) {
        refuse_another(&account, named, wanted, registries.get(&registry), &registry, app)
            .map_err(|error| in_vain(error, arguments, &registry))?;
    }
    app.accounts.check_again().map_err(|error| in_vain(error.into(), arguments, &registry))?;
    let credential = app.credential(&registry, &account)?;
    // In the browser it is always a new one, and a store is asked for none in vain.
    let is_same_secret = arguments.with_token && has_secret(&account, &credential.secret, &registries, &registry, app);
    let updated = app.update_with_leftovers(|change| {
        let accounts = change.registries.at(&registry);
        let was_active = accounts.active().is_some_and(|active| active.is_same(&account));
        let previous: Vec<Account> = accounts.iter().filter(|known| known.is_same(&account)).cloned().collect();
        change.log_in(&registry, account, &choice);
        Ok((previous, was_active, change.registries.at(&registry).clone()))
    });
    let Updated { value: (previous, was_active, accounts), leftovers } =
        updated.map_err(|error| in_vain(error, arguments, &registry))?;

    app.record(&registry, &credential, &CheckOutcome::Valid);
    let Some(account) = accounts.active() else { return Ok(()) };
    let report = Report {
        account,
        previous: &previous,
        is_same_secret,
        was_active,
        // What is invalid is for the commands that use it to say.
        variable: precedence::variable(&registry, &registries, app).unwrap_or_default(),
        accounts: &accounts,
        registry: &registry,
    };
    report.print(arguments, app);
    for error in leftovers {
        print_status(format!("{} {error}\n  {}", Mark::Warning, error.hint()));
    }
    warn_of_unused(&registry, app)?;
    for (message, hint) in device_json::permission_warnings(app) {
        print_status(format!("{} {}\n  {hint}", Mark::Warning, sanitize(&message)));
    }
    let host = shell_word(&registry.host());
    terminal::end_well_on_interrupt(format!(
        "To use it with Docker, run: docker-credential-atcr configure-docker {host}"
    ));
    let docker = docker::offer(arguments.configure_docker, &registry, app)?;
    report.print_next_steps(&docker);
    let may_be_told = arguments.configure_docker != ConfigureDocker::No;
    let is_new = docker == Docker::Used && previous.is_empty() && may_be_told;
    if is_new && lacks_plugin(app) && docker_hooks::obstacle(&app.environment).is_none() {
        print_status("To have Docker say why a push is denied, run: docker-credential-atcr configure-docker --plugin");
    }
    Ok(())
}

/// Whether the account is logged in with this very secret.
fn has_secret(account: &Account, secret: &Secret, registries: &Registries, registry: &RegistryUrl, app: &App) -> bool {
    let mut known =
        registries.get(registry).into_iter().flat_map(Accounts::iter).filter(|known| known.is_same(account));
    known.any(|known| app.credential(registry, known).is_ok_and(|known| known.secret == *secret))
}

/// Of accounts at the same host that Docker does not get, because it says no scheme: those over http, if any are over TLS.
fn warn_of_unused(registry: &RegistryUrl, app: &App) -> Result<(), Error> {
    let registries = app.accounts.load()?;
    for (other, _) in registries.in_use().filter(|(other, _)| other.is_at(&registry.host())) {
        if let Some(Error { message, hint: Some(fix), .. }) = app.unused(other, &registries) {
            print_status(format!("{} {message}\n  {fix}", Mark::Warning));
        }
    }
    Ok(())
}

/// Where there is Docker, which by itself says no more than "denied".
fn lacks_plugin(app: &App) -> bool {
    let has_plugin = ConfigEditor::docker(&app.environment).and_then(|config| config.has_plugin()).unwrap_or(true);
    !has_plugin && find("docker", app.environment.search_path().as_deref()).is_some()
}

/// Whoever is signed in in the browser approves a login. The same account may have another handle by now.
fn refuse_another(
    account: &Account,
    named: &Identity,
    wanted: &Handle,
    known: Option<&Accounts>,
    registry: &RegistryUrl,
    app: &App,
) -> Result<(), Error> {
    let mut known = known.into_iter().flat_map(Accounts::iter);
    let is_renamed = known.any(|known| known.handle == *wanted && known.is_same(account));
    // A handle may be another's by now.
    let other = match (named, &account.did) {
        (Identity::Did(named), Some(did)) if named != did => Some(did),
        _ => None,
    };
    if other.is_none() && (account.handle == *wanted || is_renamed) {
        return Ok(());
    }
    let server = shell_word(&app.server_string(registry));
    let by = other.map_or_else(|| account.handle.to_string(), |did| format!("{} ({did})", account.handle));
    Err(Error::new(format_args!("{by} approved the login, not {named}; nothing was saved")).hint(format_args!(
        "sign out at {registry} or use a private window, then run: docker-credential-atcr login {server} --account {named}"
    )))
}

/// Adds what is left at the registry of a login that was approved and is not kept.
fn in_vain(error: Error, arguments: &Login, registry: &RegistryUrl) -> Error {
    if arguments.with_token {
        return error;
    }
    let name = device_flow::device_name(arguments);
    let message = format!("{}; {registry} lists the device {:?}, which you can revoke", error.message, sanitize(&name));
    Error { message, ..error }
}

fn require_writable(app: &App) -> Result<(), Error> {
    app.accounts.check_writable().map_err(|error| {
        let error = Error::from(error);
        if error.hint.is_some() { error } else { error.hint("set ATCR_CONFIG_DIR to another folder") }
    })
}

fn store_choice(named: Option<&str>) -> Result<StoreChoice, Error> {
    match named {
        None => Ok(StoreChoice::Keep),
        Some("file") => Ok(StoreChoice::File),
        Some(name) => match name.parse() {
            Ok(store) => Ok(StoreChoice::Store(store)),
            Err(error) => Err(Error { kind: Kind::Usage, ..Error::invalid("--store", name, error) }),
        },
    }
}

/// The one that `--account` names. A DID has to be that of an account that is logged in: nothing else here tells its handle.
fn handle(identity: &Identity, registry: &RegistryUrl, registries: &Registries) -> Result<Handle, Error> {
    if let Identity::Handle(handle) = identity {
        return Ok(handle.clone());
    }
    let known = registries.get(registry).and_then(|accounts| accounts.find(identity));
    known.map(|account| account.handle.clone()).ok_or_else(|| {
        let error = Error::usage(format_args!("{identity} is not logged in to {}", registry.host()));
        error.hint("name the account by its handle, which your profile on Bluesky shows")
    })
}

/// The registry would show it to whoever may see the list of devices.
fn refuse_secret_as_device_name(name: Option<&str>) -> Result<(), Error> {
    match name.filter(|name| is_secret(name)) {
        None => Ok(()),
        Some(name) => {
            let error = Error::invalid("--device-name", name, "a secret, not the name of a device");
            Err(Error { kind: Kind::Usage, ..error })
        }
    }
}

/// The credential stores that may be given the secret. Where it stays where it is, in the browser that may be any.
fn stores(choice: &StoreChoice, accounts: Option<&Accounts>, handle: Option<&Handle>) -> Vec<StoreName> {
    let mut stores = Vec::new();
    match choice {
        StoreChoice::File => {}
        StoreChoice::Store(store) => stores.push(store.clone()),
        StoreChoice::Keep => {
            for account in accounts.into_iter().flat_map(Accounts::iter) {
                let is_meant = handle.is_none_or(|handle| *handle == account.handle);
                if let Some(store) = account.store().filter(|store| is_meant && !stores.contains(*store)) {
                    stores.push(store.clone());
                }
            }
        }
    }
    stores
}

/// The registry to log in to. Prompts only if several are as likely.
fn server(arguments: &Login, app: &App, registries: &Registries) -> Result<ServerString, Error> {
    let named = arguments.registry().or(app.environment.registry());
    let known: Vec<&RegistryUrl> = registries.in_use().map(|(registry, _)| registry).collect();
    if named.is_some() || known.len() < 2 || !is_interactive() {
        return app.server(named, registries);
    }
    let mut hosts: Vec<String> = known.iter().map(ToString::to_string).collect();
    let mut items: Vec<String> = known.iter().map(|registry| registry.host()).collect();
    let default = app.environment.registry_or_default();
    if !items.iter().any(|item| item == default) {
        hosts.push(default.to_owned());
        items.push(default.to_owned());
    }
    items.push("another registry".to_owned());
    let selected = terminal::select("Which registry do you want to log in to?", &items, 0)?;
    let selected = match hosts.into_iter().nth(selected) {
        Some(host) => host,
        None => terminal::text("Its name, such as atcr.io")?,
    };
    registry_argument::check(Some(&selected), "login", registries, app)?;
    app.server(Some(&selected), registries)
}
