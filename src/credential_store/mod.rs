//! Other credential stores that keep the device secrets in the place of device.json: Docker's own credential helpers
//! (osxkeychain, wincred, secretservice, pass), spoken to by Docker's own protocol.

mod command;
mod entry;
mod error;
mod settle;

use std::env;
use std::ffi::OsString;
use std::path::PathBuf;

use serde::Deserialize;
use serde_json::json;
use zeroize::Zeroizing;

use crate::domain::{Secret, StoreName};
use crate::platform::executable;
use command::{Answer, Request, run_all};

pub use entry::Entry;
pub use error::{Cause, Error, Operation};
pub use settle::StagedSecrets;

/// What a credential store says where it holds nothing (`IsErrCredentialsNotFoundMessage` of
/// docker/docker-credential-helpers).
pub const NOT_FOUND: &str = "credentials not found in native keychain";

/// All credential stores of this machine. Nothing is started until one is asked.
#[derive(Debug, Clone, Default)]
pub struct CredentialStores {
    search_path: Option<OsString>,
}

/// The answer to `get`.
#[derive(Deserialize)]
struct Held {
    #[serde(rename = "Username")]
    user_name: String,
    #[serde(rename = "Secret")]
    secret: String,
}

impl CredentialStores {
    /// The stores whose programs are in the folders of `search_path`.
    #[must_use]
    pub fn new(search_path: Option<OsString>) -> Self {
        Self { search_path }
    }

    /// The secret that a store holds.
    ///
    /// # Errors
    /// When the store is missing, fails, takes too long, or holds none.
    pub fn get(&self, store: &StoreName, entry: &Entry) -> Result<Secret, Error> {
        let answer = self.ask(store, "get", entry.key().into_bytes());
        let secret = answer.and_then(|answer| held(&answer, entry));
        secret.map_err(|fault| Error::new(store, Operation::Get, entry, fault))
    }

    /// The secrets that stores hold, all asked at the same time. The answers are in the order of the questions.
    #[must_use]
    pub fn get_all(&self, wanted: &[(StoreName, Entry)]) -> Vec<Result<Secret, Error>> {
        let requests = wanted.iter().map(|(store, entry)| self.request(store, "get", entry.key().into_bytes()));
        let answers = run_all(requests.collect());
        let answers = answers.into_iter().zip(wanted).map(|(answer, (store, entry))| {
            let secret = answer.and_then(|answer| held(&answer, entry));
            secret.map_err(|fault| Error::new(store, Operation::Get, entry, fault))
        });
        answers.collect()
    }

    /// Whether a store is there and can be asked: so much can be known before it is given anything.
    ///
    /// # Errors
    /// When it can't be asked.
    pub fn probe(&self, store: &StoreName) -> Result<(), Error> {
        let answer = self.ask(store, "get", Entry::PROBE_KEY.into());
        let tried = answer.and_then(|answer| match answer.refusal() {
            Some(text) if !is_not_found(&text) => Err(Cause::refused(&text, None)),
            _ => Ok(()),
        });
        tried.map_err(|fault| Error::for_probe(store, fault))
    }

    fn put(&self, store: &StoreName, entry: &Entry, secret: &Secret) -> Result<(), Error> {
        let object = json!({"ServerURL": entry.key(), "Username": entry.handle(), "Secret": secret.expose()});
        let answer = self.ask(store, "store", object.to_string().into_bytes());
        let stored = answer.and_then(|answer| match answer.refusal() {
            Some(text) => Err(Cause::refused(&text, Some(secret))),
            None => Ok(()),
        });
        stored.map_err(|fault| Error::new(store, Operation::Store, entry, fault))
    }

    /// Has a store forget a secret. One that it does not hold is forgotten already.
    fn forget(&self, store: &StoreName, entry: &Entry) -> Result<(), Error> {
        let answer = self.ask(store, "erase", entry.key().into_bytes());
        let erased = answer.and_then(|answer| match answer.refusal() {
            Some(text) if !is_not_found(&text) => Err(Cause::refused(&text, None)),
            _ => Ok(()),
        });
        erased.map_err(|fault| Error::new(store, Operation::Erase, entry, fault))
    }

    fn ask(&self, store: &StoreName, verb: &'static str, input: Vec<u8>) -> Result<Answer, Cause> {
        run_all(vec![self.request(store, verb, input)]).pop().unwrap_or(Err(Cause::NoAnswer))
    }

    fn request(&self, store: &StoreName, verb: &'static str, input: Vec<u8>) -> Result<Request, Cause> {
        Ok(Request { program: self.program(store)?, verb, input: Zeroizing::new(input) })
    }

    /// The store's program. Never one in the current folder, whoever's that is, and never ourselves, by whatever name.
    fn program(&self, store: &StoreName) -> Result<PathBuf, Cause> {
        let found = executable::find(&store.program(), self.search_path.as_deref()).filter(|path| path.is_absolute());
        let found = found.ok_or(Cause::Missing)?;
        let is_ourselves = env::current_exe().is_ok_and(|running| executable::is_same(&found, &running));
        if is_ourselves { Err(Cause::Ourselves) } else { Ok(found) }
    }
}

fn held(answer: &Answer, entry: &Entry) -> Result<Secret, Cause> {
    if let Some(text) = answer.refusal() {
        return Err(if is_not_found(&text) { Cause::HoldsNone } else { Cause::refused(&text, None) });
    }
    let held: Held = serde_json::from_slice(&answer.output).map_err(|_| Cause::NoCredential)?;
    let secret = Zeroizing::new(held.secret);
    // So docker-credential-pass 0.6 says that there is none.
    if secret.is_empty() {
        return Err(Cause::HoldsNone);
    }
    // Stores that keep one credential a host would hand out what was kept last.
    if !held.user_name.eq_ignore_ascii_case(entry.handle()) {
        return Err(Cause::Anothers);
    }
    Ok(Secret::new(&secret))
}

fn is_not_found(text: &str) -> bool {
    text.trim() == NOT_FOUND
}
