//! Words and paths of other programs as text that loses nothing: on Unix they are any bytes, and a file's name in an older
//! encoding is no UTF-8.

use std::borrow::Cow;
use std::ffi::OsStr;
use std::path::Path;

/// Each byte that is no UTF-8 is a character of the last private use area, which nobody's names have.
#[cfg(unix)]
const FIRST: u32 = 0x10_ff00;

/// What [`path_of`] turns back.
#[cfg(unix)]
pub(crate) fn text_of(words: &OsStr) -> Cow<'_, str> {
    use std::os::unix::ffi::OsStrExt;

    if let Some(text) = words.to_str() {
        return text.into();
    }
    let mut text = String::new();
    for chunk in words.as_bytes().utf8_chunks() {
        text.push_str(chunk.valid());
        text.extend(chunk.invalid().iter().filter_map(|&byte| char::from_u32(FIRST + u32::from(byte))));
    }
    text.into()
}

/// Windows has no names that matter here and are no Unicode.
#[cfg(not(unix))]
pub(crate) fn text_of(words: &OsStr) -> Cow<'_, str> {
    words.to_string_lossy()
}

/// The path that has this text.
#[cfg(unix)]
pub(crate) fn path_of(text: &Path) -> Cow<'_, Path> {
    use std::os::unix::ffi::OsStringExt;

    let escaped = |c: char| u8::try_from(u32::from(c).wrapping_sub(FIRST)).ok().filter(|byte| !byte.is_ascii());
    let Some(text) = text.to_str().filter(|text| text.contains(|c| escaped(c).is_some())) else { return text.into() };
    let mut bytes = Vec::with_capacity(text.len());
    for c in text.chars() {
        match escaped(c) {
            Some(byte) => bytes.push(byte),
            None => bytes.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes()),
        }
    }
    std::path::PathBuf::from(std::ffi::OsString::from_vec(bytes)).into()
}

#[cfg(not(unix))]
pub(crate) fn path_of(text: &Path) -> Cow<'_, Path> {
    text.into()
}

#[cfg(all(test, unix))]
mod tests {
    use std::os::unix::ffi::OsStrExt;

    use super::*;

    #[test]
    fn every_name_comes_back() {
        for bytes in [&b"caf\xe9.yaml"[..], b"caf\xc3\xa9", b"\xff\xfe/\xc3", b"a\xed\xa0\x80b", b"plain", b""] {
            let text = text_of(OsStr::from_bytes(bytes)).into_owned();
            assert_eq!(path_of(Path::new(&text)).as_os_str().as_bytes(), bytes);
        }
    }
}
