//! Random secrets, codes and tokens.

use std::hash::{BuildHasher as _, RandomState};

/// The standard library's hash seeds are random and differ from call to call.
fn random() -> u64 {
    RandomState::new().hash_one(())
}

/// 32 hexadecimal digits.
pub fn hex() -> String {
    format!("{:016x}{:016x}", random(), random())
}

/// A user code as in RFC 8628, section 6.1: consonants only, so that it spells no word.
pub fn user_code() -> String {
    const LETTERS: &[u8; 20] = b"BCDFGHJKLMNPQRSTVWXZ";
    let bytes = random().to_le_bytes();
    let mut code: String = bytes.iter().map(|byte| char::from(LETTERS[usize::from(*byte) % LETTERS.len()])).collect();
    code.insert(4, '-');
    code
}
