//! Which server is trusted: as webpki decides, by those authorities alone that may vouch for it.

use std::sync::Arc;

use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::client::{verify_server_cert_signed_by_trust_anchor, verify_server_name};
use rustls::crypto::{WebPkiSupportedAlgorithms, ring, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::server::ParsedCertificate;
use rustls::{CertificateError, DigitallySignedStruct, Error, OtherError, RootCertStore, SignatureScheme};

use super::authority::{Authority, Now};

#[derive(Debug)]
pub(super) struct Verifier {
    roots: RootCertStore,
    /// One for each of the roots.
    authorities: Vec<Authority>,
    algorithms: WebPkiSupportedAlgorithms,
}

/// webpki finds nothing wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("an authority issued it that has expired, is not valid yet, or may not do that")]
pub(super) struct UnfitAuthority;

impl Verifier {
    /// With no certificates nobody is trusted.
    pub(super) fn new(certificates: Vec<(CertificateDer<'_>, Authority)>) -> Self {
        let (mut roots, mut authorities) = (RootCertStore::empty(), Vec::new());
        for (certificate, authority) in certificates {
            if roots.add(certificate).is_ok() {
                authorities.push(authority);
            }
        }
        Self { roots, authorities, algorithms: ring::default_provider().signature_verification_algorithms }
    }

    /// Those that may vouch now for a server with so many others between.
    fn fit(&self, now: UnixTime, between: usize) -> RootCertStore {
        let now = Now::from(now);
        let fit = self.roots.roots.iter().zip(&self.authorities).filter(|(_, of)| of.may_vouch(&now, between));
        RootCertStore { roots: fit.map(|(root, _)| root.clone()).collect() }
    }
}

impl ServerCertVerifier for Verifier {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        _ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        let server = ParsedCertificate::try_from(end_entity)?;
        let verify = |roots: &RootCertStore, between: &[CertificateDer<'_>]| {
            verify_server_cert_signed_by_trust_anchor(&server, roots, between, now, self.algorithms.all)
        };
        let of = intermediates.iter().filter_map(|between| Some((between.clone(), Authority::of(between)?)));
        let (between, authorities): (Vec<_>, Vec<_>) = of.unzip();
        let length = authorities.iter().filter(|between| !between.is_self_issued()).count();
        if verify(&self.fit(now, length), &between).is_err() {
            // What is wrong with the server's own comes first: its owner, or this machine's clock, is to be told.
            verify(&self.roots, intermediates)?;
            return Err(CertificateError::Other(OtherError(Arc::new(UnfitAuthority))).into());
        }
        verify_server_name(&server, server_name)?;
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls12_signature(message, certificate, signature, &self.algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls13_signature(message, certificate, signature, &self.algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.algorithms.supported_schemes()
    }
}
