//! `login`: the device flow, or a device secret that is there already.

use std::io::Read;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use sysinfo::System;
use zeroize::Zeroizing;

use crate::app::App;
use crate::appview::{AppView, CHECK_LIMIT, CheckOutcome, DeviceCode, Login as Outcome};
use crate::cli::{ConfigureDocker, Login};
use crate::docker::config;
use crate::domain::{
    Account, Accounts, Credential, Handle, Identity, Registries, RegistryUrl, Secret, SecretLocation, ServerString,
    StoreName,
};
use crate::error::Error;
use crate::platform::browser;
use crate::platform::environment::Environment;
use crate::terminal::{self, Mark, Spinner, is_interactive, print_status};
use crate::text::sanitize;

pub(super) fn run(arguments: &Login, app: &App, input: &mut dyn Read) -> Result<(), Error> {
    // Reads the accounts before anything else: nobody should approve a device whose secret can't be kept.
    let registries = app.accounts.load()?;
    let store = store(arguments.store.as_deref(), &registries)?;
    let registry = app.registry(&server(arguments, app, &registries)?)?;
    yield_to_environment(app, &registry)?;
    store.iter().try_for_each(|store| app.stores.probe(store))?;
    let account = match &arguments.handle {
        Some(handle) if arguments.with_token => with_token(handle, input, &registry, app)?,
        _ => in_browser(arguments, &registry, app)?,
    };
    keep(account, &registry, store.as_ref(), app)?;
    say_where_secrets_are(store.as_ref(), &registries, app);
    offer_docker(arguments.configure_docker, &registry, app)
}

/// Where the secrets are to be kept: where `--store` says, else where they are already. None: in device.json.
fn store(named: Option<&str>, registries: &Registries) -> Result<Option<StoreName>, Error> {
    match named {
        None => Ok(registries.store().cloned()),
        Some("file") => Ok(None),
        Some(name) => {
            let store = name.parse().map(Some);
            store.map_err(|error| Error::usage(format_args!("--store {:?} is {error}", sanitize(name))))
        }
    }
}

/// The registry to log in to. Asks only where several are as likely.
fn server(arguments: &Login, app: &App, registries: &Registries) -> Result<ServerString, Error> {
    let named = arguments.registry.as_deref().or(app.environment.registry());
    let known = registries.iter().filter(|(_, accounts)| !accounts.is_empty());
    let known: Vec<&RegistryUrl> = known.map(|(registry, _)| registry).collect();
    if named.is_some() || known.len() < 2 || !is_interactive() {
        return app.server(named, registries);
    }
    let mut items: Vec<String> = known.iter().map(|registry| registry.host()).collect();
    items.push("another registry".to_owned());
    let chosen = terminal::select("Which registry do you want to log in to?", &items)?;
    let chosen = match known.get(chosen) {
        Some(registry) => registry.to_string(),
        None => terminal::text("Its name, such as atcr.io")?,
    };
    app.server(Some(chosen.trim()), registries)
}

/// What the environment brings is used before any login, so one would seem to have no effect.
fn yield_to_environment(app: &App, registry: &RegistryUrl) -> Result<(), Error> {
    if app.environment_registry()?.as_ref() != Some(registry) {
        return Ok(());
    }
    let variables = app.environment.credential_variables();
    let (are_set, host) = (variables.join(" and "), registry.host());
    let verb = if variables.len() == 1 { "is" } else { "are" };
    Err(Error::new(format_args!("{are_set} {verb} set, and used for {host} whoever is logged in"))
        .hint(format_args!("to log in instead, first run: unset {}", variables.join(" "))))
}

fn in_browser(arguments: &Login, registry: &RegistryUrl, app: &App) -> Result<Account, Error> {
    let appview = app.appview(registry);
    let code = appview.request_device_code(&device_name(arguments))?;
    // The code and the page first, so that they are there whatever becomes of the browser.
    print_status(format!("Copy your one-time code: {}", sanitize(&code.user_code)));
    print_status(format!("Approve it at:           {}", code.url));
    match wait(&appview, &code, arguments, app)? {
        Outcome::Approved(account) => Ok(account),
        Outcome::Denied => Err(Error::new("the login was denied in the browser")),
        Outcome::Expired => Err(Error::new("the code expired before it was approved")
            .run(format_args!("docker-credential-atcr login {}", registry.host()))),
    }
}

/// How the AppView will list this device: the machine's name, unless the person has a better one.
fn device_name(arguments: &Login) -> String {
    let name = arguments.device_name.clone().or_else(|| System::host_name().ok());
    name.unwrap_or_else(|| "docker-credential-atcr".to_owned())
}

const WAITING: &str = "Waiting for your approval in the browser";

/// Waits for the approval, and for Enter, which opens the browser. The approval ends both: it may come from a browser
/// elsewhere.
fn wait(appview: &AppView, code: &DeviceCode, arguments: &Login, app: &App) -> anyhow::Result<Outcome> {
    let may_open = !arguments.no_browser && is_interactive() && app.environment.has_browser();
    if !may_open {
        let _spinner = Spinner::start(WAITING, code.life());
        return appview.wait_for_approval(code);
    }
    let spinner = Spinner::start("Press Enter to open your browser; waiting for your approval", code.life());
    let (is_over, environment) = (AtomicBool::new(false), &app.environment);
    let open = || {
        if terminal::enter_pressed(|| is_over.load(Ordering::Relaxed)) {
            open(code, environment, &spinner);
        }
    };
    if !terminal::CANCELLABLE {
        open();
        return appview.wait_for_approval(code);
    }
    thread::scope(|scope| {
        scope.spawn(open);
        let outcome = appview.wait_for_approval(code);
        is_over.store(true, Ordering::Relaxed);
        outcome
    })
}

fn open(code: &DeviceCode, environment: &Environment, spinner: &Spinner) {
    spinner.set_message(WAITING);
    if let Err(error) = browser::open(&code.url, environment) {
        let warning = Mark::Warning;
        spinner
            .print_status(format!("{warning} No browser can be started ({error}); please open the address yourself."));
    }
}

/// The account of a device secret that was given, if the registry accepts it.
fn with_token(handle: &str, input: &mut dyn Read, registry: &RegistryUrl, app: &App) -> Result<Account, Error> {
    let handle: Handle =
        handle.parse().map_err(|error| Error::usage(format_args!("--handle {:?} is {error}", sanitize(handle))))?;
    let host = registry.host();
    let user = Credential { handle, secret: device_secret(input, &host)? };
    check(&user, registry, app)?;
    Ok(Account { handle: user.handle, did: None, secret: SecretLocation::Inline(user.secret) })
}

/// The longest input that can be a device secret, in bytes.
const LONGEST_SECRET: u64 = 4096;

fn device_secret(input: &mut dyn Read, host: &str) -> Result<Secret, Error> {
    let mut text = Zeroizing::new(String::new());
    if terminal::is_stdin_terminal() {
        if !is_interactive() {
            return Err(Error::usage("--with-token reads the device secret from stdin, which is a terminal here"));
        }
        text = terminal::secret("Device secret")?;
    } else {
        let read = input.take(LONGEST_SECRET).read_to_string(&mut text);
        read.map_err(|error| Error::new(format_args!("can't read the device secret from stdin: {error}")))?;
    }
    // Windows' shells write a byte order mark before what they pipe.
    let text = text.trim_start_matches('\u{feff}').trim();
    let secret = Secret::new(text);
    if text.is_empty() {
        return Err(Error::new("stdin holds no device secret"));
    }
    if !secret.is_device_secret() {
        return Err(Error::new("only device secrets (atcr_device_...) are kept, not passwords").hint(format_args!(
            "run: docker-credential-atcr login {host}, or set ATCR_HANDLE, ATCR_APP_PASSWORD and ATCR_REGISTRY={host} (as in CI)"
        )));
    }
    if text.contains(|c: char| c.is_whitespace() || c.is_control()) {
        return Err(Error::new("stdin holds more than a device secret"));
    }
    Ok(secret)
}

/// Refuses what the registry does not accept, and what it can't be asked about: Docker would fail with it later, and
/// nobody would know why.
fn check(user: &Credential, registry: &RegistryUrl, app: &App) -> Result<(), Error> {
    let (handle, host) = (&user.handle, registry.host());
    match app.appview(registry).check(user, CHECK_LIMIT) {
        CheckOutcome::Accepted => Ok(()),
        CheckOutcome::Rejected => Err(Error::new(format_args!("{host} rejected this device secret for {handle}"))
            .hint(format_args!("get a new one: docker-credential-atcr login {host}"))),
        CheckOutcome::SessionExpired { login_url } => {
            let failure = Error::new(format_args!("the login of {handle} at {host} has expired"));
            Err(match login_url {
                Some(url) => failure.hint(format_args!("renew it in a browser, then try again: {url}")),
                None => failure.run(format_args!("docker-credential-atcr login {host}")),
            })
        }
        CheckOutcome::Unknown(reason) => {
            let reason = sanitize(&reason).into_owned();
            Err(Error::new(format_args!("can't check the device secret with {registry}: {reason}"))
                .hint("nothing was kept; try again when it can be reached"))
        }
    }
}

fn keep(account: Account, registry: &RegistryUrl, store: Option<&StoreName>, app: &App) -> Result<(), Error> {
    let handle = account.handle.clone();
    let (before, others) = app.accounts.update(|registries| {
        let accounts = registries.at(registry);
        let before = before(accounts, &account);
        accounts.log_in(account);
        let others = others(accounts);
        registries.set_credential_store(store.cloned());
        Ok::<_, Error>((before, others))
    })?;
    print_status(format!("{} Logged in to {} as {handle}.", Mark::Good, registry.host()));
    match before {
        Some(before) if before == handle => {
            print_status("It was logged in already; its device secret is a new one now.");
        }
        Some(before) => {
            print_status(format!("It takes the place of {before}, the same account under its former handle."));
        }
        None => {}
    }
    if !others.is_empty() {
        let others = others.join(", ");
        print_status(format!("It is the active account now: it is used for images that name neither it nor {others}."));
    }
    Ok(())
}

/// Says so where it is news: nobody would look for the secret of one account where those of the others were not.
fn say_where_secrets_are(store: Option<&StoreName>, before: &Registries, app: &App) {
    if store == before.store() {
        return;
    }
    let file =
        app.accounts.folder().map(|folder| crate::text::display_path(&folder.join("device.json"))).unwrap_or_default();
    print_status(match store {
        Some(store) => format!("All device secrets are in {} now, and none in {file}.", store.program()),
        None => format!("All device secrets are in {file} now."),
    });
}

/// The handle under which the same account was logged in already.
fn before(accounts: &Accounts, account: &Account) -> Option<Handle> {
    let by_did = || accounts.find(&Identity::Did(account.did.clone()?));
    let known = accounts.find(&Identity::Handle(account.handle.clone())).or_else(by_did);
    known.map(|known| known.handle.clone())
}

fn others(accounts: &Accounts) -> Vec<String> {
    let active = accounts.active().map(|account| &account.handle);
    let others = accounts.iter().map(|account| &account.handle).filter(|handle| Some(*handle) != active);
    others.map(ToString::to_string).collect()
}

/// Adds the registry to Docker's config.json if the flag or a person says so, else names the command.
fn offer_docker(choice: ConfigureDocker, registry: &RegistryUrl, app: &App) -> Result<(), Error> {
    if choice == ConfigureDocker::No {
        return Ok(());
    }
    let host = registry.host();
    let present = config::state(&app.environment, &host).ok().filter(config::State::uses_atcr);
    let is_new = present.is_none();
    let wants = match choice {
        _ if !is_new => true,
        ConfigureDocker::Yes => true,
        _ => {
            is_interactive()
                && terminal::confirm(
                    &format!("Use docker-credential-atcr for {host} in Docker (and podman, buildah, skopeo)?"),
                    true,
                )?
        }
    };
    if !wants {
        print_status(format!("To use it with Docker, run: docker-credential-atcr configure-docker {host}"));
        return Ok(());
    }
    let state = match present {
        Some(state) => state,
        None => config::add(&app.environment, &host)?,
    };
    let file = crate::text::display_path(&state.file);
    if is_new && state.uses_atcr() {
        print_status(format!("{} Docker now uses docker-credential-atcr for {host} ({file}).", Mark::Good));
    }
    // Another helper and a password in plain text are for a person to decide about.
    let unused = (!state.uses_atcr()).then(|| format!("{} ({file})", state.usage()));
    if let (Some(problem), Some(fix)) = (state.warning().or(unused), state.fix()) {
        print_status(format!("{} {problem}.\n  {fix}", Mark::Warning));
    }
    Ok(())
}
