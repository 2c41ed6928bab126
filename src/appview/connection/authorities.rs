//! The certificate authorities to trust: those that the environment names, else the system's.

use std::env;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use rustls::RootCertStore;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;

use super::authority::is_authority;
use crate::platform::environment::Certificates;
use crate::text::display_path;

/// Where systems keep all of them in one file, and else in folders, as in Go's root_linux.go. A file is the better one:
/// the folders hold other certificates too, such as that of Debian's ssl-cert.
const FILES: [&str; 7] = [
    "/etc/ssl/certs/ca-certificates.crt",
    "/etc/pki/tls/certs/ca-bundle.crt",
    "/etc/ssl/ca-bundle.pem",
    "/etc/pki/tls/cacert.pem",
    "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",
    "/etc/ssl/cert.pem",
    "/usr/local/etc/ssl/cert.pem",
];
const FOLDERS: [&str; 3] = ["/etc/ssl/certs", "/etc/pki/tls/certs", "/usr/local/share/certs"];

/// In bytes. The authorities of a system have a fortieth of it.
const LONGEST: u64 = 8 * 1024 * 1024;

/// May be empty: then no certificate is trusted.
pub(super) fn load(named: &Certificates) -> RootCertStore {
    let certificates = if is_named(named) { of_variables(named) } else { of_system() };
    let mut store = RootCertStore::empty();
    store.add_parsable_certificates(certificates);
    store
}

/// Whether the variables name any, which then are instead of the system's.
pub(super) fn is_named(Certificates { file, folder }: &Certificates) -> bool {
    file.is_some() || folder.is_some()
}

/// Why the variables name no authority, if they name none.
pub(super) fn problem(named: &Certificates) -> Option<String> {
    for (name, file) in files(named) {
        match read(&file) {
            Err(error) => return Some(format!("can't read {} ({name}): {error}", display_path(&file))),
            Ok(pem) if authorities(&pem).is_empty() => {
                return Some(format!("{} ({name}) contains no certificate authority", display_path(&file)));
            }
            Ok(_) => {}
        }
    }
    None
}

fn of_variables(named: &Certificates) -> Vec<CertificateDer<'static>> {
    files(named).iter().flat_map(|(_, file)| read(file).map(|pem| authorities(&pem)).unwrap_or_default()).collect()
}

fn of_system() -> Vec<CertificateDer<'static>> {
    let in_file = |file: &&str| read(Path::new(file)).map(|pem| authorities(&pem)).unwrap_or_default();
    let of_files = FILES.iter().map(in_file).find(|authorities| !authorities.is_empty());
    of_files.unwrap_or_else(|| {
        let files = FOLDERS.iter().flat_map(|folder| files_in(Path::new(folder)));
        files.flat_map(|file| read(&file).map(|pem| authorities(&pem)).unwrap_or_default()).collect()
    })
}

/// The files that the variables name, each with its variable. As OpenSSL reads them, `SSL_CERT_DIR` has several folders.
fn files(Certificates { file, folder }: &Certificates) -> Vec<(&'static str, PathBuf)> {
    let mut files: Vec<_> = file.iter().map(|file| ("SSL_CERT_FILE", file.clone())).collect();
    for folder in folder.iter().flat_map(env::split_paths) {
        files.extend(files_in(&folder).into_iter().map(|file| ("SSL_CERT_DIR", file)));
    }
    files
}

/// Links too, which `openssl rehash` makes.
fn files_in(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten();
    entries.filter_map(|entry| Some(entry.ok()?.path())).filter(|path| path.is_file()).collect()
}

fn authorities(pem: &[u8]) -> Vec<CertificateDer<'static>> {
    CertificateDer::pem_slice_iter(pem).filter_map(Result::ok).filter(|der| is_authority(der)).collect()
}

/// Never waits for a pipe that nobody writes to, and reads no device.
fn read(path: &Path) -> io::Result<Vec<u8>> {
    let file = open(path)?;
    let mut content = Vec::new();
    file.take(LONGEST + 1).read_to_end(&mut content)?;
    if content.len() as u64 > LONGEST {
        return Err(io::Error::other(format!("it is longer than {LONGEST} bytes")));
    }
    Ok(content)
}

#[cfg(unix)]
fn open(path: &Path) -> io::Result<File> {
    use std::os::unix::fs::{FileTypeExt, OpenOptionsExt};
    let options = rustix::fs::OFlags::NONBLOCK | rustix::fs::OFlags::NOCTTY;
    let file = OpenOptions::new().read(true).custom_flags(options.bits().cast_signed()).open(path)?;
    let kind = file.metadata()?.file_type();
    if !kind.is_file() && !kind.is_fifo() {
        return Err(io::Error::other("it is not a file"));
    }
    // A shell's `<(...)` is a pipe, and its writer may be slower.
    rustix::fs::fcntl_setfl(&file, rustix::fs::OFlags::empty())?;
    Ok(file)
}

#[cfg(not(unix))]
fn open(path: &Path) -> io::Result<File> {
    OpenOptions::new().read(true).open(path)
}
