//! The encoding of other programs' files. dockerd decodes its daemon.json so (`getConflictFreeConfiguration` in moby's
//! daemon/config/config.go reads it through `unicode.BOMOverride(unicode.UTF8.NewDecoder())`), and YAML is defined so (1.2.2,
//! 5.2): what PowerShell's `docker compose config > compose.yaml` writes is UTF-16.

use std::borrow::Cow;

/// UTF-8, or what the byte order mark says: PowerShell writes UTF-16, Notepad a mark before UTF-8. What is invalid becomes
/// U+FFFD, as dockerd has it: a Latin-1 letter in a label does not take the registries away.
#[must_use]
pub fn decode(bytes: &[u8]) -> Cow<'_, str> {
    match bytes {
        [0xff, 0xfe, utf16 @ ..] => decode_utf16(utf16, u16::from_le_bytes).into(),
        [0xfe, 0xff, utf16 @ ..] => decode_utf16(utf16, u16::from_be_bytes).into(),
        [0xef, 0xbb, 0xbf, utf8 @ ..] | utf8 => String::from_utf8_lossy(utf8),
    }
}

fn decode_utf16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> String {
    let (pairs, odd) = bytes.as_chunks();
    let units: Vec<u16> = pairs.iter().map(|pair| unit(*pair)).collect();
    let mut text = String::from_utf16_lossy(&units);
    if !odd.is_empty() {
        text.push(char::REPLACEMENT_CHARACTER);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_byte_order_mark_tells_the_encoding() {
        let text = "{\"é\": \"\u{1f511}\"}";
        let utf16 = |to_bytes: fn(u16) -> [u8; 2]| text.encode_utf16().flat_map(to_bytes).collect::<Vec<u8>>();
        for (bytes, expected) in [
            (text.as_bytes().to_vec(), text),
            ([b"\xef\xbb\xbf", text.as_bytes()].concat(), text),
            ([&b"\xff\xfe"[..], &utf16(u16::to_le_bytes)].concat(), text),
            ([&b"\xfe\xff"[..], &utf16(u16::to_be_bytes)].concat(), text),
            (b"a\xe9b".to_vec(), "a\u{fffd}b"),
            (b"\xff\xfe\x00\xd8a\x00b".to_vec(), "\u{fffd}a\u{fffd}"),
            (b"\xff\xfe".to_vec(), ""),
            (b"\xef\xbb\xbf\xef\xbb\xbf".to_vec(), "\u{feff}"),
            (Vec::new(), ""),
        ] {
            assert_eq!(decode(&bytes), expected, "{bytes:?}");
        }
    }
}
