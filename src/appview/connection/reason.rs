//! Why there was no answer, in words for a person: the same in every command.

use std::error::Error as StdError;
use std::io::{self, ErrorKind};

use super::failure::{Failure, NoAnswer, Peer, SpeaksTls, short};
use super::proxy::may_use_proxy;
use super::resolver::NoAddress;
use super::untrusted;
use crate::appview::AppView;
use crate::error::Hint;
use crate::text::{sanitize, shell_word};

/// How hyper and tokio-rustls say that a connection was closed too early, in errors of no type of their own.
const CLOSED: [&str; 2] = ["connection closed before message completed", "tls handshake eof"];

const CLOSED_EARLY: &str = "connection closed without an answer";

/// The same of hyper-util and its connection to a proxy.
const PROXY_WANTS_PASSWORD: &str = "tunnel error: proxy authorization required";
const PROXY_REFUSES: &str = "tunnel error: unsuccessful";
const PROXY_CLOSES: &str = "tunnel error: unexpected end of file";

impl AppView {
    pub(in crate::appview) fn failure(&self, error: &anyhow::Error) -> Failure {
        if let Some(error) = find(error, untrusted::certificate_error) {
            return untrusted::failure(error, &self.certificates);
        }
        let (reason, hint) = match unreachable(error) {
            Some(reason) => match self.proxy() {
                Some(proxy) => {
                    (format!("it can't be reached: through the proxy {proxy}: {reason}"), Some(self.proxy_hint()))
                }
                None => (format!("it can't be reached: {reason}"), Some(self.hint(error))),
            },
            None if find(error, |cause| cause.downcast_ref::<NoAnswer>()).is_some() => {
                (error.root_cause().to_string(), Some(self.silence_hint(error)))
            }
            None if find(error, |cause| cause.downcast_ref::<SpeaksTls>()).is_some() => {
                (SpeaksTls.to_string(), Some(Hint::run(self.over_tls())))
            }
            None if !self.base.is_https() && is_not_http(error) => {
                ("its answer is not HTTP".to_owned(), Some(self.tls_hint()))
            }
            None => (answered(error), None),
        };
        let io = find(error, |cause| cause.downcast_ref::<io::Error>());
        let is_nobody = io.is_some_and(|io| io.kind() == ErrorKind::ConnectionRefused);
        Failure { hint, peer: if is_nobody { Peer::Nobody } else { Peer::Unknown }, ..Failure::new(reason) }
    }

    /// Only what may go through a proxy is said to need one.
    fn silence_hint(&self, error: &anyhow::Error) -> Hint {
        if may_use_proxy(&self.base) {
            "check your network connection; behind a proxy: export HTTPS_PROXY=http://HOST:PORT".into()
        } else {
            self.hint(error)
        }
    }

    fn proxy_hint(&self) -> Hint {
        let host = self.base.host();
        Hint::text(format_args!("check HTTPS_PROXY, or bypass the proxy: export NO_PROXY={}", shell_word(&host)))
    }

    /// What asks the same host over TLS.
    fn over_tls(&self) -> String {
        let url = shell_word(&format!("https://{}", self.base.host()));
        if self.is_registry {
            format!("docker-credential-atcr login {url}")
        } else {
            format!("export ATCR_UPDATE_URL={url}")
        }
    }

    fn tls_hint(&self) -> Hint {
        Hint::text(format_args!("if it speaks TLS: {}", self.over_tls()))
    }

    fn hint(&self, error: &anyhow::Error) -> Hint {
        if !self.base.is_https() && is_closed(error) {
            return self.tls_hint();
        }
        let (whose, path) = if self.is_registry { ("registry", "/v2/") } else { ("host", "") };
        if find(error, |cause| cause.downcast_ref::<NoAddress>()).is_some() {
            return Hint::text(format_args!("check the {whose}'s name, and that this machine is online"));
        }
        Hint::run(format_args!("curl -v {}", shell_word(&format!("{}{path}", self.base))))
    }
}

/// None: something answered, or the limit was reached.
fn unreachable(error: &anyhow::Error) -> Option<String> {
    if let Some(no_address) = find(error, |cause| cause.downcast_ref::<NoAddress>()) {
        return Some(no_address.to_string());
    }
    let said = |texts: &[&str]| says(error, texts);
    let reason = if said(&[PROXY_WANTS_PASSWORD]) {
        "a password is required"
    } else if said(&[PROXY_REFUSES]) {
        // Which status it has answered, is known to the library alone.
        "the proxy does not connect to it"
    } else if said(&CLOSED) || said(&[PROXY_CLOSES]) {
        CLOSED_EARLY
    } else if let Some(tls) = find(error, untrusted::tls_error) {
        return Some(of_tls(tls));
    } else {
        let io = find(error, |cause| cause.downcast_ref::<io::Error>());
        return io.filter(|io| !is_of_content(io)).map(of_io);
    };
    Some(reason.to_owned())
}

/// What hyper makes of an answer whose chunks can't be read.
fn is_of_content(error: &io::Error) -> bool {
    matches!(error.kind(), ErrorKind::InvalidData | ErrorKind::InvalidInput)
}

fn says(error: &anyhow::Error, texts: &[&str]) -> bool {
    error.chain().any(|cause| texts.contains(&&*cause.to_string()))
}

/// As servers do that were not greeted in their protocol.
fn is_closed(error: &anyhow::Error) -> bool {
    says(error, &CLOSED)
        || find(error, |cause| cause.downcast_ref::<io::Error>()).is_some_and(|io| of_io(io) == CLOSED_EARLY)
}

/// How hyper says so: an alert of TLS has no version of HTTP in it.
fn is_not_http(error: &anyhow::Error) -> bool {
    error.chain().any(|cause| cause.to_string().starts_with("invalid HTTP version"))
}

fn of_tls(error: &rustls::Error) -> String {
    match error {
        rustls::Error::InvalidMessage(_) => "the server does not speak TLS".to_owned(),
        rustls::Error::PeerIncompatible(_) => "the server supports no safe version of TLS".to_owned(),
        other => format!("the TLS handshake failed ({})", short(&other.to_string())),
    }
}

fn of_io(error: &io::Error) -> String {
    let reason = match error.kind() {
        ErrorKind::ConnectionRefused => "connection refused",
        ErrorKind::ConnectionReset
        | ErrorKind::ConnectionAborted
        | ErrorKind::BrokenPipe
        | ErrorKind::UnexpectedEof => CLOSED_EARLY,
        ErrorKind::NetworkUnreachable | ErrorKind::HostUnreachable => "there is no route to it",
        ErrorKind::TimedOut => "no answer",
        ErrorKind::PermissionDenied => "this system does not permit the connection",
        _ => return short(&error.to_string()),
    };
    reason.to_owned()
}

/// What came is no answer, or not one that is expected.
fn answered(error: &anyhow::Error) -> String {
    let root = sanitize(&error.root_cause().to_string()).into_owned();
    match error.downcast_ref::<reqwest::Error>() {
        Some(failed) if !failed.is_redirect() => format!("its answer can't be read ({root})"),
        Some(_) => root,
        None => sanitize(&format!("{error:#}")).into_owned(),
    }
}

fn find<'a, T>(error: &'a anyhow::Error, is: impl Fn(&'a (dyn StdError + 'static)) -> Option<&'a T>) -> Option<&'a T> {
    error.chain().find_map(is)
}
