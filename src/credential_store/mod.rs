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

use crate::domain::{KeeperName, Secret};
use crate::platform::executable;
use command::{Answer, Request, ask_all};

pub use entry::Entry;
pub use error::{Deed, Fault, KeeperError};
pub use settle::Copies;

/// What a credential store says where it holds nothing (`IsErrCredentialsNotFoundMessage` of
/// docker/docker-credential-helpers).
pub const NOT_FOUND: &str = "credentials not found in native keychain";

/// All credential stores of this machine. Nothing is started until one is asked.
#[derive(Debug, Clone, Default)]
pub struct Keepers {
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

impl Keepers {
    /// The stores whose programs are in the folders of `search_path`.
    #[must_use]
    pub fn new(search_path: Option<OsString>) -> Self {
        Self { search_path }
    }

    /// The secret that a store holds.
    ///
    /// # Errors
    /// When the store is missing, fails, takes too long, or holds none.
    pub fn get(&self, keeper: &KeeperName, entry: &Entry) -> Result<Secret, KeeperError> {
        let answer = self.ask(keeper, "get", entry.key().into_bytes());
        let secret = answer.and_then(|answer| held(&answer, entry));
        secret.map_err(|fault| KeeperError::new(keeper, Deed::Get, entry, fault))
    }

    /// The secrets that stores hold, all asked at the same time. The answers are in the order of the questions.
    #[must_use]
    pub fn get_all(&self, wanted: &[(KeeperName, Entry)]) -> Vec<Result<Secret, KeeperError>> {
        let requests = wanted.iter().map(|(keeper, entry)| self.request(keeper, "get", entry.key().into_bytes()));
        let answers = ask_all(requests.collect());
        let answers = answers.into_iter().zip(wanted).map(|(answer, (keeper, entry))| {
            let secret = answer.and_then(|answer| held(&answer, entry));
            secret.map_err(|fault| KeeperError::new(keeper, Deed::Get, entry, fault))
        });
        answers.collect()
    }

    /// Whether a store is there and can be asked: so much can be known before it is given anything.
    ///
    /// # Errors
    /// When it can't be asked.
    pub fn try_out(&self, keeper: &KeeperName) -> Result<(), KeeperError> {
        let answer = self.ask(keeper, "get", Entry::NOBODYS_KEY.into());
        let tried = answer.and_then(|answer| match answer.refusal() {
            Some(text) if !is_not_found(&text) => Err(Fault::refused(&text, None)),
            _ => Ok(()),
        });
        tried.map_err(|fault| KeeperError::of_nobody(keeper, fault))
    }

    fn put(&self, keeper: &KeeperName, entry: &Entry, secret: &Secret) -> Result<(), KeeperError> {
        let object = json!({"ServerURL": entry.key(), "Username": entry.handle(), "Secret": secret.expose()});
        let answer = self.ask(keeper, "store", object.to_string().into_bytes());
        let stored = answer.and_then(|answer| match answer.refusal() {
            Some(text) => Err(Fault::refused(&text, Some(secret))),
            None => Ok(()),
        });
        stored.map_err(|fault| KeeperError::new(keeper, Deed::Put, entry, fault))
    }

    /// Has a store forget a secret. One that it does not hold is forgotten already.
    fn forget(&self, keeper: &KeeperName, entry: &Entry) -> Result<(), KeeperError> {
        let answer = self.ask(keeper, "erase", entry.key().into_bytes());
        let erased = answer.and_then(|answer| match answer.refusal() {
            Some(text) if !is_not_found(&text) => Err(Fault::refused(&text, None)),
            _ => Ok(()),
        });
        erased.map_err(|fault| KeeperError::new(keeper, Deed::Forget, entry, fault))
    }

    fn ask(&self, keeper: &KeeperName, verb: &'static str, input: Vec<u8>) -> Result<Answer, Fault> {
        ask_all(vec![self.request(keeper, verb, input)]).pop().unwrap_or(Err(Fault::NoAnswer))
    }

    fn request(&self, keeper: &KeeperName, verb: &'static str, input: Vec<u8>) -> Result<Request, Fault> {
        Ok(Request { program: self.program(keeper)?, verb, input: Zeroizing::new(input) })
    }

    /// The store's program. Never one in the current folder, whoever's that is, and never ourselves, by whatever name.
    fn program(&self, keeper: &KeeperName) -> Result<PathBuf, Fault> {
        let found = executable::find(&keeper.program(), self.search_path.as_deref()).filter(|path| path.is_absolute());
        let found = found.ok_or(Fault::Missing)?;
        let is_ourselves = env::current_exe().is_ok_and(|running| executable::is_same(&found, &running));
        if is_ourselves { Err(Fault::Ourselves) } else { Ok(found) }
    }
}

fn held(answer: &Answer, entry: &Entry) -> Result<Secret, Fault> {
    if let Some(text) = answer.refusal() {
        return Err(if is_not_found(&text) { Fault::HoldsNone } else { Fault::refused(&text, None) });
    }
    let held: Held = serde_json::from_slice(&answer.output).map_err(|_| Fault::NoCredential)?;
    let secret = Zeroizing::new(held.secret);
    // So docker-credential-pass 0.6 says that there is none.
    if secret.is_empty() {
        return Err(Fault::HoldsNone);
    }
    // Stores that keep one credential a host would hand out what was kept last.
    if !held.user_name.eq_ignore_ascii_case(entry.handle()) {
        return Err(Fault::Anothers);
    }
    Ok(Secret::new(&secret))
}

fn is_not_found(text: &str) -> bool {
    text.trim() == NOT_FOUND
}
