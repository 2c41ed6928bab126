//! Signatures in minisign's format, which `src/update/signature.rs` checks against the real program's.

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use blake2::{Blake2b512, Digest};
use ring::signature::{Ed25519KeyPair, KeyPair};

/// A secret key of a test.
pub struct Signer {
    id: [u8; 8],
    key: Ed25519KeyPair,
}

impl Signer {
    pub fn new(number: u8) -> Self {
        Self { id: [number; 8], key: Ed25519KeyPair::from_seed_unchecked(&[number; 32]).unwrap() }
    }

    /// The same key under the id of another, which is no secret.
    pub fn posing_as(self, other: &Self) -> Self {
        Self { id: other.id, ..self }
    }

    /// As `minisign -G` prints it.
    pub fn public_key(&self) -> String {
        BASE64_STANDARD.encode([b"Ed", &self.id[..], self.key.public_key().as_ref()].concat())
    }

    /// What `minisign -S -t COMMENT` writes.
    pub fn sign(&self, content: &[u8], comment: &str) -> String {
        self.signature(b"ED", &Blake2b512::digest(content), comment)
    }

    /// The same with `-l`.
    pub fn sign_legacy(&self, content: &[u8], comment: &str) -> String {
        self.signature(b"Ed", content, comment)
    }

    fn signature(&self, algorithm: &[u8], signed: &[u8], comment: &str) -> String {
        let signature = self.key.sign(signed);
        let whole = self.key.sign(&[signature.as_ref(), comment.as_bytes()].concat());
        let first = BASE64_STANDARD.encode([algorithm, &self.id, signature.as_ref()].concat());
        let second = BASE64_STANDARD.encode(whole.as_ref());
        format!("untrusted comment: a test's\n{first}\ntrusted comment: {comment}\n{second}\n")
    }
}
