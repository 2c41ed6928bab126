//! Files opened without waiting: who opens a FIFO waits for its other end, and devices do things when they are opened.

use std::fs::{self, File, FileType, Metadata, OpenOptions};
use std::io::{self, ErrorKind, Read};
use std::path::Path;

/// Opens a regular file for reading, behind links too. Anything else is an error, and is not opened.
pub(crate) fn open_regular(path: &Path) -> io::Result<(File, Metadata)> {
    refuse_irregular(&fs::metadata(path)?)?;
    let file = options_without_waiting(true).open(path)?;
    let found = file.metadata()?;
    // Something else may have been put in its place.
    refuse_irregular(&found)?;
    Ok((file, found))
}

/// Reads a regular file of at most `most` bytes.
pub(crate) fn read_regular(path: &Path, most: u64) -> io::Result<Vec<u8>> {
    let (file, found) = open_regular(path)?;
    read_at_most(&file, found.len(), most)
}

/// Reads what is expected to have `size` bytes, into one piece of memory: growing would leave copies behind. Through `take`,
/// because a file's own `read_to_end` would query its size and position first, at every `get`.
pub(crate) fn read_at_most(file: impl Read, size: u64, most: u64) -> io::Result<Vec<u8>> {
    const SPARE: u64 = 64;
    if size > most {
        return Err(too_large(most));
    }
    let mut content = Vec::new();
    content.try_reserve_exact(usize::try_from(size + SPARE).unwrap_or(usize::MAX))?;
    let read = file.take(most + 1).read_to_end(&mut content);
    match read {
        Ok(length) if length as u64 <= most => Ok(content),
        failed => {
            // It may hold a part of a secret.
            content.fill(0);
            Err(failed.err().unwrap_or_else(|| too_large(most)))
        }
    }
}

/// As the system says it, on Unix and on Windows.
pub(crate) fn not_found() -> io::Error {
    io::Error::from_raw_os_error(2)
}

/// For a file of more than `most` bytes.
pub(crate) fn too_large(most: u64) -> io::Error {
    let unit = if most >= 1 << 20 { format!("{} MiB", most >> 20) } else { format!("{} KiB", most >> 10) };
    io::Error::new(ErrorKind::FileTooLarge, format!("it is larger than {unit}"))
}

pub(super) fn refuse_irregular(found: &Metadata) -> io::Result<()> {
    if found.is_file() {
        return Ok(());
    }
    let error = if found.is_dir() { ErrorKind::IsADirectory } else { ErrorKind::InvalidInput };
    let kind = kind(found.file_type());
    Err(io::Error::new(error, format!("it is a {kind}, not a regular file")))
}

/// Whether it is neither a file, a folder nor a link.
pub(super) fn is_special(found: &Metadata) -> bool {
    !found.is_file() && !found.is_dir() && !found.is_symlink()
}

/// The same as an error, which says what it is.
pub(super) fn refuse_special(found: Option<&Metadata>) -> io::Result<()> {
    found.filter(|found| is_special(found)).map_or(Ok(()), refuse_irregular)
}

fn kind(found: FileType) -> &'static str {
    #[cfg(unix)]
    {
        use std::os::unix::fs::FileTypeExt;
        if found.is_fifo() {
            return "FIFO";
        }
        if found.is_socket() {
            return "socket";
        }
    }
    if found.is_dir() { "folder" } else { "device" }
}

#[cfg_attr(windows, expect(unused_variables, reason = "Windows does neither"))]
pub(super) fn options_without_waiting(follows_link: bool) -> OpenOptions {
    let mut options = OpenOptions::new();
    options.read(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;

        use rustix::fs::OFlags;
        let flags = OFlags::NONBLOCK | OFlags::NOCTTY | if follows_link { OFlags::empty() } else { OFlags::NOFOLLOW };
        options.custom_flags(flags.bits().cast_signed());
    }
    options
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::platform::fs::replace;

    #[test]
    fn a_file_is_read_up_to_its_bound() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("file");
        replace(&path, &[b'x'; 2048], None).unwrap();
        assert_eq!(read_regular(&path, 2048).unwrap().len(), 2048);
        assert_eq!(read_regular(&path, 1024).unwrap_err().to_string(), "it is larger than 1 KiB");
        // A file of /proc says that it is empty.
        let (file, _) = open_regular(&path).unwrap();
        assert_eq!(read_at_most(&file, 0, 2047).unwrap_err().kind(), ErrorKind::FileTooLarge);
    }

    #[test]
    #[cfg(target_os = "linux")]
    fn only_regular_files_are_opened() {
        use rustix::fs::{CWD, FileType, Mode, mknodat};
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name);
        mknodat(CWD, path("fifo"), FileType::Fifo, Mode::RUSR, 0).unwrap();
        let _socket = std::os::unix::net::UnixListener::bind(path("socket")).unwrap();
        std::os::unix::fs::symlink("fifo", path("link")).unwrap();
        for (path, kind) in [
            (path("fifo"), "FIFO"),
            (path("link"), "FIFO"),
            (path("socket"), "socket"),
            (path("."), "folder"),
            ("/dev/null".into(), "device"),
        ] {
            let error = open_regular(&path).unwrap_err();
            assert_eq!(error.to_string(), format!("it is a {kind}, not a regular file"), "{}", path.display());
        }
        assert_eq!(open_regular(&path("none")).unwrap_err().kind(), ErrorKind::NotFound);
    }
}
