//! Without a command: what there is, and who is logged in.

use std::io::Write;

use super::output::{counted, write_text};
use crate::app::App;
use crate::cli::help::overview;
use crate::domain::{Accounts, Registries};
use crate::error::Error;
use crate::text::width_of;

/// In columns.
const WIDTH: usize = 80;

pub(super) fn run(app: &App, data: &mut dyn Write) -> Result<(), Error> {
    write_text(data, &format!("{}\n{}\n", overview().ansi(), state_line(app)))
}

/// Whatever is wrong is for other commands to say.
fn state_line(app: &App) -> String {
    match app.environment_credential() {
        Err(_) => return "An account is set in part; run: docker-credential-atcr status".to_owned(),
        Ok(Some((registry, account))) => {
            return first_that_fits([
                format!("ATCR_HANDLE is set: {} is used for {}.", account.handle, registry.host()),
                "ATCR_HANDLE is set; run: docker-credential-atcr status".to_owned(),
            ]);
        }
        Ok(None) => {}
    }
    match app.accounts.load() {
        Ok(registries) => of_registries(&registries),
        Err(_) => "The accounts can't be read; run: docker-credential-atcr doctor".to_owned(),
    }
}

fn of_registries(registries: &Registries) -> String {
    let in_use: Vec<_> = registries.in_use().collect();
    match in_use[..] {
        [] => "Not logged in yet; run: docker-credential-atcr login".to_owned(),
        [(registry, accounts)] => first_that_fits([
            of_accounts(&registry.host(), accounts),
            format!(
                "Logged in with {}; run: docker-credential-atcr status",
                counted(accounts.iter().count(), "account")
            ),
        ]),
        _ => {
            let count = in_use.iter().map(|(_, accounts)| accounts.iter().count()).sum();
            let (accounts, registries) = (counted(count, "account"), in_use.len());
            format!("Logged in with {accounts} at {registries} registries; run: docker-credential-atcr status")
        }
    }
}

fn of_accounts(host: &str, accounts: &Accounts) -> String {
    let count = accounts.iter().count();
    match (accounts.active(), accounts.sole()) {
        (_, Some(account)) => format!("Logged in to {host} as {}.", account.handle),
        (Some(account), None) => {
            format!("Logged in to {host} as {} (active) and {}.", account.handle, counted(count - 1, "other"))
        }
        (None, None) => format!("{count} accounts at {host}, none active; run: docker-credential-atcr switch"),
    }
}

/// The last, whatever its width is.
fn first_that_fits([first, last]: [String; 2]) -> String {
    if width_of(&first) <= WIDTH { first } else { last }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{Account, Secret, SecretLocation};

    fn logged_in(accounts: &[(&str, &str)]) -> Registries {
        let mut registries = Registries::default();
        for (registry, handle) in accounts {
            let secret = SecretLocation::Inline(Secret::new("s"));
            let account = Account { handle: handle.parse().unwrap(), did: None, secret };
            registries.at(&format!("https://{registry}").parse().unwrap()).log_in(account);
        }
        registries
    }

    #[test]
    fn the_state_is_one_line_that_fits() {
        let long = format!("{0}.{0}.example", "a".repeat(40));
        for (accounts, expected) in [
            (&[][..], "Not logged in yet; run: docker-credential-atcr login"),
            (&[("atcr.io", "a.example")], "Logged in to atcr.io as a.example."),
            (
                &[("atcr.io", "a.example"), ("atcr.io", "b.example")],
                "Logged in to atcr.io as b.example (active) and one other.",
            ),
            (
                &[("atcr.io", "a.example"), ("atcr.io", "b.example"), ("atcr.io", "c.example")],
                "Logged in to atcr.io as c.example (active) and 2 others.",
            ),
            (
                &[("atcr.io", "a.example"), ("buoy.cr", "a.example")],
                "Logged in with 2 accounts at 2 registries; run: docker-credential-atcr status",
            ),
            (&[("atcr.io", &long)], "Logged in with one account; run: docker-credential-atcr status"),
        ] {
            let line = of_registries(&logged_in(accounts));
            assert_eq!(line, expected);
            assert!(width_of(&line) <= WIDTH);
        }
    }
}
