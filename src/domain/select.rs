//! Which account is used, and why.

use std::fmt;

use super::{Access, Account, Accounts, Identity, ImageOwner};

/// What there is to choose by, besides the accounts.
#[derive(Debug, Clone, Copy)]
pub struct Inputs<'a, F> {
    /// The account that the environment brings for this registry (`ATCR_HANDLE` and its secret).
    pub environment: Option<&'a Account>,
    /// The account that `ATCR_ACCOUNT` names.
    pub account_variable: Option<&'a Identity>,
    /// The identity in the server string's own path.
    pub path: Option<&'a Identity>,
    /// The identities that the nearest command line names. Asked only where there is something to decide, because
    /// reading other processes takes time.
    pub command_line: F,
}

/// Why an account was chosen, strongest reason first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reason {
    /// The environment brings it.
    Environment,
    /// `ATCR_ACCOUNT` names it.
    AccountVariable,
    /// The image does, in the server string or in the client's command line.
    Image,
    /// It is the active account.
    Active,
    /// It is the only account of the registry.
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

/// The account to use.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Selected<'a> {
    /// The account.
    pub account: &'a Account,
    /// The reason.
    pub why: Reason,
}

/// Why no account was chosen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SelectError {
    /// Nobody is logged in.
    NotLoggedIn,
    /// `ATCR_ACCOUNT` names an account that is not there.
    NoSuchAccount(Identity),
    /// Several accounts, and nothing says which.
    Ambiguous,
}

/// Chooses the account for one registry. Total, and without any effect.
///
/// # Errors
/// When nobody is logged in, `ATCR_ACCOUNT` names nobody, or several accounts are as good as each other.
pub fn select<'a, F>(accounts: &'a Accounts, clues: Inputs<'a, F>) -> Result<Selected<'a>, SelectError>
where
    F: FnOnce() -> Vec<ImageOwner>,
{
    if let Some(account) = clues.environment {
        return Ok(Selected { account, why: Reason::Environment });
    }
    if accounts.is_empty() {
        return Err(SelectError::NotLoggedIn);
    }
    if let Some(identity) = clues.account_variable {
        let account = accounts.find(identity).ok_or_else(|| SelectError::NoSuchAccount(identity.clone()))?;
        return Ok(Selected { account, why: Reason::AccountVariable });
    }
    if let Some(account) = clues.path.and_then(|identity| accounts.find(identity)) {
        return Ok(Selected { account, why: Reason::Image });
    }
    if let Some(account) = accounts.sole() {
        return Ok(Selected { account, why: if accounts.active().is_some() { Reason::Active } else { Reason::Sole } });
    }
    match &named(accounts, &(clues.command_line)())[..] {
        [account] => Ok(Selected { account, why: Reason::Image }),
        rivals => accounts
            .active()
            .filter(|active| rivals.is_empty() || rivals.contains(active))
            .map(|account| Selected { account, why: Reason::Active })
            .ok_or(SelectError::Ambiguous),
    }
}

/// The accounts that are named with the strongest access. Strangers' images count for nothing: pulling them needs any
/// account, pushing to them none of ours can.
fn named<'a>(accounts: &'a Accounts, mentions: &[ImageOwner]) -> Vec<&'a Account> {
    let own = |mention: &ImageOwner| accounts.find(&mention.identity).map(|account| (account, mention.access));
    let own: Vec<(&Account, Access)> = mentions.iter().filter_map(own).collect();
    let strongest = own.iter().map(|&(_, access)| access).max();
    let mut named: Vec<&Account> = Vec::new();
    for &(account, access) in &own {
        if Some(access) == strongest && !named.contains(&account) {
            named.push(account);
        }
    }
    named
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{Secret, SecretLocation};

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

    fn chosen(row: &Row<'_>) -> Result<(String, Reason), SelectError> {
        let accounts = logged_in(row.accounts, row.active);
        let parse = |text: &str| (!text.is_empty()).then(|| text.parse::<Identity>().unwrap());
        let environment = (!row.environment.is_empty()).then(|| account(row.environment));
        let (variable, path) = (parse(row.variable), parse(row.path));
        let images = row.images.iter();
        let mentions = images.map(|&(access, who)| ImageOwner { identity: who.parse().unwrap(), access }).collect();
        let clues = Inputs {
            environment: environment.as_ref(),
            account_variable: variable.as_ref(),
            path: path.as_ref(),
            command_line: || mentions,
        };
        select(&accounts, clues).map(|choice| (choice.account.handle.to_string(), choice.why))
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
        for (row, handle, why) in rows {
            assert_eq!(chosen(&row), Ok((handle.to_owned(), why)));
        }
    }

    #[test]
    fn without_a_reason_nothing_is_chosen() {
        assert_eq!(chosen(&NOTHING), Err(SelectError::NotLoggedIn));
        assert_eq!(chosen(&TWO), Err(SelectError::Ambiguous));
    }

    #[test]
    fn an_account_variable_that_names_nobody_is_an_error_where_somebody_is_logged_in() {
        let nobody = || SelectError::NoSuchAccount("c.example".parse().unwrap());
        assert_eq!(chosen(&Row { variable: "c.example", active: "a.example", ..TWO }), Err(nobody()));
        assert_eq!(chosen(&Row { variable: "c.example", ..NOTHING }), Err(SelectError::NotLoggedIn));
    }

    #[test]
    fn what_is_written_to_wins_over_what_is_read() {
        for images in [&[read("a.example"), written("b.example")], &[written("b.example"), read("a.example")]] {
            let row = Row { active: "a.example", images, ..TWO };
            assert_eq!(chosen(&row), Ok(("b.example".to_owned(), Reason::Image)));
        }
    }

    #[test]
    fn a_strangers_image_falls_back_to_the_active_account() {
        let stranger = [written("stranger.example")];
        let row = Row { active: "b.example", images: &stranger, ..TWO };
        assert_eq!(chosen(&row), Ok(("b.example".to_owned(), Reason::Active)));
        assert_eq!(chosen(&Row { images: &stranger, path: "stranger.example", ..TWO }), Err(SelectError::Ambiguous));
        assert_eq!(
            chosen(&Row { images: &[stranger[0], read("a.example")], active: "b.example", ..TWO }),
            Ok(("a.example".to_owned(), Reason::Image))
        );
    }

    #[test]
    fn two_own_images_alike_are_decided_by_the_active_account_if_it_is_one_of_them() {
        let images = &[read("a.example"), read("b.example")];
        assert_eq!(chosen(&Row { images, active: "b.example", ..TWO }), Ok(("b.example".to_owned(), Reason::Active)));
        let three = Row { accounts: "a.example b.example c.example", active: "c.example", images, ..NOTHING };
        assert_eq!(chosen(&three), Err(SelectError::Ambiguous));
    }

    #[test]
    fn naming_one_account_twice_is_not_ambiguous() {
        let row = Row { images: &[read("a.example"), read("A.example")], ..TWO };
        assert_eq!(chosen(&row), Ok(("a.example".to_owned(), Reason::Image)));
    }
}
