//! Which account is used, and why.

use std::fmt;

use super::{Account, Accounts, Identity, ImageOwner};

/// What decides, besides the accounts.
#[derive(Debug, Clone, Copy)]
pub struct Inputs<'a, F> {
    /// The environment's account, if it is for this registry (`ATCR_HANDLE` and its secret).
    pub environment: Option<&'a Account>,
    /// `ATCR_ACCOUNT`.
    pub account_variable: Option<&'a Identity>,
    /// The identity in the server string's own path.
    pub path: Option<&'a Identity>,
    /// The identities that the nearest command line names. Called only where they decide, because reading other
    /// processes takes time.
    pub command_line: F,
}

/// Why an account was selected, strongest reason first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reason {
    Environment,
    AccountVariable,
    /// In the server string or in the client's command line.
    Image,
    Active,
    Sole,
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Environment => "ATCR_HANDLE",
            Self::AccountVariable => "ATCR_ACCOUNT",
            Self::Image => "named by the image",
            Self::Active => "active",
            Self::Sole => "only account",
        })
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Selected<'a> {
    pub account: &'a Account,
    pub reason: Reason,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SelectError {
    NotLoggedIn,
    /// `ATCR_ACCOUNT` names an account that is not logged in.
    NoSuchAccount(Identity),
    /// Several accounts, and nothing selects one.
    Ambiguous,
}

/// Selects the account for one registry.
pub fn select<'a, F>(accounts: &'a Accounts, inputs: Inputs<'a, F>) -> Result<Selected<'a>, SelectError>
where
    F: FnOnce() -> Vec<ImageOwner>,
{
    let selected = |account, reason| Ok(Selected { account, reason });
    if let Some(account) = inputs.environment {
        return selected(account, Reason::Environment);
    }
    if accounts.is_empty() {
        return Err(SelectError::NotLoggedIn);
    }
    if let Some(identity) = inputs.account_variable {
        let account = accounts.find(identity).ok_or_else(|| SelectError::NoSuchAccount(identity.clone()))?;
        return selected(account, Reason::AccountVariable);
    }
    if let Some(account) = inputs.path.and_then(|identity| accounts.find(identity)) {
        return selected(account, Reason::Image);
    }
    if let Some(account) = accounts.sole() {
        return selected(account, if accounts.active().is_some() { Reason::Active } else { Reason::Sole });
    }
    let named = named(accounts, &(inputs.command_line)());
    if let [account] = named[..] {
        return selected(account, Reason::Image);
    }
    match accounts.active() {
        Some(active) if named.is_empty() || named.contains(&active) => selected(active, Reason::Active),
        _ => Err(SelectError::Ambiguous),
    }
}

/// The accounts that are named with the strongest access. Images of others count for nothing: pulling them needs any
/// account, and none of ours can push to them.
fn named<'a>(accounts: &'a Accounts, owners: &[ImageOwner]) -> Vec<&'a Account> {
    let mut strongest = None;
    let mut named: Vec<&Account> = Vec::new();
    for owner in owners {
        let Some(account) = accounts.find(&owner.identity) else { continue };
        if strongest < Some(owner.access) {
            strongest = Some(owner.access);
            named.clear();
        }
        if strongest == Some(owner.access) && !named.contains(&account) {
            named.push(account);
        }
    }
    named
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{Access, Secret, SecretLocation};

    fn account(handle: &str) -> Account {
        Account { handle: handle.parse().unwrap(), did: None, secret: SecretLocation::Inline(Secret::new(handle)) }
    }

    fn logged_in(handles: &str, active: &str) -> Accounts {
        let mut accounts = Accounts::default();
        for handle in handles.split_whitespace() {
            accounts.log_in(account(handle));
        }
        accounts.log_in(account("gone.example"));
        accounts.log_out_active();
        if !active.is_empty() {
            assert!(accounts.switch(&active.parse().unwrap()));
        }
        accounts
    }

    fn written(handle: &str) -> (Access, &str) {
        (Access::Written, handle)
    }

    fn read(handle: &str) -> (Access, &str) {
        (Access::Read, handle)
    }

    struct Row<'a> {
        accounts: &'a str,
        active: &'a str,
        environment: &'a str,
        variable: &'a str,
        path: &'a str,
        images: &'a [(Access, &'a str)],
    }

    const NOTHING: Row<'_> = Row { accounts: "", active: "", environment: "", variable: "", path: "", images: &[] };
    const TWO: Row<'_> = Row { accounts: "a.example b.example", ..NOTHING };

    fn selected(row: &Row<'_>) -> Result<(String, Reason), SelectError> {
        let accounts = logged_in(row.accounts, row.active);
        let parse = |text: &str| (!text.is_empty()).then(|| text.parse::<Identity>().unwrap());
        let environment = (!row.environment.is_empty()).then(|| account(row.environment));
        let (variable, path) = (parse(row.variable), parse(row.path));
        let images = row.images.iter();
        let owners = images
            .map(|&(access, identity)| ImageOwner { identity: identity.parse().unwrap(), access, file: None })
            .collect();
        let inputs = Inputs {
            environment: environment.as_ref(),
            account_variable: variable.as_ref(),
            path: path.as_ref(),
            command_line: || owners,
        };
        select(&accounts, inputs).map(|selected| (selected.account.handle.to_string(), selected.reason))
    }

    #[test]
    fn each_reason_outranks_the_next() {
        let all = Row {
            accounts: "a.example b.example c.example d.example",
            active: "d.example",
            environment: "e.example",
            variable: "a.example",
            path: "b.example",
            images: &[(Access::Read, "c.example")],
        };
        let rows = [
            (Row { ..all }, "e.example", Reason::Environment),
            (Row { environment: "", ..all }, "a.example", Reason::AccountVariable),
            (Row { environment: "", variable: "", ..all }, "b.example", Reason::Image),
            (Row { environment: "", variable: "", path: "", ..all }, "c.example", Reason::Image),
            (Row { environment: "", variable: "", path: "", images: &[], ..all }, "d.example", Reason::Active),
            (Row { accounts: "a.example", ..NOTHING }, "a.example", Reason::Sole),
            (Row { accounts: "a.example", active: "a.example", ..NOTHING }, "a.example", Reason::Active),
        ];
        for (row, handle, reason) in rows {
            assert_eq!(selected(&row), Ok((handle.to_owned(), reason)));
        }
    }

    #[test]
    fn without_a_reason_nothing_is_selected() {
        assert_eq!(selected(&NOTHING), Err(SelectError::NotLoggedIn));
        assert_eq!(selected(&TWO), Err(SelectError::Ambiguous));
    }

    #[test]
    fn an_account_variable_without_an_account_is_an_error() {
        let unknown = SelectError::NoSuchAccount("c.example".parse().unwrap());
        assert_eq!(selected(&Row { variable: "c.example", active: "a.example", ..TWO }), Err(unknown));
        assert_eq!(selected(&Row { variable: "c.example", ..NOTHING }), Err(SelectError::NotLoggedIn));
    }

    #[test]
    fn a_written_image_wins_over_a_read_one() {
        for images in [&[read("a.example"), written("b.example")], &[written("b.example"), read("a.example")]] {
            let row = Row { active: "a.example", images, ..TWO };
            assert_eq!(selected(&row), Ok(("b.example".to_owned(), Reason::Image)));
        }
    }

    #[test]
    fn an_image_of_others_falls_back_to_the_active_account() {
        let other = [written("other.example")];
        let row = Row { active: "b.example", images: &other, ..TWO };
        assert_eq!(selected(&row), Ok(("b.example".to_owned(), Reason::Active)));
        assert_eq!(selected(&Row { images: &other, path: "other.example", ..TWO }), Err(SelectError::Ambiguous));
        assert_eq!(
            selected(&Row { images: &[other[0], read("a.example")], active: "b.example", ..TWO }),
            Ok(("a.example".to_owned(), Reason::Image))
        );
    }

    #[test]
    fn of_two_own_images_the_active_accounts_wins() {
        let images = &[read("a.example"), read("b.example")];
        assert_eq!(selected(&Row { images, active: "b.example", ..TWO }), Ok(("b.example".to_owned(), Reason::Active)));
        let three = Row { accounts: "a.example b.example c.example", active: "c.example", images, ..NOTHING };
        assert_eq!(selected(&three), Err(SelectError::Ambiguous));
    }

    #[test]
    fn naming_one_account_twice_is_not_ambiguous() {
        let row = Row { images: &[read("a.example"), read("A.example")], ..TWO };
        assert_eq!(selected(&row), Ok(("a.example".to_owned(), Reason::Image)));
    }
}
