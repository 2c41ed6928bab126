//! The program out of a release's archive, whose checksum was verified before. It is unpacked into memory: no name in the
//! archive becomes a path.

use std::io::{Cursor, Read};

use anyhow::{Context, Result, bail};
use flate2::read::MultiGzDecoder;
use zip::ZipArchive;

use crate::text::sanitize;

/// The most that is unpacked, in bytes: a few kilobytes can expand without end.
const LIMIT: u64 = 128 * 1024 * 1024;

/// The content of the file `program`, at the root of the archive or one folder down. The ending of `file_name` tells the
/// kind of archive.
pub fn unpack(archive: &[u8], file_name: &str, program: &str) -> Result<Vec<u8>> {
    let lower = file_name.to_ascii_lowercase();
    let mut search = Search { program, found: None };
    let ends_in = |ending: &str| lower.ends_with(ending);
    let searched = if ends_in(".tar.gz") || ends_in(".tgz") {
        search.in_tar(archive)
    } else if ends_in(".zip") {
        search.in_zip(archive)
    } else {
        bail!("can't unpack {}: it is neither .tar.gz nor .zip", sanitize(file_name));
    };
    let found = searched.and_then(|()| search.found.with_context(|| format!("it contains no {program}")));
    let (_, content) = found.with_context(|| format!("can't unpack {}", sanitize(file_name)))?;
    Ok(content)
}

struct Search<'a> {
    program: &'a str,
    /// In how many folders it is, and its content.
    found: Option<(usize, Vec<u8>)>,
}

impl Search<'_> {
    fn in_tar(&mut self, archive: &[u8]) -> Result<()> {
        let mut archive = tar::Archive::new(MultiGzDecoder::new(archive).take(LIMIT));
        for entry in archive.entries()? {
            let entry = entry?;
            if entry.header().entry_type().is_file() {
                let path = String::from_utf8_lossy(&entry.path_bytes()).into_owned();
                self.consider(&path, entry.size(), entry)?;
            }
        }
        Ok(())
    }

    fn in_zip(&mut self, archive: &[u8]) -> Result<()> {
        let mut archive = ZipArchive::new(Cursor::new(archive))?;
        for index in 0..archive.len() {
            let entry = archive.by_index(index)?;
            if entry.is_file() {
                let path = entry.name()?.into_owned();
                self.consider(&path, entry.size(), entry)?;
            }
        }
        Ok(())
    }

    /// Takes the file at the root, or else the first one folder down: a completion script in a folder beside the program
    /// may have its name.
    fn consider(&mut self, path: &str, size: u64, file: impl Read) -> Result<()> {
        let parts: Vec<&str> = path.split('/').filter(|part| !matches!(*part, "" | ".")).collect();
        let Some((name, folders)) = parts.split_last() else { return Ok(()) };
        let is_better = self.found.as_ref().is_none_or(|(depth, _)| folders.len() < *depth);
        if *name != self.program || folders.len() > 1 || !is_better {
            return Ok(());
        }
        if size > LIMIT {
            bail!("{size} bytes are too many for a program");
        }
        let mut content = Vec::new();
        file.take(size).read_to_end(&mut content)?;
        if content.len() as u64 != size {
            bail!("it ends in the middle of the program");
        }
        self.found = Some((folders.len(), content));
        Ok(())
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

    fn tar(entries: &[(&str, &str)]) -> Vec<u8> {
        let mut tar = tar::Builder::new(GzEncoder::new(Vec::new(), Compression::fast()));
        for (path, content) in entries {
            let mut header = tar::Header::new_gnu();
            header.set_size(content.len() as u64);
            if content.is_empty() {
                header.set_entry_type(tar::EntryType::Directory);
            }
            tar.append_data(&mut header, path, content.as_bytes()).unwrap();
        }
        tar.into_inner().unwrap().finish().unwrap()
    }

    fn zip(entries: &[(&str, &str)]) -> Vec<u8> {
        let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
        for (path, content) in entries {
            if content.is_empty() {
                zip.add_directory(*path, SimpleFileOptions::default()).unwrap();
            } else {
                zip.start_file(*path, SimpleFileOptions::default()).unwrap();
                zip.write_all(content.as_bytes()).unwrap();
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

    #[test]
    fn the_program_is_found_at_the_root_or_one_folder_down() {
        let none = Err("it contains no p");
        for (entries, expected) in [
            (&[("README", "r"), ("p", "program")][..], Ok("program")),
            (&[("./p", "program")], Ok("program")),
            (&[("a-1.2/", ""), ("a-1.2/p", "program"), ("a-1.2/b/p", "script")], Ok("program")),
            (&[("completions/p", "script"), ("p", "program")], Ok("program")),
            (&[("p/", ""), ("p/p", "program")], Ok("program")),
            (&[("p.exe", "another"), ("a/b/p", "script")], none),
            (&[], none),
        ] {
            for (archive, name) in [(tar(entries), "a.tar.gz"), (tar(entries), "a.TGZ"), (zip(entries), "a.zip")] {
                let expected = expected.map(str::to_owned).map_err(|why| format!("can't unpack {name}: {why}"));
                assert_eq!(unpacked(&archive, name), expected, "{entries:?}");
            }
        }
    }

    #[test]
    fn what_is_no_archive_is_an_error() {
        for name in ["a.tar.gz", "a.zip"] {
            assert!(unpacked(b"<html>not found</html>", name).unwrap_err().starts_with("can't unpack a."));
        }
        assert_eq!(unpacked(b"", "a.exe").unwrap_err(), "can't unpack a.exe: it is neither .tar.gz nor .zip");
    }

    #[test]
    fn what_unpacks_without_end_is_stopped() {
        let zeros = vec![0; 1024 * 1024];
        let megabytes = usize::try_from(LIMIT / 1024 / 1024).unwrap() + 1;
        for name in ["p", "other"] {
            let mut header = tar::Header::new_gnu();
            header.set_path(name).unwrap();
            header.set_size((megabytes * zeros.len()) as u64);
            header.set_cksum();
            let mut archive = GzEncoder::new(Vec::new(), Compression::fast());
            archive.write_all(header.as_bytes()).unwrap();
            (0..megabytes).for_each(|_| archive.write_all(&zeros).unwrap());
            let expected = if name == "p" { "bytes are too many" } else { "can't unpack a.tar.gz: " };
            assert!(unpacked(&archive.finish().unwrap(), "a.tar.gz").unwrap_err().contains(expected), "{name}");
        }
        let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
        zip.start_file("p", SimpleFileOptions::default()).unwrap();
        (0..megabytes).for_each(|_| zip.write_all(&zeros).unwrap());
        let archive = zip.finish().unwrap().into_inner();
        assert!(unpacked(&archive, "a.zip").unwrap_err().contains("bytes are too many"));
    }
}
