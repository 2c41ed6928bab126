//! The program out of a release's archive. Nothing is unpacked to disk: no name in an archive becomes a path here, and
//! one that could only be meant as harm makes the whole of it suspect.

use std::io::{self, Cursor, Read};

use anyhow::{Context, Result, anyhow, bail};
use flate2::read::MultiGzDecoder;
use tar::EntryType;
use zip::ZipArchive;

use crate::text::sanitize;

/// The most that is unpacked, in bytes, of whatever an archive holds: a few kilobytes can be made to unpack for ever.
const MOST_UNPACKED: u64 = 128 * 1024 * 1024;

/// The content of the file called `program` in an archive, at its root or one folder down. `file_name` says of which
/// kind it is, by its ending.
///
/// # Errors
/// When it is no whole archive, holds no such file or several, or holds anything else than files and folders within it.
pub fn unpack(archive: &[u8], file_name: &str, program: &str) -> Result<Vec<u8>> {
    let mut search = Search { program, at_root: Vec::new(), below: Vec::new() };
    let lower = file_name.to_ascii_lowercase();
    let ends_in = |ending| lower.ends_with(ending);
    match () {
        () if ends_in(".tar.gz") || ends_in(".tgz") => look_through_tar(archive, &mut search),
        () if ends_in(".zip") => look_through_zip(archive, &mut search),
        () => Err(anyhow!("it is neither .tar.gz nor .zip")),
    }
    .with_context(|| format!("{} can't be unpacked", sanitize(file_name)))?;
    search.found().with_context(|| format!("{} is not what it should be", sanitize(file_name)))
}

struct Search<'a> {
    program: &'a str,
    at_root: Vec<Vec<u8>>,
    below: Vec<Vec<u8>>,
}

impl Search<'_> {
    /// Reads an entry if it is the program.
    fn look_at(&mut self, name: &str, is_file: bool, content: &mut dyn Read) -> Result<()> {
        let parts = parts(name)?;
        let found = match parts[..] {
            [file] if file == self.program => &mut self.at_root,
            [_, file] if file == self.program => &mut self.below,
            _ => return Ok(()),
        };
        if is_file {
            let mut program = Vec::new();
            Bounded { inner: content, left: MOST_UNPACKED }.read_to_end(&mut program)?;
            found.push(program);
        }
        Ok(())
    }

    /// A completion script may have the program's name, in a folder: the program then is at the root.
    fn found(self) -> Result<Vec<u8>> {
        let candidates = if self.at_root.is_empty() { self.below } else { self.at_root };
        match <[Vec<u8>; 1]>::try_from(candidates) {
            Ok([program]) => Ok(program),
            Err(none) if none.is_empty() => bail!("it holds no {}", self.program),
            Err(_) => bail!("it holds more than one {}", self.program),
        }
    }
}

/// The parts of an entry's name, which leads nowhere out of the archive.
fn parts(name: &str) -> Result<Vec<&str>> {
    let parts: Vec<&str> = name.split('/').filter(|part| !matches!(*part, "" | ".")).collect();
    if name.starts_with('/') || name.contains(['\\', ':', '\0']) || parts.contains(&"..") {
        bail!("it holds {:?}, which leads out of it", sanitize(name));
    }
    Ok(parts)
}

fn look_through_tar(archive: &[u8], search: &mut Search<'_>) -> Result<()> {
    let unpacked = Bounded { inner: MultiGzDecoder::new(archive), left: MOST_UNPACKED };
    let mut archive = tar::Archive::new(unpacked);
    for entry in archive.entries()? {
        let mut entry = entry?;
        let name = String::from_utf8_lossy(&entry.path_bytes()).into_owned();
        match entry.header().entry_type() {
            EntryType::Regular => search.look_at(&name, true, &mut entry)?,
            EntryType::Directory => search.look_at(&name, false, &mut entry)?,
            // What git archive notes down for the whole of it.
            EntryType::XGlobalHeader => {}
            _ => return Err(no_file(&name)),
        }
    }
    // To the end of it, where what was packed is compared with what came out.
    io::copy(&mut archive.into_inner(), &mut io::sink())?;
    Ok(())
}

fn look_through_zip(archive: &[u8], search: &mut Search<'_>) -> Result<()> {
    let mut archive = ZipArchive::new(Cursor::new(archive))?;
    for place in 0..archive.len() {
        let mut entry = archive.by_index(place)?;
        let (name, is_file) = (entry.name()?.into_owned(), entry.is_file());
        if entry.is_symlink() {
            return Err(no_file(&name));
        }
        search.look_at(&name, is_file, &mut entry)?;
    }
    Ok(())
}

fn no_file(name: &str) -> anyhow::Error {
    anyhow!("it holds {:?}, which is a link or no file at all", sanitize(name))
}

/// Fails where more is read than there may be.
struct Bounded<R> {
    inner: R,
    left: u64,
}

impl<R: Read> Read for Bounded<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let length = self.inner.read(buffer)?;
        self.left = self
            .left
            .checked_sub(length as u64)
            .ok_or_else(|| io::Error::other(format!("it unpacks to more than {} MB", MOST_UNPACKED / 1024 / 1024)))?;
        Ok(length)
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use flate2::Compression;
    use flate2::write::GzEncoder;
    use zip::ZipWriter;
    use zip::write::SimpleFileOptions;

    use super::*;

    fn packed(tar: &[u8]) -> Vec<u8> {
        let mut packer = GzEncoder::new(Vec::new(), Compression::fast());
        packer.write_all(tar).unwrap();
        packer.finish().unwrap()
    }

    /// An entry with a name that no careful writer would put there.
    fn append(tar: &mut tar::Builder<Vec<u8>>, name: &str, kind: EntryType, content: &[u8]) {
        let mut header = tar::Header::new_gnu();
        header.as_gnu_mut().unwrap().name[..name.len()].copy_from_slice(name.as_bytes());
        header.set_entry_type(kind);
        header.set_size(content.len() as u64);
        header.set_mode(0o755);
        header.set_cksum();
        tar.append(&header, content).unwrap();
    }

    fn tar(entries: &[(&str, EntryType, &str)]) -> Vec<u8> {
        let mut tar = tar::Builder::new(Vec::new());
        for (name, kind, content) in entries {
            append(&mut tar, name, *kind, content.as_bytes());
        }
        packed(&tar.into_inner().unwrap())
    }

    fn zip(entries: &[(&str, EntryType, &str)]) -> Vec<u8> {
        let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
        for (name, kind, content) in entries {
            let options = SimpleFileOptions::default();
            match kind {
                EntryType::Symlink => zip.add_symlink(*name, *content, options).unwrap(),
                EntryType::Directory => zip.add_directory(*name, options).unwrap(),
                _ => {
                    zip.start_file(*name, options).unwrap();
                    zip.write_all(content.as_bytes()).unwrap();
                }
            }
        }
        zip.finish().unwrap().into_inner()
    }

    fn unpacked(archive: &[u8], file_name: &str) -> Result<String, String> {
        match unpack(archive, file_name, "p") {
            Ok(program) => Ok(String::from_utf8(program).unwrap()),
            Err(error) => Err(format!("{error:#}")),
        }
    }

    const FILE: EntryType = EntryType::Regular;
    const FOLDER: EntryType = EntryType::Directory;
    const LINK: EntryType = EntryType::Symlink;

    #[test]
    fn the_program_is_found_at_the_root_or_one_folder_down_and_nothing_harmful_is_overlooked() {
        for (entries, expected) in [
            (&[("README", FILE, "r"), ("p", FILE, "program")][..], Ok("program")),
            (&[("./", FOLDER, ""), ("./p", FILE, "program")], Ok("program")),
            (&[("a-1.2/", FOLDER, ""), ("a-1.2/p", FILE, "program"), ("a-1.2/b/p", FILE, "")], Ok("program")),
            (&[("completions/p", FILE, "script"), ("p", FILE, "program")], Ok("program")),
            (&[("p/", FOLDER, ""), ("p/p", FILE, "program")], Ok("program")),
            (&[("p.exe", FILE, "another"), ("a/b/p", FILE, "")], Err("it holds no p")),
            (&[], Err("it holds no p")),
            (&[("a/p", FILE, "1"), ("b/p", FILE, "2")], Err("it holds more than one p")),
            (&[("p", FILE, "program"), ("../etc/passwd", FILE, "")], Err("\"../etc/passwd\", which leads out of it")),
            (&[("p", FILE, "program"), ("a/../../b", FILE, "")], Err("\"a/../../b\", which leads out of it")),
            (&[("p", FILE, "program"), ("/etc/passwd", FILE, "")], Err("\"/etc/passwd\", which leads out of it")),
            (&[("p", FILE, "program"), (r"..\p", FILE, "")], Err("which leads out of it")),
            (&[("p", FILE, "program"), ("C:p", FILE, "")], Err("which leads out of it")),
            (&[("p", LINK, "/bin/sh")], Err("\"p\", which is a link or no file at all")),
            (&[("p", FILE, "program"), ("l", LINK, "p")], Err("\"l\", which is a link or no file at all")),
        ] {
            for (archive, name) in [(tar(entries), "a.tar.gz"), (tar(entries), "a.TGZ"), (zip(entries), "a.zip")] {
                match (unpacked(&archive, name), expected) {
                    (Ok(program), Ok(expected)) => assert_eq!(program, expected, "{entries:?}"),
                    (Err(error), Err(expected)) => assert!(error.contains(expected), "{entries:?}: {error}"),
                    (found, _) => panic!("{name} with {entries:?}: {found:?}"),
                }
            }
        }
    }

    #[test]
    fn what_a_tar_alone_can_hold_is_refused_too() {
        for kind in [EntryType::Link, EntryType::Fifo, EntryType::Char, EntryType::Block, EntryType::GNUSparse] {
            let error = unpacked(&tar(&[("p", kind, "")]), "a.tar.gz").unwrap_err();
            assert!(error.contains("a.tar.gz can't be unpacked: "), "{kind:?}: {error}");
        }
    }

    #[test]
    fn an_archive_that_is_cut_off_or_none_is_an_error() {
        let entries = [("p", FILE, "program")];
        for (archive, name) in [(tar(&entries), "a.tar.gz"), (zip(&entries), "a.zip")] {
            for length in 0..archive.len() {
                assert!(unpacked(&archive[..length], name).is_err(), "{length} bytes of {name}");
            }
            assert!(unpacked(b"<html>not found</html>", name).is_err());
        }
        assert_eq!(unpacked(b"", "a.exe").unwrap_err(), "a.exe can't be unpacked: it is neither .tar.gz nor .zip");
    }

    #[test]
    fn what_unpacks_without_end_is_stopped() {
        let zeros = vec![0; 1024 * 1024];
        let megabytes = usize::try_from(MOST_UNPACKED / 1024 / 1024).unwrap() + 1;
        for name in ["p", "other"] {
            let mut header = tar::Header::new_gnu();
            header.set_path(name).unwrap();
            header.set_size((megabytes * zeros.len()) as u64);
            header.set_cksum();
            let mut packer = GzEncoder::new(header.as_bytes().to_vec(), Compression::fast());
            let mut content = GzEncoder::new(Vec::new(), Compression::fast());
            packer.get_mut().clear();
            packer.write_all(header.as_bytes()).unwrap();
            (0..megabytes).for_each(|_| content.write_all(&zeros).unwrap());
            // gzip's members follow each other.
            let archive = [packer.finish().unwrap(), content.finish().unwrap()].concat();
            assert!(unpacked(&archive, "a.tar.gz").unwrap_err().contains("it unpacks to more than 128 MB"), "{name}");
        }
        let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
        zip.start_file("p", SimpleFileOptions::default()).unwrap();
        (0..megabytes).for_each(|_| zip.write_all(&zeros).unwrap());
        let archive = zip.finish().unwrap().into_inner();
        assert!(unpacked(&archive, "a.zip").unwrap_err().contains("it unpacks to more than 128 MB"));
    }
}
