//! What can go wrong with a credential store, and how to fix it.

use std::io;
use std::time::Duration;

use super::Entry;
use crate::domain::{Secret, StoreName};
use crate::error::Hint;
use crate::text::{sanitize, shell_word, without_os_code};

/// How much of a store's own words is shown, in characters.
const MOST_WORDS: usize = 200;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Operation {
    Get,
    Store,
    Erase,
}

#[derive(Debug, thiserror::Error)]
pub enum Cause {
    #[error("it is not on PATH")]
    Missing,
    #[error("it is docker-credential-atcr itself")]
    Ourselves,
    #[error("it can't be run: {}", without_os_code(&.0.to_string()))]
    Broken(#[from] io::Error),
    #[error("it did not answer within {} seconds", .0.as_secs())]
    TimedOut(Duration),
    /// In the store's own words.
    #[error("it says: {0}")]
    Refused(String),
    /// Also where it wrote more than any answer.
    #[error("it failed without a reason")]
    NoAnswer,
    #[error("its answer is no credential")]
    NoCredential,
    /// secretservice says the same if it is locked.
    #[error("it holds none, or is locked")]
    HoldsNone,
    #[error("it answered for another account")]
    OtherAccount,
    #[error("it did not return the secret that it had just been given")]
    NotKept,
}

impl Cause {
    /// Words that may contain a secret are left out.
    pub(super) fn refused(text: &str, secret: Option<&Secret>) -> Self {
        let Some(line) = text.lines().map(str::trim).find(|line| !line.is_empty()) else { return Self::NoAnswer };
        // One that controls are strewn in may be found only without them.
        let shown = sanitize(line);
        let is_part = |text: &str| line.contains(text) || shown.contains(text);
        if is_part("atcr_device_") || secret.is_some_and(|secret| is_part(secret.expose())) {
            return Self::Refused("(output redacted: it may contain a secret)".to_owned());
        }
        Self::Refused(shown.chars().take(MOST_WORDS).collect())
    }
}

/// Names the store and the account, never the secret.
#[derive(Debug, thiserror::Error)]
#[error("{} {}: {cause}", store.program(), attempt(*operation, entry.as_ref()))]
pub struct Error {
    store: StoreName,
    operation: Operation,
    host: String,
    /// `None`: the store was tried out.
    entry: Option<Entry>,
    #[source]
    pub cause: Cause,
}

fn attempt(operation: Operation, entry: Option<&Entry>) -> String {
    let Some(entry) = entry else { return "can't be used".to_owned() };
    let whose = format!("the secret for {} on {}", entry.handle(), entry.host());
    match operation {
        Operation::Get => format!("failed to read {whose}"),
        Operation::Store => format!("failed to store {whose}"),
        Operation::Erase => format!("failed to erase {whose}"),
    }
}

impl Error {
    pub(crate) fn new(store: &StoreName, operation: Operation, entry: &Entry, cause: Cause) -> Self {
        Self { store: store.clone(), operation, host: entry.host(), entry: Some(entry.clone()), cause }
    }

    /// Before anybody logs in to `host`.
    pub(super) fn for_probe(store: &StoreName, host: &str, cause: Cause) -> Self {
        Self { store: store.clone(), operation: Operation::Get, host: host.to_owned(), entry: None, cause }
    }

    pub fn hint(&self) -> Hint {
        let login = format!("docker-credential-atcr login {}", shell_word(&self.host));
        match (&self.cause, self.operation, &self.entry) {
            (_, Operation::Erase, Some(entry)) => {
                Hint::run(format_args!("echo {} | {} erase", shell_word(&entry.key()), self.store.program()))
            }
            (Cause::HoldsNone, _, Some(entry)) => {
                let handle = shell_word(entry.handle());
                Hint::text(format_args!("unlock it, or log in again: {login} --account {handle}"))
            }
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
