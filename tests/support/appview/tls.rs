//! A certificate authority for one test, and a certificate by it.

use std::sync::Arc;

use rcgen::{
    BasicConstraints, Certificate, CertificateParams, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair,
    KeyUsagePurpose,
};
use rustls::ServerConfig;
use rustls::crypto::ring;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivatePkcs8KeyDer};

/// An authority's certificate in PEM, and a server that shows a certificate signed by it.
pub struct Certificates {
    pub authority_pem: String,
    pub server: Arc<ServerConfig>,
}

/// For these names, with a certificate that `change` may spoil.
pub fn certificates(names: &[&str], change: impl Fn(&mut CertificateParams)) -> Certificates {
    let (authority, pem) = authority();
    let (key, leaf) = leaf(names, change);
    let certificate = signed(|| leaf.signed_by(&key, &authority));
    let mut chain = vec![certificate.der().clone()];
    // Of a chain without its authority, wine says that nobody knows whether it was revoked.
    chain.extend(cfg!(windows).then(|| CertificateDer::from_pem_slice(pem.as_bytes()).expect("the certificate's PEM")));
    Certificates { authority_pem: pem, server: server(chain, &key) }
}

/// An authority, and its certificate in PEM.
pub fn authority() -> (Issuer<'static, KeyPair>, String) {
    issuer(IsCa::Ca(BasicConstraints::Unconstrained), vec![KeyUsagePurpose::KeyCertSign])
}

/// What signs certificates, be it an authority or not, and its own certificate in PEM.
pub fn issuer(is_ca: IsCa, usages: Vec<KeyUsagePurpose>) -> (Issuer<'static, KeyPair>, String) {
    let key = KeyPair::generate().expect("generate a key");
    let mut params = CertificateParams::new(Vec::new()).expect("no names are valid names");
    (params.is_ca, params.key_usages) = (is_ca, usages);
    // OpenSSL takes a certificate whose subject is its issuer's for a self-signed one.
    params.distinguished_name.push(DnType::CommonName, "authority of a test");
    let pem = signed(|| params.self_signed(&key)).pem();
    (Issuer::new(params, key), pem)
}

/// Signed until wine can check it: one signature of 128 has a half that is shorter than wine takes it for.
fn signed(sign: impl Fn() -> Result<Certificate, rcgen::Error>) -> Certificate {
    loop {
        let certificate = sign().expect("sign a certificate");
        if !cfg!(windows) || without_half(certificate.der()).and_then(without_half).is_some() {
            return certificate;
        }
    }
}

/// Without the DER integer at the end, if it has 32 bytes. One whose first bit is set begins with a zero more.
fn without_half(der: &[u8]) -> Option<&[u8]> {
    for length in [32, 33] {
        let (rest, integer) = der.split_at_checked(der.len().checked_sub(length + 2)?)?;
        if integer[0] == 2 && usize::from(integer[1]) == length && (integer[2] == 0) == (length == 33) {
            return Some(rest);
        }
    }
    None
}

/// A server's certificate to be signed, and its key.
pub fn leaf(names: &[&str], change: impl Fn(&mut CertificateParams)) -> (KeyPair, CertificateParams) {
    let names: Vec<String> = names.iter().map(ToString::to_string).collect();
    let mut leaf = CertificateParams::new(names).expect("names of hosts");
    // macOS and Windows refuse a server's certificate without it.
    leaf.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    change(&mut leaf);
    (KeyPair::generate().expect("generate a key"), leaf)
}

/// A server that shows this chain.
pub fn server(chain: Vec<CertificateDer<'static>>, key: &KeyPair) -> Arc<ServerConfig> {
    let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .expect("ring knows the default versions")
        .with_no_client_auth()
        .with_single_cert(chain, PrivatePkcs8KeyDer::from(key.serialize_der()).into());
    Arc::new(config.expect("a certificate and its own key"))
}
