//! A certificate authority for one test, and a certificate by it.

use std::sync::Arc;

use rcgen::{
    BasicConstraints, CertificateParams, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair, KeyUsagePurpose,
};
use rustls::ServerConfig;
use rustls::crypto::ring;
use rustls::pki_types::PrivatePkcs8KeyDer;

/// An authority's certificate in PEM, and a server that shows a certificate signed by it.
pub struct Certificates {
    pub authority_pem: String,
    pub server: Arc<ServerConfig>,
}

/// For these names, with a certificate that `change` may spoil.
pub fn certificates(names: &[&str], change: impl Fn(&mut CertificateParams)) -> Certificates {
    let authority_key = KeyPair::generate().expect("generate a key");
    let mut params = CertificateParams::new(Vec::new()).expect("no names are valid names");
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign];
    // OpenSSL takes a certificate whose subject is its issuer's for a self-signed one.
    params.distinguished_name.push(DnType::CommonName, "authority of a test");
    let authority = params.self_signed(&authority_key).expect("sign the authority's certificate");

    let key = KeyPair::generate().expect("generate a key");
    let names: Vec<String> = names.iter().map(ToString::to_string).collect();
    let mut leaf = CertificateParams::new(names).expect("names of hosts");
    // macOS and Windows refuse a server's certificate without it.
    leaf.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    change(&mut leaf);
    let certificate = leaf.signed_by(&key, &Issuer::new(params, authority_key)).expect("sign the certificate");

    let server = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .expect("ring knows the default versions")
        .with_no_client_auth()
        .with_single_cert(vec![certificate.der().clone()], PrivatePkcs8KeyDer::from(key.serialize_der()).into())
        .expect("a certificate and its own key");
    Certificates { authority_pem: authority.pem(), server: Arc::new(server) }
}
