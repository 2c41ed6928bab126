//! `login --with-token`: a device secret from stdin.

use std::io::Read;

use zeroize::Zeroizing;

use crate::app::App;
use crate::appview::{CHECK_LIMIT, CheckOutcome, NoAtcr};
use crate::domain::{Account, Credential, Handle, RegistryUrl, Secret, SecretLocation};
use crate::error::Error;
use crate::terminal::{self, is_interactive, waiting};
use crate::text::{shell_word, visible};

pub(super) fn account(
    handle: Handle,
    input: &mut dyn Read,
    registry: &RegistryUrl,
    app: &App,
) -> Result<Account, Error> {
    let credential = Credential { handle, secret: device_secret(input, &registry.host())? };
    check(&credential, registry, app)?;
    Ok(Account { handle: credential.handle, did: None, secret: SecretLocation::Inline(credential.secret) })
}

/// In bytes.
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
    // Windows' shells write a byte order mark into a pipe.
    let text = Zeroizing::new(visible(&text).into_owned());
    let secret = Secret::new(&text);
    if text.is_empty() {
        return Err(Error::new("stdin contains no device secret"));
    }
    if !secret.is_device_secret() {
        return Err(Error::not_a_device_secret(host));
    }
    if text.contains(|c: char| c.is_whitespace() || c.is_control()) {
        return Err(Error::new("stdin contains more than one device secret"));
    }
    Ok(secret)
}

/// Also refuses what can't be checked: Docker would fail with it later, without a reason.
fn check(credential: &Credential, registry: &RegistryUrl, app: &App) -> Result<(), Error> {
    let (handle, host) = (&credential.handle, registry.host());
    let login = format!("docker-credential-atcr login {} --account {handle}", shell_word(&app.server_string(registry)));
    let appview = app.appview(registry);
    match waiting(&format!("Checking the device secret with {host}"), || appview.check(credential, CHECK_LIMIT)) {
        CheckOutcome::Valid => Ok(()),
        CheckOutcome::Rejected => Err(Error::new(format_args!("{host} rejected this device secret for {handle}"))
            .hint(format_args!("get a new one: {login}"))),
        CheckOutcome::Expired { login_url } => {
            let error = Error::new(format_args!("the login of {handle} at {host} has expired"));
            Err(match login_url {
                Some(url) => error.hint(format_args!("renew it in a browser, then try again: {url}")),
                None => error.run(&login),
            })
        }
        CheckOutcome::Untrusted(failure) => {
            let error = Error::new(format_args!("can't check the device secret with {registry}: {failure}"));
            Err(Error { hint: failure.hint, ..error })
        }
        CheckOutcome::Unknown(failure) if failure.is_no_atcr => {
            Err(Error::new(format_args!("can't log in to {registry}: {NoAtcr}")).hint(NoAtcr::hint(registry)))
        }
        CheckOutcome::Unknown(failure) => {
            Err(Error::new(format_args!("can't check the device secret with {registry}: {failure}"))
                .hint("nothing was saved; try again when it can be reached"))
        }
    }
}
