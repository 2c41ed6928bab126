//! Other credential stores that hold device secrets instead of device.json: Docker's own credential helpers (osxkeychain,
//! wincred, secretservice, pass), run with Docker's own protocol.

mod command;
mod entry;
mod error;

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

/// What a credential store prints if it holds nothing (`IsErrCredentialsNotFoundMessage` of
/// docker/docker-credential-helpers).
pub const NOT_FOUND: &str = "credentials not found in native keychain";

/// User name and secret of the entry by which a store is tried out.
const PROBE: (&str, &str) = ("nobody", "probe");

/// All credential stores of this machine.
#[derive(Debug, Clone, Default)]
pub struct CredentialStores {
    search_path: Option<OsString>,
}

/// The answer to `get`.
#[derive(Deserialize)]
struct Held {
    /// What was asked for: docker-credential-helpers repeat it, other stores may say nothing.
    #[serde(rename = "ServerURL", default)]
    key: String,
    #[serde(rename = "Username")]
    user_name: String,
    #[serde(rename = "Secret")]
    secret: String,
}

impl CredentialStores {
    /// The stores whose programs are in the folders of `search_path`.
    pub fn new(search_path: Option<OsString>) -> Self {
        Self { search_path }
    }

    pub fn get(&self, store: &StoreName, entry: &Entry) -> Result<Secret, Error> {
        secret_in(self.run(store, "get", entry.key().into_bytes()), entry)
            .map_err(|cause| Error::new(store, Operation::Get, entry, cause))
    }

    /// All at the same time, in the order of `wanted`.
    pub fn get_all(&self, wanted: &[(StoreName, Entry)]) -> Vec<Result<Secret, Error>> {
        let requests =
            wanted.iter().map(|(store, entry)| self.request(store, "get", entry.key().into_bytes())).collect();
        let mut secrets = Vec::new();
        for (answer, (store, entry)) in run_all(requests).into_iter().zip(wanted) {
            let secret = secret_in(answer, entry);
            secrets.push(secret.map_err(|cause| Error::new(store, Operation::Get, entry, cause)));
        }
        secrets
    }

    /// Checks that a store can be run, and tells keys apart, before it is given anything for `host`.
    pub fn probe(&self, store: &StoreName, host: &str) -> Result<(), Error> {
        let answer = self.run(store, "get", Entry::PROBE_KEY.into());
        let probed = match answer {
            Ok(answer) if is_credential(&answer) && !is_probe(&answer) => Err(Cause::OtherAccount),
            answer => done_or_not_found(answer),
        };
        probed.map_err(|cause| Error::for_probe(store, host, cause))
    }

    /// Checks that a store keeps what it is given, with an entry that is removed again. After [`Self::probe`] alone: a
    /// store that mixes up keys would lose another secret.
    pub fn probe_storing(&self, store: &StoreName, host: &str) -> Result<(), Error> {
        let object = json!({"ServerURL": Entry::PROBE_KEY, "Username": PROBE.0, "Secret": PROBE.1});
        let stored = done(self.run(store, "store", object.to_string().into_bytes()), None);
        let kept = match stored.and_then(|()| self.run(store, "get", Entry::PROBE_KEY.into())) {
            Ok(answer) if !is_probe(&answer) => Err(Cause::NotKept),
            answer => answer.map(drop),
        };
        // The next probe takes no offence at one that stays.
        let _ = self.run(store, "erase", Entry::PROBE_KEY.into());
        kept.map_err(|cause| Error::for_probe(store, host, cause))
    }

    pub(crate) fn store(&self, store: &StoreName, entry: &Entry, secret: &Secret) -> Result<(), Error> {
        let object = json!({"ServerURL": entry.key(), "Username": entry.handle(), "Secret": secret.expose()});
        let stored = self.run(store, "store", object.to_string().into_bytes());
        done(stored, Some(secret)).map_err(|cause| Error::new(store, Operation::Store, entry, cause))
    }

    /// An entry that the store does not hold is no error.
    pub(crate) fn erase(&self, store: &StoreName, entry: &Entry) -> Result<(), Error> {
        let answer = self.run(store, "erase", entry.key().into_bytes());
        done_or_not_found(answer).map_err(|cause| Error::new(store, Operation::Erase, entry, cause))
    }

    fn run(&self, store: &StoreName, verb: &'static str, input: Vec<u8>) -> Result<Answer, Cause> {
        run_all(vec![self.request(store, verb, input)]).pop().unwrap_or(Err(Cause::NoAnswer))
    }

    fn request(&self, store: &StoreName, verb: &'static str, input: Vec<u8>) -> Result<Request, Cause> {
        Ok(Request { program: self.program(store)?, verb, input: Zeroizing::new(input) })
    }

    /// Never ourselves under another name, which would run itself for ever.
    fn program(&self, store: &StoreName) -> Result<PathBuf, Cause> {
        let found = executable::find(&store.program(), self.search_path.as_deref());
        let found = found.ok_or(Cause::Missing)?;
        let is_ourselves = env::current_exe().is_ok_and(|running| executable::is_same(&found, &running));
        if is_ourselves { Err(Cause::Ourselves) } else { Ok(found) }
    }
}

/// `secret` is what the store was given, which its own words may repeat.
fn done(answer: Result<Answer, Cause>, secret: Option<&Secret>) -> Result<(), Cause> {
    answer?.refusal().map_or(Ok(()), |text| Err(Cause::refused(&text, secret)))
}

fn done_or_not_found(answer: Result<Answer, Cause>) -> Result<(), Cause> {
    match answer?.refusal() {
        Some(text) if !is_not_found(&text) => Err(Cause::refused(&text, None)),
        _ => Ok(()),
    }
}

fn secret_in(answer: Result<Answer, Cause>, entry: &Entry) -> Result<Secret, Cause> {
    let answer = answer?;
    if let Some(text) = answer.refusal() {
        return Err(if is_not_found(&text) { Cause::HoldsNone } else { Cause::refused(&text, None) });
    }
    let held: Held = serde_json::from_slice(&answer.output).map_err(|_| Cause::NoCredential)?;
    let secret = Zeroizing::new(held.secret);
    // docker-credential-pass 0.6 prints this if it has none.
    if secret.is_empty() {
        return Err(Cause::HoldsNone);
    }
    // A store that knows only hosts returns the last one it was given.
    let is_other = !held.key.is_empty() && held.key != entry.key();
    if is_other || !held.user_name.eq_ignore_ascii_case(entry.handle()) {
        return Err(Cause::OtherAccount);
    }
    Ok(Secret::new(&secret))
}

fn is_credential(answer: &Answer) -> bool {
    let held: Result<Held, _> = serde_json::from_slice(&answer.output);
    answer.refusal().is_none() && held.is_ok_and(|held| !Zeroizing::new(held.secret).is_empty())
}

fn is_probe(answer: &Answer) -> bool {
    let held: Result<Held, _> = serde_json::from_slice(&answer.output);
    held.is_ok_and(|held| (held.user_name.as_str(), held.secret.as_str()) == PROBE)
}

fn is_not_found(text: &str) -> bool {
    text.trim() == NOT_FOUND
}
