//! Whose images are named, and with what access.

use super::{Access, Account, Accounts, ImageOwner, Reason};

/// The accounts whose images are named with the strongest access; none if no own image is named.
#[derive(Debug, Default)]
pub(super) struct Named<'a, 'o> {
    pub(super) access: Option<Access>,
    pub(super) accounts: Vec<&'a Account>,
    /// The first that names one of them.
    pub(super) file: Option<&'o str>,
}

/// In the words or, where these write nothing, in the files, if access is stronger there.
pub(super) fn strongest<'a, 'o>(
    accounts: &'a Accounts,
    words: &'o [ImageOwner],
    files: impl FnOnce() -> &'o [ImageOwner],
) -> Named<'a, 'o> {
    let in_words = Named::of(accounts, words);
    if in_words.access == Some(Access::Written) {
        return in_words;
    }
    let in_files = Named::of(accounts, files());
    if in_files.access > in_words.access { in_files } else { in_words }
}

impl<'a, 'o> Named<'a, 'o> {
    /// Images of others count for nothing: pulling them needs any account, and none of ours can push to them.
    fn of(accounts: &'a Accounts, owners: &'o [ImageOwner]) -> Self {
        let mut named = Self::default();
        for owner in owners {
            let Some(account) = accounts.find(&owner.identity) else { continue };
            if named.access < Some(owner.access) {
                named = Self { access: Some(owner.access), accounts: Vec::new(), file: owner.file.as_deref() };
            }
            if named.access == Some(owner.access) && !named.accounts.contains(&account) {
                named.accounts.push(account);
            }
        }
        named
    }

    pub(super) fn reason(self) -> Reason {
        match (self.file, self.access) {
            (Some(name), Some(access)) => Reason::File { name: name.to_owned(), access },
            _ => Reason::Image,
        }
    }
}
