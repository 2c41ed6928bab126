//! Why a server's certificate is not trusted.

use std::error::Error as StdError;
use std::io;

use rustls::CertificateError::{
    self, BadSignature, Expired, ExpiredContext, InvalidPurpose, InvalidPurposeContext, NotValidForName,
    NotValidForNameContext, NotValidYet, NotValidYetContext, Revoked, UnknownIssuer,
};

use super::authorities::problem;
use super::failure::{Failure, Peer, short};
use super::verifier::UnfitAuthority;
use crate::error::Hint;
use crate::platform::environment::Certificates;

pub(super) fn failure(error: &CertificateError, named: &Certificates) -> Failure {
    let of_variables = if *error == UnknownIssuer { problem(named) } else { None };
    let (reason, fix) = of_variables.unwrap_or_else(|| (in_words(error), None));
    new(format!("its certificate is not trusted: {reason}"), fix.unwrap_or_else(|| hint(error)))
}

/// What another process found out, which passes on no text of a server.
pub(crate) fn untrusted_elsewhere() -> Failure {
    let reason = "its certificate is not trusted, as another process has just found";
    new(reason.to_owned(), Hint::run("docker-credential-atcr doctor"))
}

fn new(reason: String, hint: Hint) -> Failure {
    Failure { hint: Some(hint), peer: Peer::Untrusted, ..Failure::new(reason) }
}

fn hint(error: &CertificateError) -> Hint {
    let hint = match error {
        Expired | ExpiredContext { .. } | NotValidYet | NotValidYetContext { .. } => {
            "check the clock of this machine; if it is right, only the server's owner can renew the certificate"
        }
        CertificateError::Other(other) if other.0.is::<UnfitAuthority>() => {
            "check the clock of this machine; if it is right, the authority has to be renewed"
        }
        NotValidForName | NotValidForNameContext { .. } => {
            "check the host's name, and whether a network login page answers in its place"
        }
        _ => "trust the certificate authority of your network: export SSL_CERT_FILE=/path/to/authority.pem",
    };
    hint.into()
}

const UNKNOWN_ISSUER: &str = "no certificate authority that is trusted here issued it";

/// Windows' `CERT_E_CHAINING`, of which rustls knows only the text: the chain ends before an authority that is known.
const PARTIAL_CHAIN: &str = "(os error -2146762486)";

fn in_words(error: &CertificateError) -> String {
    let text = match error {
        // Without the names of rustls' own types.
        CertificateError::Other(other) => other.to_string(),
        _ => error.to_string(),
    };
    let reason = match error {
        UnknownIssuer => UNKNOWN_ISSUER,
        Expired | ExpiredContext { .. } => "it has expired",
        NotValidYet | NotValidYetContext { .. } => "it is not valid yet",
        NotValidForName => "it is for another host",
        NotValidForNameContext { presented, .. } => return format!("it is only for {}", names(presented)),
        Revoked => "it was revoked",
        BadSignature => "its signature is wrong, or made with a key that is too short",
        _ if text.contains("UnsupportedSignatureAlgorithm") => "its signature is of a kind that is not supported here",
        InvalidPurpose | InvalidPurposeContext { .. } => "it is not for servers",
        _ if text.contains(PARTIAL_CHAIN) => UNKNOWN_ISSUER,
        // webpki's, of which rustls knows only the text.
        _ if text.contains("EndEntityUsedAsCa") => "a certificate that is no authority's issued it",
        _ if text.contains("CaUsedAsEndEntity") => "it is that of a certificate authority, not of a server",
        _ => return short(&text),
    };
    reason.to_owned()
}

/// The first names of a certificate, which rustls writes as `DnsName("a.example")` and `IpAddress(127.0.0.1)`.
fn names(presented: &[String]) -> String {
    let bare = |name: &str| name.split_once('(').map_or(name, |(_, name)| name).trim_matches([')', '"']).to_owned();
    let names: Vec<String> = presented.iter().take(3).map(|name| bare(name)).collect();
    let more = if presented.len() > names.len() { ", ..." } else { "" };
    if names.is_empty() { "no host".to_owned() } else { short(&names.join(", ")) + more }
}

pub(super) fn certificate_error<'a>(cause: &'a (dyn StdError + 'static)) -> Option<&'a CertificateError> {
    match tls_error(cause)? {
        rustls::Error::InvalidCertificate(error) => Some(error),
        _ => None,
    }
}

/// Also in I/O errors, one in the other, whose source is that of what they hold.
pub(super) fn tls_error<'a>(mut cause: &'a (dyn StdError + 'static)) -> Option<&'a rustls::Error> {
    while let Some(held) = cause.downcast_ref::<io::Error>().and_then(io::Error::get_ref) {
        cause = held;
    }
    cause.downcast_ref()
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use rustls::OtherError;

    use super::*;

    #[test]
    fn the_names_of_a_certificate_are_bare() {
        let presented = ["DnsName(\"localhost\")", "IpAddress(127.0.0.1)", "IpAddress(::1)", "DnsName(\"x\")"];
        assert_eq!(names(&presented.map(str::to_owned)), "localhost, 127.0.0.1, ::1, ...");
    }

    #[test]
    fn errors_of_the_system_are_in_words() {
        for (text, expected) in [
            ("A certificate chain could not be built. (os error -2146762486)", UNKNOWN_ISSUER),
            ("OS Error -2146762486 (FormatMessageW() failed) (os error -2146762486)", UNKNOWN_ISSUER),
            ("A required certificate is missing. (os error -2146762494)", "A required certificate is missing."),
        ] {
            let error = CertificateError::Other(OtherError(Arc::from(Box::from(text))));
            let reason = failure(&error, &Certificates::default()).reason;
            assert_eq!(reason, format!("its certificate is not trusted: {expected}"));
        }
    }
}
