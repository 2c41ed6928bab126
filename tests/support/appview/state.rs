//! The stand-in's state, behind one lock.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use axum::body::Bytes;
use axum::http::{HeaderMap, header};

use super::blobs::Blobs;
use super::codes::Codes;
use super::jwt::Signer;
use super::log::Entry;
use super::manifests::Manifests;
use super::people::People;
use super::token::Tokens;

#[derive(Default)]
pub struct State {
    scheme: &'static str,
    host: String,
    pub people: People,
    pub codes: Codes,
    /// The handle of the person who is signed in in the browser.
    pub browser: Option<String>,
    pub tokens: Tokens,
    pub blobs: Blobs,
    pub manifests: Manifests,
    /// Repositories that anybody may pull from.
    pub public: HashSet<String>,
    /// Downloads, by path.
    pub files: HashMap<String, Bytes>,
    /// Where downloads are instead, by path.
    pub redirects: HashMap<String, String>,
    pub log: Vec<Entry>,
    pub connections: usize,
    pub check_delay: Duration,
    /// Signs the tokens, if another registry is to read them.
    pub signer: Option<Signer>,
    /// That registry, where images are instead.
    #[cfg(unix)]
    pub backend: Option<super::backend::Backend>,
}

impl State {
    /// The host by which the client knows this server (`localhost:41234`, or a name that a proxy resolves).
    pub fn host<'a>(&'a self, headers: &'a HeaderMap) -> &'a str {
        headers.get(header::HOST).and_then(|host| host.to_str().ok()).unwrap_or(&self.host)
    }

    /// Its name as a service: the host without the port.
    pub fn service<'a>(&'a self, headers: &'a HeaderMap) -> &'a str {
        let host = self.host(headers);
        host.rsplit_once(':').map_or(host, |(name, _)| name)
    }

    /// The base URL as the client knows it.
    pub fn base(&self, headers: &HeaderMap) -> String {
        format!("{}://{}", self.scheme, self.host(headers))
    }
}

/// A handle on the state, for the server's thread and for the test's.
#[derive(Clone)]
pub struct Shared(Arc<Mutex<State>>);

impl Shared {
    pub fn new(scheme: &'static str, host: &str) -> Self {
        Self(Arc::new(Mutex::new(State { scheme, host: host.to_owned(), ..State::default() })))
    }

    #[cfg(unix)]
    pub fn backend(&self) -> Option<super::backend::Backend> {
        self.lock().backend.clone()
    }

    /// Survives a panic elsewhere, such as a test that names an unknown person.
    pub fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
