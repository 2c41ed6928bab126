//! What a certificate authority may do, by its own certificate (RFC 5280, 4.1). webpki asks that of no authority that is
//! installed here, and no key usage of those between; OpenSSL (`check_ca` in `v3_purp.c`) and Go (`isValid` and
//! `CheckSignatureFrom` in crypto/x509) do.

use std::iter;
use std::time::{Duration, SystemTime};

use humantime::format_rfc3339_seconds;
use rustls::pki_types::UnixTime;

/// The extensions that decide, as DER: 2.5.29.19, 2.5.29.15 and 2.5.29.37.
const BASIC_CONSTRAINTS: &[u8] = &[0x55, 0x1d, 0x13];
const KEY_USAGE: &[u8] = &[0x55, 0x1d, 0x0f];
const EXTENDED_KEY_USAGE: &[u8] = &[0x55, 0x1d, 0x25];

/// The last part of 2.5.29.x of these, and of the others that may be critical: they hold names, policies and addresses. Go
/// refuses any other.
const KNOWN: [u8; 12] = [14, 15, 17, 19, 30, 31, 32, 33, 35, 36, 37, 54];

/// 1.3.6.1.5.5.7.3.1 and 2.5.29.37.0
const FOR_SERVERS: &[u8] = &[0x2b, 0x06, 0x01, 0x05, 0x05, 0x07, 0x03, 0x01];
const FOR_ALL: &[u8] = &[0x55, 0x1d, 0x25, 0x00];

const BOOLEAN: u8 = 0x01;
const INTEGER: u8 = 0x02;
const UTC_TIME: u8 = 0x17;
const GENERALIZED_TIME: u8 = 0x18;
const SEQUENCE: u8 = 0x30;
const VERSION: u8 = 0xa0;
const EXTENSIONS: u8 = 0xa3;

/// A certificate that may issue others: `CA:TRUE`, a key that may sign certificates, and for servers. A self-signed one of
/// version 1, which has no extensions, counts too.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Authority {
    not_before: Time,
    not_after: Time,
    /// How many others may be between it and a server.
    path_length: Option<usize>,
    is_self_issued: bool,
}

/// `YYYYMMDDHHMMSS`, in UTC.
type Time = [u8; 14];

impl Authority {
    /// `None`: it is none, or no certificate.
    pub(super) fn of(certificate: &[u8]) -> Option<Self> {
        let signed = content(certificate, SEQUENCE)?;
        let mut fields = elements(content(signed, SEQUENCE)?).peekable();
        let version = fields.next_if(|field| field.tag == VERSION);
        let (_serial, _algorithm, issuer) = (fields.next()?, fields.next()?, fields.next()?);
        let (validity, subject, _key) = (fields.next()?, fields.next()?, fields.next()?);
        let mut times = elements(validity.content).map(|element| time(&element));
        let authority = Self {
            not_before: times.next()??,
            not_after: times.next()??,
            path_length: None,
            is_self_issued: issuer.content == subject.content,
        };
        match version {
            None => authority.is_self_issued.then_some(authority),
            Some(_) => authority.with(fields.find(|field| field.tag == EXTENSIONS)?.content),
        }
    }

    fn with(mut self, extensions: &[u8]) -> Option<Self> {
        let mut is_authority = false;
        for extension in elements(content(extensions, SEQUENCE)?) {
            let mut parts = elements(extension.content).peekable();
            let name = parts.next()?.content;
            let is_critical = parts.next_if(|part| part.tag == BOOLEAN).is_some_and(|part| part.content == [0xff]);
            let value = parts.next()?.content;
            match name {
                BASIC_CONSTRAINTS => {
                    let mut constraints = elements(content(value, SEQUENCE)?).peekable();
                    is_authority = constraints.next_if(|part| part.tag == BOOLEAN)?.content == [0xff];
                    self.path_length = constraints.next_if(|part| part.tag == INTEGER).map(|part| number(part.content));
                }
                // keyCertSign is the sixth bit, after the count of unused ones.
                KEY_USAGE if elements(value).next()?.content.get(1)? & 0b0000_0100 == 0 => return None,
                EXTENDED_KEY_USAGE => {
                    let mut usages = elements(content(value, SEQUENCE)?);
                    usages.find(|usage| [FOR_SERVERS, FOR_ALL].contains(&usage.content))?;
                }
                [0x55, 0x1d, last] if KNOWN.contains(last) => {}
                _ if is_critical => return None,
                _ => {}
            }
        }
        is_authority.then_some(self)
    }

    /// Whether it may vouch now for a server with so many others between.
    pub(super) fn may_vouch(&self, now: &Now, between: usize) -> bool {
        (&self.not_before..=&self.not_after).contains(&&now.0) && self.path_length.is_none_or(|most| between <= most)
    }

    pub(super) fn is_self_issued(&self) -> bool {
        self.is_self_issued
    }
}

/// A time to compare those of certificates with.
pub(super) struct Now(Time);

impl From<UnixTime> for Now {
    fn from(now: UnixTime) -> Self {
        let now = SystemTime::UNIX_EPOCH + Duration::from_secs(now.as_secs());
        let mut digits = format_rfc3339_seconds(now).to_string().into_bytes().into_iter().filter(u8::is_ascii_digit);
        Self(std::array::from_fn(|_| digits.next().unwrap_or(b'0')))
    }
}

/// A year of two digits is one from 1950 to 2049.
fn time(element: &Element<'_>) -> Option<Time> {
    let digits = element.content.strip_suffix(b"Z").filter(|digits| digits.iter().all(u8::is_ascii_digit))?;
    match element.tag {
        UTC_TIME => {
            let mut time = *b"20000000000000";
            time[2..].copy_from_slice(digits.get(..12).filter(|_| digits.len() == 12)?);
            if digits[0] >= b'5' {
                time[..2].copy_from_slice(b"19");
            }
            Some(time)
        }
        GENERALIZED_TIME => digits.try_into().ok(),
        _ => None,
    }
}

/// What is too large to be one counts as the largest.
fn number(bytes: &[u8]) -> usize {
    let bytes = bytes.iter().skip_while(|byte| **byte == 0);
    bytes.fold(0, |number: usize, &byte| number.saturating_mul(256).saturating_add(byte.into()))
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
    use rcgen::{
        BasicConstraints, CertificateParams, CustomExtension, ExtendedKeyUsagePurpose, IsCa, KeyPair, KeyUsagePurpose,
        date_time_ymd,
    };

    use super::*;

    fn certificate(change: impl FnOnce(&mut CertificateParams)) -> Vec<u8> {
        let mut params = CertificateParams::new(vec!["a.example".to_owned()]).unwrap();
        change(&mut params);
        params.self_signed(&KeyPair::generate().unwrap()).unwrap().der().to_vec()
    }

    fn ca() -> IsCa {
        IsCa::Ca(BasicConstraints::Unconstrained)
    }

    #[test]
    fn only_an_authority_may_sign_certificates() {
        use KeyUsagePurpose::{DigitalSignature, KeyCertSign};
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
            let certificate = certificate(|params| (params.is_ca, params.key_usages) = (is_ca, usages));
            assert_eq!(Authority::of(&certificate).is_some(), expected, "{what}");
        }
    }

    #[test]
    fn an_authority_for_other_purposes_is_none() {
        use ExtendedKeyUsagePurpose::{Any, ClientAuth, EmailProtection, ServerAuth};
        for (usages, expected) in [
            (vec![ServerAuth], true),
            (vec![ClientAuth, ServerAuth], true),
            (vec![Any], true),
            (vec![ClientAuth], false),
            (vec![EmailProtection], false),
        ] {
            let what = format!("{usages:?}");
            let certificate = certificate(|params| (params.is_ca, params.extended_key_usages) = (ca(), usages));
            assert_eq!(Authority::of(&certificate).is_some(), expected, "{what}");
        }
    }

    #[test]
    fn a_critical_extension_that_nobody_knows_refuses_an_authority() {
        for is_critical in [false, true] {
            let mut extension = CustomExtension::from_oid_content(&[1, 2, 3, 4], vec![0x05, 0x00]);
            extension.set_criticality(is_critical);
            let certificate = certificate(|params| (params.is_ca, params.custom_extensions) = (ca(), vec![extension]));
            assert_eq!(Authority::of(&certificate).is_some(), !is_critical);
        }
    }

    #[test]
    fn an_authority_vouches_in_its_time_and_for_its_length() {
        let of = |is_ca: IsCa| {
            let certificate = certificate(|params| {
                params.is_ca = is_ca;
                (params.not_before, params.not_after) = (date_time_ymd(1999, 12, 31), date_time_ymd(2050, 1, 1));
            });
            Authority::of(&certificate).unwrap()
        };
        let now = |seconds| Now::from(UnixTime::since_unix_epoch(Duration::from_secs(seconds)));
        for (seconds, expected) in
            [(0, false), (946_598_399, false), (946_598_400, true), (2_524_608_000, true), (2_524_608_001, false)]
        {
            assert_eq!(of(ca()).may_vouch(&now(seconds), 9), expected, "{seconds}");
        }
        for (length, between, expected) in [(0, 0, true), (0, 1, false), (1, 1, true), (1, 2, false), (255, 255, true)]
        {
            let authority = of(IsCa::Ca(BasicConstraints::Constrained(length)));
            assert_eq!(authority.may_vouch(&now(1_000_000_000), between), expected, "{length} {between}");
        }
    }

    #[test]
    fn a_certificate_that_is_cut_off_or_changed_does_no_harm() {
        let whole = certificate(|params| params.is_ca = ca());
        for length in 0..whole.len() {
            Authority::of(&whole[..length]);
            let mut changed = whole.clone();
            changed[length] ^= 0xff;
            Authority::of(&changed);
        }
        for nonsense in [&b""[..], b"\x30", b"\x30\x80", b"\x30\x84\xff\xff\xff\xff", b"\x30\x85\0\0\0\0\x01"] {
            assert_eq!(Authority::of(nonsense), None);
        }
    }
}
