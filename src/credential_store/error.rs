//! What can go wrong with a credential store, and what mends it.

use std::io;
use std::time::Duration;

use super::Entry;
use crate::domain::{Secret, StoreName};
use crate::error::Hint;
use crate::text::sanitize;

/// The most of a store's own words that is repeated, in characters.
const MOST_WORDS: usize = 200;

/// What a store was asked to do with a secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Operation {
    /// Hand it out.
    Get,
    /// Keep it.
    Store,
    /// Forget it.
    Erase,
}

/// Why a store did not do it.
#[derive(Debug, thiserror::Error)]
pub enum Cause {
    /// There is no such program.
    #[error("it is not on PATH")]
    Missing,
    /// The name leads back to this program, which would ask itself without end.
    #[error("it is docker-credential-atcr itself")]
    Ourselves,
    /// The system can't start it, or speak with it.
    #[error("it can't be run: {0}")]
    Broken(#[from] io::Error),
    /// It took longer than it may.
    #[error("it did not answer within {} seconds", .0.as_secs())]
    TimedOut(Duration),
    /// It failed, in these words.
    #[error("it says: {0}")]
    Refused(String),
    /// It failed without a word, or wrote more than any answer.
    #[error("it failed without a reason")]
    NoAnswer,
    /// It answered with something else.
    #[error("its answer is no credential")]
    NoCredential,
    /// It has nothing for this account, or does not say that it is locked, as secretservice does not.
    #[error("it holds none, or is locked")]
    HoldsNone,
    /// It has something, but of another account.
    #[error("it answered for another account")]
    Anothers,
    /// It did not have afterwards what it had been given.
    #[error("it did not hold what it was given a moment before")]
    NotKept,
}

impl Cause {
    /// A failure in the store's own words. Words that might hold a secret are left out.
    pub(super) fn refused(text: &str, secret: Option<&Secret>) -> Self {
        let line = text.lines().map(str::trim).find(|line| !line.is_empty());
        let holds =
            |line: &str| line.contains("atcr_device_") || secret.is_some_and(|secret| line.contains(secret.expose()));
        match line {
            None => Self::NoAnswer,
            Some(line) if holds(line) => Self::Refused("(words that hold a secret, which are not repeated)".to_owned()),
            Some(line) => Self::Refused(sanitize(line).chars().take(MOST_WORDS).collect()),
        }
    }
}

/// A store that did not do what it was asked. Names the store and the account, never the secret.
#[derive(Debug, thiserror::Error)]
#[error("{} {}: {fault}", store.program(), attempt(*deed, entry.as_ref()))]
pub struct Error {
    store: StoreName,
    deed: Operation,
    entry: Option<Entry>,
    /// Why.
    #[source]
    pub fault: Cause,
}

fn attempt(deed: Operation, entry: Option<&Entry>) -> String {
    let Some(entry) = entry else { return "can't be used to keep secrets".to_owned() };
    let whose = format!("the secret of {} for {}", entry.handle(), entry.host());
    match deed {
        Operation::Get => format!("can't give {whose}"),
        Operation::Store => format!("can't keep {whose}"),
        Operation::Erase => format!("still holds {whose}, which is no longer used"),
    }
}

impl Error {
    pub(super) fn new(store: &StoreName, deed: Operation, entry: &Entry, fault: Cause) -> Self {
        Self { store: store.clone(), deed, entry: Some(entry.clone()), fault }
    }

    pub(super) fn for_probe(store: &StoreName, fault: Cause) -> Self {
        Self { store: store.clone(), deed: Operation::Get, entry: None, fault }
    }

    /// What fixes it.
    #[must_use]
    pub fn hint(&self) -> Hint {
        let host = self.entry.as_ref().map_or_else(|| "REGISTRY".to_owned(), Entry::host);
        let login = format!("docker-credential-atcr login {host}");
        match (&self.fault, self.deed, &self.entry) {
            (_, Operation::Erase, Some(entry)) => {
                Hint::run(format_args!("echo {} | {} erase", entry.key(), self.store.program()))
            }
            (Cause::HoldsNone, ..) => Hint::text(format_args!("unlock it, or log in again: {login}")),
            (Cause::TimedOut(_), Operation::Get, Some(_)) => {
                Hint::text("it may be locked; to unlock it on a terminal, run: docker-credential-atcr status")
            }
            (Cause::Missing, ..) => {
                Hint::text(format_args!("install it, or use device.json instead: {login} --store file"))
            }
            _ => Hint::text(format_args!("fix the credential store, or use device.json instead: {login} --store file")),
        }
    }
}

impl From<Error> for crate::error::Error {
    fn from(error: Error) -> Self {
        let hint = error.hint();
        Self { hint: Some(hint), ..Self::new(error) }
    }
}
