//! Whether a certificate is that of an authority.

use std::iter;

/// The extensions that decide, as DER: 2.5.29.19 and 2.5.29.15.
const BASIC_CONSTRAINTS: &[u8] = &[0x55, 0x1d, 0x13];
const KEY_USAGE: &[u8] = &[0x55, 0x1d, 0x0f];

const SEQUENCE: u8 = 0x30;
const VERSION: u8 = 0xa0;
const EXTENSIONS: u8 = 0xa3;

/// webpki takes whatever it is given as an anchor for an authority. The rule is that of OpenSSL (`check_ca` in
/// `v3_purp.c`) and Go (`CheckSignatureFrom` in crypto/x509): `CA:TRUE`, and a key that may sign certificates. A
/// self-signed certificate of version 1, which has no extensions, counts as an authority.
pub(super) fn is_authority(certificate: &[u8]) -> bool {
    judge(certificate).unwrap_or(false)
}

/// None: it is no certificate (RFC 5280, 4.1).
fn judge(certificate: &[u8]) -> Option<bool> {
    let signed = content(certificate, SEQUENCE)?;
    let mut fields = elements(content(signed, SEQUENCE)?).peekable();
    let version = fields.next_if(|field| field.tag == VERSION);
    let (_serial, _algorithm, issuer) = (fields.next()?, fields.next()?, fields.next()?);
    let (_validity, subject, _key) = (fields.next()?, fields.next()?, fields.next()?);
    let Some(_version) = version else { return Some(issuer.content == subject.content) };
    let extensions = fields.find(|field| field.tag == EXTENSIONS)?;
    let (mut is_authority, mut may_sign) = (false, true);
    for extension in elements(content(extensions.content, SEQUENCE)?) {
        let mut parts = elements(extension.content);
        let (name, value) = (parts.next()?.content, parts.last()?.content);
        if name == BASIC_CONSTRAINTS {
            is_authority = elements(content(value, SEQUENCE)?).next().is_some_and(|first| first.content == [0xff]);
        }
        if name == KEY_USAGE {
            // keyCertSign is the sixth bit, after the count of unused ones.
            may_sign = elements(value).next()?.content.get(1)? & 0b0000_0100 != 0;
        }
    }
    Some(is_authority && may_sign)
}

struct Element<'a> {
    tag: u8,
    content: &'a [u8],
}

/// The elements one after the other, to the first that is malformed.
fn elements(mut der: &[u8]) -> impl Iterator<Item = Element<'_>> {
    iter::from_fn(move || {
        let (&tag, rest) = der.split_first()?;
        let (length, rest) = length(rest)?;
        let (content, rest) = rest.split_at_checked(length)?;
        der = rest;
        Some(Element { tag, content })
    })
}

fn content(der: &[u8], tag: u8) -> Option<&[u8]> {
    elements(der).next().filter(|element| element.tag == tag).map(|element| element.content)
}

/// A length, and what follows it. A first byte above 127 counts the bytes of the length.
fn length(der: &[u8]) -> Option<(usize, &[u8])> {
    let (&first, rest) = der.split_first()?;
    let Some(count @ 1..=4) = first.checked_sub(0x80) else {
        return (first < 0x80).then_some((first.into(), rest));
    };
    let (bytes, rest) = rest.split_at_checked(count.into())?;
    Some((bytes.iter().fold(0, |length, &byte| length << 8 | usize::from(byte)), rest))
}

#[cfg(test)]
mod tests {
    use rcgen::{BasicConstraints, CertificateParams, IsCa, KeyPair, KeyUsagePurpose};

    use super::*;

    fn certificate(is_ca: IsCa, usages: Vec<KeyUsagePurpose>) -> Vec<u8> {
        let mut params = CertificateParams::new(vec!["a.example".to_owned()]).unwrap();
        (params.is_ca, params.key_usages) = (is_ca, usages);
        params.self_signed(&KeyPair::generate().unwrap()).unwrap().der().to_vec()
    }

    #[test]
    fn only_an_authority_may_sign_certificates() {
        use KeyUsagePurpose::{DigitalSignature, KeyCertSign};
        let ca = || IsCa::Ca(BasicConstraints::Unconstrained);
        for (is_ca, usages, expected) in [
            (ca(), vec![], true),
            (ca(), vec![KeyCertSign], true),
            (ca(), vec![DigitalSignature, KeyCertSign], true),
            (IsCa::Ca(BasicConstraints::Constrained(0)), vec![], true),
            (ca(), vec![DigitalSignature], false),
            (IsCa::NoCa, vec![], false),
            (IsCa::ExplicitNoCa, vec![], false),
            (IsCa::ExplicitNoCa, vec![KeyCertSign], false),
        ] {
            let what = format!("{is_ca:?} {usages:?}");
            assert_eq!(is_authority(&certificate(is_ca, usages)), expected, "{what}");
        }
    }

    #[test]
    fn a_certificate_that_is_cut_off_or_changed_does_no_harm() {
        let whole = certificate(IsCa::Ca(BasicConstraints::Unconstrained), vec![]);
        for length in 0..whole.len() {
            is_authority(&whole[..length]);
            let mut changed = whole.clone();
            changed[length] ^= 0xff;
            is_authority(&changed);
        }
        for nonsense in [&b""[..], b"\x30", b"\x30\x80", b"\x30\x84\xff\xff\xff\xff", b"\x30\x85\0\0\0\0\x01"] {
            assert!(!is_authority(nonsense));
        }
    }
}
