//! Certificates that are wrong in one way, and servers that fail at TLS.

use std::io::{self, Read, Write};
use std::net::TcpStream;
use std::sync::Arc;

use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair, date_time_ymd};
use rustls::ServerConfig;
use rustls::crypto::ring;
use rustls::pki_types::PrivatePkcs8KeyDer;

/// An authority, and a certificate by it for one name.
pub struct Certificates {
    pub authority_pem: String,
    pub server: Arc<ServerConfig>,
}

pub fn good() -> Certificates {
    certificates("127.0.0.1", |_| ())
}

pub fn expired() -> Certificates {
    certificates("127.0.0.1", |leaf| {
        leaf.not_before = date_time_ymd(2019, 1, 1);
        leaf.not_after = date_time_ymd(2020, 1, 1);
    })
}

pub fn of_another(name: &str) -> Certificates {
    certificates(name, |_| ())
}

pub fn not_yet_valid() -> Certificates {
    certificates("127.0.0.1", |leaf| leaf.not_before = date_time_ymd(4000, 1, 1))
}

fn certificates(name: &str, change: impl Fn(&mut CertificateParams)) -> Certificates {
    let authority_key = KeyPair::generate().unwrap();
    let mut params = CertificateParams::new(Vec::new()).unwrap();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params.distinguished_name.push(DnType::CommonName, "authority of a misbehaving server");
    let authority_pem = params.self_signed(&authority_key).unwrap().pem();
    let key = KeyPair::generate().unwrap();
    let mut leaf = CertificateParams::new([name.to_owned()]).unwrap();
    leaf.extended_key_usages = vec![rcgen::ExtendedKeyUsagePurpose::ServerAuth];
    change(&mut leaf);
    let certificate = leaf.signed_by(&key, &Issuer::new(params, authority_key)).unwrap();
    let server = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![certificate.der().clone()], PrivatePkcs8KeyDer::from(key.serialize_der()).into())
        .unwrap();
    Certificates { authority_pem, server: Arc::new(server) }
}

/// Answers the client's hello with a hello of TLS 1.0 or 1.1 (`minor` 1 or 2): RFC 5246, 7.4.1.3.
pub fn old(minor: u8) -> impl Fn(&mut TcpStream) -> io::Result<()> {
    move |stream| {
        let mut hello = vec![3, minor];
        hello.extend([7; 32]);
        // No session, TLS_RSA_WITH_AES_128_CBC_SHA, no compression.
        hello.extend([0, 0, 0x2f, 0]);
        let length = u8::try_from(hello.len()).unwrap();
        let mut record = vec![22, 3, minor, 0, length + 4, 2, 0, 0, length];
        record.extend(hello);
        answer_hello(stream, &record)
    }
}

/// Answers the client's hello with these bytes.
pub fn answer_hello(stream: &mut TcpStream, bytes: &[u8]) -> io::Result<()> {
    read_some(stream)?;
    stream.write_all(bytes)?;
    super::server::hangs(stream)
}

pub fn read_some(stream: &mut TcpStream) -> io::Result<usize> {
    stream.read(&mut [0; 4096])
}
