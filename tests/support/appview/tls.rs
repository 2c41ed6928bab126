//! A certificate authority for one test, and a certificate by it.

use std::sync::Arc;

use rcgen::{
    BasicConstraints, CertificateParams, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair, KeyUsagePurpose,
};
use rustls::ServerConfig;
use rustls::crypto::ring;
use rustls::pki_types::PrivatePkcs8KeyDer;
use tokio_rustls::TlsAcceptor;

/// The authority's certificate in PEM, and a server that shows a certificate for loopback names signed by it.
pub fn fresh_authority() -> (String, TlsAcceptor) {
    let authority_key = KeyPair::generate().expect("generate a key");
    let mut params = CertificateParams::new(Vec::new()).expect("no names are valid names");
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign];
    // OpenSSL takes a certificate whose subject is its issuer's for a self-signed one.
    params.distinguished_name.push(DnType::CommonName, "authority of the stand-in AppView");
    let authority = params.self_signed(&authority_key).expect("sign the authority's certificate");

    let key = KeyPair::generate().expect("generate a key");
    let names = ["localhost".to_owned(), "127.0.0.1".to_owned()];
    let mut leaf = CertificateParams::new(names).expect("loopback names are valid");
    // macOS and Windows refuse a server's certificate without it.
    leaf.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    let certificate = leaf.signed_by(&key, &Issuer::new(params, authority_key)).expect("sign the certificate");

    let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .expect("ring knows the default versions")
        .with_no_client_auth()
        .with_single_cert(vec![certificate.der().clone()], PrivatePkcs8KeyDer::from(key.serialize_der()).into())
        .expect("a certificate and its own key");
    (authority.pem(), TlsAcceptor::from(Arc::new(config)))
}
