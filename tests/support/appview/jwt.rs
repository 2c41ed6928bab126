//! Registry tokens as a real registry reads them: JWTs, signed with a key whose certificate it trusts.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use base64::Engine as _;
use base64::prelude::{BASE64_STANDARD, BASE64_URL_SAFE_NO_PAD};
use rcgen::{CertificateParams, KeyPair, SigningKey as _};
use serde_json::{Value, json};

use super::fresh;

/// Who issued the tokens, as the registry's configuration has it.
pub const ISSUER: &str = "the stand-in";

/// Half a signature of ES256, in bytes.
const HALF: usize = 32;

/// A key on the curve P-256, and its own certificate.
pub struct Signer {
    key: KeyPair,
    certificate: Vec<u8>,
    pem: String,
}

impl Signer {
    pub fn new() -> Self {
        let key = KeyPair::generate().expect("generate a key");
        let params = CertificateParams::new(Vec::new()).expect("no names are valid names");
        let certificate = params.self_signed(&key).expect("sign the certificate");
        Self { key, certificate: certificate.der().to_vec(), pem: certificate.pem() }
    }

    /// The certificate that the registry has to trust.
    pub fn pem(&self) -> &str {
        &self.pem
    }

    /// A token for a service, valid for five minutes. `access` is what it allows.
    pub fn token(&self, subject: &str, service: &str, access: &Value) -> String {
        let header = json!({"typ": "JWT", "alg": "ES256", "x5c": [BASE64_STANDARD.encode(&self.certificate)]});
        let now = since_1970();
        let claims = json!({
            "iss": ISSUER, "sub": subject, "aud": service, "jti": fresh::hex(),
            "iat": now.as_secs(), "nbf": now.as_secs(), "exp": now.as_secs() + 300,
            "access": access,
        });
        let [header, claims] = [header, claims].map(|part| BASE64_URL_SAFE_NO_PAD.encode(part.to_string()));
        let signed = format!("{header}.{claims}");
        let signature = self.key.sign(signed.as_bytes()).expect("sign a token");
        format!("{signed}.{}", BASE64_URL_SAFE_NO_PAD.encode(halves(&signature)))
    }
}

#[expect(clippy::disallowed_methods, reason = "the server's own clock")]
fn since_1970() -> Duration {
    SystemTime::now().duration_since(UNIX_EPOCH).expect("a clock that is right")
}

/// A signature as JWTs have it: both numbers in 32 bytes each. `der` is a sequence of two integers.
fn halves(der: &[u8]) -> Vec<u8> {
    let mut halves = Vec::new();
    let mut rest = &der[2..];
    while let [2, length, numbers @ ..] = rest {
        let (number, after) = numbers.split_at((*length).into());
        // Shorter if it begins with zeros, longer by one zero if it would be negative.
        let number = &number[number.len().saturating_sub(HALF)..];
        halves.extend(vec![0; HALF - number.len()]);
        halves.extend(number);
        rest = after;
    }
    halves
}
