//! `login` in the browser: the device flow.

use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use sysinfo::System;

use crate::app::App;
use crate::appview::{AppView, DeviceCode, Login as Outcome};
use crate::cli::Login;
use crate::commands::registry_argument;
use crate::domain::{Account, Accounts, Handle, RegistryUrl};
use crate::error::Error;
use crate::platform::browser;
use crate::platform::environment::Environment;
use crate::terminal::{self, Mark, Progress, bold, is_interactive, print_status, waiting};
use crate::text::{sanitize, shell_word, visible, without_os_code};

/// `wanted` is who is to approve it, and `known` are the accounts that the registry has already.
pub(super) fn account(
    arguments: &Login,
    wanted: Option<&Handle>,
    registry: &RegistryUrl,
    known: Option<&Accounts>,
    app: &App,
) -> Result<Account, Error> {
    let (appview, host) = (app.appview(registry), registry.host());
    let device = device_name(arguments);
    let code = waiting(&format!("Asking {host} for a code"), || appview.request_device_code(&device));
    let code = code.map_err(|error| or_a_handle(error, arguments, &host, app))?;
    // Before the browser is opened, which may fail.
    show(&code, arguments);
    let known = known.and_then(|known| known.active().or(known.iter().next()));
    if let Some(signed_in) = known.filter(|known| wanted.is_none_or(|wanted| known.handle != *wanted)) {
        let other = wanted.map_or("to add another account".to_owned(), |wanted| format!("for {wanted}"));
        print_status(format!(
            "Your browser may still be signed in as {}; {other}, use a private window.",
            signed_in.handle
        ));
    }
    let error = match wait(&appview, &code, arguments, app, &host)? {
        Outcome::Approved(account) => return Ok(account),
        Outcome::Denied => Error::new("the login was denied in the browser"),
        Outcome::Expired => Error::new("the code expired before it was approved"),
    };
    let account = wanted.map_or_else(String::new, |wanted| format!(" --account {wanted}"));
    let server = app.server_string(registry);
    Err(error.run(format_args!("docker-credential-atcr login {}{account}", shell_word(&server))))
}

/// What is no registry may have been meant as another one, or as an account: both are names with dots.
fn or_a_handle(error: Error, arguments: &Login, host: &str, app: &App) -> Error {
    let registries = app.accounts.load().unwrap_or_default();
    let meant = arguments.registry().and_then(|_| registry_argument::likely(host, &registries, app));
    if let Some(meant) = meant.filter(|meant| meant != host) {
        return error.hint(format_args!("did you mean {}?", sanitize(&meant)));
    }
    let named = arguments.registry().and_then(|named| named.parse::<Handle>().ok());
    let Some(handle) = named.filter(|named| named.as_str() != app.environment.registry_or_default()) else {
        return error;
    };
    match error.hint.clone() {
        // A command in it stays at the end.
        Some(fix) => {
            error.hint(format_args!("if {handle} is your handle, log in with --account {handle}; otherwise {fix}"))
        }
        None => {
            error.hint(format_args!("if {handle} is your handle, run: docker-credential-atcr login --account {handle}"))
        }
    }
}

/// How the AppView lists this device.
pub(super) fn device_name(arguments: &Login) -> String {
    let given = arguments.device_name.clone().filter(|name| !visible(name).is_empty());
    let name = given.or_else(|| System::host_name().ok());
    name.unwrap_or_else(|| "docker-credential-atcr".to_owned())
}

fn show(code: &DeviceCode, arguments: &Login) {
    print_status(format!("Approve the login at:                {}", code.page.url()));
    if let Some(page) = &code.short_page {
        print_status(format!("Or type the code at:                 {}", page.url()));
    }
    print_status(format!("Check that the page shows this code: {}", bold(&sanitize(&code.user_code))));
    if let Some(warning) = code.page.warning() {
        print_status(format!("{} Approve it only if you know why: {warning}.", Mark::Warning));
    }
    if arguments.qr {
        show_qr_code(code);
    }
    if arguments.clipboard {
        copy(code);
    }
}

/// With the code in it, or if that does not fit, without.
fn show_qr_code(code: &DeviceCode) {
    if terminal::is_accessible() {
        // A screen reader would read out each of its blocks.
        print_status(format!("{} A QR code is not shown in accessible mode; open the address.", Mark::Warning));
        return;
    }
    let pages = [Some(&code.page), code.short_page.as_ref()];
    match pages.into_iter().flatten().find_map(|page| terminal::qr_code(page.url())) {
        Some(image) => {
            print_status(format!("\n{image}\n"));
            // Of a small screen the image leaves nothing.
            print_status(format!("Check that the page shows this code: {}", bold(&sanitize(&code.user_code))));
        }
        None => print_status(format!("{} This terminal is too narrow for a QR code of the address.", Mark::Warning)),
    }
}

fn copy(code: &DeviceCode) {
    if terminal::copy(code.page.url()) {
        print_status("The address is on your clipboard, if this terminal lets programs write to it.");
    } else {
        print_status(format!(
            "{} The address was not copied: this terminal can't copy to the clipboard.",
            Mark::Warning
        ));
    }
}

const WAITING: &str = "Waiting for your approval in the browser";

/// Waits for the approval, and for Enter, which opens the browser. The approval ends both, because it may come from a
/// browser on another machine.
fn wait(appview: &AppView, code: &DeviceCode, arguments: &Login, app: &App, host: &str) -> Result<Outcome, Error> {
    let may_open = !arguments.no_browser && is_interactive() && app.environment.has_browser();
    if may_open {
        terminal::discard_typed();
    }
    let message = if may_open { "Press Enter to open your browser; waiting for your approval" } else { WAITING };
    let spinner = Progress::count_down(message, code.life);
    let warn = || {
        let warning = Mark::Warning;
        spinner.print_status(format!(
            "{warning} {host} does not answer as it should; still trying until the code expires."
        ));
    };
    if !may_open {
        return appview.wait_for_approval(code, warn);
    }
    let (is_over, environment) = (AtomicBool::new(false), &app.environment);
    let open_on_enter = || {
        if terminal::enter_pressed(|| is_over.load(Ordering::Relaxed)) {
            open(code, environment, &spinner);
        }
    };
    if !terminal::CANCELLABLE {
        open_on_enter();
        return appview.wait_for_approval(code, warn);
    }
    thread::scope(|scope| {
        // Without it the address can still be opened by hand.
        let _ = thread::Builder::new().spawn_scoped(scope, open_on_enter);
        let outcome = appview.wait_for_approval(code, warn);
        is_over.store(true, Ordering::Relaxed);
        outcome
    })
}

fn open(code: &DeviceCode, environment: &Environment, spinner: &Progress) {
    spinner.set_message(WAITING);
    if let Err(error) = browser::open(code.page.url(), environment) {
        let (warning, error) = (Mark::Warning, error.to_string());
        spinner.print_status(format!(
            "{warning} Could not open a browser ({}); open the address yourself.",
            sanitize(&without_os_code(&error))
        ));
    }
}
