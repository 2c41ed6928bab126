//! What can go wrong with a credential store, and what mends it.

use std::io;
use std::time::Duration;

use super::Entry;
use crate::domain::{KeeperName, Secret};
use crate::terminal::harmless;

/// The most of a store's own words that is repeated, in characters.
const MOST_WORDS: usize = 200;

/// What a store was asked to do with a secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Deed {
    /// Hand it out.
    Get,
    /// Keep it.
    Put,
    /// Forget it.
    Forget,
}

/// Why a store did not do it.
#[derive(Debug, thiserror::Error)]
pub enum Fault {
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

impl Fault {
    /// A failure in the store's own words. Words that might hold a secret are left out.
    pub(super) fn refused(text: &str, secret: Option<&Secret>) -> Self {
        let line = text.lines().map(str::trim).find(|line| !line.is_empty());
        let holds =
            |line: &str| line.contains("atcr_device_") || secret.is_some_and(|secret| line.contains(secret.expose()));
        match line {
            None => Self::NoAnswer,
            Some(line) if holds(line) => Self::Refused("(words that hold a secret, which are not repeated)".to_owned()),
            Some(line) => Self::Refused(harmless(line).chars().take(MOST_WORDS).collect()),
        }
    }
}

/// A store that did not do what it was asked. Names the store and the account, never the secret.
#[derive(Debug, thiserror::Error)]
#[error("{} {}: {fault}", keeper.program(), attempt(*deed, entry.as_ref()))]
pub struct KeeperError {
    keeper: KeeperName,
    deed: Deed,
    entry: Option<Entry>,
    /// Why.
    #[source]
    pub fault: Fault,
}

fn attempt(deed: Deed, entry: Option<&Entry>) -> String {
    let Some(entry) = entry else { return "can't be used to keep secrets".to_owned() };
    let whose = format!("the secret of {} for {}", entry.handle(), entry.host());
    match deed {
        Deed::Get => format!("can't give {whose}"),
        Deed::Put => format!("can't keep {whose}"),
        Deed::Forget => format!("still holds {whose}, which is no longer used"),
    }
}

impl KeeperError {
    pub(super) fn new(keeper: &KeeperName, deed: Deed, entry: &Entry, fault: Fault) -> Self {
        Self { keeper: keeper.clone(), deed, entry: Some(entry.clone()), fault }
    }

    pub(super) fn of_nobody(keeper: &KeeperName, fault: Fault) -> Self {
        Self { keeper: keeper.clone(), deed: Deed::Get, entry: None, fault }
    }

    /// What mends it; a command that can be typed where there is one.
    #[must_use]
    pub fn hint(&self) -> String {
        let host = self.entry.as_ref().map_or_else(|| "REGISTRY".to_owned(), Entry::host);
        match (&self.fault, self.deed, &self.entry) {
            (_, Deed::Forget, Some(entry)) => {
                format!("remove it: echo {} | {} erase", entry.key(), self.keeper.program())
            }
            (Fault::HoldsNone, ..) => format!("unlock it, or log in again: docker-credential-atcr login {host}"),
            (Fault::TimedOut(_), Deed::Get, Some(_)) => {
                "it may be locked; to unlock it on a terminal, run: docker-credential-atcr status".to_owned()
            }
            (Fault::Missing, ..) => format!(
                "install it, or keep the secret in device.json: docker-credential-atcr login {host} --store file"
            ),
            _ => format!(
                "see to it that it works, or keep the secret in device.json: docker-credential-atcr login {host} --store file"
            ),
        }
    }
}
