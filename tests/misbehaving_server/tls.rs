//! Certificates that are wrong in one way, and servers that fail at TLS.

use std::io::{self, Read, Write};
use std::net::TcpStream;

use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair, KeyUsagePurpose, date_time_ymd};

pub use crate::support::appview::tls::Certificates;
use crate::support::appview::tls::{authority, certificates, issuer, leaf, server};

pub fn good() -> Certificates {
    of_another("127.0.0.1")
}

pub fn expired() -> Certificates {
    certificates(&["127.0.0.1"], |leaf| {
        leaf.not_before = date_time_ymd(2019, 1, 1);
        leaf.not_after = date_time_ymd(2020, 1, 1);
    })
}

pub fn of_another(name: &str) -> Certificates {
    certificates(&[name], |_| ())
}

/// By a certificate that is no authority's, which is among the trusted ones: as Debian's ssl-cert puts one there.
pub fn by_no_authority(is_ca: IsCa, usages: Vec<KeyUsagePurpose>) -> Certificates {
    let (issuer, authority_pem) = issuer(is_ca, usages);
    let (key, leaf) = leaf(&["127.0.0.1"], |_| ());
    let certificate = leaf.signed_by(&key, &issuer).unwrap();
    Certificates { authority_pem, server: server(vec![certificate.der().clone()], &key) }
}

/// By an authority that webpki trusts, and neither Go nor OpenSSL.
pub fn by_unfit_authority(change: fn(&mut CertificateParams)) -> Certificates {
    let (key, mut params) = authority_to_be();
    change(&mut params);
    let authority_pem = params.self_signed(&key).unwrap().pem();
    let authority = Issuer::new(params, key);
    let (key, leaf) = leaf(&["127.0.0.1"], |_| ());
    let certificate = leaf.signed_by(&key, &authority).unwrap();
    Certificates { authority_pem, server: server(vec![certificate.der().clone()], &key) }
}

/// The same with another authority between.
pub fn by_unfit_authorities(change: impl Fn(&mut CertificateParams, &mut CertificateParams)) -> Certificates {
    let ((top_key, mut top), (middle_key, mut middle)) = (authority_to_be(), authority_to_be());
    middle.distinguished_name.push(DnType::CommonName, "between");
    change(&mut top, &mut middle);
    let authority_pem = top.self_signed(&top_key).unwrap().pem();
    let middle_der = middle.signed_by(&middle_key, &Issuer::new(top, top_key)).unwrap().der().clone();
    let (key, leaf) = leaf(&["127.0.0.1"], |_| ());
    let certificate = leaf.signed_by(&key, &Issuer::new(middle, middle_key)).unwrap();
    Certificates { authority_pem, server: server(vec![certificate.der().clone(), middle_der], &key) }
}

fn authority_to_be() -> (KeyPair, CertificateParams) {
    let mut params = CertificateParams::new(Vec::new()).unwrap();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign];
    params.distinguished_name.push(DnType::CommonName, "authority of a test");
    (KeyPair::generate().unwrap(), params)
}

/// By a server's certificate that an authority issued.
pub fn by_a_server() -> Certificates {
    let (authority, authority_pem) = authority();
    let (middle_key, mut middle) = leaf(&["other.example"], |_| ());
    middle.is_ca = IsCa::ExplicitNoCa;
    let middle_der = middle.signed_by(&middle_key, &authority).unwrap().der().clone();
    let (key, leaf) = leaf(&["127.0.0.1"], |_| ());
    let certificate = leaf.signed_by(&key, &Issuer::new(middle, middle_key)).unwrap();
    Certificates { authority_pem, server: server(vec![certificate.der().clone(), middle_der], &key) }
}

/// Signed by another key than that of the authority whose name is in it.
pub fn badly_signed() -> Certificates {
    let ((other, _), (_, authority_pem)) = (authority(), authority());
    let (key, leaf) = leaf(&["127.0.0.1"], |_| ());
    let certificate = leaf.signed_by(&key, &other).unwrap();
    Certificates { authority_pem, server: server(vec![certificate.der().clone()], &key) }
}

/// Of a server that signed its own.
pub fn self_signed() -> Certificates {
    let (key, leaf): (KeyPair, _) = leaf(&["127.0.0.1"], |leaf| leaf.is_ca = IsCa::ExplicitNoCa);
    let certificate = leaf.self_signed(&key).unwrap();
    Certificates { authority_pem: certificate.pem(), server: server(vec![certificate.der().clone()], &key) }
}

pub fn not_yet_valid() -> Certificates {
    certificates(&["127.0.0.1"], |leaf| leaf.not_before = date_time_ymd(4000, 1, 1))
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
