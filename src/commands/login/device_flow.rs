//! `login` in the browser: the device flow.

use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use sysinfo::System;

use crate::app::App;
use crate::appview::{AppView, DeviceCode, Login as Outcome};
use crate::cli::Login;
use crate::domain::{Account, RegistryUrl};
use crate::error::Error;
use crate::platform::browser;
use crate::platform::environment::Environment;
use crate::terminal::{self, Mark, Progress, is_interactive, print_status};
use crate::text::sanitize;

pub(super) fn account(arguments: &Login, registry: &RegistryUrl, app: &App) -> Result<Account, Error> {
    let appview = app.appview(registry);
    let code = appview.request_device_code(&device_name(arguments))?;
    // Before the browser is opened, which may fail.
    print_status(format!("Check that the page shows this code: {}", sanitize(&code.user_code)));
    print_status(format!("Approve the login at:                {}", code.page.url()));
    if let Some(warning) = code.page.warning() {
        print_status(format!("{} Approve it only if you know why: {warning}.", Mark::Warning));
    }
    match wait(&appview, &code, arguments, app)? {
        Outcome::Approved(account) => Ok(account),
        Outcome::Denied => Err(Error::new("the login was denied in the browser")),
        Outcome::Expired => Err(Error::new("the code expired before it was approved")
            .run(format_args!("docker-credential-atcr login {}", registry.host()))),
    }
}

/// How the AppView lists this device.
fn device_name(arguments: &Login) -> String {
    let name = arguments.device_name.clone().or_else(|| System::host_name().ok());
    name.unwrap_or_else(|| "docker-credential-atcr".to_owned())
}

const WAITING: &str = "Waiting for your approval in the browser";

/// Waits for the approval, and for Enter, which opens the browser. The approval ends both, because it may come from a
/// browser on another machine.
fn wait(appview: &AppView, code: &DeviceCode, arguments: &Login, app: &App) -> Result<Outcome, Error> {
    let may_open = !arguments.no_browser && is_interactive() && app.environment.has_browser();
    if !may_open {
        let _spinner = Progress::count_down(WAITING, code.life);
        return appview.wait_for_approval(code);
    }
    terminal::discard_typed();
    let spinner = Progress::count_down("Press Enter to open your browser; waiting for your approval", code.life);
    let (is_over, environment) = (AtomicBool::new(false), &app.environment);
    let open_on_enter = || {
        if terminal::enter_pressed(|| is_over.load(Ordering::Relaxed)) {
            open(code, environment, &spinner);
        }
    };
    if !terminal::CANCELLABLE {
        open_on_enter();
        return appview.wait_for_approval(code);
    }
    thread::scope(|scope| {
        // Without it the address can still be opened by hand.
        let _ = thread::Builder::new().spawn_scoped(scope, open_on_enter);
        let outcome = appview.wait_for_approval(code);
        is_over.store(true, Ordering::Relaxed);
        outcome
    })
}

fn open(code: &DeviceCode, environment: &Environment, spinner: &Progress) {
    spinner.set_message(WAITING);
    if let Err(error) = browser::open(code.page.url(), environment) {
        let warning = Mark::Warning;
        spinner.print_status(format!("{warning} Could not open a browser ({error}); open the address yourself."));
    }
}
