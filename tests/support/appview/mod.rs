//! A stand-in for an AppView and the container registry behind it, for tests, the demo and benches.
//!
//! It speaks the HTTP of the real one (device authorization, credential check, registry tokens, and of the OCI distribution
//! API what clients use) and keeps everything in memory. Docker, podman, buildah and skopeo push to it and pull from it.
//!
//! What an answer says is the business of `tests/support/answers.rs`, where wiremock gives the answers that a test
//! wrote. wiremock can't replace this: its answers don't depend on what was asked before, so it keeps no pushes, codes
//! and tokens, and it speaks no TLS. What is no HTTP at all is in `tests/misbehaving_server`.
#![allow(dead_code, unreachable_pub, reason = "each program that includes the stand-in uses a part of it")]
#![allow(clippy::expect_used, clippy::panic, reason = "a test whose server can't be set up has to stop")]

#[cfg(unix)]
mod backend;
mod blobs;
mod codes;
mod device;
mod fresh;
pub mod jwt;
mod log;
mod manifests;
mod page;
mod people;
mod registry;
mod serve;
mod state;
pub mod tls;
mod token;

use std::time::Duration;

#[cfg_attr(
    windows,
    allow(unused_imports, reason = "the demo and the bench use it everywhere, tests on Linux alone")
)]
pub use self::blobs::digest;
use self::codes::Decision;
pub use self::log::Entry;
pub use self::manifests::Pushed;
use self::serve::Server;
use self::state::Shared;

/// A running AppView on a loopback port of its own; dropping it closes every connection.
pub struct AppView {
    shared: Shared,
    scheme: &'static str,
    host: String,
    ca_pem: String,
    _server: Server,
}

impl AppView {
    /// Starts one that speaks http.
    pub fn start() -> Self {
        Self::start_with("http", String::new(), None)
    }

    /// Starts one that speaks https, for `localhost` and `127.0.0.1`, with a certificate that only
    /// [`AppView::ca_pem`] vouches for.
    pub fn start_https() -> Self {
        let tls::Certificates { authority_pem, server } = tls::certificates(&["localhost", "127.0.0.1"], |_| ());
        Self::start_with("https", authority_pem, Some(server.into()))
    }

    fn start_with(scheme: &'static str, ca_pem: String, tls: Option<tokio_rustls::TlsAcceptor>) -> Self {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("bind a loopback port");
        let host = listener.local_addr().expect("the port just bound").to_string();
        let shared = Shared::new(scheme, &host);
        let server = Server::start(listener, tls, shared.clone());
        Self { shared, scheme, host, ca_pem, _server: server }
    }

    /// Host and port, as a server string and as the first part of an image's name: `127.0.0.1:41234`.
    pub fn host(&self) -> String {
        self.host.clone()
    }

    /// The base URL: `http://127.0.0.1:41234`.
    pub fn url(&self) -> String {
        format!("{}://{}", self.scheme, self.host)
    }

    /// The certificate of the authority behind an https server, in PEM; empty for http.
    pub fn ca_pem(&self) -> &str {
        &self.ca_pem
    }

    /// Adds a person with an AT Protocol account, who can approve devices and owns `<handle>/...` and `<did>/...`.
    pub fn person(&self, handle: &str, did: &str) {
        self.shared.lock().people.add(handle, did);
    }

    /// A new device secret of this person, as if a device had been approved.
    pub fn device_secret(&self, handle: &str) -> String {
        self.shared.lock().people.known(handle).new_device_secret()
    }

    /// Makes this a valid app password of the person.
    pub fn app_password(&self, handle: &str, password: &str) {
        self.shared.lock().people.known(handle).app_passwords.insert(password.to_owned());
    }

    /// Rejects this device secret or app password from now on. Registry tokens already issued stay valid.
    pub fn revoke(&self, secret: &str) {
        self.shared.lock().people.revoke(secret);
    }

    /// Answers this person's device secrets with `oauth_session_expired`, until [`AppView::renew_session`] or until
    /// the person approves a device. App passwords need no such session.
    pub fn expire_session(&self, handle: &str) {
        self.shared.lock().people.known(handle).session_expired = true;
    }

    /// Makes this person's device secrets valid again.
    pub fn renew_session(&self, handle: &str) {
        self.shared.lock().people.known(handle).session_expired = false;
    }

    /// Approves every device code for this person at its next poll, without a browser.
    pub fn approve_devices_as(&self, handle: &str) {
        let state = &mut *self.shared.lock();
        state.codes.approve_as = Some(state.people.known(handle).handle.clone());
    }

    /// What a person does in the browser, without one: approves the device that shows this user code. False if there is none.
    pub fn approve(&self, user_code: &str, handle: &str) -> bool {
        let state = &mut *self.shared.lock();
        let approver = state.people.known(handle).handle.clone();
        state.codes.decide(user_code, Decision::Approved(approver))
    }

    /// Signs this person in, in every browser that opens a page here.
    pub fn sign_in(&self, handle: &str) {
        let state = &mut *self.shared.lock();
        state.browser = Some(state.people.known(handle).handle.clone());
    }

    /// Has images kept by a real registry, which listens at this unix socket and trusts this signer's tokens.
    #[cfg(unix)]
    pub fn keep_images_in(&self, socket: std::path::PathBuf, signer: jwt::Signer) {
        let state = &mut *self.shared.lock();
        (state.backend, state.signer) = (Some(backend::Backend { socket }), Some(signer));
    }

    /// Answers every `GET /auth/token` after this time.
    pub fn delay_checks(&self, delay: Duration) {
        self.shared.lock().check_delay = delay;
    }

    /// Offers a file for download, at this path (`/downloads/x.tar.gz`), and returns its URL.
    pub fn serve_file(&self, path: &str, bytes: impl Into<Vec<u8>>) -> String {
        self.shared.lock().files.insert(path.to_owned(), bytes.into().into());
        format!("{}{path}", self.url())
    }

    /// Sends who asks for this path elsewhere.
    #[allow(dead_code, reason = "not every platform has the tests that need it")]
    pub fn redirect(&self, path: &str, location: &str) {
        self.shared.lock().redirects.insert(path.to_owned(), location.to_owned());
    }

    /// Lets anybody pull from this repository without logging in.
    pub fn make_public(&self, repository: &str) {
        let state = &mut *self.shared.lock();
        let repository = state.people.repository(repository);
        state.public.insert(repository);
    }

    /// How many credential checks there were so far, by the helper or by Docker.
    pub fn checks(&self) -> usize {
        self.log().iter().filter(|entry| entry.path == "/auth/token").count()
    }

    /// Every request so far, in the order of arrival.
    pub fn log(&self) -> Vec<Entry> {
        self.shared.lock().log.clone()
    }

    /// The manifest under this tag or digest, and the account that pushed it.
    pub fn pushed(&self, repository: &str, reference: &str) -> Option<Pushed> {
        let state = self.shared.lock();
        state.manifests.get(&state.people.repository(repository), reference).cloned()
    }

    /// How many TCP connections were accepted so far.
    pub fn connections(&self) -> usize {
        self.shared.lock().connections
    }
}
